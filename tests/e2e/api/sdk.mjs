// A foreign SDK, unchanged: cent.js, which is made for the API of Centrifugo.
import { CentClient, CentException } from 'cent.js';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until, within } from '../support/until.mjs';

const timeout = 30_000;

export default (shared) => describe('cent.js', () => {
  const sdk = (number = 1, apiKey = shared.keys.secret('shop')) => new CentClient({ url: `${shared.app(number).url}/api`, apiKey });

  test('publishes and broadcasts', { timeout }, async () => {
    const client = await shared.client(2);
    await Promise.all([client.join('sdk'), client.join('sdk-2')]);
    const { offset, epoch } = await sdk(1).publish({ channel: 'sdk', data: { input: 'test' } });
    assert.equal(offset, 1);
    assert.ok(epoch);
    assert.deepEqual((await client.push('the message', ({ type, room }) => type === 'message' && room === 'sdk')).data, { input: 'test' });
    const { responses } = await sdk(3).broadcast({ channels: ['sdk', 'sdk-2'], data: { text: 'to both' } });
    assert.deepEqual(responses.map(({ result }) => result.offset), [2, 1]);
    await client.hears('sdk', 'to both');
    await client.hears('sdk-2', 'to both');
  });

  test('reads history, presence, channels and info', { timeout }, async () => {
    const ana = await shared.client(1, { user: 'ana' });
    await ana.join('sdk-reading');
    await sdk(2).publish({ channel: 'sdk-reading', data: { number: 1 } });
    const history = await sdk(3).getHistory({ channel: 'sdk-reading', limit: 10 });
    assert.deepEqual([history.offset, history.publications.map(({ data, offset }) => ({ data, offset }))], [1, [{ data: { number: 1 }, offset: 1 }]]);
    const since = await sdk(3).getHistory({ channel: 'sdk-reading', limit: 10, since: { offset: 1, epoch: history.epoch } });
    assert.deepEqual(since.publications, []);
    await until('ana is there', async () => (await sdk(3).getPresenceStats({ channel: 'sdk-reading' })).num_users === 1);
    const { presence } = await sdk(3).getPresence({ channel: 'sdk-reading' });
    assert.deepEqual(Object.values(presence).map(({ user }) => user), ['ana']);
    assert.deepEqual((await sdk(2).getChannels({ pattern: 'sdk-reading*' })).channels, { 'sdk-reading': { num_clients: 1 } });
    assert.ok((await sdk(2).getChannels()).channels);
    assert.deepEqual((await sdk().getInfo()).nodes.map(({ name }) => name), ['chat-1', 'chat-2', 'chat-3']);
  });

  test('subscribes, unsubscribes, refreshes and disconnects a user', { timeout }, async () => {
    const client = await shared.client(3, { user: 'zoe' });
    await sdk(1).subscribe({ user: 'zoe', channel: 'closed-sdk' });
    await client.push('it is in', ({ type, room }) => type === 'joined' && room === 'closed-sdk');
    await sdk(2).unsubscribe({ user: 'zoe', channel: 'closed-sdk' });
    await client.push('it is out', ({ type, room }) => type === 'removed' && room === 'closed-sdk');
    await sdk(1).refresh({ user: 'zoe', expire_at: Math.floor(Date.now() / 1000) + 60 });
    await sdk(1).disconnect({ user: 'zoe' });
    assert.equal((await within('the close', client.closed)).code, 4502);
  });

  test('gets errors as it knows them', { timeout }, async () => {
    const refused = (error) => error instanceof CentException;   // of 6.1.0 it has no code
    await assert.rejects(sdk().publish({ channel: 'Not A Channel', data: {} }), refused);
    await assert.rejects(sdk(1, 'wrong').getInfo(), refused);
    await assert.rejects(sdk().removeHistory({ channel: 'sdk' }), refused);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until, within } from '../support/until.mjs';

const timeout = 30_000;
const closed = (client) => within('the close', client.closed).then(({ code }) => code);

export default (shared) => describe('an application takes rights away and gives them back:', () => {
  const everywhere = (user, claims) => Promise.all([1, 2, 3].map((number) => shared.client(number, { user, claims })));
  const removed = (client, room) => client.push(`it is removed from ${room}`, (push) => push.type === 'removed' && push.room === room);

  test('revoke ends the sessions of a token, and it opens no other', { timeout }, async () => {
    const clients = await everywhere('abel', { jti: 'phone-7' });
    assert.deepEqual(await shared.app(2).call('revoke', { token: 'phone-7' }), {});
    for (const client of clients) assert.equal(await closed(client), 4500);
    await assert.rejects(shared.client(1, { user: 'abel', claims: { jti: 'phone-7' } }), /unauthorized/);
    await shared.client(1, { user: 'abel', claims: { jti: 'phone-8' } });
  });

  test('revoke ends the sessions of older tokens of a user', { timeout }, async () => {
    const issued = Math.floor(Date.now() / 1000) - 100;
    const clients = await everywhere('bert', { issued });
    const newer = await shared.client(1, { user: 'bert' });
    await shared.app().call('revoke', { user: 'bert', issued_before: issued + 50 });
    for (const client of clients) assert.equal(await closed(client), 4500);
    await newer.request('node');
    const error = await shared.app().refusal('revoke', { user: 'bert', token: 'x' });
    assert.match(error.sentence, /one of them/);
  });

  test('block and unblock', { timeout }, async () => {
    const clients = await everywhere('carl');
    await shared.app(3).call('block', { user: 'carl', reason: 'spam', seconds: 3600 });
    for (const client of clients) assert.equal(await closed(client), 4500);
    await assert.rejects(shared.client(2, { user: 'carl' }), /unauthorized|4500/);
    await shared.app(1).call('unblock', { user: 'carl' });
    await until('carl may come back', () => shared.client(2, { user: 'carl' }));
  });

  test('kick, ban and unban in a room', { timeout }, async () => {
    const clients = await everywhere('dirk');
    for (const client of clients) await client.join('garden');
    await shared.app(2).call('kick', { user: 'dirk', room: 'garden', reason: 'calm down' });
    for (const client of clients) assert.equal((await removed(client, 'garden')).reason, 'calm down');
    for (const client of clients) await client.join('lobby');
    await shared.app(2).call('ban', { user: 'dirk', room: 'lobby', seconds: 3600 });
    for (const client of clients) await removed(client, 'lobby');
    await assert.rejects(clients[0].join('lobby'), { code: 'not_found' });
    await clients[0].join('other');
    await shared.app(1).call('unban', { user: 'dirk', room: 'lobby' });
    await until('dirk may join again', () => clients[0].join('lobby'));
  });

  test('ban in all rooms', { timeout }, async () => {
    const client = await shared.client(1, { user: 'egon' });
    await client.join('here');
    await shared.app(2).call('ban', { user: 'egon' });
    await removed(client, 'here');
    await assert.rejects(client.join('there'), { code: 'not_found' });
    await shared.app(2).call('unban', { user: 'egon' });
    await until('egon may join again', () => client.join('here'));
  });

  test('mute and unmute', { timeout }, async () => {
    const client = await shared.client(1, { user: 'fred' });
    await client.join('stage');
    const mayWrite = () => client.request('send', { room: 'stage', text: 'hello' });
    await shared.app(3).call('mute', { user: 'fred', channel: 'stage', reason: 'loud' });
    await until('fred is mute', () => mayWrite().then(() => false, ({ code }) => code === 'forbidden'));
    await shared.app(3).call('unmute', { user: 'fred', channel: 'stage' });
    await until('fred may write', mayWrite);
  });

  test('only with a user and limits that make sense', { timeout }, async () => {
    for (const method of ['block', 'unblock', 'kick', 'ban', 'unban', 'mute', 'unmute']) {
      assert.match((await shared.app().refusal(method, {})).sentence, /"user" is missing/);
      assert.equal((await shared.app().refusal(method, { user: 'x', until: 'tomorrow' })).sentence, '"until" is no parameter of this method');
    }
    assert.equal((await shared.app().refusal('ban', { user: 'x', seconds: 0 })).code, 107);
    assert.equal((await shared.app().refusal('ban', { user: 'x', seconds: -1 })).code, 107);
    assert.equal((await shared.app().refusal('block', { user: 'x', reason: 'x'.repeat(201) })).code, 107);
    assert.equal((await shared.app().refusal('revoke', { token: 'x'.repeat(257) })).code, 107);
  });
});

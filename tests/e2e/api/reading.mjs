import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../support/until.mjs';

const timeout = 30_000;
const offsets = ({ publications }) => publications.map(({ offset }) => offset);

export default (shared) => describe('an application reads', () => {
  test('the history of a room: its position, pages forward and back', { timeout }, async () => {
    const app = shared.app(2);
    assert.deepEqual(await app.call('history', { room: 'nothing-yet' }), { publications: [], offset: 0, epoch: '' });
    const sue = await shared.client(1, { user: 'sue', claims: { name: 'Sue' } });
    await sue.join('archive');
    await sue.say('archive', 'message 1');
    for (let i = 2; i <= 9; ++i) await shared.app().call('publish', { room: 'archive', data: { number: i } });
    const top = await app.call('history', { room: 'archive' });
    assert.deepEqual([top.publications, top.offset], [[], 9]);
    const { epoch } = top;
    const page = (parameters) => app.call('history', { channel: 'archive', limit: 4, ...parameters });

    assert.deepEqual(offsets(await page({})), [1, 2, 3, 4]);
    assert.deepEqual(offsets(await page({ since: { epoch, offset: 4 } })), [5, 6, 7, 8]);
    assert.deepEqual(offsets(await page({ since: { epoch, offset: 8 } })), [9]);
    assert.deepEqual(offsets(await page({ since: { epoch, offset: 9 } })), []);
    assert.deepEqual(offsets(await page({ since: { offset: 2 }, limit: 1 })), [3]);
    assert.deepEqual(offsets(await page({ reverse: true })), [9, 8, 7, 6]);
    assert.deepEqual(offsets(await page({ reverse: true, since: { epoch, offset: 6 } })), [5, 4, 3, 2]);
    assert.deepEqual(offsets(await page({ reverse: true, since: { epoch, offset: 2 } })), [1]);

    const { publications: [first, second] } = await page({});
    assert.deepEqual([first.data, first.from, first.seq, first.node], [{ text: 'message 1' }, { id: 'sue', name: 'Sue' }, 1, 'chat-1']);
    assert.deepEqual([second.data, second.from.id], [{ number: 2 }, 'app.shop']);
    assert.ok(Math.abs(second.time - Date.now()) < 60_000);
  });

  test('no history behind a position of another epoch: 112', { timeout }, async () => {
    await shared.app().call('publish', { room: 'epochs', text: 'hello' });
    const error = await shared.app().refusal('history', { room: 'epochs', limit: 1, since: { epoch: 'another', offset: 0 } });
    assert.equal(error.code, 112);
  });

  test('the users in a room, over all nodes', { timeout }, async () => {
    const ana = await Promise.all([1, 2].map((number) => shared.client(number, { user: 'ana', claims: { name: 'Ana' } })));
    const guest = await shared.client(3, { name: 'Gus' });
    for (const client of [...ana, guest]) await client.join('people');
    const app = shared.app(3);
    await until('all are there', async () => (await app.call('presence_stats', { room: 'people' })).num_clients === 3);
    assert.deepEqual(await app.call('presence_stats', { channel: 'people' }), { num_clients: 3, num_users: 2 });
    const { presence } = await app.call('presence', { room: 'people' });
    const expected = [['ana@chat-1', 'ana', 'Ana', 'chat-1'], ['ana@chat-2', 'ana', 'Ana', 'chat-2'], [`${guest.user.id}@chat-3`, guest.user.id, 'Gus', 'chat-3']];
    assert.deepEqual(presence, Object.fromEntries(expected.map(([client, user, name, node]) => [client, { client, user, name, node }])));
    assert.deepEqual(await app.call('presence', { room: 'nobody' }), { presence: {} });
  });

  test('the names of rooms, by prefix and page by page', { timeout }, async () => {
    const names = Array.from({ length: 25 }, (_, i) => `list-${i}`);
    await shared.app().call('broadcast', { rooms: names.slice(1), text: 'hello' });
    const client = await shared.client(1);
    await client.join('list-0');                        // a room with a member, and no message
    const all = async (method, parameters, namesIn) => {
      const found = new Set();
      for (let cursor; ;) {
        const page = await shared.app(2).call(method, { ...parameters, ...(cursor && { cursor }) });
        for (const name of namesIn(page)) found.add(name);
        ({ cursor } = page);
        if (!cursor) return [...found].sort();
      }
    };
    await until('the directory has all', async () => {
      assert.deepEqual(await all('rooms', { prefix: 'list-' }, ({ rooms }) => rooms), [...names].sort());
      return true;
    });
    assert.deepEqual(await all('rooms', { prefix: 'list-', limit: 3 }, ({ rooms }) => rooms), [...names].sort());
    assert.deepEqual(await all('rooms', { prefix: 'list-2', limit: 1000 }, ({ rooms }) => rooms), ['list-2', 'list-20', 'list-21', 'list-22', 'list-23', 'list-24']);
    assert.deepEqual(await all('channels', { pattern: 'list-*', limit: 5 }, ({ channels }) => Object.keys(channels)), [...names].sort());
    assert.ok((await all('rooms', {}, ({ rooms }) => rooms)).length > names.length);
    await until('channels counts the member', async () => (await shared.app(3).call('channels', { prefix: 'list-0' })).channels['list-0']?.num_clients === 1);
  });

  test('which nodes there are', { timeout }, async () => {
    const { nodes } = await shared.app(3).call('info');
    assert.deepEqual(nodes.map(({ name }) => name), ['chat-1', 'chat-2', 'chat-3']);
    assert.equal(new Set(nodes.map(({ uid }) => uid)).size, 3);
  });
});

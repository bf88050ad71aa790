import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { http } from '../support/http.mjs';
import { until } from '../support/until.mjs';

const timeout = 30_000;
const numbers = [1, 2, 3];
const notices = (client) => client.pushes.filter(({ type }) => type === 'notice');
const arrives = (client, event) => client.push(`the notice ${event}`, (push) => push.type === 'notice' && push.event === event);
/** Remembers the arguments with which the server calls a handler. */
const handle = (hub, event) => {
  const calls = [];
  hub.connection.on(event, (...args) => { calls.push(args); });
  return { calls, arrives: () => until(`${event} is called`, () => calls.length > 0) };
};

export default (shared) => describe('an application notifies', () => {
  test('users, in all their sessions on all nodes', { timeout }, async () => {
    const nora = await Promise.all(numbers.map((number) => shared.client(number, { user: 'nora@example.org' })));
    const hub = await shared.hub(2, { user: 'nora@example.org' });
    const handler = handle(hub, 'order.shipped');
    const other = await shared.client(1, { user: 'otto' });
    const result = await shared.app(3).call('notify', { users: ['nora@example.org'], event: 'order.shipped', data: { order: 7 } });
    assert.deepEqual(result, { sessions: 4 });
    for (const client of nora) assert.deepEqual(await arrives(client, 'order.shipped'), { type: 'notice', event: 'order.shipped', data: { order: 7 } });
    await handler.arrives();
    assert.deepEqual(handler.calls, [[{ order: 7 }]]);
    assert.deepEqual(await shared.app(1).call('notify', { users: ['otto', 'not-here'], event: 'last' }), { sessions: 1 });
    assert.deepEqual(await arrives(other, 'last'), { type: 'notice', event: 'last', data: null });
    assert.equal(notices(other).length, 1);
  });

  test('single sessions', { timeout }, async () => {
    const [one, two] = await Promise.all([1, 2].map((number) => shared.client(number, { user: 'pia' })));
    assert.deepEqual(await shared.app(3).call('notify', { sessions: [one.welcome.session], event: 'for:one', data: 1 }), { sessions: 1 });
    assert.deepEqual(await shared.app(3).call('notify', { sessions: [one.welcome.session, two.welcome.session], event: 'for:both', data: 2 }), { sessions: 2 });
    for (const client of [one, two]) await arrives(client, 'for:both');
    assert.deepEqual([one, two].map((client) => notices(client).map(({ data }) => data)), [[1, 2], [2]]);
  });

  test('rooms: the members on all nodes, and no one else', { timeout }, async () => {
    const members = await Promise.all(numbers.map((number) => shared.client(number)));
    const outsider = await shared.client(1);
    for (const client of members) await client.join('square');
    await outsider.join('elsewhere');
    assert.deepEqual(await shared.app(2).call('notify', { rooms: ['square', 'nobody'], event: 'Poll', data: ['yes', 'no'] }), {});
    for (const client of members) assert.deepEqual(await arrives(client, 'Poll'), { type: 'notice', room: 'square', event: 'Poll', data: ['yes', 'no'] });
    await shared.app(2).call('notify', { rooms: ['elsewhere'], event: 'After' });
    await arrives(outsider, 'After');
    assert.equal(notices(outsider).length, 1);
    assert.equal((await shared.app().call('history', { room: 'square' })).offset, 0, 'it is not stored');
  });

  test('SignalR clients: a value is the one argument of the handler, a list is its arguments', { timeout }, async () => {
    const hubs = await Promise.all([1, 3].map((number) => shared.hub(number, { user: 'quinn' })));
    for (const [data, args] of [['a word', ['a word']], [{ a: 1 }, [{ a: 1 }]], [null, [null]], [[], []], [['a', 2, { b: 3 }], ['a', 2, { b: 3 }]], [[['a list']], [['a list']]]]) {
      const event = `E${Math.random().toString(36).slice(2)}`;
      const handlers = hubs.map((hub) => handle(hub, event));
      await shared.app(2).call('notify', { users: ['quinn'], event, data });
      for (const handler of handlers) {
        await handler.arrives();
        assert.deepEqual(handler.calls, [args]);
      }
    }
  });

  test('a client that reads too slowly loses notices, which are counted as lost and not as received', { timeout }, async () => {
    const client = await shared.client(1, { user: 'sven' });
    const lost = async () => Number(/^chat_slow_consumers_total\{action="dropped_hint"\} (\d+)/m.exec((await http(`${shared.cluster.nodes[0].http}/metrics`)).text)[1]);
    const before = await lost();
    client.socket.pause();
    const data = 'x'.repeat(16_000);
    let taken = 0;
    for (let result = { sessions: 1 }; result.sessions === 1; taken += result.sessions) result = await shared.app(2).call('notify', { users: ['sven'], event: `E${taken}`, data });
    assert.ok(await lost() > before);
    client.socket.resume();
    await until('all that were counted', () => notices(client).length === taken);
    assert.deepEqual(notices(client).map(({ event }) => event), Array.from({ length: taken }, (_, i) => `E${i}`));
  });

  test('with an event and data that all clients can read, or not at all', { timeout }, async () => {
    const client = await shared.client(1, { user: 'rosa' });
    await client.join('readable');
    for (const [parameters, sentence] of [
      [{ event: 'a\nb' }, /"event" is 1 to 64 bytes without control characters/], [{ event: 'é'.repeat(33) }, /"event"/], [{ event: '' }, /"event"/], [{ event: 'x'.repeat(65) }, /"event"/], [{}, /"event" is missing/],
      [{ event: 'Deep', data: JSON.parse('['.repeat(8) + ']'.repeat(8)) }, /nest/],
      [{ event: 'Large', data: 'x'.repeat(16 * 1024) }, /16 KiB/],
    ]) {
      for (const target of [{ users: ['rosa'] }, { rooms: ['readable'] }]) {
        const error = await shared.app().refusal('notify', { ...target, ...parameters });
        assert.equal(error.code, 107);
        assert.match(error.sentence, sentence);
      }
    }
    const deepest = JSON.parse('['.repeat(7) + ']'.repeat(7));
    await shared.app().call('notify', { rooms: ['readable'], event: 'Deepest', data: deepest });
    assert.deepEqual((await arrives(client, 'Deepest')).data, deepest);
    for (const target of [{}, { users: ['rosa'], rooms: ['readable'] }, { users: [] }, { users: 'rosa' }, { rooms: ['No Room'] }, { users: [''] }, { sessions: [''] }]) {
      assert.equal((await shared.app().refusal('notify', { event: 'E', ...target })).code, 107, JSON.stringify(target));
    }
    assert.equal(notices(client).length, 1);
  });
});

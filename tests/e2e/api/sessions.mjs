import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ChatClient } from '../support/client.mjs';
import { http } from '../support/http.mjs';
import { Node } from '../support/node.mjs';
import { until, within } from '../support/until.mjs';

const timeout = 30_000;
const joined = (client, room) => client.push(`it is in ${room}`, (push) => push.type === 'joined' && push.room === room);
const closed = (client) => within('the close', client.closed).then(({ code }) => code);

export default (shared) => describe('an application', () => {
  test('subscribes a user to a room that the rules close, on all nodes, and unsubscribes', { timeout }, async () => {
    const clients = await Promise.all([1, 2].map((number) => shared.client(number, { user: 'sara' })));
    await assert.rejects(clients[0].join('closed-1'), { code: 'not_found' });
    assert.deepEqual(await shared.app(3).call('subscribe', { user: 'sara', room: 'closed-1' }), { sessions: 2 });
    for (const client of clients) await joined(client, 'closed-1');
    await clients[0].say('closed-1', 'I am in');
    await clients[1].hears('closed-1', 'I am in');
    assert.deepEqual(await shared.app(1).call('unsubscribe', { user: 'sara', room: 'closed-1' }), { sessions: 2 });
    for (const client of clients) await client.push('it has left', ({ type, room }) => type === 'removed' && room === 'closed-1');
    await assert.rejects(clients[1].say('closed-1', 'still?'), { code: 'not_joined' });
  });

  test('subscribes one session, with the rights that it names', { timeout }, async () => {
    const [one, two] = await Promise.all([1, 2].map((number) => shared.client(number, { user: 'tim' })));
    assert.deepEqual(await shared.app(3).call('subscribe', { session: one.welcome.session, room: 'closed-2', rights: ['join', 'history'] }), { sessions: 1 });
    await joined(one, 'closed-2');
    await assert.rejects(one.say('closed-2', 'hello'), { code: 'forbidden' });
    await assert.rejects(two.join('closed-2'), { code: 'not_found' });
    assert.deepEqual(await shared.app(3).call('subscribe', { user: 'tim', client: 'AAAAAAAAAAA', room: 'closed-2' }), { sessions: 0 });
  });

  test('subscribes guests and SignalR clients to an open room', { timeout }, async () => {
    const guest = await shared.client(2);
    const hub = await shared.hub(3);
    for (const user of [guest.user.id, (await hub.invoke('Hello', {})).user.id]) {
      assert.deepEqual(await shared.app(1).call('subscribe', { user, channel: 'open-house' }), { sessions: 1 });
    }
    await joined(guest, 'open-house');
    await until('both are members', async () => (await guest.members('open-house')).count === 2);
    await shared.app(1).call('publish', { room: 'open-house', text: 'welcome' });
    await hub.hears('open-house', 'welcome');
    await guest.hears('open-house', 'welcome');
  });

  test('finds the open sessions of a person on all nodes, by subject, user id, session and name', { timeout }, async () => {
    const clients = await Promise.all([1, 2].map((number) => shared.client(number, { user: 'quita' })));
    const hub = await shared.hub(3, { user: 'quita' });
    const [one, two] = clients.map(({ welcome }) => welcome.session);
    const { sessions } = await shared.app(2).call('find', { text: 'quita' });
    assert.equal(sessions.length, 3);
    assert.deepEqual(new Set(sessions.map(({ protocol, transport }) => `${protocol} ${transport}`)), new Set(['chat.v1 websocket', 'signalr.json websocket']));
    assert.equal(new Set(sessions.map(({ node }) => node)).size, 3);
    for (const text of [one, two]) assert.deepEqual((await shared.app(1).call('find', { text })).sessions.map(({ session }) => session), [text]);
    assert.equal((await shared.app(3).call('find', { text: clients[0].user.id })).sessions.length, 3);
    assert.deepEqual(await shared.app(1).call('find', { text: 'nobody of this name' }), { sessions: [] });
    for (const parameters of [{}, { text: '' }, { text: 'a', node: 'chat-1' }]) assert.equal((await shared.app(1).refusal('find', parameters)).code, 107);
    await hub.invoke('Hello', {});
  });

  test('disconnects a user for good: 4502 on all nodes', { timeout }, async () => {
    const clients = await Promise.all([1, 2, 3].map((number) => shared.client(number, { user: 'uwe' })));
    const hubs = await Promise.all([{}, { stateful: true }].map((how) => shared.hub(1, { user: 'uwe', retries: [0, 100, 100], ...how })));
    const other = await shared.client(1, { user: 'ulla' });
    assert.deepEqual(await shared.app(2).call('disconnect', { user: 'uwe' }), { sessions: 5 });
    for (const client of clients) assert.equal(await closed(client), 4502);
    for (const hub of hubs) {
      await hub.happens('closed');
      assert.deepEqual(hub.events.map(({ type }) => type), ['closed'], 'the client stays away');
    }
    await other.request('node');
  });

  test('disconnects a user for now: the client comes back by itself', { timeout }, async () => {
    const client = await shared.client(1, { user: 'vera' });
    const hub = await shared.hub(3, { user: 'vera', retries: [0, 100, 100] });
    assert.deepEqual(await shared.app(2).call('disconnect', { user: 'vera', may_return: true }), { sessions: 2 });
    assert.equal(await closed(client), 1001);
    await hub.happens('reconnected');
  });

  test('disconnects one session of a user, who is on another node', { timeout }, async () => {
    const [one, two] = await Promise.all([2, 2].map((number) => shared.client(number, { user: 'wim' })));
    assert.deepEqual(await shared.app(1).call('disconnect', { session: one.welcome.session }), { sessions: 1 });
    assert.equal(await closed(one), 4502);
    await two.request('node');
    assert.deepEqual(await shared.app(1).call('disconnect', { user: 'not-here' }), { sessions: 0 });
  });

  test('moves the end of a token: later, and to now', { timeout }, async () => {
    const client = await shared.client(3, { user: 'xena', claims: { seconds: -22 } });   // the node would close it in 3 s
    const { expires } = client.welcome;
    assert.deepEqual(await shared.app(1).call('refresh', { user: 'xena', expire_at: Math.floor(Date.now() / 1000) + 3600 }), { sessions: 1 });
    await until('the token would have ended', () => Date.now() > expires + 26_000, 6000);
    await client.request('node');
    assert.deepEqual(await shared.app(2).call('refresh', { user: 'xena', expired: true }), { sessions: 1 });
    assert.equal(await closed(client), 4501);
    for (const [parameters, sentence] of [[{ expire_at: 1 }, /is over/], [{}, /is missing/], [{ expired: false }, /is missing/], [{ expire_at: 253402300800 }, /seconds/]]) {
      assert.match((await shared.app().refusal('refresh', { user: 'xena', ...parameters })).sentence, sentence);
    }
  });

  test('is told which nodes have not answered', { timeout }, async () => {
    const clients = await Promise.all([1, 2].map((number) => shared.client(number, { user: 'yuri' })));
    shared.cluster.nodes[1].program.signal('SIGSTOP');
    try {
      assert.deepEqual(await shared.app(3).call('notify', { users: ['yuri'], event: 'Hello' }), { sessions: 1, unanswered: ['chat-2'] });
    } finally {
      shared.cluster.nodes[1].program.signal('SIGCONT');
    }
    await clients[0].push('the notice', ({ type }) => type === 'notice');
    // A node that stood still connects to the store again.
    await until('chat-2 reaches the store', () => shared.app(2).call('unblock', { user: 'not-here' }));
    await until('chat-2 takes clients', async () => (await http(`${shared.cluster.nodes[1].http}/ready`)).status === 200);
  });

  test('reaches the sessions of a node from the moment that it is ready', { timeout }, async (t) => {
    const { redis, nodes } = shared.cluster;
    for (let i = 1; i <= 3; ++i) {
      const node = await Node.start({ id: `new-${i}`, folder: shared.folder, redis, settings: { ...nodes[0].settings, listen: '127.0.0.1:0', 'node-id': `new-${i}` } });
      t.after(() => node.stop());
      const client = await ChatClient.connect(node.ws);
      assert.deepEqual(await shared.app(1).call('notify', { sessions: [client.welcome.session], event: 'Hello' }), { sessions: 1 }, node.id);
      await client.close();
    }
  });

  test('must say whom an order concerns', { timeout }, async () => {
    for (const method of ['disconnect', 'subscribe', 'unsubscribe', 'refresh']) {
      const error = await shared.app().refusal(method, { room: 'lobby' });
      assert.equal(error.code, 107);
      assert.match(error.sentence, /"user" or "session" is missing/);
    }
    const error = await shared.app().refusal('subscribe', { user: 'ana', room: 'lobby', rights: ['fly'] });
    assert.match(error.sentence, /"fly", which is no right/);
  });
});

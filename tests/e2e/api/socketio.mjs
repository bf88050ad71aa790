// Calls of a Socket.IO server for its sockets, made through the server API: the table of src/protocols/socketio/README.md.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { libraries } from '../support/socketio-clients.mjs';
import { until } from '../support/until.mjs';

const timeout = 30_000;
const unique = () => `x${randomBytes(6).toString('hex')}`;

export default (shared) => describe('an application does what a Socket.IO server does', () => {
  const enter = async (number, room) => {
    const client = libraries['socket.io-client 4.8'](shared.cluster.nodes[number - 1].http, 'websocket', { reconnection: false });
    shared.clients.push(() => client.close());
    await client.online();
    await until('the welcome', () => client.events.some(([name]) => name === 'welcome'));
    [[, client.welcome]] = client.events.filter(([name]) => name === 'welcome');
    if (room) assert.equal((await client.call('join', room)).type, 'joined');
    client.told = (event) => client.events.filter(([name]) => name === event).map(([, ...rest]) => rest.filter((one) => one !== null));
    client.hearsEvent = (event) => until(`the event ${event}`, () => client.told(event).length > 0);
    return client;
  };
  const notify = (parameters) => shared.app(3).call('notify', parameters);

  test('io.emit: notify to the lobby, in which all clients are', { timeout }, async () => {
    const [clients, event] = [[await enter(1), await enter(2)], unique()];
    await notify({ rooms: ['lobby'], event, data: [1, 'two'] });
    for (const client of clients) {
      await client.hearsEvent(event);
      assert.deepEqual(client.told(event), [[1, 'two']]);
    }
  });
  test('an event has any name that Socket.IO lets it have', { timeout }, async () => {
    const [room, ana] = [unique(), await enter(1)];
    assert.equal((await ana.call('join', room)).type, 'joined');
    for (const name of ['order shipped', 'für alle!', '1st', ' ', '~a!b "c"']) {
      await notify({ rooms: [room], event: name, data: ['to the room'] });
      await notify({ users: [ana.socket.id], event: name, data: ['to the user'] });
      await until(`both of ${name}`, () => ana.told(name).length === 2);
      assert.deepEqual(ana.told(name).map(([word]) => word).sort(), ['to the room', 'to the user']);
    }
  });
  test('io.to(room).emit, and except(id): notify with rooms and except', { timeout }, async () => {
    const [room, event] = [unique(), unique()];
    const [ana, bo, cy] = [await enter(1, room), await enter(2, room), await enter(2)];
    await notify({ rooms: [room], event, data: ['all'] });
    await notify({ rooms: [room], event, data: ['not ana'], except: ana.socket.id });
    await notify({ rooms: ['lobby'], event, data: ['last'] });
    for (const client of [ana, bo, cy]) await until('the last', () => client.told(event).some(([word]) => word === 'last'));
    assert.deepEqual([ana, bo, cy].map((client) => client.told(event).map(([word]) => word)), [['all', 'last'], ['all', 'not ana', 'last'], ['last']]);
  });
  test('io.to(socket.id).emit: notify with users, or with one of the sessions of a user', { timeout }, async () => {
    const [ana, bo, event] = [await enter(1), await enter(2), unique()];
    assert.deepEqual(await notify({ users: [bo.socket.id], event, data: ['to the id'] }), { sessions: 1 });
    assert.deepEqual(await notify({ sessions: [bo.welcome.session], event, data: ['to the session'] }), { sessions: 1 });
    await until('both', () => bo.told(event).length === 2);
    assert.deepEqual([ana.told(event), bo.told(event)], [[], [['to the id'], ['to the session']]]);
  });
  test('a client that reads too slowly loses notices, and stays', { timeout }, async () => {
    const ana = await enter(1, unique());
    const [event, { ws }] = [unique(), ana.socket.io.engine.transport];
    ws.pause();
    let taken = 0;
    while ((await notify({ sessions: [ana.welcome.session], event, data: [taken, 'x'.repeat(16_000)] })).sessions === 1) ++taken;
    ws.resume();
    await until('all that were counted', () => ana.told(event).length === taken);
    assert.deepEqual(ana.told(event).map(([number]) => number), Array.from({ length: taken }, (_, i) => i));
    assert.deepEqual(ana.disconnects, []);
  });
  test('io.in(room).fetchSockets: presence', { timeout }, async () => {
    const room = unique();
    const [ana, bo] = [await enter(1, room), await enter(2, room)];
    await until('both are there', async () => {
      const { presence } = await shared.app(3).call('presence', { room });
      return [ana, bo].every(({ socket }) => Object.values(presence).some(({ user }) => user === socket.id));
    });
  });
  test('socketsJoin and socketsLeave: subscribe and unsubscribe', { timeout }, async () => {
    const [room, ana] = [unique(), await enter(1)];
    assert.deepEqual(await shared.app(3).call('subscribe', { user: ana.socket.id, room }), { sessions: 1 });
    await ana.hearsEvent('joined');
    assert.equal((await ana.call('send', { room, text: 'in' })).type, 'ack');
    assert.deepEqual(await shared.app(2).call('unsubscribe', { user: ana.socket.id, room }), { sessions: 1 });
    await ana.hearsEvent('removed');
    assert.equal((await ana.call('send', { room, text: 'out' })).code, 'not_joined');
  });
  test('disconnectSockets: disconnect', { timeout }, async () => {
    const ana = await enter(1);
    assert.deepEqual(await shared.app(3).call('disconnect', { user: ana.socket.id }), { sessions: 1 });
    await until('it is out', () => ana.disconnects.length > 0);
    assert.deepEqual(ana.disconnects, ['io server disconnect']);
  });
  test('socket.emitWithAck: ask', { timeout }, async () => {
    const ana = await enter(1);
    ana.socket.on('ask', ({ id, method, arguments: given }) => ana.emit('answer', { id, result: { method, given } }));
    const { answer } = await shared.app(3).call('ask', { session: ana.welcome.session, method: 'Where', arguments: ['now'] });
    assert.deepEqual(answer, { method: 'Where', given: ['now'] });
  });
  test('a message that must not be lost: publish, which recovered clients get, too', { timeout }, async () => {
    const ana = await enter(1);
    const text = unique();
    await shared.app(3).call('publish', { room: 'lobby', text, idempotency_key: unique() });
    await ana.hears([text]);
  });
});

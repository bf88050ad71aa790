// npm @socket.io/redis-emitter, unchanged: a program that speaks through Redis to the clients of all nodes. Each node has a Redis
// user with the rights of deploy/redis.acl and those that the reference names.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Emitter } from '@socket.io/redis-emitter';
import { createClient } from 'redis';
import { ChatClient } from './support/client.mjs';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { Redis } from './support/redis.mjs';
import { libraries } from './support/socketio-clients.mjs';
import { until } from './support/until.mjs';

const timeout = 30_000;
const RIGHTS = ['+psubscribe', '&socket.io#/#*', '&socket.io-request#/#'];
const unique = () => `x${randomBytes(6).toString('hex')}`;
let redis, nodes, publisher, emitter;

before(async () => {
  const folder = freshFolder('socketio-emitter');
  redis = await Redis.start(folder, { rights: RIGHTS });
  nodes = await Promise.all(['chat-1', 'chat-2'].map((id) => Node.start({ id, folder, redis, settings: { 'people-per-address': 0, 'socketio-emitter': 'on' } })));
  publisher = createClient({ url: `redis://127.0.0.1:${redis.port}` });
  await publisher.connect();
  emitter = new Emitter(publisher);
  await until('both nodes hear the emitter', async () => (await redis.command('CLIENT', 'LIST')).match(/name=chatd-overhearing .*psub=2/g)?.length === 2);
});
after(async () => {
  await publisher?.close();
  await Promise.all((nodes ?? []).map((node) => node.stop()));
  await redis?.stop();
});

async function enter(t, node, room) {
  const client = libraries['socket.io-client 4.8'](nodes[node].http, 'websocket', { reconnection: false });
  t.after(() => client.close());
  await client.online();
  if (room) assert.equal((await client.call('join', room)).type, 'joined');
  client.told = (event) => client.events.filter(([name]) => name === event).map(([, ...rest]) => rest);
  return client;
}

/** What comes before it has come, too: one connection of Redis keeps the order. */
async function settled(clients) {
  const last = unique();
  emitter.emit(last);
  await until('the last word', () => clients.every((client) => client.told(last).length > 0));
}

describe('the emitter', { concurrency: 4 }, () => {
  test('emit reaches the clients of all nodes, with all arguments', { timeout }, async (t) => {
    const clients = [await enter(t, 0), await enter(t, 1)];
    const event = unique();
    emitter.emit(event, 1, 'two', { three: [3] }, Buffer.from([1, 2, 3]));
    await settled(clients);
    for (const client of clients) assert.deepEqual(client.told(event).map((one) => one.slice(0, 4)), [[1, 'two', { three: [3] }, 'AQID']]);
  });
  test('a Date arrives as the text that JSON has for it', { timeout }, async (t) => {
    const client = await enter(t, 0);
    const event = unique();
    const dates = [new Date(0), new Date(1_700_000_000_123), new Date('1969-07-20T20:17:40.500Z'), new Date('2600-01-01T00:00:00Z')];
    emitter.emit(event, ...dates, { until: dates[1] }, 0);
    await settled([client]);
    assert.deepEqual(client.told(event).map((one) => one.slice(0, 5)), [[...dates.map((date) => date.toJSON()), { until: dates[1].toJSON() }]]);
  });
  test('emit reaches clients of chat.v1, as a notice', { timeout }, async (t) => {
    const client = await ChatClient.connect(nodes[1].ws);
    t.after(() => client.close());
    await client.join('lobby');
    const event = unique();
    emitter.emit(event, { any: 'thing' });
    assert.deepEqual((await client.push('the notice', (push) => push.type === 'notice' && push.event === event)).data, [{ any: 'thing' }]);
  });
  test('to a room reaches its members, on all nodes, once each', { timeout }, async (t) => {
    const [room, other, event] = [unique(), unique(), unique()];
    const [ana, bo, cy] = [await enter(t, 0, room), await enter(t, 1, room), await enter(t, 1, other)];
    emitter.to(room).emit(event, 'one');
    emitter.to([room, other]).emit(event, 'both');
    await settled([ana, bo, cy]);
    assert.deepEqual([ana, bo, cy].map((client) => client.told(event).map(([word]) => word)), [['one', 'both'], ['one', 'both'], ['both']]);
  });
  test('to the id of a socket reaches that one', { timeout }, async (t) => {
    const [ana, bo] = [await enter(t, 0), await enter(t, 1)];
    const event = unique();
    emitter.to(bo.socket.id).emit(event);
    await settled([ana, bo]);
    assert.deepEqual([ana.told(event).length, bo.told(event).length], [0, 1]);
  });
  test('a room that is called as a user hears nothing of that user, nor a user of a room', { timeout }, async (t) => {
    const [ana, spy] = [await enter(t, 0), await enter(t, 1)];
    const [secret, event] = [unique(), unique()];
    for (const room of [ana.socket.id, 'user:ana', `user:${ana.socket.id}`]) assert.equal((await spy.call('join', room)).type, 'joined');
    emitter.to(ana.socket.id).emit(event);
    emitter.to(`user:${ana.socket.id}`).emit(event);
    emitter.to('user:ana').emit(event);
    emitter.in(ana.socket.id).socketsJoin(secret);
    await until('ana is in the room', () => ana.told('joined').some(([{ room: name }]) => name === secret));
    await settled([ana, spy]);
    assert.deepEqual([ana.told(event).length, spy.told(event).length], [2, 0]);
    assert.ok(!spy.told('joined').some(([{ room: name }]) => name === secret));
  });
  test('except leaves out members of a room, and one socket', { timeout }, async (t) => {
    const [room, event] = [unique(), unique()];
    const [ana, bo, cy] = [await enter(t, 0, room), await enter(t, 1), await enter(t, 1)];
    emitter.except(room).emit(event, 'no members');
    emitter.except(cy.socket.id).emit(event, 'not cy');
    await settled([ana, bo, cy]);
    assert.deepEqual([ana, bo, cy].map((client) => client.told(event).map(([word]) => word)), [['not cy'], ['no members', 'not cy'], ['no members']]);
  });
  test('socketsJoin and socketsLeave: into a room and out of it', { timeout }, async (t) => {
    const [room, event] = [unique(), unique()];
    const [ana, bo] = [await enter(t, 0), await enter(t, 1)];
    emitter.in(bo.socket.id).socketsJoin(room);
    await until('bo has joined', () => bo.told('joined').some(([{ room: name }]) => name === room));
    emitter.to(room).emit(event, 'in');
    await settled([ana, bo]);
    emitter.in(room).socketsLeave(room);
    await until('bo is out', () => bo.told('removed').some(([{ room: name }]) => name === room));
    emitter.to(room).emit(event, 'out');
    await settled([ana, bo]);
    assert.deepEqual([ana.told(event), bo.told(event).map(([word]) => word)], [[], ['in']]);
  });
  test('disconnectSockets ends the sessions of a room, for good', { timeout }, async (t) => {
    const room = unique();
    const [ana, bo] = [await enter(t, 0, room), await enter(t, 1)];
    emitter.in(room).disconnectSockets(true);
    await until('ana is out', () => ana.disconnects.length > 0);
    assert.deepEqual(ana.disconnects, ['io server disconnect']);
    await settled([bo]);
    assert.deepEqual(bo.disconnects, []);
  });
  test('junk on its channels is dropped, counted, and disturbs no client', { timeout }, async (t) => {
    const client = await enter(t, 0);
    const junk = ['', 'x', '\u0091'.repeat(1000), '{', '{"type":9}', JSON.stringify({ type: 2, opts: {}, rooms: Array(2000).fill('a') })];
    for (const channel of ['socket.io#/#', 'socket.io#/#room#', 'socket.io-request#/#']) for (const payload of junk) await publisher.publish(channel, payload);
    await settled([client]);
    const { text } = await http(`${nodes[0].http}/metrics`);
    assert.equal(Number(/^chat_emitter_refusals_total (\d+)/m.exec(text)[1]), 18);
    assert.ok(nodes[0].log.split('event=emitter_packet_dropped').length - 1 <= 2);
    assert.deepEqual(client.disconnects, []);
  });
});

test('a node whose Redis user lacks the rights for the emitter says so, and serves its clients', { timeout }, async (t) => {
  const folder = freshFolder('socketio-emitter-rights');
  const poor = await Redis.start(folder);
  const node = await Node.start({ id: 'chat-1', folder, redis: poor, settings: { 'socketio-emitter': 'on' } });
  t.after(async () => {
    await node.stop();
    await poor.command('ACL', 'LOG', 'RESET');
    await poor.stop();
  });
  await until('the node says so', () => /NOPERM/.test(node.log));
  assert.equal((await http(`${node.http}/ready`)).status, 200);
});

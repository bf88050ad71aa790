// Three Redis servers that share the rooms: the death of one concerns its rooms and nobody else.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, afterEach, before, test } from 'node:test';
import { promisify } from 'node:util';
import { chatctl } from './support/chatctl.mjs';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { PollClient } from './support/http-clients.mjs';
import { http } from './support/http.mjs';
import { LocalCluster } from './support/local-cluster.mjs';
import { Node, cleanEnvironment } from './support/node.mjs';
import { assertContiguous, conversation, onEveryNode } from './support/people.mjs';
import { chatd } from './support/places.mjs';
import { Shards } from './support/shards.mjs';
import { until } from './support/until.mjs';

const timeout = 90_000;
const TALKED = 300;               // messages of the room that must not feel anything
const ROOMS = ['lobby', 'garden', 'kitchen', 'garage', 'cellar', 'attic', 'yard', 'porch'];
let cluster, shards;
/** A room in each server. @type {string[]} */
let rooms;

before(async () => {
  cluster = await Cluster.start('shards', { store: (folder) => Shards.start(folder) });
  shards = cluster.redis;
  const client = await ChatClient.connect(cluster.nginx.ws);
  for (const room of ROOMS) {
    await client.join(room);
    await client.say(room, 'first');
  }
  const found = new Map();
  for (const room of ROOMS) found.set(await shards.of(room), room);
  rooms = shards.servers.map((redis) => found.get(redis));
  assert.equal(rooms.filter(Boolean).length, 3, 'eight rooms lie in three servers');
  await client.close();
});
after(() => cluster?.stop());
afterEach(async () => {
  await cluster.active(3);
  const clients = await onEveryNode(cluster);
  for (const client of clients) for (const room of rooms) await until(`${client.node} serves ${room}`, () => client.join(room).catch(() => null), 20_000);
  for (const client of clients) await client.close();
});

const ready = (node, status) => until(`${node.id} answers ${status} at /ready`, async () => (await http(`${node.http}/ready`)).status === status, 20_000);
const told = (client, room, available) => client.push(`${room} is ${available ? 'back' : 'away'}`, (push) => push.type === 'degraded' && push.room === room && push.available === available, 20_000);

/** The slowest of `count` messages, one at a time, in milliseconds. */
async function slowest(client, room, count) {
  let worst = 0;
  for (let i = 1; i <= count; ++i) {
    const begun = performance.now();
    await client.say(room, `${i} of ${count}`);
    worst = Math.max(worst, performance.now() - begun);
  }
  return worst;
}

for (const dead of [0, 1, 2]) {
  test(`server ${dead + 1} dies: its rooms say so and come back whole, all others go on`, { timeout }, async () => {
    const clients = await onEveryNode(cluster);
    for (const client of clients) for (const room of rooms) await client.join(room, { history: 0 });
    for (const client of clients) await client.say(rooms[dead], `before, from ${client.node}`);

    await shards.servers[dead].kill();
    for (const client of clients) await told(client, rooms[dead], false);
    for (const node of cluster.nodes) await ready(node, 200);
    for (const room of rooms.filter((_, i) => i !== dead)) {
      const worst = await slowest(clients[0], room, TALKED);
      assert.ok(worst < 1000, `the slowest message in ${room} took ${worst} ms`);
      for (const client of clients) await client.hears(room, `${TALKED} of ${TALKED}`);
    }
    await assert.rejects(clients[0].request('send', { room: rooms[dead], text: 'refused', seq: clients[0].stored(rooms[dead]) + 1 }), ({ code }) => code === 'unavailable');
    assert.deepEqual(clients.flatMap(({ pushes }) => pushes.filter(({ type, room }) => type === 'degraded' && room !== rooms[dead])), []);

    await shards.servers[dead].start();
    for (const client of clients) await told(client, rooms[dead], true);
    for (const client of clients) await client.insist(rooms[dead], `after, from ${client.node}`);
    for (const client of clients) for (const other of clients) await client.hears(rooms[dead], `after, from ${other.node}`);
    const [first, ...others] = clients.map((client) => client.messages(rooms[dead]));
    assertContiguous(first, first[0].offset);
    for (const other of others) assert.deepEqual(conversation(other), conversation(first));
    assert.deepEqual(clients.map(({ closeCode }) => closeCode), [undefined, undefined, undefined], 'nobody was cut off');
    for (const client of clients) await client.close();
  });

  test(`without server ${dead + 1} a node starts, knows the others, and serves the other rooms`, { timeout }, async () => {
    const [listener] = await onEveryNode(cluster);
    const alive = rooms[(dead + 1) % 3];
    await listener.join(alive);
    await shards.servers[dead].kill();
    const node = cluster.node('chat-2');
    await node.kill();
    await node.start();
    const young = await ChatClient.connect(node.ws);
    await young.join(alive);
    await young.say(alive, `hello without ${dead + 1}`);
    await listener.hears(alive, `hello without ${dead + 1}`);
    await cluster.active(3);
    await assert.rejects(young.join(rooms[dead]), ({ code }) => code === 'unavailable');
    await shards.servers[dead].start();
    await until('the room can be joined', () => young.join(rooms[dead]).catch(() => null));
    await young.close();
    await listener.close();
  });

  test(`without server ${dead + 1} polls reach their connection through any node`, { timeout }, async () => {
    const alive = rooms[(dead + 1) % 3];
    const early = await PollClient.connect(`${cluster.nodes[0].http}/poll`);
    await shards.servers[dead].kill();
    await until('the nodes know', async () => /event=backplane_down/.test(cluster.nodes[1].log) && /event=backplane_down/.test(cluster.nodes[0].log));
    const late = await PollClient.connect(`${cluster.nodes[0].http}/poll`);
    for (const client of [early, late]) {
      client.url = `${cluster.nodes[1].http}/poll`;         // from now on to another node
      await client.join(alive);
      await client.say(alive, 'by another node');
    }
    await shards.servers[dead].start();
    for (const client of [early, late]) await client.end();
  });
}

test('a node whose URL has the servers in another order serves none that stands elsewhere', { timeout }, async () => {
  const [one, two, three] = shards.servers.map(({ port }) => `127.0.0.1:${port}`);
  const wrong = await Node.start({ id: 'chat-4', folder: cluster.redis.servers[0].folder, redis: { url: `redis-shards://chat:PASSWORD@${one},${three},${two}` } });
  try {
    await wrong.program.line(/event=redis_unusable .*why="it is server [23] of 3 of those that share the rooms, but the URL has it as [23] of 3" do="list the same servers in the same order/);
    const client = await ChatClient.connect(wrong.ws);
    await client.join(rooms[0]);
    await assert.rejects(client.join(rooms[1]), ({ code }) => code === 'unavailable');
    await client.close();
  } finally {
    await wrong.stop();
  }
  await cluster.active(3);
});

test('a node whose URL names one of the servers alone does not become ready, and says why', { timeout }, async () => {
  const alone = await Node.start({ id: 'chat-4', folder: shards.servers[0].folder, redis: shards.servers[0], ready: false });
  await alone.program.line(/event=redis_unusable .*why="it is server 1 of 3 of those that share the rooms" do="name all of them/);
  assert.equal((await http(`${alone.http}/ready`)).status, 503);
  await alone.stop();
});

test('chatctl lists the rooms of all servers, and changes the secret in each', { timeout }, async () => {
  const run = async (...args) => chatctl([...args, '--backplane', shards.url]);
  const listed = (await run('rooms')).out;
  for (const room of ROOMS) assert.match(listed, new RegExp(`^${room}\\b`, 'm'));
  const secret = () => until('all servers have one secret', async () => {
    const [first, ...others] = await Promise.all(shards.servers.map((redis) => redis.command('GET', 'chat:secret')));
    return others.every((other) => other === first) && first;
  });
  const before = await secret();
  const { stdout } = await promisify(execFile)(chatd, ['rotate-secret', '--backplane', shards.url], { env: cleanEnvironment() });
  assert.match(stdout, /another secret/);
  assert.notEqual(await secret(), before);
});

test('deploy/local up --backplane shards starts three servers, remembers them, and keeps them apart from a single one', { timeout }, async () => {
  const local = await LocalCluster.up('shards-local', { backplane: 'shards', nodes: 2 });
  const refused = (...words) => local.run(...words).then(() => null, ({ code, stderr }) => ({ code, stderr }));
  try {
    const { stdout } = await local.run('status');
    for (const [i, name] of ['redis-1', 'redis-2', 'redis-3'].entries()) assert.match(stdout, new RegExp(`^${name} +ready +\\d+ +127\\.0\\.0\\.1:${local.redisPort + i}$`, 'm'));
    assert.match((await refused('up', '--backplane', 'redis')).stderr, /the cluster runs already, with --backplane shards\. To change it: \.\/deploy\/local down, then up/);
    assert.match((await refused('up', '--backplane', 'nats')).stderr, /--backplane is redis, shards or postgres, not 'nats'/);
    const client = await ChatClient.connect(local.ws);
    for (const room of ROOMS) {
      await client.join(room);
      await client.say(room, 'kept');
    }
    await client.close();
    await local.run('down');
    await local.run('up');
    const again = await ChatClient.connect(local.ws);
    for (const room of ROOMS) assert.deepEqual((await again.join(room, { history: 5 })).messages.map(({ text }) => text), ['kept'], room);
    await again.close();
    await local.run('down');
    await local.run('up', '--backplane', 'redis');
    const other = await ChatClient.connect(local.ws);
    assert.deepEqual((await other.join(ROOMS[0], { history: 5 })).messages, [], 'another store');
    await other.close();
  } finally {
    await local.down();
  }
});

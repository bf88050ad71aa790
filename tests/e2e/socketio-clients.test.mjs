// Socket.IO's official clients, unchanged, and an independent one: library × transport, behind ip_hash and behind round robin,
// where each request comes to another node. Then nodes that leave, nodes that die, and connections that break.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Cluster } from './support/cluster.mjs';
import { Nginx } from './support/nginx.mjs';
import { http } from './support/http.mjs';
import { libraries, pythonIn, transports } from './support/socketio-clients.mjs';
import { until, within } from './support/until.mjs';

const timeout = 90_000;
const unique = () => randomBytes(6).toString('hex');
const nodeBehind = async (nginx) => (await http(`${nginx.http}/health`)).json.node;
let cluster, robin, home;
before(async () => {
  cluster = await Cluster.start('socketio-clients', { nodes: 3, settings: { 'people-per-address': 0, 'socketio-ping-interval': 5, 'socketio-ping-timeout': 5 } });
  robin = await Nginx.start(join(dirname(cluster.nginx.folder), 'round-robin'), cluster.nodes, { sticky: false });
  home = await nodeBehind(cluster.nginx);
});
after(async () => {
  await robin?.stop();
  await cluster?.stop();
});
const doors = { ip_hash: () => cluster.nginx.http, 'round robin': () => robin.http };
const every = Object.entries(doors).flatMap(([door, url]) => Object.entries(libraries).flatMap(([library, make]) => transports.map((way) => ({ door, url, library, make, way }))));

const open = async (t, { make, url, way }, options) => {
  const client = make(url(), way, options);
  t?.after(() => client.close());
  await client.online();
  return client;
};

for (const one of every) {
  describe(`${one.library}, ${one.way}, ${one.door}`, { concurrency: 4 }, () => {
    test('connects over the transport it asked for', { timeout }, async (t) => {
      const client = await open(t, one);
      assert.match(client.connects[0].id, /^[a-z0-9]{15}$/);
      await until('the transport', () => client.transport() === (one.way === 'polling' ? 'polling' : 'websocket'));
    });
    test('emits: two clients hear all in one order', { timeout }, async (t) => {
      const [ana, bo] = [await open(t, one), await open(t, one)];
      const said = Array.from({ length: 10 }, unique);
      for (const text of said) ana.emit('sendMessage', text);
      await Promise.all([ana.hears(said), bo.hears(said)]);
      assert.deepEqual(ana.of(said), bo.of(said));
      assert.deepEqual(ana.of(said), said);
    });
    test('emits while it changes transports: nothing is lost or twice', { timeout }, async (t) => {
      const bo = await open(t, one);
      const said = Array.from({ length: 30 }, unique);
      const ana = await open(t, one);             // an upgrade is still under way
      for (const text of said) { ana.emit('sendMessage', text); await new Promise((resolve) => { setTimeout(resolve, 5); }); }
      await Promise.all([ana.hears(said), bo.hears(said)]);
      assert.deepEqual(ana.of(said), said);
      assert.deepEqual(bo.of(said), said);
    });
    test('has its events acknowledged', { timeout }, async (t) => {
      const client = await open(t, one);
      assert.equal((await client.call('sendMessage', unique())).type, 'ack');
    });
    test('sends bytes, which arrive as base64', { timeout }, async (t) => {
      const client = await open(t, one);
      const bytes = randomBytes(30);
      client.emit('sendMessage', bytes);
      await client.hears([bytes.toString('base64')]);
    });
    test('is refused another namespace, and is told why', { timeout }, async (t) => {
      const client = one.library.startsWith('python') ? pythonIn(one.url(), one.way, '/other') : one.make(`${one.url()}/other`, one.way, { reconnection: false });
      t.after(() => client.close());
      await until('the refusal', () => client.refusals.length > 0);
      assert.match(client.refusals[0].message ?? String(client.refusals[0]), /Invalid namespace/);
    });
    test('joins a room, hears it, leaves it', { timeout }, async (t) => {
      const [ana, bo] = [await open(t, one), await open(t, one)];
      const room = unique();
      for (const client of [ana, bo]) assert.equal((await client.call('join', room)).type, 'joined');
      await ana.call('send', { room, text: 'in the room' });
      await until('the room is heard', () => bo.events.some(([name, message]) => name === 'message' && message.text === 'in the room'));
      assert.equal((await bo.call('leave', room)).type, 'left');
      assert.equal((await bo.call('send', { room, text: 'x' })).code, 'not_joined');
    });
    test('is told of errors, in acknowledgements and as "exception"', { timeout }, async (t) => {
      const client = await open(t, one);
      assert.equal((await client.call('nonsense', 1)).code, 'unknown_type');
      client.emit('nonsense', 1);
      await until('the exception', () => client.events.some(([name, error]) => name === 'exception' && error.code === 'unknown_type'));
    });
    if (one.library === 'socket.io-client 4.8') {
      test('goes on where its connection broke: recovered, nothing missing, nothing twice', { timeout }, async (t) => {
        const [ana, bo] = [await open(t, one), await open(t, one)];
        const said = Array.from({ length: 20 }, unique);
        for (const text of said.slice(0, 10)) await bo.call('sendMessage', text);
        await ana.hears(said.slice(0, 10));
        ana.cut();
        for (const text of said.slice(10)) await bo.call('sendMessage', text);
        await ana.online(2);
        await ana.hears(said);
        assert.deepEqual([ana.connects[1].recovered, ana.connects[1].id], [true, ana.connects[0].id]);
        assert.deepEqual(ana.of(said), said);
      });
      test('repeats an event that was not acknowledged: it is stored once', { timeout }, async (t) => {
        const ana = await open(t, one, { retries: 3, ackTimeout: 300 });
        const said = Array.from({ length: 10 }, unique);
        const ids = [];
        for (const [i, text] of said.entries()) {
          ana.socket.emit('send', { room: 'lobby', text, id: `${ana.name}-${text}` }, (error, ack) => ids.push(ack?.offset));
          if (i === 4) ana.cut();
        }
        await until('all are acknowledged', () => ids.length === said.length);
        await ana.hears(said);
        assert.deepEqual(ana.of(said), said);
      });
    }
  });
}

/** All kinds of clients, and one that talks all the time over a WebSocket of its own. */
async function withEverybody(body) {
  const clients = await Promise.all(every.map((one) => open(undefined, one)));
  const talker = await open(undefined, { ...every[0], make: libraries['socket.io-client 4.8'], way: 'websocket', url: doors['round robin'] }, { retries: 50, ackTimeout: 1000 });
  const said = [];
  let talking = true;
  const talk = (async () => {
    while (talking) {
      const text = unique();
      said.push(text);
      await new Promise((resolve) => { talker.socket.emit('send', { room: 'lobby', text, id: text }, resolve); });
    }
  })();
  try {
    await body(clients, async () => {           // a client that has not noticed yet that its node is gone hears nothing
      const from = said.length;
      await until('each client hears what is said now', () => {
        const fresh = new Set(said.slice(from));
        const deaf = clients.filter(({ heard }) => !heard.some((text) => fresh.has(text))).map(({ name }) => name);
        if (deaf.length > 0) throw new Error(deaf.join('; '));
        return true;
      }, 60_000);
      talking = false;
      await talk;
      return said;
    });
  } finally {
    talking = false;
    await Promise.all([...clients, talker].map((client) => client.close()));
  }
}

const hasRecovery = (client) => client.name.startsWith('socket.io-client 4.8');
async function checks(clients, said) {
  await Promise.all(clients.filter(hasRecovery).map((client) => client.hears([said.at(-1)], 40_000)));
  for (const client of clients) {
    const heard = client.of(said);
    assert.equal(new Set(heard).size, heard.length, `${client.name}: nothing twice`);
    assert.deepEqual(heard, said.filter((text) => heard.includes(text)), `${client.name}: in order`);
    assert.ok(!client.disconnects.includes('io server disconnect'), `${client.name} was not sent away`);
    if (!hasRecovery(client)) continue;
    assert.ok(client.connects.slice(1).every(({ recovered }) => recovered), `${client.name}: each return is a recovery`);
    assert.deepEqual(heard, said.slice(said.indexOf(heard[0])), `${client.name}: nothing is missing`);
  }
}

describe('nodes come and go', () => {
  test('a node drains and is replaced: all clients come back', { timeout: 2 * timeout }, () => withEverybody(async (clients, hush) => {
    for (const node of cluster.nodes) {
      await node.stop();
      await node.start();
      await cluster.active(3);
    }
    await checks(clients, await hush());
    assert.ok(clients.some(({ connects }) => connects.length > 1));
  }));
  test('a node is killed: all clients come back', { timeout: 2 * timeout }, () => withEverybody(async (clients, hush) => {
    for (const node of cluster.nodes) {
      await node.kill();
      await node.start();
      await cluster.active(3);
    }
    await checks(clients, await hush());
    assert.ok(clients.some(({ connects }) => connects.length > 1));
  }));
});

test('Redis is away for longer than nodes wait with refusing new clients: clients keep their connections', { timeout: 2 * timeout }, async (t) => {
  // Polls of a client that NGINX moves need Redis between the nodes, and NGINX leaves a killed node out for 2 s.
  await until('NGINX leads everybody from here to the same node again', async () => await nodeBehind(cluster.nginx) === home);
  const clients = await Promise.all(transports.map((way) => open(t, { make: libraries['socket.io-client 4.8'], way, url: doors.ip_hash })));
  await until('the transports', () => clients.every((client, i) => client.transport() === (transports[i] === 'polling' ? 'polling' : 'websocket')));
  await cluster.redis.kill();
  t.after(() => cluster.active(3));
  await until('the nodes refuse new clients', async () => (await http(`${cluster.nodes[0].http}/open`)).status === 503);
  for (const client of clients) {
    const answer = await within(`${client.name} is answered`, client.call('sendMessage', unique()));
    assert.equal(answer.code, 'unavailable', client.name);
  }
  await cluster.redis.start();
  const said = unique();
  await until('a message is stored', async () => (await within('an answer', clients[0].call('sendMessage', said))).type === 'ack');
  await Promise.all(clients.map((client) => client.hears([said])));
  assert.deepEqual(clients.map(({ disconnects }) => disconnects), clients.map(() => []));
});

// Nodes that cannot work do not keep people: one whose Redis is out of reach, one that hangs, two with one id, one with
// another secret.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { FaultProxy } from '../chaos/proxy.mjs';
import { ChatClient } from './support/client.mjs';
import { http } from './support/http.mjs';
import { Nginx } from './support/nginx.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { Redis } from './support/redis.mjs';
import { until } from './support/until.mjs';

const timeout = 60_000;
const ADDRESSES = Array.from({ length: 24 }, (_, i) => `127.0.${i + 1}.1`);   // ip_hash looks at the first three numbers
const ROOM = 'ward';

/** Comes, joins and is acknowledged; on another try if that was refused. Returns the milliseconds it took. */
async function comesAndChats(nginx, from) {
  const begun = performance.now();
  let client;
  await until(`${from} chats`, async () => {
    client?.socket.terminate();
    client = await ChatClient.connect(nginx.ws, { from }).catch(() => undefined);
    if (!client) return false;
    await client.join(ROOM);
    await client.insist(ROOM, `from ${from}`);
    return true;
  }, 20_000);
  const took = performance.now() - begun;
  return { client, took };
}

/** Like the page: goes when it is told to, or when its node says nothing any more. */
async function movesWhenTold(nginx, client, from, begun) {
  const { after_ms: pause } = await client.push('a word to move', ({ type }) => type === 'reconnect', 10_000);
  await new Promise((resolve) => setTimeout(resolve, pause));
  const again = await comesAndChats(nginx, from);
  client.socket.terminate();
  again.client.socket.terminate();
  return performance.now() - begun;
}

describe('three nodes, of which one loses its Redis and one hangs', () => {
  let folder, redis, proxy, nodes, nginx, people;
  const settings = { 'trusted-proxies': '127.0.0.1/32' };
  before(async () => {
    folder = freshFolder('sick-nodes');
    redis = await Redis.start(folder);
    proxy = await FaultProxy.start(redis.port);
    nodes = await Promise.all([redis, { url: proxy.url }, redis].map((one, i) => Node.start({ id: `chat-${i + 1}`, folder, redis: one, settings })));
    nginx = await Nginx.start(folder, nodes);
    people = await Promise.all(ADDRESSES.map(async (from) => ({ from, ...await comesAndChats(nginx, from) })));
    await until('each node has told of its people, and read who the others are', async () => {
      const { available_nodes: cards } = (await http(`${nodes[0].http}/nodes`)).json;
      return cards.length === 3 && cards.every(({ connections }) => connections > 0);
    }, 20_000);
  });
  after(async () => {
    for (const { client } of people ?? []) client.socket.terminate();
    nodes?.[2].program.signal('SIGCONT');
    await nginx?.stop();
    await Promise.all((nodes ?? []).map((node) => node.kill()));
    await proxy?.stop();
    await redis?.stop();
  });

  test('everybody chats within 3 s of coming, and who is on the node without Redis within 10 s', { timeout }, async (t) => {
    const sick = people.filter(({ client }) => client.node === 'chat-2');
    assert.ok(sick.length > 0 && people.some(({ client }) => client.node === 'chat-3'), 'ip_hash has given each node somebody');
    proxy.impose('all', { hold: true });                      // a cut network: nothing is refused, nothing answers
    proxy.impose('all', { refuse: true });
    nodes[2].program.signal('SIGSTOP');
    const begun = performance.now();
    const moved = Promise.all(sick.map(({ client, from }) => movesWhenTold(nginx, client, from, begun)));
    const [moves] = await Promise.all([moved, until('chat-2 is not ready', async () => (await http(`${nodes[1].http}/ready`)).status === 503, 10_000)]);
    const came = [];
    for (const from of ADDRESSES) came.push(comesAndChats(nginx, from));
    const times = (await Promise.all(came)).map(({ client, took }) => { client.socket.terminate(); return took; });
    t.diagnostic(`${sick.length} moved, the last after ${Math.round(Math.max(...moves))} ms; ${times.length} came, the slowest chatted after ${Math.round(Math.max(...times))} ms`);
    assert.ok(Math.max(...moves) <= 10_000, `moved after ${moves.map(Math.round)}`);
    assert.ok(Math.max(...times) <= 3000, `chatted after ${times.map(Math.round)}`);
  });

  test('whatever a newcomer asks for first, a node that is well answers', { timeout }, async () => {
    for (const from of ADDRESSES) {
      for (const [method, path] of [['POST', '/poll'], ['POST', '/chatHub/negotiate?negotiateVersion=1'], ['GET', '/socket.io/?EIO=4&transport=polling'], ['GET', '/nodes']]) {
        assert.equal((await http(`${nginx.http}${path}`, { method, from })).status, 200, `${method} ${path} from ${from}`);
      }
    }
  });

  test('a node that has never reached its store refuses WebSockets, streams, polls and negotiation, and says why', { timeout }, async () => {
    const lost = await Node.start({ id: 'chat-4', folder, redis: { url: proxy.url }, settings, ready: false });
    try {
      await until('chat-4 listens', async () => (await http(`${lost.http}/health`)).status === 200);
      assert.match((await http(`${lost.http}/ready`)).json.faults[0], /the store does not answer/);
      assert.equal((await http(`${lost.http}/sse`)).status, 503);
      assert.equal((await http(`${lost.http}/poll`, { method: 'POST' })).status, 503);
      assert.equal((await http(`${lost.http}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST' })).status, 503);
      await assert.rejects(ChatClient.connect(lost.ws), /503/);
    } finally {
      await lost.kill();
    }
  });
});

test('nodes with --allowed-hosts move people off one that has lost its Redis', { timeout }, async (t) => {
  const folder = freshFolder('named-nodes');
  const redis = await Redis.start(folder);
  t.after(() => redis.stop());
  const proxy = await FaultProxy.start(redis.port);
  t.after(() => proxy.stop());
  const host = 'chat.example.org';
  const [well, sick] = await Promise.all([redis, { url: proxy.url }].map((one, i) => Node.start({ id: `chat-${i + 1}`, folder, redis: one, settings: { 'allowed-hosts': `${host},other.example.org` } })));
  t.after(() => Promise.all([well, sick].map((node) => node.kill())));
  const cards = async () => (await http(`${sick.http}/nodes`, { headers: { host } })).json.available_nodes;
  await until('each is listed', async () => (await cards()).length === 2, 20_000);
  const client = await ChatClient.connect(sick.ws, { host });
  t.after(() => client.socket.terminate());
  await client.join(ROOM);
  await until('it has told of its client, and read who the others are', async () => (await cards()).find(({ id }) => id === sick.id).connections > 0, 30_000);
  proxy.impose('all', { hold: true });
  proxy.impose('all', { refuse: true });
  await client.push('a word to move', ({ type }) => type === 'reconnect', 20_000);
});

describe('nodes that were set up wrongly', () => {
  let folder, redis;
  const started = [];
  const start = async (id, settings, ready) => {
    const node = await Node.start({ id, folder, redis, settings, ready });
    started.push(node);
    return node;
  };
  const faults = async (node) => (await http(`${node.http}/ready`)).json.faults;
  before(async () => {
    folder = freshFolder('wrong-nodes');
    redis = await Redis.start(folder);
  });
  after(async () => {
    await Promise.all(started.map((node) => node.kill()));
    await redis?.stop();
  });

  test('the second of two live nodes with one id says so and takes nobody; the first says so, too', { timeout }, async () => {
    const first = await start('chat-1');
    const second = await start('chat-1');
    await until('the second knows', async () => (await faults(second)).some((fault) => /--node-id/.test(fault)), 40_000);
    await until('the first has logged it', () => /node_id_taken/.test(first.log), 40_000);
    assert.equal((await http(`${first.http}/ready`)).status, 200);
    await second.kill();
  });

  test('a node with another secret says which node differs and takes nobody', { timeout }, async () => {
    const other = await start('chat-2', { secret: 'another secret than the others' }, false);
    await until('it knows', async () => (await faults(other).catch(() => [])).some((fault) => /chat-1 has another secret/.test(fault)), 20_000);
    assert.match(other.log, /another_secret.*chat-2.*chat-1/);
    await other.kill();
  });

  test('/nodes tells the version of each node with its commit', { timeout }, async () => {
    const { json } = await http(`${started[0].http}/nodes`);
    assert.match(json.available_nodes[0].version, /^\d+\.\d+\.\d+(\+[0-9a-f]{7})?$/);
    assert.ok(Math.abs(json.available_nodes[0].clock_ahead_ms) < 5000);
  });
});

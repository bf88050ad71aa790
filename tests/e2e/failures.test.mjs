// A part of the cluster goes away: users lose no acknowledged message, and see none twice.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { http } from './support/http.mjs';
import { addresses, assertContiguous, conversation, onEveryNode } from './support/people.mjs';
import { storeKind } from './support/store.mjs';
import { later, until, within } from './support/until.mjs';

const timeout = 90_000;
/** Of Redis alone: on PostgreSQL there is no such test. */
const testOfRedis = storeKind === 'postgres' ? (name) => console.log(`not on PostgreSQL: ${name}`) : test;
let cluster;
before(async () => { cluster = await Cluster.start('failures'); });
after(() => cluster?.stop());
afterEach(() => cluster.active(3));     // each test repairs its damage

/** Says texts 1 … count and returns when the last is stored; refusals for the moment are repeated. */
async function saysAll(client, room, count) {
  for (let i = 1; i <= count; ++i) await client.insist(room, `${i} of ${client.node}`);
}

/** Every client has all acknowledged messages, once and in the same order, and so has the history. */
async function assertSameConversation(clients, room) {
  const count = clients.reduce((sum, client) => sum + client.stored(room), 0);
  for (const client of clients) await until(`${client.node} has ${count} messages`, () => client.messages(room).length >= count, 20_000);
  for (const client of clients) {
    assertContiguous(client.messages(room), 1, `on ${client.node}`);
    assert.deepEqual(client.pushes.filter(({ type }) => type === 'rewound' || type === 'reset'), [], 'nothing was lost, so nothing is taken back');
  }
  const [first, ...others] = clients.map((client) => conversation(client.messages(room)));
  assert.equal(first.length, count);
  assert.equal(new Set(first.map(({ text }) => text)).size, count, 'no text twice');
  for (const other of others) assert.deepEqual(other, first);
  const { messages } = await clients[0].history(room, { limit: 200 });
  assert.deepEqual(conversation(messages).map(({ text }) => text), first.slice(-200).map(({ text }) => text));
}

test('a node that is stopped says goodbye to its clients, leaves /nodes at once and ends with 0', { timeout }, async () => {
  const leaving = cluster.node('chat-3');
  const client = await ChatClient.connect(cluster.nginx.wsOf('chat-3'));
  await client.join('goodbye');
  const ended = later(leaving.stop());
  const { after_ms: pause } = await client.push('reconnect', ({ type }) => type === 'reconnect');
  assert.ok(Number.isInteger(pause) && pause >= 0 && pause <= 2000, `after_ms ${pause} within the drain time`);
  assert.equal((await within('the close', client.closed)).code, 1012);
  assert.equal(await ended, 0);

  const { active_count: count, available_nodes: nodes } = await cluster.list();
  assert.equal(count, 2);
  assert.equal(nodes.some(({ id }) => id === 'chat-3'), false);
  const other = await ChatClient.connect(cluster.nginx.wsOf('chat-1'));
  await other.join('goodbye');
  assert.equal((await other.members('goodbye')).count, 1, 'its people went with it');
  await leaving.start();
});

test('a node that drains is not ready, takes no new clients, and finishes what it was asked', { timeout }, async () => {
  const leaving = cluster.node('chat-2');
  const listener = await ChatClient.connect(cluster.nginx.wsOf('chat-1'));
  const speaker = await ChatClient.connect(cluster.nginx.wsOf('chat-2'));
  for (const client of [listener, speaker]) await client.join('drain');
  const last = later(Promise.all(Array.from({ length: 20 }, (_, i) => speaker.say('drain', `${i}`))));
  leaving.program.signal('SIGTERM');
  assert.equal((await last).length, 20);
  await listener.hears('drain', '19');
  assertContiguous(listener.messages('drain'));
  await until('it ends', () => leaving.program.result === 0);
  await leaving.start();
});

test('the clients of a killed node reach another node by NGINX and miss nothing', { timeout }, async () => {
  const room = 'killed';
  const [[victim, from], [witnessNode]] = [...await addresses(cluster)];
  const client = await ChatClient.connect(cluster.nginx.ws, { from });
  const witness = await ChatClient.connect(cluster.nginx.wsOf(witnessNode));
  assert.equal(client.node, victim);
  for (const one of [client, witness]) await one.join(room);
  for (let i = 1; i <= 5; ++i) await client.say(room, `before ${i}`);
  const { epoch, offset } = await client.hears(room, 'before 5');

  await cluster.node(victim).kill();
  const cut = performance.now();
  assert.equal((await within('the connection ends', client.closed)).code, 1006);
  await witness.say(room, 'meanwhile');
  const moved = await until('NGINX gives another node', () => ChatClient.connect(cluster.nginx.ws, { from }));
  assert.notEqual(moved.node, victim);
  assert.ok(performance.now() - cut < 5000, 'within five seconds');
  const joined = await moved.join(room, { cursor: { epoch, offset } });
  assert.equal(joined.recovered, true);
  assert.deepEqual(joined.messages.map(({ text }) => text), ['meanwhile']);
  await moved.say(room, 'here again');
  await witness.hears(room, 'here again');
  assertContiguous(witness.messages(room));

  await until('the dead node\'s people are gone', async () => (await witness.members(room)).count === 2, 15_000);
  await cluster.node(victim).start();
});

test('a request that NGINX would give to the dead node is answered by another one', { timeout }, async () => {
  const [[victim, from]] = [...await addresses(cluster)];
  await cluster.node(victim).kill();
  for (let i = 0; i < 20; ++i) {
    const { status, json } = await http(`${cluster.nginx.http}/health`, { from });
    assert.equal(status, 200);
    assert.notEqual(json.node, victim);
  }
  const chosen = await http(`${cluster.nginx.http}/node/${victim}/health`);
  assert.equal(chosen.status, 502, 'who chose the dead node is told so');
  await cluster.node(victim).start();
  await until('NGINX sends its people back', async () => (await http(`${cluster.nginx.http}/health`, { from })).json.node === victim, 20_000);
});

test('the store is killed and comes back: sockets stay, refusals are honest, and messages flow again on every node', { timeout }, async () => {
  const room = 'redis';
  const clients = await onEveryNode(cluster);
  for (const client of clients) await client.join(room);
  for (const client of clients) await client.say(room, `before from ${client.node}`);
  for (const client of clients) await until('all heard', () => client.messages(room).length === 3);

  await cluster.redis.kill();
  for (const node of cluster.nodes) {
    await until(`${node.id} is not ready`, async () => (await http(`${node.http}/ready`)).status === 503);
    assert.equal((await http(`${node.http}/health`)).status, 200, 'without the store a node is alive');
  }
  await assert.rejects(clients[0].request('send', { room, text: 'refused', seq: 2 }), (error) => {
    assert.equal(error.code, 'unavailable');
    assert.equal(error.reply.temporary, true);
    assert.ok(error.reply.retry_after_ms > 0);
    return true;
  });

  await cluster.redis.start();
  for (const node of cluster.nodes) await until(`${node.id} is ready`, async () => (await http(`${node.http}/ready`)).status === 200, 20_000);
  for (const client of clients) await client.insist(room, `after from ${client.node}`);
  await assertSameConversation(clients, room);
  for (const client of clients) assert.equal(client.closeCode, undefined, 'nobody was cut off');
});

test('as soon as the store is back, NGINX leads newcomers to the one node that is left', { timeout }, async () => {
  const [first, second, left] = cluster.nodes;
  const comes = () => http(`${cluster.nginx.http}/poll`, { method: 'POST' });
  const isOpen = async () => (await http(`${left.http}/open`)).status === 200;
  await cluster.redis.kill();
  for (let i = 0; i < 9; ++i) {
    await http(`${cluster.nginx.http}/nodes`);
    await ChatClient.connect(`${cluster.nginx.ws}?sid=x`).then((client) => client.socket.terminate(), () => {});
  }
  assert.equal((await http(`${cluster.nginx.http}/health`)).status, 200, 'no node is left out');
  for (const node of cluster.nodes) await until(`${node.id} takes no new client`, async () => (await http(`${node.http}/open`)).status !== 200);
  await until('NGINX has asked each node', async () => (await comes()).status === 503 && (await http(`${cluster.nginx.http}/nodes`)).status === 503);
  await Promise.all([first.kill(), second.kill()]);
  await cluster.redis.start();
  await until('the third takes clients again', isOpen, 20_000);
  assert.equal((await comes()).status, 200);
  assert.equal((await http(`${cluster.nginx.http}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST' })).status, 200);
  assert.equal((await http(`${cluster.nginx.http}/nodes`)).json.current_node, left.id);
  await Promise.all([first.start(), second.start()]);
});

const cutAll = (type) => until(`a ${type} connection is cut`, async () => Number(await cluster.redis.command('CLIENT', 'KILL', 'TYPE', type)) > 0);
const restart = () => cluster.redis.kill().then(() => cluster.redis.start());
const faults = {
  redis: [
    ['the subscriptions of all nodes are cut', () => cutAll('pubsub')],
    ['the command connections of all nodes are cut', () => cutAll('normal')],
    ['Redis forgets its scripts', () => cluster.redis.command('SCRIPT', 'FLUSH')],
    ['Redis is killed and started', restart],
  ],
  postgres: [
    ['the connections for notifications of all nodes are cut', () => cluster.redis.cut('-notifications')],
    ['the connections for appends of all nodes are cut', () => cluster.redis.cut('-appends')],
    ['all connections of all nodes are cut', () => cluster.redis.cut()],
    ['PostgreSQL is killed and started', restart],
  ],
};
for (const [name, fault] of faults[storeKind] ?? faults.redis) {
  test(`${name} three times while people talk: everybody gets everything once`, { timeout }, async () => {
    const room = `while-${name.toLowerCase().replaceAll(' ', '-')}`;
    const clients = await onEveryNode(cluster);
    for (const client of clients) await client.join(room);
    const talk = later(Promise.all(clients.map((client) => saysAll(client, room, 100))));
    for (const mark of [20, 100, 200]) {
      await until(`message ${mark}`, () => clients[0].messages(room).length >= mark);
      await fault();
    }
    await talk;
    // The last fault may have come after the last message: new messages show that every node is well again.
    for (const client of clients) await client.insist(room, `after it all from ${client.node}`);
    await assertSameConversation(clients, room);
    // Appends have a connection of their own, and the next test joins rooms over the other.
    for (const node of cluster.nodes) await until(`${node.id} is ready`, async () => (await http(`${node.http}/ready`)).status === 200);
  });
}

testOfRedis('a sender that does not wait for its acks keeps its order although Redis forgets its scripts', { timeout }, async () => {
  const room = 'pipelined';
  const [sender, listener] = await onEveryNode(cluster);
  for (const client of [sender, listener]) await client.join(room);
  const texts = Array.from({ length: 2000 }, (_, i) => `${i + 1}`);
  const acks = [];
  let flushing = true;
  const flushes = later((async () => { while (flushing) await cluster.redis.command('SCRIPT', 'FLUSH'); })());
  for (const text of texts) {
    acks.push(later(sender.say(room, text)));
    if (acks.length % 5 === 0) await turn();
  }
  const results = await Promise.allSettled(acks);
  flushing = false;
  await flushes;
  assert.deepEqual(results.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message), []);
  await until('all of it', () => listener.messages(room).length >= texts.length);
  assertContiguous(listener.messages(room));
  assert.deepEqual(listener.messages(room).map(({ text }) => text), texts);
});

testOfRedis('who enters a room or speaks just after Redis forgot its scripts notices nothing', { timeout }, async () => {
  const clients = await onEveryNode(cluster);
  await cluster.redis.command('SCRIPT', 'FLUSH');
  await Promise.all(clients.map((client) => client.join('forgotten')));
  await cluster.redis.command('SCRIPT', 'FLUSH');
  await Promise.all(clients.map((client) => client.say('forgotten', `from ${client.node}`)));
  await assertSameConversation(clients, 'forgotten');
});

test('a node that stood still while the others talked catches up and tells its clients everything once', { timeout }, async () => {
  const room = 'stopped';
  const clients = await onEveryNode(cluster);
  for (const client of clients) await client.join(room);
  const [asleep, ...awake] = clients;
  cluster.node(asleep.node).program.signal('SIGSTOP');
  try {
    for (const client of awake) await saysAll(client, room, 50);
  } finally {
    cluster.node(asleep.node).program.signal('SIGCONT');
  }
  await asleep.insist(room, `51 of ${asleep.node}`);
  await assertSameConversation(clients, room);
});

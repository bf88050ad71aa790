// Three nodes, Redis and NGINX as users meet them: one conversation, on any node.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { http } from './support/http.mjs';
import { addresses, assertContiguous, conversation, onEveryNode } from './support/people.mjs';
import { storeKind } from './support/store.mjs';
import { later, until } from './support/until.mjs';

const timeout = 60_000;
/** Of Redis alone: on PostgreSQL there is no such test. */
const testOfRedis = storeKind === 'postgres' ? (name) => console.log(`not on PostgreSQL: ${name}`) : test;
let cluster;
before(async () => { cluster = await Cluster.start('cluster'); });
after(() => cluster?.stop());

test('/nodes lists the three nodes with the documented fields, the same from every node', { timeout }, async () => {
  for (const url of [cluster.nginx.http, ...cluster.nodes.map((node) => node.http), ...cluster.nodes.map((node) => `${cluster.nginx.http}/node/${node.id}`)]) {
    const { status, headers, json } = await http(`${url}/nodes`);
    assert.equal(status, 200);
    assert.match(headers['content-type'], /^application\/json/);
    assert.equal(json.active_count, 3);
    assert.deepEqual(json.available_nodes.map((node) => node.id).sort(), ['chat-1', 'chat-2', 'chat-3']);
    assert.ok(Math.abs(Date.parse(json.timestamp) - Date.now()) < 5000, json.timestamp);
    for (const node of json.available_nodes) {
      assert.equal(node.active, true);
      assert.equal(node.url, `/node/${node.id}/`);
      for (const [field, type] of Object.entries({ name: 'string', description: 'string', last_seen: 'string', lastSeen: 'string', connections: 'number', rooms: 'number', messages_per_second: 'number', started_at: 'string' })) {
        assert.equal(typeof node[field], type, `${field} of ${JSON.stringify(node)}`);
      }
      assert.ok(Date.now() - Date.parse(node.lastSeen) < 30_000, node.lastSeen);
    }
  }
});

test('the node route reaches exactly the node it names', { timeout }, async () => {
  for (const { id } of cluster.nodes) {
    assert.equal((await http(`${cluster.nginx.http}/node/${id}/nodes`)).json.current_node, id);
    assert.equal((await http(`${cluster.nginx.http}/node/${id}/health`)).json.node, id);
    const client = await ChatClient.connect(cluster.nginx.wsOf(id));
    assert.equal(client.node, id);
    await client.close();
  }
});

test('clients on three nodes get every message once, in one order, with the node that took it', { timeout }, async () => {
  const room = 'order';
  const clients = await onEveryNode(cluster);
  for (const client of clients) await client.join(room);
  const each = 50;
  const acks = (await Promise.all(clients.map((client) => Promise.all(Array.from({ length: each }, (_, i) => client.say(room, `${i} from ${client.node}`)))))).flat();

  for (const client of clients) await until('all messages arrive', () => client.messages(room).length >= 3 * each);
  const [first, ...others] = clients.map((client) => conversation(client.messages(room)));
  assertContiguous(first);
  assert.equal(first.length, 3 * each);
  for (const other of others) assert.deepEqual(other, first);
  assert.equal(new Set(clients.flatMap((client) => client.messages(room).map(({ epoch }) => epoch))).size, 1, 'one epoch');
  for (const { text, node, from } of first) {
    assert.ok(text.endsWith(`from ${node}`), `${text} taken by ${node}`);
    assert.equal(from, clients.find((client) => client.node === node).user.id);
  }
  assert.deepEqual(acks.map(({ offset }) => offset).sort((a, b) => a - b), first.map(({ offset }) => offset), 'each ack names one message');
  for (const client of clients) {
    const own = first.filter(({ node }) => node === client.node).map(({ text }) => text);
    assert.deepEqual(own, Array.from({ length: each }, (_, i) => `${i} from ${client.node}`), 'what one sender says keeps its order');
    await client.close();
  }
});

test('people behind ip_hash from different networks land on different nodes and talk to each other', { timeout }, async () => {
  const room = 'networks';
  const sources = await addresses(cluster);
  const clients = await Promise.all([...sources].map(([, from]) => ChatClient.connect(cluster.nginx.ws, { from })));
  assert.deepEqual(clients.map(({ node }) => node), [...sources.keys()]);
  for (const client of clients) await client.join(room);
  for (const client of clients) await client.say(room, `hello from ${client.node}`);
  for (const listener of clients) for (const speaker of clients) await listener.hears(room, `hello from ${speaker.node}`);
  await Promise.all(clients.map((client) => client.close()));
});

test('text of any shape arrives byte for byte through the store', { timeout }, async () => {
  const room = 'shapes';
  const [speaker, listener] = await onEveryNode(cluster);
  for (const client of [speaker, listener]) await client.join(room);
  const texts = ['%s%n%b%d', 'a\r\nFLUSHALL\r\n', '*1\r\n$4\r\nPING\r\n', '"quotes" \\ \' `', '\u2028\u2029\u200f\u202e', '😀 é ﷽ 漢字 עברית', '\t\n', '{"type":"message"}', '<script>alert(1)</script>', '€'.repeat(1365), 'x'.repeat(4096)];
  for (const text of texts) {
    await speaker.say(room, text);
    await listener.hears(room, text);
  }
  assert.deepEqual((await listener.history(room)).messages.map(({ text }) => text), texts);
});

test('a cursor taken to another node yields exactly what was missed, then what is said', { timeout }, async () => {
  const room = 'resume';
  const [speaker, reader, elsewhere] = await onEveryNode(cluster);
  for (const client of [speaker, reader]) await client.join(room);
  for (let i = 1; i <= 5; ++i) await speaker.say(room, `seen ${i}`);
  const { epoch, offset } = await reader.hears(room, 'seen 5');
  reader.terminate();
  for (let i = 1; i <= 70; ++i) await speaker.say(room, `missed ${i}`);

  const joined = await elsewhere.join(room, { cursor: { epoch, offset } });
  assert.equal(joined.recovered, true);
  assert.equal(joined.epoch, epoch);
  assert.equal(joined.offset, 75);
  assert.deepEqual(joined.messages.map(({ text }) => text), Array.from({ length: 70 }, (_, i) => `missed ${i + 1}`));
  assertContiguous(joined.messages, offset + 1);
  await speaker.say(room, 'live');
  assert.equal((await elsewhere.hears(room, 'live')).offset, 76);
});

test('joining with a cursor in the middle of a stream of messages neither loses nor repeats one', { timeout }, async () => {
  const room = 'rush';
  const [speaker, , reader] = await onEveryNode(cluster);
  await speaker.join(room);
  const total = 300;
  const stream = later((async () => { for (let i = 1; i <= total; ++i) await speaker.say(room, `${i}`); })());
  await speaker.hears(room, '20');
  const { epoch } = speaker.messages(room)[0];   // a room's first message begins it
  const joined = await reader.join(room, { cursor: { epoch, offset: 5 } });
  await stream;
  await reader.hears(room, `${total}`);
  const all = [...joined.messages, ...reader.messages(room)];
  assertContiguous(all, 6);
  assert.equal(all.at(-1).text, `${total}`);
});

test('a cursor at the top recovers nothing, one of another life of the room is told that it cannot be recovered', { timeout }, async () => {
  const room = 'cursors';
  const [speaker, reader] = await onEveryNode(cluster);
  assert.equal((await speaker.join(room)).epoch, '', 'nobody has written to it');
  let epoch;
  for (let i = 1; i <= 3; ++i) ({ epoch } = await speaker.say(room, `${i}`));
  const top = await reader.join(room, { cursor: { epoch, offset: 3 } });
  assert.equal(top.recovered, true);
  assert.deepEqual(top.messages, []);
  const strange = await reader.join(room, { cursor: { epoch: 'another-1.1', offset: 2 } });
  assert.equal(strange.recovered, false);
  assertContiguous(strange.messages);
  assert.equal(strange.messages.length, 3);
});

test('history is the same page by page from every node', { timeout }, async () => {
  const room = 'history';
  const clients = await onEveryNode(cluster);
  for (const client of clients) await client.join(room);
  for (let i = 1; i <= 25; ++i) await clients[i % 3].say(room, `${i}`);
  for (const client of clients) {
    await client.hears(room, '25');
    let before;
    const pages = [];
    for (;;) {
      const page = await client.history(room, { limit: 10, ...(before ? { before } : {}) });
      pages.unshift(...page.messages);
      before = page.messages[0]?.offset;
      if (!page.more) break;
    }
    assertContiguous(pages);
    assert.deepEqual(pages.map(({ text }) => text), Array.from({ length: 25 }, (_, i) => `${i + 1}`));
  }
});

test('a newcomer gets the last messages, oldest first', { timeout }, async () => {
  const room = 'newcomer';
  const [speaker, newcomer] = await onEveryNode(cluster);
  await speaker.join(room);
  for (let i = 1; i <= 60; ++i) await speaker.say(room, `${i}`);
  assert.deepEqual((await newcomer.join(room)).messages.map(({ text }) => text), Array.from({ length: 50 }, (_, i) => `${i + 11}`));
  assert.equal((await newcomer.join(room, { history: 7 })).messages.length, 7);
});

test('an address that names a room joins it by connecting', { timeout }, async () => {
  const room = 'by-address';
  const first = await ChatClient.connect(cluster.nodes[0].ws);
  await first.join(room);
  const said = [];
  for (const ws of [cluster.nginx.ws, ...cluster.nodes.map((node) => node.ws)]) {
    const client = await ChatClient.connect(`${ws}?room=${room}`);
    const [welcome, joined] = client.pushes;
    assert.deepEqual([welcome.type, joined.type], ['welcome', 'joined']);
    assert.deepEqual(joined.messages.map(({ text }) => text), said);
    said.push(`at ${ws}`);
    await client.say(room, said.at(-1));
    for (const member of [first, client]) await member.hears(room, said.at(-1));
    await client.close();
  }
  const lost = await ChatClient.connect(`${cluster.nodes[0].ws}?room=No%20Room`);
  assert.deepEqual(lost.pushes.map(({ type, code }) => code ?? type), ['welcome', 'bad_room']);
  await Promise.all([first, lost].map((client) => client.close()));
});

test('a repeated send is stored once although the second try comes by another node', { timeout }, async () => {
  const room = 'dedup';
  const same = { identitySecret: randomBytes(16).toString('hex'), producer: randomBytes(16).toString('hex') };
  const [one, two, other] = await Promise.all([
    ChatClient.connect(cluster.nginx.wsOf('chat-1'), same),
    ChatClient.connect(cluster.nginx.wsOf('chat-2'), same),
    ChatClient.connect(cluster.nginx.wsOf('chat-3'), { producer: same.producer }),
  ]);
  assert.equal(one.user.id, two.user.id, 'the same guest is the same person on every node');
  for (const client of [one, two, other]) await client.join(room);
  const send = (client, n) => client.request('send', { room, text: `n ${n}`, seq: n });

  const first = await send(one, 1);
  const second = await send(one, 2);
  assert.deepEqual([first.duplicate, second.duplicate], [false, false]);
  const again = await send(two, 2);
  assert.equal(again.duplicate, true);
  assert.equal(again.offset, second.offset);
  assert.equal((await send(two, 3)).duplicate, false);
  await assert.rejects(send(one, 5), (error) => error.code === 'out_of_sequence' && error.reply.last === 3);
  const foreign = await send(other, 1);
  assert.equal(foreign.duplicate, false, 'a producer belongs to its person: nobody can use up another one\'s numbers');

  await other.push('the last message', (push) => push.type === 'message' && push.offset === foreign.offset);
  assert.deepEqual(other.messages(room).map(({ text }) => text), ['n 1', 'n 2', 'n 3', 'n 1']);
});

test('who is in a room is the same on every node, and several tabs are one person', { timeout }, async () => {
  const room = 'members';
  const identitySecret = randomBytes(16).toString('hex');
  const [ana, bia] = await onEveryNode(cluster);
  const tabs = await Promise.all(['chat-2', 'chat-3'].map((id) => ChatClient.connect(cluster.nginx.wsOf(id), { name: 'Carla', identitySecret })));
  await ana.join(room);
  for (const client of [bia, ...tabs]) await client.join(room);

  for (const client of [ana, bia, ...tabs]) {
    const { members } = await until(`${client.node} knows all three and Carla's two tabs`, async () => {
      const list = await client.members(room);
      return list.members.some(({ name, nodes }) => name === 'Carla' && nodes.length === 2) && list.count === 3 && list;
    });
    assert.deepEqual(members.map(({ id }) => id).sort(), [ana, bia, tabs[0]].map(({ user }) => user.id).sort());
    assert.deepEqual(members.find(({ name }) => name === 'Carla').nodes.sort(), ['chat-2', 'chat-3']);
  }
  const told = (id, list) => (push) => push.type === 'presence' && push.room === room && push[list]?.some((person) => person.id === id);
  await ana.push('the coming of a person on another node', told(bia.user.id, 'joined'));

  await tabs[0].close();
  await bia.leave(room);
  await ana.push('the going of a person on another node', told(bia.user.id, 'left'));
  assert.equal(ana.pushes.some(told(tabs[1].user.id, 'left')), false, 'with one tab left she is still there');
  tabs[1].terminate();
  const last = await ana.push('the going of the last tab', told(tabs[1].user.id, 'left'));
  assert.equal(last.count, 1);
  const versions = ana.pushes.filter(({ type, room: where }) => type === 'presence' && where === room).map(({ version }) => version);
  assert.deepEqual(versions, versions.map((_, i) => versions[0] + i), 'the version rises by one a push');
});

test('typing is told to the others on every node and to nobody later', { timeout }, async () => {
  const room = 'typing';
  const clients = await onEveryNode(cluster);
  for (const client of clients) await client.join(room);
  const [typist, ...others] = clients;
  typist.typing(room);
  for (const other of others) {
    const { from } = await other.push('typing', ({ type, room: where }) => type === 'typing' && where === room);
    assert.deepEqual(from, { id: typist.user.id, name: typist.user.name });
  }
  await typist.say(room, 'written');
  await typist.hears(room, 'written');
  assert.equal(typist.pushes.some(({ type }) => type === 'typing'), false, 'not to the one who types');
  assert.deepEqual((await others[0].history(room)).messages.map(({ text }) => text), ['written']);
});

testOfRedis('a node listens in Redis only to the rooms its people are in', { timeout }, async () => {
  const channels = async () => (await cluster.redis.command('PUBSUB', 'SHARDCHANNELS')).split('\n');
  const before = await channels();
  const [one, two] = await onEveryNode(cluster);
  await one.join('only-here');
  const [added, ...more] = (await channels()).filter((name) => !before.includes(name));
  assert.ok(added && more.length === 0, `one channel more: ${[added, more]}`);
  const listeners = async () => Number((await cluster.redis.command('PUBSUB', 'SHARDNUMSUB', added)).split('\n')[1]);
  assert.equal(await listeners(), 1);
  await two.join('only-here');
  assert.equal(await listeners(), 2);
  await one.leave('only-here');
  await until('one node less listens', async () => (await listeners()) === 1);
  await two.close();
  await until('no node listens', async () => !(await channels()).includes(added));
});

testOfRedis('nothing that was done so far used KEYS', { timeout }, async () => {
  assert.doesNotMatch(await cluster.redis.command('INFO', 'commandstats'), /cmdstat_keys:/);
});

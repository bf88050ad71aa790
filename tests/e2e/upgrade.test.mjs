// A rolling upgrade between two versions: nodes of the previous version and of this one share rooms behind NGINX. The previous
// program is PREVIOUS=/path/to/chatd, or tests/upgrade/previous builds it. The clients and the checker are those of tests/chaos. Two
// versions may keep rooms in different ways; then CHANGELOG.md must say so, and all nodes of the one stop before the other starts.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DefaultHttpClient, HttpClient, NullLogger } from '@microsoft/signalr';
import { check } from '../chaos/checker.mjs';
import { Crowd, roomNames } from '../chaos/crowd.mjs';
import { readLogs, readTops } from '../chaos/logs.mjs';
import { Store } from '../chaos/resp.mjs';
import { rest } from '../chaos/rest.mjs';
import { enter, launch, leave } from './support/browser.mjs';
import { ChatClient } from './support/client.mjs';
import { EventStreamClient, PollClient } from './support/http-clients.mjs';
import { http } from './support/http.mjs';
import { assertContiguous, conversation } from './support/people.mjs';
import { Person } from './support/person.mjs';
import { chatd, top } from './support/places.mjs';
import { previousProgram, versionOf } from './support/previous.mjs';
import { randomFor } from './support/seed.mjs';
import { HubClient, transports } from './support/signalr.mjs';
import { until } from './support/until.mjs';
import { Fleet } from './upgrade/fleet.mjs';
import { ServedHistory } from './upgrade/service.mjs';

const timeout = 180_000;
const WITHOUT_SERVICE = 2_000;      // milliseconds, for any client
const programs = { old: previousProgram(), new: chatd };
const versions = { old: versionOf(programs.old), new: versionOf(programs.new) };
const directions = [['old', 'new'], ['new', 'old']];

/** Sends what a client of SignalR says by POST to one node, and its polls to another. */
class Elsewhere extends HttpClient {
  #client = new DefaultHttpClient(NullLogger.instance);

  constructor(from, to) {
    super();
    this.send = (request) => this.#client.send({ ...request, url: request.method === 'GET' ? request.url : request.url.replace(from, to) });
  }

  getCookieString(url) { return this.#client.getCookieString(url); }
}

/** Three nodes of one version are replaced by three of the other while forty-four clients talk, of chat.v1, SignalR and Socket.IO. */
async function roll(t, from, to) {
  const fleet = await Fleet.start(`upgrade/${from}-${to}`, programs, [1, 2, 3].map((i) => `${from}-${i}`));
  t.after(() => fleet.stop());
  const store = await Store.open(fleet.redis.port);
  const history = new ServedHistory(roomNames);
  history.onComplaint = (sentence) => console.log(sentence);
  const crowd = new Crowd({ clients: 44, rate: 200, nginx: fleet.nginx, history, random: randomFor(`from ${from} to ${to}`), tokens: 0, nodes: [] });
  t.after(() => { crowd.close(); store.close(); });
  await crowd.everybodyIsIn();
  crowd.talk();
  await until('everybody hears', () => crowd.caughtUp(performance.now() - 1000));
  history.begin();
  for (const i of [1, 2, 3]) {
    assert.equal(await fleet.replace(fleet.node(`${from}-${i}`), `${to}-${i}`), 0, 'the node that leaves ends by itself');
    const moved = performance.now();
    await until('everybody has caught up', () => crowd.caughtUp(moved), 20_000);
  }
  history.end();
  await rest({ nginx: fleet.nginx, nodes: fleet.nodes, logs: () => readLogs(store, roomNames), tops: () => readTops(store, roomNames) }, crowd, history, console.log);
  const { passed, counts, sentences } = check(history);
  const told = ({ name, ms }) => `${ms} ms (${name})`;
  t.diagnostic(`${versions[from]} → ${versions[to]}: ${history.sends.length} messages, ${Object.entries(counts).map(([kind, n]) => `${kind} ${n}`).join(', ')}; `
    + `longest silence ${told(history.longestSilence)}, slowest answer ${told(history.slowestAnswer)}`);
  assert.ok(passed, sentences.join('\n'));
  for (const [what, { name, ms }] of Object.entries({ 'heard nothing': history.longestSilence, 'waited for an answer': history.slowestAnswer })) {
    assert.ok(ms <= WITHOUT_SERVICE, `${name} ${what} for ${ms} ms`);
  }
}

/** Whether a message that one version has stored is known to the other: one node of each, one Redis. */
async function sharesRooms() {
  const fleet = await Fleet.start('upgrade/probe', programs, ['new-1', 'old-1']);
  try {
    const same = { identitySecret: randomBytes(16).toString('hex'), producer: randomBytes(16).toString('hex') };
    const clients = await Promise.all(['old-1', 'new-1'].map((id) => ChatClient.connect(fleet.nginx.wsOf(id), same)));
    const answers = [];
    for (const client of clients) {
      await client.join('probe');
      answers.push(await client.request('send', { room: 'probe', text: 'once', seq: 1 }).catch((error) => error.reply));
      client.terminate();
    }
    return answers[1].duplicate === true && answers[1].epoch === answers[0].epoch;
  } finally {
    await fleet.stop();
  }
}

/** Once, and when no server runs: it decides which tests there are. */
const share = await sharesRooms();

if (!share) describe(`nodes of ${versions.old} and of ${versions.new} share no rooms`, () => {
  test('CHANGELOG.md tells operators to stop all nodes first', () => {
    const [, latest] = readFileSync(join(top, 'CHANGELOG.md'), 'utf8').split(/^## /m);
    assert.match(latest, /Stop all nodes of an older version before the first of this one starts/);
  });

  test('when all nodes of the one have stopped and the others start, the logs stay, and each client is told reset once', { timeout }, async (t) => {
    const fleet = await Fleet.start('upgrade/stopped', programs, [1, 2, 3].map((i) => `old-${i}`));
    t.after(() => fleet.stop());
    const people = await Promise.all(fleet.nodes.map(({ id }) => Person.enters({ url: () => (fleet.node(id) ? fleet.nginx.wsOf(id) : fleet.nginx.ws), room: 'stays', name: id })));
    t.after(() => people.forEach((one) => one.close()));
    const saysAll = async () => {
      for (const one of people) one.say(10);
      for (const one of people) await one.settled(30_000);
    };
    await saysAll();
    await fleet.replaceAll([1, 2, 3].map((i) => `new-${i}`));
    await saysAll();
    const log = await fleet.redis.log('stays');
    assert.deepEqual(log.map(({ text }) => text).sort(), people.flatMap(({ said }) => said).sort(), 'each text once');
    for (const one of people) {
      await until(`${one.name} sees the log`, () => one.screen.at(-1)?.offset === log.at(-1).offset);
      assert.deepEqual(conversation(one.screen), conversation(log));
      assert.deepEqual(log.map(({ text }) => text).filter((text) => one.said.includes(text)), one.said, 'in the order of sending');
      assert.equal(one.told('reset').length, 1);
    }
  });
});

if (share) test('an upgrade, node by node: nothing is lost, doubled or out of order, and no client is without service for 2 s', { timeout }, (t) => roll(t, 'old', 'new'));
if (share) test('and back again', { timeout }, (t) => roll(t, 'new', 'old'));

if (share) describe('while both versions run', () => {
  let fleet;
  before(async () => { fleet = await Fleet.start('upgrade/mixed', programs, ['new-1', 'new-2', 'old-1', 'old-2']); });
  after(() => fleet?.stop());

  const url = (version, i = 1) => fleet.nginx.wsOf(`${version}-${i}`);
  /** A client of each node. */
  async function everywhere(t, room, options = {}) {
    const clients = await Promise.all(fleet.nodes.map(({ id }) => ChatClient.connect(fleet.nginx.wsOf(id), { name: `on ${id}`, ...options })));
    t.after(() => clients.forEach((client) => client.terminate()));
    for (const client of clients) await client.join(room);
    return clients;
  }
  async function connect(t, kind, ...how) {
    const client = await kind.connect(...how);
    t.after(() => client.terminate());
    return client;
  }

  test('each node lists all nodes, each with its version', { timeout }, async () => {
    for (const list of await fleet.isListed()) {
      assert.deepEqual(list.map(({ id, version }) => [id, version]), fleet.nodes.map(({ id }) => [id, versions[id.split('-')[0]]]));
    }
  });

  test('clients on all nodes get every message once, in one order, with the node that took it', { timeout }, async (t) => {
    const clients = await everywhere(t, 'order');
    const each = 50;
    await Promise.all(clients.map((client) => Promise.all(Array.from({ length: each }, (_, i) => client.say('order', `${i} from ${client.node}`)))));
    for (const client of clients) await until('all messages arrive', () => client.messages('order').length >= clients.length * each);
    for (const client of clients) {
      assertContiguous(client.messages('order'), 1, client.node);
      assert.deepEqual(conversation(client.messages('order')), conversation(clients[0].messages('order')));
      for (const { text, node } of client.messages('order')) assert.ok(text.endsWith(`from ${node}`));
      assert.deepEqual(client.pushes.filter(({ type }) => ['reset', 'rewound'].includes(type)), []);
    }
  });

  test('history is the same from every node', { timeout }, async (t) => {
    const clients = await everywhere(t, 'history');
    for (let i = 1; i <= 24; ++i) await clients[i % clients.length].say('history', `${i}`);
    for (const client of clients) {
      await client.hears('history', '24');
      const newer = await client.history('history', { limit: 10 });
      const older = await client.history('history', { limit: 20, before: newer.messages[0].offset });
      assert.deepEqual([...older.messages, ...newer.messages].map(({ text }) => text), Array.from({ length: 24 }, (_, i) => `${i + 1}`));
    }
  });

  test('who is in a room is the same on every node, and comings and goings are told to all', { timeout }, async (t) => {
    const clients = await everywhere(t, 'people');
    const listed = async (client) => (await client.members('people')).members.map(({ id, name, nodes }) => ({ id, name, nodes })).sort((a, b) => (a.id < b.id ? -1 : 1));
    const all = clients.map(({ user, node }) => ({ id: user.id, name: user.name, nodes: [node] })).sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const client of clients) {
      await until(`${client.node} lists all`, async () => (await listed(client)).length === all.length);
      assert.deepEqual(await listed(client), all, client.node);
    }
    for (const [here, there] of directions) {
      const guest = await ChatClient.connect(url(here), { name: `of ${here}` });
      const watcher = clients.find(({ node }) => node === `${there}-2`);
      const told = (list) => watcher.push(`${there} tells who ${list}`, (push) => push.type === 'presence' && push[list]?.some(({ id }) => id === guest.user.id));
      await guest.join('people');
      await told('joined');
      await guest.close();
      await told('left');           // after five seconds, in which a guest may come back unnoticed
    }
  });

  test('typing is told to the others on every node', { timeout }, async (t) => {
    const clients = await everywhere(t, 'typing');
    for (const typist of [clients[0], clients.at(-1)]) {
      typist.typing('typing');
      for (const other of clients.filter((client) => client !== typist)) {
        await other.push(`${typist.node} types`, ({ type, from }) => type === 'typing' && from.id === typist.user.id);
      }
    }
  });

  for (const [here, there] of directions) {
    const names = { old: 'the previous version', new: 'this version' };
    const title = `from a node of ${names[here]} to one of ${names[there]}`;

    test(`a cursor taken ${title} yields exactly what was missed, then what is said`, { timeout }, async (t) => {
      const room = `resume-${here}`;
      const [speaker, reader, later] = await Promise.all([url(here), url(here, 2), url(there)].map((at) => connect(t, ChatClient, at)));
      for (const client of [speaker, reader]) await client.join(room);
      await speaker.say(room, 'seen');
      const { epoch, offset } = await reader.hears(room, 'seen');
      reader.terminate();
      for (let i = 1; i <= 70; ++i) await speaker.say(room, `missed ${i}`);
      const joined = await later.join(room, { cursor: { epoch, offset } });
      assert.equal(joined.recovered, true);
      assert.deepEqual(joined.messages.map(({ text }) => text), Array.from({ length: 70 }, (_, i) => `missed ${i + 1}`));
      await speaker.say(room, 'live');
      await later.hears(room, 'live');
    });

    test(`a send that is repeated ${title} is stored once, by the same person`, { timeout }, async (t) => {
      const room = `once-${here}`;
      const same = { identitySecret: randomBytes(16).toString('hex'), producer: randomBytes(16).toString('hex') };
      const [one, two] = await Promise.all([here, there].map((version) => connect(t, ChatClient, url(version), same)));
      assert.equal(one.user.id, two.user.id);
      for (const client of [one, two]) await client.join(room);
      const { offset } = await one.say(room, 'once');
      const again = await two.say(room, 'once');
      assert.deepEqual([again.duplicate, again.offset], [true, offset]);
      assert.equal((await two.say(room, 'twice')).duplicate, false);
      await one.hears(room, 'twice');
      assert.deepEqual((await one.history(room)).messages.map(({ text }) => text), ['once', 'twice']);
    });

    test(`the requests of a polled connection and of an event stream go ${title}`, { timeout }, async (t) => {
      const room = `polls-${here}`;
      for (const [kind, path] of [[PollClient, 'poll'], [EventStreamClient, 'sse']]) {
        const client = await connect(t, kind, `${fleet.node(`${there}-1`).http}/${path}`);
        assert.equal(client.node, `${there}-1`, 'it holds the connection');
        client.url = `${fleet.node(`${here}-1`).http}/${path}`;      // where the requests go from now on
        await client.join(room);
        await client.say(room, `${path} 1`);
        await client.say(room, `${path} 2`);
        await client.hears(room, `${path} 2`);
        assert.deepEqual(client.messages(room).filter(({ text }) => text.startsWith(path)).map(({ node }) => node), [`${there}-1`, `${there}-1`]);
        if (kind === PollClient) assert.equal((await client.end()).status, 202);
      }
    });

    test(`SignalR's client negotiates and goes on ${title}`, { timeout }, async (t) => {
      const other = await connect(t, ChatClient, url(there, 2));
      await other.join('lobby');
      for (const [name, options] of Object.entries(transports).filter(([, { skipNegotiation }]) => !skipNegotiation)) {
        const node = fleet.node(`${there}-1`);
        const client = HubClient.of(node, { options: { ...options, httpClient: new Elsewhere(node.http, fleet.node(`${here}-1`).http) } });
        t.after(() => client.stop());
        await client.connection.start();
        await client.invoke('SendMessage', 'Ana', `${here} ${name}`);
        await client.hears('lobby', `${here} ${name}`);
        await other.hears('lobby', `${here} ${name}`);
      }
    });

    test(`what only one version knows does no harm ${title}`, { timeout }, async (t) => {
      const room = `unknown-${here}`;
      const [speaker, listener] = await Promise.all([url(here), url(there)].map((at) => connect(t, ChatClient, at)));
      for (const client of [speaker, listener]) await client.join(room, { a_field_of_a_later_version: [1] });
      for (const type of ['watch', 'trace', 'call', 'a_request_of_a_later_version']) {
        const answer = await listener.request(type, { room, offset: 1, method: 'none' }).catch((error) => error);
        assert.ok(answer.type || typeof answer.code === 'string', `${type} is answered or refused: ${answer}`);
      }
      await fleet.redis.command('SPUBLISH', `chat:{${room}}:live`, 'z a push of a later version');
      await fleet.redis.command('SPUBLISH', 'chat:{nodes}:told', 'a broadcast of a later version');
      for (const { id } of fleet.nodes) await fleet.redis.command('HSET', `chat:node:${id}`, 'a_field_of_a_later_version', 'x');
      await speaker.say(room, 'still here');
      await listener.hears(room, 'still here');
      await until('both are listed', async () => (await listener.members(room)).count === 2);
      await fleet.isListed();
      for (const node of fleet.nodes) assert.equal((await http(`${node.http}/ready`)).status, 200, node.id);
    });
  }

  if (versions.old !== versions.new) test('/cluster says that versions differ, and which', { timeout }, async () => {
    const browser = await launch();
    try {
      const tab = await enter(browser, `${fleet.nginx.http}/node/new-1/cluster`);
      const found = await until('a finding', async () => {
        const all = await tab.at('findings').locator('li').evaluateAll((list) => list.map((li) => ({ kind: li.dataset.kind, text: li.textContent })));
        return all.find(({ kind }) => kind === 'version');
      }, 30_000);
      assert.match(found.text, /runs version/);
      for (const version of Object.values(versions)) assert.ok(found.text.includes(version), found.text);
      await leave(tab);
    } finally {
      await browser.close();
    }
  });
});

// Profiles: hubs of one cluster whose front ends have other names and arguments. The official client, and pages in Chromium as
// tutorials have them (profile-pages/, signalr-page/), each unchanged.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { Tab, launch } from './support/browser.mjs';
import { Cluster } from './support/cluster.mjs';
import { Node, cleanEnvironment } from './support/node.mjs';
import { chatd, freshFolder, top } from './support/places.mjs';
import { RawHub } from './support/raw-hub.mjs';
import { pairs } from './support/signalr.mjs';
import { until } from './support/until.mjs';

const timeout = 60_000;
const folder = freshFolder('profiles-files');
let count = 0;

/** A file of profiles. */
function written(content) {
  const file = join(folder, `profiles-${++count}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const file = written({
  hubs: { '/chatHub': 'default', '/tutorial/chatHub': 'tutorial', '/groups/chatHub': 'groups', '/shop/hub': 'shop', '/second/shop/hub': 'shop' },
  profiles: {
    shop: {
      room: 'shop',
      methods: {
        Say: { request: 'send', arguments: ['text', 'user'] },
        Enter: { request: 'join', arguments: ['room'], with: { history: 0 } },
        Tell: { request: 'send', arguments: ['room', 'text'] },
        Writing: { request: 'typing' },
        Older: { request: 'history', arguments: [null, 'room', 'limit?'] },
      },
      calls: {
        message: { method: 'said', arguments: ['room', 'user', 'text', '#{offset}'] },
        typing: { method: 'writing', arguments: ['user', 'room'] },
      },
    },
  },
});

/** The official client, and all calls that it gets of these names. */
class Client {
  static async connect(at, hub, names, { options, protocol } = {}) {
    const client = new Client();
    let builder = new HubConnectionBuilder().withUrl(at.http + hub, { logger: LogLevel.None, ...options }).configureLogging(LogLevel.None);
    if (protocol) builder = builder.withHubProtocol(protocol());
    client.connection = builder.build();
    client.calls = [];
    for (const name of names) client.connection.on(name, (...args) => { client.calls.push([name, ...args]); });
    await client.connection.start();
    clients.push(client);
    return client;
  }
  get id() { return this.connection.connectionId; }
  invoke(method, ...args) { return this.connection.invoke(method, ...args); }
  heard(text) { return until(`a call with ${text}`, () => this.calls.find((call) => call.some((argument) => String(argument).includes(text)))); }
}

const all = ['ReceiveMessage', 'Send', 'said', 'writing', 'PresenceChanged', 'Typing', 'NodeInfo', 'Failure'];
const clients = [];
let cluster;
before(async () => { cluster = await Cluster.start('profiles', { nodes: 2, settings: { profiles: file } }); });
after(async () => {
  await Promise.all(clients.map(({ connection }) => connection.stop()));
  await cluster?.stop();
});

describe('hubs of one cluster', () => {
  test('call each client with the names and the arguments of its profile', { timeout }, async () => {
    const [one, two] = cluster.nodes;
    const own = await Client.connect(one, '/chatHub', all);
    const tutorial = await Client.connect(two, '/tutorial/chatHub', all);
    const groups = await Client.connect(one, '/groups/chatHub', all);
    await tutorial.invoke('SendMessage', 'Ana', 'hello from the tutorial');
    await own.invoke('SendMessage', 'Bo', 'hello from the sources');
    for (const text of ['hello from the tutorial', 'hello from the sources']) await Promise.all([own, tutorial, groups].map((client) => client.heard(text)));
    assert.deepEqual(tutorial.calls, [['ReceiveMessage', 'Ana', 'hello from the tutorial'], ['ReceiveMessage', 'Bo', 'hello from the sources']]);
    assert.deepEqual(groups.calls, tutorial.calls);
    assert.deepEqual(own.calls.find(([name]) => name === 'ReceiveMessage'), ['ReceiveMessage', 'Ana', 'hello from the tutorial', tutorial.id, 'chat-2']);
    await own.invoke('GetNodeInfo');
    assert.ok(own.calls.some(([name]) => name === 'NodeInfo'));
  });

  for (const { name, options, protocol } of pairs) {
    test(`over ${name}`, { timeout }, async () => {
      const how = { options, protocol };
      const [ana, bo] = [await Client.connect(cluster.nodes[0], '/shop/hub', all, how), await Client.connect(cluster.nodes[1], '/second/shop/hub', all, how)];
      await ana.invoke('Say', `by ${name}`, 'Ana');
      for (const client of [ana, bo]) {
        const [method, room, user, text, mark] = await client.heard(`by ${name}`);
        assert.deepEqual([method, room, user, text], ['said', 'shop', 'Ana', `by ${name}`]);
        assert.match(mark, /^#\d+$/);
      }
    });
  }

  test('put arguments where the profile says, and leave out all other pushes', { timeout }, async () => {
    const [ana, bo] = [await Client.connect(cluster.nodes[0], '/shop/hub', all), await Client.connect(cluster.nodes[1], '/shop/hub', all)];
    for (const client of [ana, bo]) await client.invoke('Enter', 'Aisle 7');
    await ana.invoke('Tell', 'Aisle 7', 'here is the milk');
    assert.deepEqual((await bo.heard('here is the milk')).slice(0, 4).map((value, i) => (i === 2 ? '' : value)), ['said', 'Aisle 7', '', 'here is the milk']);
    await ana.invoke('Writing');
    await bo.heard('shop');
    const { messages } = await bo.invoke('Older', 'not used', 'Aisle 7', 1);
    assert.deepEqual(messages.map(({ text }) => text), ['here is the milk']);
    assert.deepEqual([...new Set([...ana.calls, ...bo.calls].map(([name]) => name))].sort(), ['said', 'writing']);
  });

  test('of groups tell a group in one text what is said there, and by whom it was joined or left', { timeout }, async () => {
    const [ana, bo] = [await Client.connect(cluster.nodes[0], '/groups/chatHub', ['Send']), await Client.connect(cluster.nodes[1], '/groups/chatHub', ['Send'])];
    await ana.invoke('AddToGroup', 'SignalR Users');
    await ana.heard(`${ana.id} has joined the group SignalR Users.`);
    await bo.invoke('AddToGroup', 'SignalR Users');
    for (const client of [ana, bo]) await client.heard(`${bo.id} has joined the group SignalR Users.`);
    await bo.invoke('SendMessageToGroup', 'SignalR Users', 'hi');
    for (const client of [ana, bo]) assert.deepEqual(await client.heard(': hi'), ['Send', `${bo.id}: hi`]);
    await bo.invoke('RemoveFromGroup', 'SignalR Users');
    await ana.heard(`${bo.id} has left the group SignalR Users.`);
    assert.ok(!bo.calls.some(([, text]) => text.includes('has left')));
  });

  for (const path of ['/tutorial/chathub', '/Tutorial/ChatHub/', '/SHOP/HUB', '/second/shop/hub/']) {
    test(`are at ${path}, too, behind NGINX and at a node`, { timeout }, async () => {
      for (const port of [cluster.nginx.port, cluster.nodes[0].port]) (await RawHub.connect(port, { target: path })).destroy();
    });
  }

  const counts = [
    ['/tutorial/chatHub', 'SendMessage', ['only one'], 1, 2],
    ['/tutorial/chatHub', 'sendmessage', [1, 2, 3], 3, 2],
    ['/groups/chatHub', 'AddToGroup', [], 0, 1],
    ['/chatHub', 'JoinRoom', [], 0, 1],
    ['/chatHub', 'JoinRoom', ['a', null, 'more'], 3, 2],
    ['/shop/hub', 'Older', ['unused'], 1, 2],
  ];
  for (const [path, method, args, given, expected] of counts) {
    test(`refuse ${method} with ${given} arguments at ${path} in the words of .NET's binder`, { timeout }, async () => {
      const client = await Client.connect(cluster.nodes[0], path, []);
      await assert.rejects(client.invoke(method, ...args), { message: `Failed to invoke '${method}' due to an error on the server. InvalidDataException: `
        + `Invocation provides ${given} argument(s) but target expects ${expected}.` });
    });
  }

  test('have only the methods of their profile', { timeout }, async () => {
    const client = await Client.connect(cluster.nodes[0], '/tutorial/chatHub', []);
    await assert.rejects(client.invoke('JoinRoom', 'a'), /HubException: Method does not exist\./);
  });
});

test('a node has room for four profiles, each with details on request', { timeout }, async (t) => {
  const names = ['a', 'b', 'c', 'd'];
  const content = {
    hubs: Object.fromEntries(names.map((name) => [`/${name}/hub`, name])),
    profiles: Object.fromEntries(names.map((name) => [name, {
      details_on_request: true, methods: { Say: { request: 'send', arguments: ['text'] } }, calls: { message: { method: `said_${name}`, arguments: ['text'] } },
    }])),
  };
  const node = await Node.start({ id: 'four', folder, settings: { profiles: written(content) } });
  t.after(() => node.stop());
  const listeners = await Promise.all(names.flatMap((name) => ['', '?details=true'].map((query) => Client.connect(node, `/${name}/hub${query}`, [`said_${name}`]))));
  await listeners[0].invoke('Say', 'hello');
  const heard = await Promise.all(listeners.map((client) => client.heard('hello')));
  assert.deepEqual(heard.map(([name, text, details]) => [name, text, details?.offset]),
    names.flatMap((name) => [[`said_${name}`, 'hello', undefined], [`said_${name}`, 'hello', 1]]));
});

describe('a file of profiles that cannot be used', () => {
  const bad = [
    ['a typing error in JSON', '{"hubs": {"/a": "default"}', /is no JSON/],
    ['an unknown profile', { hubs: { '/a': 'tutoril' } }, /hubs\.\/a must be the name of a profile; did you mean tutorial\?/],
    ['a path that is none', { hubs: { 'chat hub': 'default' } }, /hubs\.chat hub needs a path such as \/chatHub/],
    ['an unknown field', { hubs: { '/a': 'm' }, profiles: { m: { calls: { message: { method: 'M', arguments: ['sendr'] } } } } },
      /profiles\.m\.calls\.message\.arguments\[0\] must be user, text, .*did you mean sender\?/],
  ];
  const start = (...flags) => spawnSync(chatd, ['--listen', '127.0.0.1:0', ...flags], { env: cleanEnvironment(), encoding: 'utf8', timeout: 20_000 });
  for (const [what, content, sentence] of bad) {
    test(`${what} ends the start with the place`, () => {
      const { status, stdout, stderr } = start('--profiles', written(content));
      assert.equal(status, 2);
      assert.match(stdout + stderr, /--profiles: .*profiles-\d+\.json/);
      assert.match(stdout + stderr, sentence);
    });
  }
  for (const path of ['/ready', '/READY', '/health', '/metrics', '/open', '/nodes', '/ws', '/sse', '/poll', '/socket.io', '/']) {
    test(`a hub at ${path}, which the node itself needs, ends the start`, () => {
      const { status, stdout, stderr } = start('--profiles', written({ hubs: { '/chatHub': 'default', [path]: 'default' } }));
      assert.equal(status, 2);
      const sentence = path === '/' ? /hubs\.\/ needs a path such as \/chatHub/
        : new RegExp(`the node has two uses for the path ${path.replace('.', '\\.')}.*: choose another in --profiles`, 'i');
      assert.match(stdout + stderr, sentence);
    });
  }
  test('a hub at a path of another setting ends the start', () => {
    const { status, stderr } = start('--profiles', written({ hubs: { '/live': 'default' } }), '--socketio-path', '/live/');
    assert.equal(status, 2);
    assert.match(stderr, /the node has two uses for the path \/live/);
  });
  test('beside --signalr-paths it is refused', () => {
    const { status, stdout, stderr } = start('--profiles', file, '--signalr-paths', '/hub');
    assert.equal(status, 2);
    assert.match(stdout + stderr, /--profiles excludes --signalr-paths/);
  });
});

describe('a front end in Chromium, unchanged', () => {
  const bundle = join(top, 'tests/node_modules/@microsoft/signalr/dist/browser/signalr.min.js');
  let browser;
  before(async () => { browser = await launch(); });
  after(() => browser?.close());

  /** A node that serves the page and has the hub /chatHub with this profile. */
  async function serve(t, profile, page) {
    const web = join(folder, `web-${profile}`);
    mkdirSync(web, { recursive: true });
    cpSync(join(top, 'tests/e2e', page), web, { recursive: true });
    cpSync(bundle, join(web, 'signalr.min.js'));
    const node = await Node.start({ id: profile, folder, settings: { 'web-root': web, profiles: written({ hubs: { '/chatHub': profile } }) } });
    t.after(() => node.stop());
    const open = async (ready) => {
      class Page extends Tab {
        online() { return until('the page is connected', () => this.page.locator(ready).isEnabled()); }
        rows(list) { return this.page.locator(`${list} li`).allInnerTexts(); }
      }
      const context = await browser.newContext();
      t.after(() => context.close());
      return Page.open(context, `${node.http}/`);
    };
    return { node, open };
  }

  test('that of the tutorial', { timeout }, async (t) => {
    const { open } = await serve(t, 'tutorial', 'profile-pages/tutorial');
    const [ana, bo] = [await open('#sendButton'), await open('#sendButton')];
    await ana.page.fill('#userInput', 'Ana');
    await ana.page.fill('#messageInput', 'hello <b>Bo</b>');
    await ana.page.click('#sendButton');
    for (const tab of [ana, bo]) {
      await until('the message is there', async () => (await tab.rows('#messagesList')).length === 1);
      assert.deepEqual(await tab.rows('#messagesList'), ['Ana says hello <b>Bo</b>']);
      assert.equal(await tab.page.locator('#messagesList li').getAttribute('data-count'), '2');
      assert.deepEqual(tab.complaints, []);
    }
  });

  test('that of the groups sample', { timeout }, async (t) => {
    const { open } = await serve(t, 'groups', 'profile-pages/groups');
    const [ana, bo] = [await open('#send'), await open('#send')];
    const id = await bo.page.title();
    for (const tab of [ana, bo]) {
      await tab.page.fill('#group', 'Private Group');
      await tab.page.click('#join');
      await until('the group tells of it', async () => (await tab.rows('#log')).some((row) => row.endsWith('has joined the group Private Group.')));
    }
    await bo.page.fill('#text', 'hello');
    await bo.page.click('#send');
    await until('the message is there', async () => (await ana.rows('#log')).includes(`${id}: hello`));
    await bo.page.click('#leave');
    await until('the group tells of it', async () => (await ana.rows('#log')).includes(`${id} has left the group Private Group.`));
    assert.deepEqual(new Set(await ana.page.locator('#log li').evaluateAll((rows) => rows.map((row) => row.dataset.count))), new Set(['1']));
    for (const tab of [ana, bo]) assert.deepEqual(tab.complaints, []);
  });

  test('the hub page of the sources', { timeout }, async (t) => {
    const { node, open } = await serve(t, 'default', 'signalr-page');
    const tab = await open('#sendButton');
    await tab.page.fill('#userInput', 'Classic');
    await tab.page.fill('#messageInput', 'hello');
    await tab.page.click('#sendButton');
    await until('the message is there', async () => (await tab.rows('#messagesList')).length === 1);
    assert.deepEqual(await tab.rows('#messagesList'), ['Classic says hello']);
    await until('it knows its node', async () => (await tab.page.locator('#nodeId').innerText()) === node.id);
    assert.equal(await tab.page.locator('#messagesList li').getAttribute('title'), `${await tab.page.locator('#connectionId').innerText()} on ${node.id}`);
    assert.deepEqual(tab.complaints, []);
  });
});

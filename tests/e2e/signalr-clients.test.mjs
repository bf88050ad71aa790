// Clients of others: each generation of SignalR's JavaScript client, each way it connects, behind both kinds of NGINX; a raw
// client that follows the two specifications point by point; and the handlers that a client would call that counts arguments, as .NET's does.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Cluster } from './support/cluster.mjs';
import { http } from './support/http.mjs';
import { Nginx } from './support/nginx.mjs';
import { Node } from './support/node.mjs';
import { RawHub } from './support/raw-hub.mjs';
import { until } from './support/until.mjs';

const timeout = 60_000;
const require = createRequire(import.meta.url);
globalThis.self ??= globalThis;   // version 5 takes a program that has fetch for a page
let cluster, robin;
before(async () => {
  cluster = await Cluster.start('signalr-clients', { nodes: 3 });
  robin = await Nginx.start(join(dirname(cluster.nginx.folder), 'round-robin'), cluster.nodes, { sticky: false });
});
after(async () => {
  await robin?.stop();
  await cluster?.stop();
});

const versions = [
  ['@microsoft/signalr 10', '@microsoft/signalr', '@microsoft/signalr-protocol-msgpack'],
  ...['8', '6', '5', '3.1', '3.0'].map((version) => [`@microsoft/signalr ${version}`, `signalr-${version}`, `signalr-msgpack-${version}`]),
  ['@aspnet/signalr 1.1.4', '@aspnet/signalr', '@aspnet/signalr-protocol-msgpack'],
];
const doors = { ip_hash: () => cluster.nginx, 'round robin': () => robin };
const unique = () => randomBytes(6).toString('hex');

describe('each client', { concurrency: 4 }, () => {
  for (const [name, library, packed] of versions) {
    const { HttpTransportType, HubConnectionBuilder, JsonHubProtocol, LogLevel } = require(library);
    const protocols = { json: () => new JsonHubProtocol(), messagepack: () => new (require(packed).MessagePackHubProtocol)() };
    for (const way of ['WebSockets', 'ServerSentEvents', 'LongPolling']) {
      for (const [encoding, protocol] of Object.entries(protocols).filter(([kind]) => way !== 'ServerSentEvents' || kind === 'json')) {
        for (const [door, at] of Object.entries(doors)) {
          test(`${name}, ${way}, ${encoding}, ${door}: connects, says and hears in order, and comes back`, { timeout }, async () => {
            const connect = async () => {
              const connection = new HubConnectionBuilder().withUrl(`${at().http}/chathub`, { transport: HttpTransportType[way], logger: LogLevel.None })
                .configureLogging(LogLevel.None).withHubProtocol(protocol()).build();
              const heard = [];
              connection.on('ReceiveMessage', (...args) => { heard.push(args); });
              await connection.start();
              return { connection, heard };
            };
            const tag = unique();
            const texts = Array.from({ length: 10 }, (_, i) => `${tag} ${i}`);
            const of = ({ heard }) => heard.filter(([, text]) => String(text).startsWith(tag));
            const [ana, bo] = [await connect(), await connect()];
            await Promise.all(texts.map((text) => ana.connection.invoke('SendMessage', 'Ana', text)));
            for (const one of [ana, bo]) await until('all has arrived', () => of(one).length === texts.length);
            const sent = way === 'WebSockets' ? texts : of(bo).map(([, text]) => text).sort();   // POSTs may overtake each other
            for (const one of [ana, bo]) {
              assert.deepEqual(of(one).map(([, text]) => text).sort(), [...sent].sort());
              assert.ok(of(one).every((args) => args.length === 4));
            }
            assert.deepEqual(of(ana), of(bo));
            const closed = new Promise((resolve) => { bo.connection.onclose(resolve); });
            await bo.connection.stop();
            await closed;
            await bo.connection.start();
            await ana.connection.invoke('SendMessage', 'Ana', `${tag} again`);
            await until('it hears again', () => of(bo).length === texts.length + 1);
            await Promise.all([ana.connection.stop(), bo.connection.stop()]);
          });
        }
      }
    }
  }
});

describe('a raw client, by the specifications', { concurrency: true }, () => {
  const port = () => cluster.nodes[0].port;
  const forTest = async (t, target) => {
    const hub = await RawHub.connect(port(), { target });
    t.after(() => hub.destroy());
    return hub;
  };

  test('TransportProtocols: negotiation in version 1', { timeout }, async () => {
    const { json, status } = await http(`${cluster.nginx.http}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST' });
    assert.equal(status, 200);
    assert.equal(json.negotiateVersion, 1);
    assert.ok(json.connectionId && json.connectionToken && json.connectionId !== json.connectionToken);
  });

  for (const query of ['', '?negotiateVersion=0']) {
    test(`TransportProtocols: negotiation in version 0${query ? ', asked for' : ''}`, { timeout }, async (t) => {
      const { json } = await http(`${cluster.nginx.http}/chatHub/negotiate${query}`, { method: 'POST' });
      assert.equal(json.connectionToken, undefined);
      assert.equal(json.availableTransports.length, 3);
      const hub = await RawHub.open(port(), { target: `/chatHub?id=${json.connectionId}` });
      t.after(() => hub.destroy());
      hub.write('{"protocol":"json","version":0}\u001e');
      assert.deepEqual(await hub.next(), {});
    });
  }

  for (const path of ['/chatHub', '/chathub', '/ChatHub', '/chatHub/', '/hub', '/HUB/']) {
    test(`the hub is at ${path}, behind NGINX too`, { timeout }, async (t) => {
      await forTest(t, path);
      for (const door of [cluster.nginx, cluster.nodes[0]]) {
        assert.equal((await http(`${door.http}${path.replace(/\/$/, '')}/negotiate?negotiateVersion=1`, { method: 'POST' })).status, 200);
      }
      const behind = await RawHub.connect(cluster.nginx.port, { target: path });
      behind.destroy();
    });
  }

  test('the hub of one node is below /node/{id}/', { timeout }, async () => {
    for (const node of cluster.nodes) {
      const hub = await RawHub.connect(cluster.nginx.port, { target: `/node/${node.id}/chathub` });
      hub.write(RawHub.call('1', 'GetNodeInfo'));
      assert.equal((await hub.completion('1')).result.nodeId, node.id);
      hub.destroy();
      assert.equal((await http(`${cluster.nginx.http}/node/${node.id}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST' })).status, 200);
    }
  });

  test('TransportProtocols: a token has one connection, on whichever nodes it is tried', { timeout }, async (t) => {
    const { json } = await http(`${cluster.nginx.http}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST' });
    const target = `/chatHub?id=${json.connectionToken}`;
    const first = await RawHub.connect(cluster.nodes[0].port, { target });
    t.after(() => first.destroy());
    for (const node of cluster.nodes) {
      const second = await RawHub.open(node.port, { target });
      assert.equal(second.head.status, 409, node.id);
      second.destroy();
    }
    first.write(RawHub.call('1', 'GetNodeInfo'));
    assert.equal((await first.completion('1')).result.nodeId, 'chat-1');
  });

  test('TransportProtocols: polls are not kept by proxies; the first is answered at once', { timeout }, async () => {
    const { json } = await http(`${robin.http}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST' });
    const url = `${robin.http}/chatHub?id=${json.connectionToken}`;
    const first = await http(url);
    assert.deepEqual([first.status, first.text], [200, '']);
    assert.match(first.headers['cache-control'], /no-cache/);
    assert.equal((await http(`${cluster.nodes[0].http}/chatHub?id=${json.connectionToken}`, { method: 'DELETE' })).status, 202);
    assert.equal((await http(url, { method: 'POST', body: 'x' })).status, 404);
  });

  test('HubProtocol: an invocation without an id has no answer, nor has one with an empty id', { timeout }, async (t) => {
    const hub = await forTest(t);
    hub.write(RawHub.record({ type: 1, target: 'GetNodeInfo', arguments: [] }) + RawHub.record({ type: 1, invocationId: '', target: 'GetNodeInfo', arguments: [] }) + RawHub.call('1', 'GetNodeInfo'));
    const completion = await hub.find(({ type }) => type === 3);
    assert.equal(completion.invocationId, '1');
  });

  test('HubProtocol: a method that is not there is answered in other hubs\' words', { timeout }, async (t) => {
    const hub = await forTest(t);
    hub.write(RawHub.call('1', 'Nonsense', 1));
    assert.deepEqual(await hub.completion('1'), { type: 3, invocationId: '1', error: "Failed to invoke 'Nonsense' due to an error on the server. HubException: Method does not exist." });
  });

  test('HubProtocol: a handshake nobody can agree to is answered with an error and the end', { timeout }, async (t) => {
    const hub = await RawHub.open(port());
    t.after(() => hub.destroy());
    hub.write('{"protocol":"xml","version":1}\u001e');
    assert.ok((await hub.next()).error);
    await hub.find(({ closed }) => closed);
  });

  test('HubProtocol: pings and messages of kinds to come are taken without an answer; Close ends it', { timeout }, async (t) => {
    const hub = await forTest(t);
    hub.write('{"type":6}\u001e{"type":99}\u001e' + RawHub.call('1', 'GetNodeInfo'));
    await hub.completion('1');
    hub.write('{"type":7}\u001e');
    assert.deepEqual(await hub.find(({ type }) => type === 7), { type: 7 });
    await hub.find(({ closed }) => closed === 1000);
  });

  test('HubProtocol: whoever breaks the rules is told why, and that it may come back', { timeout }, async (t) => {
    const hub = await forTest(t);
    hub.write('x'.repeat(33 * 1024));
    const close = await hub.find(({ type }) => type === 7);
    assert.equal(close.allowReconnect, true);
    assert.match(close.error, /32 KiB/);
  });
});

/** .NET's binder and Java's: a handler is called if it takes exactly as many arguments as were sent, else none is and that is logged. */
describe('a client that counts arguments', { concurrency: true }, () => {
  const table = [
    ['the sources\' page', {}, '', (user, message, connectionId, nodeId) => [user, message, connectionId, nodeId].every(Boolean)],
    ['the tutorial', { 'signalr-receive': 'user,message' }, '', (user, message) => user === 'Raw' && Boolean(message)],
    ['one that reads rooms', { 'signalr-receive': 'room,user,message' }, '', (room, user, message) => room === 'lobby' && user === 'Raw' && Boolean(message)],
    ['one that asked for details', {}, '?details=true', (user, message, connectionId, nodeId, details) => details.room === 'lobby' && details.offset > 0],
  ];
  for (const [who, settings, query, handler] of table) {
    test(`${who} is called with ${handler.length}`, { timeout }, async (t) => {
      const node = await Node.start({ id: `alone-${handler.length}-${who.length}`, folder: dirname(cluster.nodes[0].logFile), settings });
      t.after(() => node.stop());
      const hub = await RawHub.connect(node.port, { target: `/chatHub${query}` });
      t.after(() => hub.destroy());
      hub.write(RawHub.call('1', 'SendMessage', 'Raw', unique()));
      const { arguments: args } = await hub.find(({ target }) => target === 'ReceiveMessage');
      assert.equal(args.length, handler.length);
      assert.ok(handler(...args), JSON.stringify(args));
    });
  }
});

test('a setting names the hubs, and how long a client may be silent', { timeout }, async (t) => {
  const node = await Node.start({ id: 'elsewhere', folder: dirname(cluster.nodes[0].logFile), settings: { 'signalr-paths': '/talk/hub', 'client-timeout': 3 } });
  t.after(() => node.stop());
  const hub = await RawHub.connect(node.port, { target: '/Talk/Hub/' });
  assert.equal((await RawHub.open(node.port)).head.status, 404);
  const begun = performance.now();
  await hub.raw.end(15_000);
  assert.ok(performance.now() - begun < 10_000);
});

// HAProxy and Caddy in front of the nodes, each as `deploy/proxy` starts it: the routes of NGINX, every protocol, nodes that are
// killed, come and go.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { assertIds } from './proxies/ids.mjs';
import { routes } from './proxies/routes.mjs';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { EventStreamClient, PollClient } from './support/http-clients.mjs';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { assertContiguous } from './support/people.mjs';
import { freePort } from './support/program.mjs';
import { Proxy } from './support/proxy.mjs';
import { RawSocket, handshake } from './support/raw.mjs';
import { HubClient, pairs } from './support/signalr.mjs';
import { libraries, transports } from './support/socketio-clients.mjs';
import { withRequests } from './support/steady.mjs';
import { StubNode } from './support/stub-node.mjs';
import { until } from './support/until.mjs';

const timeout = 60_000;
const kinds = ['haproxy', 'caddy'];
const perAddress = 40;
const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(execFileSync('caddy', ['version'], { encoding: 'utf8' }));
const logsIds = Number(major) > 2 || Number(minor) >= 8;      // Caddy; Debian 12 has 2.6
const settings = { 'trusted-proxies': '127.0.0.1/32', 'max-connections-per-address': perAddress };
let cluster, folder, later;
const proxies = {};
before(async () => {
  cluster = await Cluster.start('proxies', { nodes: 3, settings });
  folder = dirname(cluster.nginx.folder);
  later = await Promise.all([4, 5].map(async (i) => ({ id: `chat-${i}`, port: await freePort() })));
  await Promise.all(kinds.map(async (kind) => { proxies[kind] = await Proxy.start(kind, folder, [...cluster.nodes, ...later]); }));
});
after(async () => {
  await Promise.all(Object.values(proxies).map((proxy) => proxy.stop()));
  await cluster?.stop();
});

/** The head of the answer to a target that is sent exactly so. */
async function headOf(port, method, target) {
  const raw = await RawSocket.connect(port);
  raw.write(`${method} ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  const head = await raw.head();
  raw.destroy();
  return head;
}

for (const kind of ['nginx', ...kinds]) {
  test(`${kind} has the routes of the table`, { timeout }, async () => {
    const { port } = proxies[kind] ?? cluster[kind];
    const wrong = [];
    for (const [target, expected] of routes) {
      const { status, headers } = await headOf(port, expected === 'node' ? 'PUT' : 'GET', target);
      const fits = { node: status >= 400 && headers.get('cache-control') === 'no-store', page: status === 200 }[expected] ?? [expected].flat().includes(status);
      if (!fits) wrong.push(`${target}: ${status}, expected ${expected}`);
    }
    assert.deepEqual(wrong, []);
  });
}

for (const kind of kinds) {
  describe(kind, { concurrency: false }, () => {
    const proxy = () => proxies[kind];

    test('each request has an id of the proxy in its log and at the node, whatever the client says, and no token is beside it', { timeout }, async (t) => {
      const stub = await StubNode.start('chat-1');
      t.after(() => stub.stop());
      const before = await Proxy.start(kind, folder, [stub]);
      t.after(() => before.stop());
      await assertIds(before, stub, () => before.log, { haproxy: (id) => ` id=${id}\n`, caddy: logsIds && ((id) => `"uuid": "${id}"`) }[kind]);
    });

    test('one chat of a WebSocket, an event stream and a polling client: all hear all of it in one order', { timeout }, async (t) => {
      const room = `mixed-${kind}`;
      const clients = await Promise.all([ChatClient.connect(proxy().ws), EventStreamClient.connect(`${proxy().http}/sse`), PollClient.connect(`${proxy().http}/poll`)]);
      t.after(() => { for (const client of clients) client.terminate(); });
      for (const client of clients) await client.join(room);
      await Promise.all(clients.map(async (client, who) => { for (let i = 0; i < 10; ++i) await client.say(room, `${who} ${i}`); }));
      for (const client of clients) {
        await until('30 messages', () => client.messages(room).length === 30);
        assertContiguous(client.messages(room));
      }
    });

    for (const { name, options, protocol } of pairs) {
      test(`SignalR's client, ${name}`, { timeout }, async () => {
        const client = await HubClient.connect(proxy(), { options, protocol: protocol() });
        await client.invoke('SendMessage', 'Ana', `${kind} ${name}`);
        await client.hears('lobby', `${kind} ${name}`);
        await client.stop();
      });
    }

    for (const way of transports) {
      test(`Socket.IO's client, ${way}`, { timeout }, async () => {
        const client = libraries['socket.io-client 4.8'](proxy().http, way);
        await client.online();
        if (way !== 'polling') await until('it has a WebSocket', () => client.transport() === 'websocket');
        client.emit('sendMessage', `${kind} ${way}`);
        await client.hears([`${kind} ${way}`]);
        await client.close();
      });
    }

    test('the page comes with its policy once, compressed; a bare node route is led to its page', { timeout }, async () => {
      for (const path of ['/', '/node/chat-2/']) {
        const { headers } = await http(`${proxy().http}${path}`, { headers: { 'accept-encoding': 'gzip' } });
        assert.match(headers['content-security-policy'], /^default-src 'none';[^,]*$/);
        assert.equal(headers['content-encoding'], 'gzip');
      }
      assert.equal((await http(`${proxy().http}/node/chat-2`)).headers.location, '/node/chat-2/');
      assert.equal((await http(`${proxy().http}/node/chat-2?room=a`)).headers.location, '/node/chat-2/?room=a');
      assert.match((await http(`${proxy().http}/node/chat-9/`)).text, /There is no such node/);
    });

    test('a node route reaches that node', { timeout }, async () => {
      for (const { id } of cluster.nodes) {
        const client = await ChatClient.connect(`ws://127.0.0.1:${proxy().port}/node/${id}/ws`);
        assert.equal(client.node, id);
        await client.close();
      }
      const { status } = await http(`${proxy().http}/node/chat-4/health`);
      assert.ok([502, 503].includes(status), `no other node answers for one that does not run: ${status}`);
    });

    test('what stands behind the question mark is not logged', { timeout }, async () => {
      await http(`${proxy().http}/health?ticket=very-secret`);
      await headOf(proxy().port, 'GET', '/ws?ticket=very-secret');
      await until('the request is logged', () => proxy().log.includes('/ws'));
      assert.doesNotMatch(proxy().log, /very-secret/);
    });

    test('the address of a client is believed from the proxy, and neither a client\'s claim nor a stranger\'s', { timeout }, async (t) => {
      const from = { haproxy: '127.0.50.1', caddy: '127.0.51.1' }[kind];
      const open = async (port, claim) => {
        const raw = await RawSocket.connect(port, { from });
        t.after(() => raw.destroy());
        raw.write(handshake(port, { headers: { 'X-Forwarded-For': claim, 'X-Real-IP': claim, Forwarded: `for=${claim}` } }));
        return (await raw.head()).status;
      };
      const results = [];
      for (let i = 0; i < perAddress + 3; ++i) results.push(await open(proxy().port, `203.0.113.${i}`));
      assert.deepEqual(results.slice(0, perAddress).filter((status) => status !== 101), []);
      assert.deepEqual(results.slice(perAddress), [429, 429, 429]);
      const other = await ChatClient.connect(proxy().ws, { from: '127.0.52.1' });
      const direct = [];
      for (let i = 0; i < perAddress + 3; ++i) direct.push(await open(cluster.node(other.node).port, `203.0.113.${i}`));
      assert.ok(direct.includes(429), 'a client that reaches a node past the proxy is not believed');
      await other.close();
    });

    test('a body of more than 256 KiB and a head of more than 32 KiB are refused', { timeout }, async () => {
      assert.equal((await http(`${proxy().http}/chatHub?id=x`, { method: 'POST', body: 'x'.repeat(300_000) })).status, 413);
      const long = await http(`${proxy().http}/health`, { headers: { 'x-long': 'x'.repeat(60_000) } });
      assert.ok([400, 413, 414, 431].includes(long.status), String(long.status));
    });

    test('a node is killed: its client reaches another by the same address and misses nothing', { timeout }, async (t) => {
      const room = `killed-${kind}`;
      const client = await ChatClient.connect(proxy().ws, { identitySecret: `a guest of ${room}` });
      const joined = await client.join(room);
      const victim = cluster.node(client.node);
      const friend = await ChatClient.connect(cluster.nodes.find((node) => node !== victim).ws);
      t.after(() => friend.terminate());
      await friend.join(room);
      await victim.kill();
      await friend.insist(room, 'meanwhile');
      await client.closed;
      const again = await ChatClient.connect(proxy().ws, { identitySecret: `a guest of ${room}` });
      t.after(() => again.terminate());
      assert.notEqual(again.node, victim.id);
      const back = await again.join(room, { cursor: { epoch: joined.epoch, offset: joined.offset } });
      assert.deepEqual(back.messages.map(({ text }) => text), ['meanwhile']);
      await victim.start();
      await cluster.active(3);
    });
  });
}

test('3 → 5 → 2 nodes without a reload: new nodes get clients, no request fails, and clients of the nodes that stay notice nothing', { timeout: 120_000 }, async () => {
  const urls = kinds.flatMap((kind) => [`${proxies[kind].http}/nodes`, `${proxies[kind].http}/`]);
  await withRequests(urls, async () => {
    cluster.nodes.push(...await Promise.all(later.map(({ id, port }) =>
      Node.start({ id, folder, redis: cluster.redis, settings: { ...settings, listen: `127.0.0.1:${port}` } }))));
    await cluster.active(5);
    for (const kind of kinds) {
      const met = new Set();
      await until(`${kind} uses five nodes`, async () => {
        const client = await ChatClient.connect(proxies[kind].ws, { from: `127.0.${60 + (met.size * 7) % 100}.${1 + Math.floor(Math.random() * 200)}` });
        met.add(client.node);
        await client.close();
        return met.size === 5;
      }, 20_000);
    }
  });

  const clients = await Promise.all(kinds.flatMap((kind) => cluster.nodes.map(({ id }) => ChatClient.connect(`ws://127.0.0.1:${proxies[kind].port}/node/${id}/ws`))));
  for (const client of clients) await client.join('two');
  const leaving = cluster.nodes.splice(2);
  await withRequests(urls, async () => {
    const strangers = (async () => {      // new clients come all the time, from other addresses
      for (let i = 1; i <= 40; ++i) for (const kind of kinds) await (await ChatClient.connect(proxies[kind].ws, { from: `127.0.${i}.7` })).close();
    })();
    await Promise.all(leaving.map((node) => node.stop()));
    await strangers;
    await cluster.active(2);
  });
  const staying = clients.filter(({ node }) => cluster.node(node));
  await staying[0].say('two', 'still here');
  for (const client of staying) {
    await client.hears('two', 'still here');
    assert.equal(client.closeCode, undefined);
  }
  for (const client of clients.filter(({ node }) => !cluster.node(node))) assert.equal((await client.closed).code, 1012);
  for (const client of staying) await client.close();
});

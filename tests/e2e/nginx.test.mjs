// The requests that NGINX must forward, hold back and keep to itself.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { assertIds } from './proxies/ids.mjs';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { EventStreamClient, PollClient } from './support/http-clients.mjs';
import { http } from './support/http.mjs';
import { Nginx } from './support/nginx.mjs';
import { Node } from './support/node.mjs';
import { freePort } from './support/program.mjs';
import { RawSocket, handshake } from './support/raw.mjs';
import { StubNode } from './support/stub-node.mjs';
import { until } from './support/until.mjs';

const timeout = 30_000;
let cluster;
before(async () => { cluster = await Cluster.start('nginx', { nodes: 2, settings: { 'max-connections-per-address': 5 } }); });
after(() => cluster?.stop());

/** The status of a request whose target is written exactly so, which a proper HTTP client would not send. */
async function statusOf(target, more = '') {
  const raw = await RawSocket.connect(cluster.nginx.port);
  raw.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`);
  const { status } = await raw.head();
  raw.destroy();
  return status;
}

describe('the node route leads to nodes of the cluster and nowhere else', () => {
  const elsewhere = () => [
    '/node/chat-9/health', '/node/127.0.0.1/health', `/node/127.0.0.1:${cluster.redis.port}/health`, '/node/169.254.169.254/health', '/node/localhost/health', '/node/chat-9/ws', '/node/CHAT-1/health',
    '/node/chat-1.evil.org/health', '/node/chat-1@evil.org/health', '/node/chat-1%0d%0aHost:%20x/health', '/node/chat-1%00/health', '/node/%63hat-9/health', '/node/chat-1/../chat-9/health', '/node/chat-1:80/health', '/nodechat-1/health',
  ];
  for (let i = 0; i < 15; ++i) {
    test(`target ${i + 1} of the list: 400 or 404`, { timeout }, async () => {
      const target = elsewhere()[i];
      assert.ok([400, 404].includes(await statusOf(target)), target);
    });
  }
  test('the real ones answer', { timeout }, async () => {
    for (const { id } of cluster.nodes) assert.equal(await statusOf(`/node/${id}/health`), 200);
  });
});

describe('the page', () => {
  for (const path of ['/', '/node/chat-1/', '/node/chat-2/']) {
    test(`at ${path} comes with each header of protection once`, { timeout }, async () => {
      const { status, headers, text } = await http(`${cluster.nginx.http}${path}`);
      assert.equal(status, 200);
      assert.match(headers['content-type'], /^text\/html/);
      assert.match(headers['content-security-policy'], /^default-src 'none';/);
      assert.doesNotMatch(headers['content-security-policy'], /unsafe|,/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
      assert.match(headers['permissions-policy'], /^camera=\(\),[^;]*usb=\(\)$/);
      assert.match(text, /<!doctype html>/i);
    });
  }
  test('has policies for documents only: its scripts and styles come with nosniff alone', { timeout }, async () => {
    const policies = ['content-security-policy', 'permissions-policy', 'cross-origin-opener-policy', 'referrer-policy'];
    for (const [file, count] of [['app.js', 0], ['page.css', 0], ['favicon.svg', 4], ['manifest.webmanifest', 4], ['nodes', 4], ['no-such-file', 4]]) {
      const { headers } = await http(`${cluster.nginx.http}/${file}`);
      assert.equal(headers['x-content-type-options'], 'nosniff', file);
      assert.equal(policies.filter((name) => headers[name]).length, count, file);
    }
  });
  test('of a node that nobody knows says so in three languages, with 404', { timeout }, async () => {
    const { status, headers, text } = await http(`${cluster.nginx.http}/node/chat-9/`);
    assert.equal(status, 404);
    assert.match(headers['content-type'], /^text\/html/);
    for (const words of ['There is no such node', 'Este nó não existe', 'Este nodo no existe']) assert.ok(text.includes(words), words);
  });
  test('NGINX and a lone node send the same policy', { timeout }, async () => {
    const [proxied, direct] = await Promise.all([cluster.nginx.http, cluster.nodes[0].http].map((url) => http(`${url}/`)));
    for (const name of ['content-security-policy', 'permissions-policy', 'cross-origin-opener-policy', 'referrer-policy', 'x-content-type-options']) {
      assert.ok(direct.headers[name], name);
      assert.equal(direct.headers[name], proxied.headers[name], name);
    }
  });
  test('files that are no part of the page are not shown', { timeout }, async () => {
    for (const prefix of ['', '/node/chat-1']) {
      for (const file of ['package.json', 'README.md', 'client.d.ts', 'text.test.js', '.gitignore', '.git/config']) assert.equal(await statusOf(`${prefix}/${file}`), 404, `${prefix}/${file}`);
      for (const file of ['', 'client.js', 'manifest.webmanifest']) assert.equal(await statusOf(`${prefix}/${file}`), 200, `${prefix}/${file}`);
    }
  });
  test('no file beside the page is shown', { timeout }, async () => {
    for (const target of ['/../nginx.conf', '/%2e%2e/nginx.conf', '/node/chat-1/../../nginx.conf', '/node/chat-1/%2e%2e/%2e%2e/nginx.conf', '/.git/config']) {
      assert.ok([400, 403, 404].includes(await statusOf(target)), target);
    }
  });
});

test('chat and hub routes reach a node, at the top and below a node route', { timeout }, async () => {
  for (const prefix of ['', '/node/chat-1']) {
    assert.equal((await http(`${cluster.nginx.http}${prefix}/poll`, { method: 'POST' })).status, 200);
    for (const path of ['sse', 'chatHub', 'hub', 'chatHub/negotiate', 'hub/negotiate']) {
      const { headers } = await http(`${cluster.nginx.http}${prefix}/${path}`, { method: 'PUT' });
      assert.equal(headers['cache-control'], 'no-store', `${prefix}/${path} was answered by NGINX`);
    }
  }
  for (const path of ['/poll/x', '/hub/x', '/hubs', '/node/chat-1/hub/x']) assert.equal(await statusOf(path), 404, path);
});

test('metrics are not for the world', { timeout }, async () => {
  assert.equal(await statusOf('/metrics'), 404);
  assert.equal(await statusOf('/node/chat-1/metrics'), 404);
});

test('what stands behind the question mark is in no log', { timeout }, async () => {
  await statusOf('/health?ticket=very-secret');
  await statusOf('/ws?ticket=very-secret');
  const log = () => readFileSync(join(cluster.nginx.folder, 'log/access.log'), 'utf8');
  await until('the request is logged', () => log().includes('/ws'));
  assert.doesNotMatch(log(), /very-secret/);
  for (const node of cluster.nodes) assert.doesNotMatch(node.log, /very-secret/);
});

test('what stands behind the question mark is in no error log either, also when a node is dead or a client asks too much', { timeout }, async (t) => {
  const dead = { id: 'chat-9', port: await freePort() };
  const nginx = await Nginx.start(join(cluster.nginx.folder, 'dead'), [cluster.nodes[0], dead]);
  t.after(() => nginx.stop());
  for (const target of ['/node/chat-9/sse?id=very-secret', '/node/chat-9/ws?access_token=very-secret', '/node/chat-9/hub?id=very-secret']) {
    assert.equal((await http(`${nginx.http}${target}`)).status, 502, target);
  }
  await flood(nginx.port, 'very-secret');
  const logs = readdirSync(join(nginx.folder, 'log')).map((name) => readFileSync(join(nginx.folder, 'log', name), 'utf8')).join('');
  assert.match(logs, /"GET \/node\/chat-9\/sse" 502/, 'the access log tells that the node did not answer');
  assert.doesNotMatch(logs, /very-secret/);
});

test('each request has an id of NGINX in the log and at the node, whatever the client says, and no token is beside it', { timeout }, async (t) => {
  const stub = await StubNode.start('chat-1');
  t.after(() => stub.stop());
  const nginx = await Nginx.start(join(cluster.nginx.folder, 'ids'), [stub]);
  t.after(() => nginx.stop());
  await assertIds(nginx, stub, () => readFileSync(join(nginx.folder, 'log/access.log'), 'utf8'), (id) => ` id=${id}\n`);
});

test('a client is followed by its session through the log of its node to that of NGINX', { timeout }, async (t) => {
  const node = await Node.start({ id: 'chat-7', folder: cluster.nginx.folder, settings: { 'log-level': 'debug', 'trusted-proxies': '127.0.0.1/32' } });
  t.after(() => node.stop());
  const nginx = await Nginx.start(join(cluster.nginx.folder, 'followed'), [node]);
  t.after(() => nginx.stop());
  for (const [kind, url] of [[ChatClient, nginx.ws], [EventStreamClient, `${nginx.http}/sse`], [PollClient, `${nginx.http}/poll`]]) {
    const client = await kind.connect(url, { name: 'Ana' });
    const { session, user } = client.welcome;
    const line = (event) => node.log.split('\n').find((text) => text.includes(`event=${event} `) && text.includes(session));
    const id = /request="?([0-9a-f]{32})/.exec(await until('the node logs the beginning', () => line('session_opened')))[1];
    assert.ok(line('session_user').includes(user.id));
    await (client.end?.() ?? client.terminate());
    await until('the node logs the end', () => line('session_ended'));
    const { pathname } = new URL(url);
    await until('NGINX logs the request', () => new RegExp(`"(GET|POST) ${pathname}" \\d+ .* id=${id}\n`).test(readFileSync(join(nginx.folder, 'log/access.log'), 'utf8')));
  }
  assert.doesNotMatch(node.log, /Ana|token=/);
});

/** 2,500 requests in a few connections, each with `secret`; the statuses of the answers. */
async function flood(port, secret, from = '127.0.40.1') {
  const request = `GET /favicon.svg?token=${secret} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const statuses = [];
  for (let i = 0; i < 5; ++i) {
    const raw = await RawSocket.connect(port, { from });
    raw.write(request.repeat(499) + request.replace('Host: x', 'Host: x\r\nConnection: close'));
    await raw.end(20_000);
    for (const [, status] of String(raw.bytes).matchAll(/HTTP\/1\.1 (\d+) /g)) statuses.push(Number(status));
    raw.destroy();
  }
  return statuses;
}

test('one address that asks more than 200 times a second gets 429 after its first thousand, another is served', { timeout }, async () => {
  const statuses = await flood(cluster.nginx.port, 'x', '127.0.41.1');
  assert.equal(statuses.slice(0, 1000).filter((status) => status === 200).length, 1000);
  assert.ok(statuses.includes(429), `${statuses.length} answers`);
  assert.equal((await http(`${cluster.nginx.http}/health`, { from: '127.0.42.1' })).status, 200);
});

test('a client of HTTP/1.0 without Host reaches a node', { timeout }, async (t) => {
  const raw = await RawSocket.connect(cluster.nginx.port);
  t.after(() => raw.destroy());
  raw.write('GET /health HTTP/1.0\r\n\r\n');
  assert.equal((await raw.head()).status, 200);
});

test('a forged X-Forwarded-For does not help against the limit of connections', { timeout }, async (t) => {
  const results = [];
  for (let i = 0; i < 8; ++i) {
    const raw = await RawSocket.connect(cluster.nginx.port, { from: '127.0.20.1' });
    t.after(() => raw.destroy());
    raw.write(handshake(cluster.nginx.port, { headers: { 'X-Forwarded-For': `203.0.113.${i}`, 'X-Real-IP': `203.0.113.${i}`, Forwarded: `for=203.0.113.${i}` } }));
    const { status } = await raw.head();
    results.push(status);
  }
  assert.deepEqual(results.slice(0, 5), [101, 101, 101, 101, 101]);
  assert.deepEqual(results.slice(5), [429, 429, 429]);
  const other = await ChatClient.connect(cluster.nginx.ws, { from: '127.0.21.1' });
  await other.close();
});

test('a page of another site gets 403 through NGINX, too, and the page\'s own origin is let in', { timeout }, async () => {
  const open = async (origin) => {
    const raw = await RawSocket.connect(cluster.nginx.port);
    raw.write(handshake(cluster.nginx.port, { headers: { Origin: origin } }));
    const { status } = await raw.head();
    raw.destroy();
    return status;
  };
  assert.equal(await open('http://evil.example'), 403);
  assert.equal(await open('null'), 403);
  assert.equal(await open(cluster.nginx.http), 101);
});

test('headers of more than 32 KiB and smuggled bodies end at NGINX', { timeout }, async () => {
  assert.ok([400, 414, 431].includes(await statusOf('/health', `X-Long: ${'x'.repeat(33_000)}\r\n`)));
  assert.equal(await statusOf('/health', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'), 400);
});

test('a handshake that is never finished is cut by NGINX after 5 s', { timeout }, async (t) => {
  const raw = await RawSocket.connect(cluster.nginx.port);
  t.after(() => raw.destroy());
  const begun = performance.now();
  raw.write(handshake(cluster.nginx.port).slice(0, -2));
  await raw.end();
  assert.ok(performance.now() - begun < 8000);
});

// HTTP as a node itself understands it, with no NGINX in front: served and refused requests, counted connections, time-outs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ChatClient } from './support/client.mjs';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { RawSocket, handshake } from './support/raw.mjs';
import { until } from './support/until.mjs';

const timeout = 30_000;
const folder = freshFolder('http');
let node;
before(async () => { node = await Node.start({ id: 'chat-1', folder }); });
after(() => node?.stop());

/** Sends lines of a head, and a body; returns the head of the answer. */
async function ask(t, lines, body = '', { port = node.port, from } = {}) {
  const raw = await RawSocket.connect(port, { from });
  t.after(() => raw.destroy());
  raw.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  return { raw, head: await raw.head() };
}

const get = (path, ...more) => [`GET ${path} HTTP/1.1`, 'Host: x', ...more];
const post = (...more) => ['POST /poll HTTP/1.1', 'Host: x', ...more];

describe('a head that two servers could read in two ways is refused, and the connection ends', () => {
  const cases = {
    'an unknown transfer coding': [post('Transfer-Encoding: gzip'), 501],
    'an unknown transfer coding in front of chunked': [post('Transfer-Encoding: gzip, chunked'), 501],
    'an unknown transfer coding with a length': [post('Transfer-Encoding: identity', 'Content-Length: 3'), 501],
    'a coding that only resembles chunked': [post('Transfer-Encoding: xchunked'), 501],
    'chunked twice': [post('Transfer-Encoding: chunked, chunked'), 400],
    'chunked twice, in two lines': [post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'), 400],
    'chunked that is not last': [post('Transfer-Encoding: chunked, gzip'), 400],
    'chunked that is not last, in two lines': [post('Transfer-Encoding: chunked', 'Transfer-Encoding: gzip'), 400],
    'a transfer coding without a name': [post('Transfer-Encoding: , chunked'), 400],
    'an empty Transfer-Encoding': [post('Transfer-Encoding:'), 400],
    'a transfer coding on an upgrade': [handshake(1, { headers: { 'Transfer-Encoding': 'gzip' } }).trimEnd().split('\r\n'), 501],
    'Transfer-Encoding in HTTP/1.0': [['POST /poll HTTP/1.0', 'Host: x', 'Transfer-Encoding: chunked'], 400],
    'Transfer-Encoding and Content-Length': [post('Transfer-Encoding: chunked', 'Content-Length: 3'), 400],
    'no Host': [['GET /health HTTP/1.1'], 400],
    'two Hosts': [['GET /health HTTP/1.1', 'Host: x', 'Host: x'], 400],
    'a Host with a path': [['GET /health HTTP/1.1', 'Host: x/y'], 400],
    'a Host with a user': [['GET /health HTTP/1.1', 'Host: me@x'], 400],
    'HTTP/2.0 in a request line': [['GET /health HTTP/2.0', 'Host: x'], 400],
    'a target of another scheme': [['GET ftp://x/health HTTP/1.1', 'Host: x'], 400],
    'a target without a host': [['GET http:///health HTTP/1.1', 'Host: x'], 400],
    'a target with a user': [['GET http://me@x/health HTTP/1.1', 'Host: x'], 400],
    'an unknown expectation': [post('Expect: miracles', 'Content-Length: 3'), 417],
  };
  for (const [name, [lines, status]] of Object.entries(cases)) {
    test(`${name}: ${status}`, { timeout }, async (t) => {
      const { raw, head } = await ask(t, lines, 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
      assert.equal(head.status, status, head.text);
      assert.match(head.headers.get('connection'), /close/);
      await raw.end();
      assert.doesNotMatch(String(raw.bytes), /HTTP\/1\.1 \d/, 'what stands behind it is no request');
    });
  }
});

describe('requests that look unusual are served', () => {
  const cases = {
    'a target in absolute form': ['GET http://x/health HTTP/1.1', 'Host: x'],
    'a target in absolute form with port and query': ['GET HTTP://example.com:80/health?a=b HTTP/1.1', 'Host: other'],
    'the page by a target without a path': ['GET http://example.com HTTP/1.1', 'Host: x'],
    'an empty Host': ['GET /health HTTP/1.1', 'Host:'],
    'HTTP/1.0 without Host': ['GET /health HTTP/1.0'],
    'an IPv6 address as Host': ['GET /health HTTP/1.1', 'Host: [::1]:8080'],
  };
  for (const [name, lines] of Object.entries(cases)) {
    test(name, { timeout }, async (t) => assert.equal((await ask(t, lines)).head.status, 200));
  }
  test('a WebSocket by a target in absolute form, whose host is the page\'s', { timeout }, async (t) => {
    const open = async (origin) => (await ask(t, handshake(node.port, { target: 'http://chat.example:1/ws', headers: { Origin: origin } }).trimEnd().split('\r\n'))).head.status;
    assert.equal(await open('http://chat.example:1'), 101);
    assert.equal(await open('http://evil.example'), 403);
  });
  test('a body in chunks', { timeout }, async (t) => {
    const { head } = await ask(t, post('Transfer-Encoding: Chunked'), '3\r\n[]\n\r\n0\r\n\r\n');
    assert.equal(head.status, 200, head.text);
  });
});

describe('Expect: 100-continue', () => {
  test('is answered with 100 before the body is sent', { timeout }, async (t) => {
    const { raw, head } = await ask(t, post('Expect: 100-Continue', 'Content-Length: 3'));
    assert.equal(head.status, 100);
    raw.write('[]\n');
    assert.equal((await raw.head()).status, 200);
  });
  test('is not answered when the body is there already', { timeout }, async (t) => {
    assert.equal((await ask(t, post('Expect: 100-continue', 'Content-Length: 3'), '[]\n')).head.status, 200);
  });
  test('is answered with 413, and no 100, when the body would be too long', { timeout }, async (t) => {
    assert.equal((await ask(t, post('Expect: 100-continue', 'Content-Length: 999999'))).head.status, 413);
  });
  test('without a body is nothing', { timeout }, async (t) => {
    assert.equal((await ask(t, get('/health', 'Expect: 100-continue'))).head.status, 200);
  });
  test('in HTTP/1.0 is nothing', { timeout }, async (t) => {
    assert.equal((await ask(t, ['POST /poll HTTP/1.0', 'Expect: 100-continue', 'Content-Length: 3'], '[]\n')).head.status, 200);
  });
});

describe('plain HTTP connections count', { concurrency: true }, () => {
  const start = async (t, id, settings) => {
    const limited = await Node.start({ id, folder, settings });
    t.after(() => limited.stop());
    return limited;
  };
  /** Connections that say nothing, accepted by the node: it has a request of each. */
  const idle = (t, port, count, from) => Promise.all(Array.from({ length: count }, async () => {
    const { raw, head } = await ask(t, get('/'), '', { port, from });
    assert.equal(head.status, 200);
    return raw;
  }));

  test('against the limit of one address, but health checks are answered', { timeout }, async (t) => {
    const { port } = await start(t, 'chat-2', { 'max-connections-per-address': 3 });
    const [first] = await idle(t, port, 3, '127.0.30.1');
    for (const lines of [get('/'), handshake(port).trimEnd().split('\r\n')]) {
      const { raw, head } = await ask(t, lines, '', { port, from: '127.0.30.1' });
      assert.equal(head.status, 429);
      assert.match(head.headers.get('retry-after'), /^\d+$/);
      await raw.end();
    }
    for (const path of ['/health', '/ready']) assert.equal((await ask(t, get(path), '', { port, from: '127.0.30.1' })).head.status, 200);
    const half = await RawSocket.connect(port, { from: '127.0.30.1' });
    t.after(() => half.destroy());
    half.write('GET /health HTTP/1.1\r\n');
    assert.equal((await half.head()).status, 429, 'only a whole health check comes in, because half of one could wait there');
    assert.equal((await ask(t, get('/'), '', { port, from: '127.0.31.1' })).head.status, 200);
    first.destroy();
    await until('one that left makes place', async () => (await ask(t, get('/'), '', { port, from: '127.0.30.1' })).head.status === 200);
  });

  test('also where they announce a body that never comes, to a probe or with a genuine token', { timeout }, async (t) => {
    const limited = await start(t, 'chat-12', { 'max-connections-per-address': 20 });
    const { port } = limited;
    const from = '127.0.30.1';
    const { json } = await http(`${limited.http}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST', from });
    await idle(t, port, 20, from);
    for (const target of ['/ready', `/chatHub?id=${json.connectionToken}`]) {
      const waiting = await Promise.all(Array.from({ length: 160 }, async () => {
        const raw = await RawSocket.connect(port, { from });
        t.after(() => raw.destroy());
        raw.write(`POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n`);
        return raw;
      }));
      for (const raw of waiting) {
        assert.equal((await raw.head(2000)).status, 429, target);
        await raw.end(500);
      }
    }
    assert.equal((await ask(t, [`POST /chatHub?id=${json.connectionToken} HTTP/1.1`, 'Host: a', 'Content-Length: 1'], 'x', { port, from })).head.status, 404, 'a body that is there');
  });

  test('against the limit of the node, together with WebSockets', { timeout }, async (t) => {
    const limited = await start(t, 'chat-3', { 'max-connections': 3 });
    const socket = await ChatClient.connect(limited.ws);
    await idle(t, limited.port, 2);
    assert.equal((await ask(t, get('/'), '', { port: limited.port })).head.status, 429);
    assert.equal((await http(`${limited.http}/health`)).status, 200);
    await socket.close();
    await until('one that left makes place', async () => (await ask(t, get('/'), '', { port: limited.port })).head.status === 200);
  });

  test('once: an event stream and a WebSocket take the place of their request', { timeout }, async (t) => {
    const { port } = await start(t, 'chat-4', { 'max-connections-per-address': 1 });
    const stream = await ask(t, get('/sse'), '', { port, from: '127.0.32.1' });
    assert.equal(stream.head.status, 200);
    assert.equal((await ask(t, get('/sse'), '', { port, from: '127.0.32.1' })).head.status, 429);
    const slow = await RawSocket.connect(port, { from: '127.0.33.1' });
    t.after(() => slow.destroy());
    const text = handshake(port);
    slow.write(text.slice(0, 20));
    await until('the node has read the first part', async () => (await ask(t, get('/', 'Connection: close'), '', { port, from: '127.0.33.1' })).head.status === 429);
    slow.write(text.slice(20));
    assert.equal((await slow.head()).status, 101);
  });

  test('a stateful SignalR connection without a socket keeps its place until it comes back, and needs no other', { timeout }, async (t) => {
    const limited = await start(t, 'chat-13', { 'max-connections-per-address': 4 });
    for (const from of ['127.0.34.1', '127.0.35.1']) await idle(t, limited.port, 3, from);
    const query = 'negotiateVersion=1&useStatefulReconnect=true';
    const { json } = await http(`${limited.http}/chatHub/negotiate?${query}`, { method: 'POST' });
    const upgrade = (target, from) => ask(t, handshake(limited.port, { target }).trimEnd().split('\r\n'), '', { port: limited.port, from });
    const mine = `/chatHub?id=${json.connectionToken}`;
    const first = await upgrade(mine, '127.0.34.1');
    assert.equal(first.head.status, 101);
    first.raw.text('{"protocol":"json","version":2}\x1e');
    assert.match(String((await first.raw.next()).payload), /^\{\}/);
    first.raw.destroy();
    for (let i = 0; i < 4; ++i) assert.equal((await upgrade('/ws', '127.0.34.1')).head.status, 429, 'its place is taken');
    const second = await upgrade(mine, '127.0.34.1');
    assert.equal(second.head.status, 101);
    second.raw.destroy();
    const moved = await upgrade(mine, '127.0.35.1');
    assert.equal(moved.head.status, 101, 'from another address');
    assert.equal((await upgrade('/ws', '127.0.35.1')).head.status, 429, 'whose place it takes');
    assert.equal((await upgrade('/ws', '127.0.34.1')).head.status, 101, 'and gives the other back');
  });

  test('as their client\'s where a trusted proxy names it', { timeout }, async (t) => {
    const { port } = await start(t, 'chat-5', { 'max-connections-per-address': 1, 'trusted-proxies': '127.0.0.1/32' });
    const through = (client) => ask(t, get('/', `X-Forwarded-For: ${client}`), '', { port });
    assert.equal((await through('203.0.113.1')).head.status, 200);
    assert.equal((await through('203.0.113.1')).head.status, 429);
    assert.equal((await through('203.0.113.2')).head.status, 200);
  });
});

describe('every head is paid for', { concurrency: true }, () => {
  const start = async (t, id, settings) => {
    const limited = await Node.start({ id, folder, settings });
    t.after(() => limited.stop());
    return limited;
  };
  const fields = (count) => Array.from({ length: count }, (_, i) => `${i}:`);
  const upgradeWithoutKey = ['Host: a', 'Upgrade: websocket', 'Connection: Upgrade'];

  test('128 fields are taken, more get 431 before they are parsed, also while they are still coming', { timeout }, async (t) => {
    assert.equal((await ask(t, get('/health', ...fields(127)))).head.status, 200);
    assert.equal((await ask(t, get('/health', ...fields(128)))).head.status, 431);
    assert.equal((await ask(t, ['GET /ws HTTP/1.1', ...upgradeWithoutKey, ...fields(6000)])).head.status, 431);
    const unfinished = await RawSocket.forTest(t, node.port, 'tcp');
    unfinished.write(`${get('/health', ...fields(129)).join('\r\n')}\r\n`);
    assert.equal((await unfinished.head()).status, 431);
  });

  test('upgrades that are refused count as connections begun', { timeout }, async (t) => {
    const { port } = await start(t, 'chat-8', { 'max-connections-per-address': 20 });
    const statuses = [];
    for (let i = 0; i < 60; ++i) statuses.push((await ask(t, ['GET /ws HTTP/1.1', ...upgradeWithoutKey], '', { port, from: '127.0.34.1' })).head.status);
    assert.deepEqual([statuses[0], statuses.at(-1)], [426, 429]);
    assert.equal((await ask(t, handshake(port).trimEnd().split('\r\n'), '', { port, from: '127.0.35.1' })).head.status, 101, 'another address');
  });

  test('upgrades with one genuine token, again and again, count as connections begun', { timeout }, async (t) => {
    const limited = await start(t, 'chat-9', { 'max-connections-per-address': 20 });
    const { json } = await http(`${limited.http}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST', from: '127.0.34.1' });
    const lines = handshake(limited.port, { target: `/chatHub?id=${json.connectionToken}` }).trimEnd().split('\r\n');
    const statuses = [];
    for (let i = 0; i < 60; ++i) statuses.push((await ask(t, lines, '', { port: limited.port, from: '127.0.34.1' })).head.status);
    assert.deepEqual([statuses[0], statuses[1], statuses.at(-1)], [101, 409, 429]);
  });

  test('the bytes of heads count as input of their address', { timeout }, async (t) => {
    const { port } = await start(t, 'chat-10', { 'max-connections-per-address': 1000, 'messages-per-second': 1, 'people-per-address': 10 });
    const big = [`X-Big: ${'x'.repeat(30_000)}`];
    const statuses = [];
    for (let i = 0; i < 60; ++i) statuses.push((await ask(t, ['GET /ws HTTP/1.1', ...upgradeWithoutKey, ...big], '', { port, from: '127.0.34.1' })).head.status);
    assert.deepEqual([statuses[0], statuses.at(-1)], [426, 429]);
    assert.equal((await ask(t, get('/', ...big), '', { port, from: '127.0.34.1' })).head.status, 429);
    assert.equal((await ask(t, get('/', ...big), '', { port, from: '127.0.35.1' })).head.status, 200);
  });

  test('probes are served beside the requests of their address, up to a limit of their own', { timeout }, async (t) => {
    const { port } = await start(t, 'chat-11', { 'max-connections-per-address': 1000, 'joins-per-second': 20, 'people-per-address': 1 });
    const flood = async (path, from) => {
      const raw = await RawSocket.connect(port, { from });
      t.after(() => raw.destroy());
      raw.write(`${get(path).join('\r\n')}\r\n\r\n`.repeat(2000));
      await raw.end();
      const answers = String(raw.bytes);
      return [200, 429].map((status) => answers.split(`HTTP/1.1 ${status} `).length - 1);
    };
    const [served, refused] = await flood('/open', '127.0.34.1');
    assert.ok(served >= 500 && served < 1000 && refused === 1, `${served} served, ${refused} refused`);
    assert.equal((await ask(t, get('/open'), '', { port, from: '127.0.35.1' })).head.status, 200);
    await flood('/nodes', '127.0.36.1');
    for (const path of ['/open', '/ready', '/health']) assert.equal((await ask(t, get(path), '', { port, from: '127.0.36.1' })).head.status, 200, path);
  });
});

describe('time', { concurrency: true }, () => {
  const seconds = (since) => (performance.now() - since) / 1000;
  test('a connection that never sends a byte is cut, and gives its place back', { timeout }, async (t) => {
    const limited = await Node.start({ id: 'chat-6', folder, settings: { 'max-connections-per-address': 1 } });
    t.after(() => limited.stop());
    const begun = performance.now();
    const silent = await RawSocket.forTest(t, limited.port, 'tcp');
    await silent.end();
    assert.ok(seconds(begun) < 9, `after ${seconds(begun)} s`);
    await until('its place is free', async () => (await http(`${limited.http}/`)).status === 200);
  });
  test('a connection that is idle after an answer is cut after 15 s', { timeout }, async (t) => {
    const { raw } = await ask(t, get('/health'));
    const begun = performance.now();
    await raw.end(20_000);
    assert.ok(seconds(begun) > 13 && seconds(begun) < 18, `after ${seconds(begun)} s`);
  });
  test('a body that does not come is not waited for', { timeout }, async (t) => {
    const begun = performance.now();
    const raw = await RawSocket.forTest(t, node.port, 'tcp');
    raw.write(post('Content-Length: 10').join('\r\n') + '\r\n\r\n[');
    await raw.end();
    assert.ok(seconds(begun) < 8, `after ${seconds(begun)} s`);
  });
});

describe('--allowed-hosts', () => {
  let named;
  before(async () => { named = await Node.start({ id: 'chat-7', folder, settings: { 'allowed-hosts': 'chat.example.org,[::1]:8080' } }); });
  after(() => named?.stop());
  const statusOf = async (t, host, path = '/') => (await ask(t, [`GET ${path} HTTP/1.1`, `Host: ${host}`], '', { port: named.port })).head.status;

  for (const host of ['chat.example.org', 'CHAT.example.org', 'chat.example.org:8443', '[::1]:8080']) {
    test(`${host} is served`, { timeout }, async (t) => assert.equal(await statusOf(t, host), 200));
  }
  for (const host of ['evil.example', 'chat.example.org.evil.example', 'xchat.example.org', '127.0.0.1', '[::1]', '']) {
    test(`"${host}", which a rebound name would send, gets 421`, { timeout }, async (t) => assert.equal(await statusOf(t, host), 421));
  }
  test('a WebSocket by another name gets 421, by an allowed one 101', { timeout }, async (t) => {
    const open = async (host) => (await ask(t, handshake(named.port, { headers: { Host: host } }).trimEnd().split('\r\n'), '', { port: named.port })).head.status;
    assert.equal(await open('evil.example'), 421);
    assert.equal(await open('chat.example.org'), 101);
  });
  test('health checks by address are answered', { timeout }, async (t) => {
    for (const path of ['/health', '/ready']) assert.equal(await statusOf(t, `127.0.0.1:${named.port}`, path), 200);
    assert.equal(await statusOf(t, '127.0.0.1', '/nodes'), 421);
  });
});

test('files that are no part of the page are not served', { timeout }, async () => {
  for (const path of ['/package.json', '/README.md', '/client.d.ts', '/text.test.js', '/.gitignore']) assert.equal((await http(`${node.http}${path}`)).status, 404, path);
  for (const path of ['/', '/client.js', '/manifest.webmanifest', '/i18n/en.js']) assert.equal((await http(`${node.http}${path}`)).status, 200, path);
});

test('the page may connect to its own host only, and nothing may use the camera or its window', { timeout }, async () => {
  const { headers } = await http(`${node.http}/`);
  assert.match(headers['content-security-policy'], /connect-src 'self';/);
  assert.match(headers['permissions-policy'], /camera=\(\)/);
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
});

// The fault proxy between a client that uses chatd's names for its connections and a Redis of two lines.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { until } from '../e2e/support/until.mjs';
import { FaultProxy } from './proxy.mjs';
import { encode, frameEnd, splitFrames, words } from './resp.mjs';

/** Answers each request with its last word, and keeps the received bytes. */
async function echo() {
  const requests = [];
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      const split = splitFrames(Buffer.concat([rest, chunk]));
      rest = split.rest;
      for (const frame of split.frames) {
        requests.push(words(frame));
        socket.write(`+${words(frame).at(-1)}\r\n`);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { requests, sockets, port: server.address().port, stop: () => { server.close(); for (const socket of sockets) socket.destroy(); } };
}

/** A connection through a proxy, named as chatd names it. */
async function through(t, name) {
  const redis = await echo();
  const proxy = await FaultProxy.start(redis.port);
  const socket = connect(proxy.port, '127.0.0.1');
  let heard = '';
  let closed = false;
  socket.on('data', (chunk) => { heard += chunk; });
  socket.on('error', () => {});
  socket.on('close', () => { closed = true; });
  t.after(() => { socket.destroy(); proxy.stop(); redis.stop(); });
  const link = {
    proxy, redis,
    ask: (...request) => socket.write(encode(request)),
    hears: (text) => until(`${JSON.stringify(text)} is heard`, () => heard === text),
    ends: () => until('the connection is gone', () => closed),
    get heard() { return heard; },
  };
  link.ask('CLIENT', 'SETNAME', name);
  await link.hears(`+${name}\r\n`);
  heard = '';
  return link;
}

test('a frame ends where RESP says, also when it comes in pieces', () => {
  const frame = Buffer.from('*2\r\n$3\r\nabc\r\n*2\r\n:1\r\n$-1\r\n');
  for (let cut = 0; cut < frame.length; ++cut) assert.equal(frameEnd(frame.subarray(0, cut)), -1, `${cut} bytes`);
  assert.equal(frameEnd(Buffer.concat([frame, frame])), frame.length);
});

test('without a fault everything passes in order', async (t) => {
  const link = await through(t, 'chatd-appends');
  for (const word of ['a', 'b', 'c']) link.ask('EVALSHA', word);
  await link.hears('+a\r\n+b\r\n+c\r\n');
});

test('the second append is carried out and its reply is cut off', async (t) => {
  const link = await through(t, 'chatd-appends');
  link.proxy.cutAfterRequest(2);
  link.ask('EVALSHA', 'a');
  await link.hears('+a\r\n');
  link.ask('EVALSHA', 'b');
  await link.ends();
  assert.deepEqual(link.redis.requests.slice(1).map((request) => request.at(-1)), ['a', 'b']);
  assert.equal(link.heard, '+a\r\n');
});

test('half a reply arrives before the connection is gone', async (t) => {
  const link = await through(t, 'chatd-commands');
  link.proxy.cutMidReply(1);
  link.ask('EVALSHA', 'long enough');
  await link.ends();
  assert.equal(link.heard, '+long e');
});

test('half a request is never carried out', async (t) => {
  const link = await through(t, 'chatd-appends');
  link.proxy.cutMidRequest(1);
  link.ask('EVALSHA', 'half');
  await link.ends();
  assert.deepEqual(link.redis.requests.map(([command]) => command), ['CLIENT']);
});

test('nothing follows half a request, though more were sent in one go', async (t) => {
  const link = await through(t, 'chatd-commands');
  link.proxy.cutMidRequest(2);
  for (const word of ['whole', 'half', 'next', 'last']) link.ask('EVALSHA', word);
  await link.ends();
  assert.deepEqual(link.redis.requests.slice(1).map((request) => request.at(-1)), ['whole']);
});

test('what a rule holds back arrives when it is lifted, one way or both', async (t) => {
  const link = await through(t, 'chatd-appends');
  const liftReplies = link.proxy.impose('appends', { hold: true, direction: 'replies' });
  link.ask('EVALSHA', 'a');
  await until('Redis has it', () => link.redis.requests.length === 2);
  assert.equal(link.heard, '');
  liftReplies();
  await link.hears('+a\r\n');
  const liftAll = link.proxy.impose('all', { hold: true });
  link.ask('EVALSHA', 'b');
  liftAll();
  await link.hears('+a\r\n+b\r\n');
});

test('a rule for subscriptions leaves appends alone', async (t) => {
  const link = await through(t, 'chatd-appends');
  link.proxy.impose('subscriptions', { hold: true });
  link.ask('EVALSHA', 'a');
  await link.hears('+a\r\n');
});

test('one push of messages is eaten, other pushes are not', async (t) => {
  const link = await through(t, 'chatd-subscriptions');
  link.proxy.dropPush('kitchen');
  const [socket] = link.redis.sockets;
  const pushes = ['t ana', 'm first 1\n{}', 'm first 2\n{}'].map((text) => encode(['smessage', 'chat:{kitchen}:live', text]));
  for (const push of pushes) socket.write(push);
  await link.hears(`${pushes[0]}${pushes[2]}`);
});

test('a slow and a thin link change no order', async (t) => {
  const link = await through(t, 'chatd-appends');
  let turn = 0;
  link.proxy.impose('all', { delay: () => (++turn % 3) * 5 });
  const some = Array.from({ length: 30 }, (_, i) => String(i));
  for (const word of some) link.ask('EVALSHA', word);
  await link.hears(some.map((word) => `+${word}\r\n`).join(''));
});

test('a refused connection is reset, and works again when the rule is lifted', async (t) => {
  const link = await through(t, 'chatd-appends');
  const lift = link.proxy.impose('all', { refuse: true });
  link.proxy.cut('appends');
  await link.ends();
  const { port } = link.proxy;
  const [error] = await once(connect(port, '127.0.0.1'), 'error');
  assert.equal(error.code, 'ECONNRESET');
  lift();
  const again = connect(port, '127.0.0.1');
  again.write(encode(['PING']));
  assert.equal(String((await once(again, 'data'))[0]), '+PING\r\n');
  again.destroy();
});

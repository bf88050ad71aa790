// The frames of PostgreSQL by themselves, and in the fault proxy between a client that names itself as chatd does and a server of
// two lines.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { until } from '../e2e/support/until.mjs';
import { encode, encodeStart, pgwire } from './pgwire.mjs';
import { FaultProxy } from './proxy.mjs';

const TLS = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const start = (name) => encodeStart({ user: 'chat', application_name: name, database: 'chat' });
const notification = (payload) => encode('A', Buffer.alloc(4), 'chat', payload);
const call = (word) => [encode('B', word), encode('E', 'portal'), encode('S')];
const reply = (word) => [encode('2'), encode('D', word), encode('Z', Buffer.from('I'))];

/** Each frame that comes out when the bytes come one by one. */
function inPieces(split, bytes) {
  const found = [];
  let rest = Buffer.alloc(0);
  for (const byte of bytes) {
    const next = split(Buffer.concat([rest, Buffer.from([byte])]));
    found.push(...next.frames.map((frame) => Buffer.from(frame)));
    rest = Buffer.from(next.rest);
  }
  return { frames: found, rest };
}

test('a frame ends where its length says, also when it comes in pieces', () => {
  const sent = [TLS, start('chatd-appends'), ...call('one'), ...call('two')];
  const bytes = Buffer.concat(sent);
  assert.deepEqual(pgwire.frames().requests(bytes).frames.map((frame) => Buffer.from(frame)), sent);
  assert.deepEqual(inPieces(pgwire.frames().requests, bytes), { frames: sent, rest: Buffer.alloc(0) });
});

test('the answer to the question for TLS is a frame of one byte, once', () => {
  const { requests, replies } = pgwire.frames();
  requests(Buffer.concat([TLS, start('chatd-appends')]));
  const answers = [Buffer.from('N'), encode('R', Buffer.alloc(4)), ...reply('one')];
  assert.deepEqual(inPieces(replies, Buffer.concat(answers)), { frames: answers, rest: Buffer.alloc(0) });
});

test('a connection has the name of its first frame, and no other frame names it', () => {
  assert.equal(pgwire.nameIn(start('chatd-notifications')), 'chatd-notifications');
  for (const frame of [TLS, encode('S'), encode('B', 'application_name', 'chatd-appends')]) assert.equal(pgwire.nameIn(frame), '');
});

test('a push is a notification that names the room, as a whole word', () => {
  const rings = [notification('r kitchen'), notification('r hall kitchen'), notification('r kitchen-2'), notification('st kitchen=ana'), encode('D', 'r kitchen')];
  assert.deepEqual(rings.map((frame) => pgwire.isPush(frame, 'kitchen')), [true, true, false, false, false]);
  assert.deepEqual(rings.map((frame) => pgwire.isPush(frame, '')), [true, true, true, false, false]);
});

/** A server that answers each call with its word. */
async function echo() {
  const calls = [];
  const sockets = new Set();
  const server = createServer((socket) => {
    const { requests } = pgwire.frames();
    let rest = Buffer.alloc(0);
    let word = '';
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const split = requests(Buffer.concat([rest, chunk]));
      rest = split.rest;
      for (const frame of split.frames) {
        if (pgwire.nameIn(frame)) socket.write(Buffer.concat(reply('welcome')));
        else if (pgwire.beginsCall(frame)) word = frame.toString('utf8', 5, frame.length - 1);
        else if (pgwire.endsCall(frame)) {
          calls.push(word);
          socket.write(Buffer.concat(reply(word)));
        }
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { calls, sockets, port: server.address().port, stop: () => { server.close(); for (const socket of sockets) socket.destroy(); } };
}

/** A connection through a proxy, named as chatd names it. */
async function through(t, name) {
  const server = await echo();
  const proxy = await FaultProxy.start(server.port, pgwire);
  const socket = connect(proxy.port, '127.0.0.1');
  let heard = Buffer.alloc(0);
  let closed = false;
  socket.on('data', (chunk) => { heard = Buffer.concat([heard, chunk]); });
  socket.on('error', () => {});
  socket.on('close', () => { closed = true; });
  t.after(() => { socket.destroy(); proxy.stop(); server.stop(); });
  const link = {
    proxy, server,
    ask: (word) => socket.write(Buffer.concat(call(word))),
    hears: (...frames) => until('the frames are heard', () => heard.equals(Buffer.concat(frames))),
    ends: () => until('the connection is gone', () => closed),
    get heard() { return heard; },
  };
  socket.write(start(name));
  await link.hears(...reply('welcome'));
  heard = Buffer.alloc(0);
  return link;
}

test('the second append is carried out and no frame of its reply arrives', async (t) => {
  const link = await through(t, 'chatd-appends');
  link.proxy.cutAfterRequest(2);
  link.ask('a');
  await link.hears(...reply('a'));
  link.ask('b');
  await link.ends();
  assert.deepEqual(link.server.calls, ['a', 'b']);
  assert.ok(link.heard.equals(Buffer.concat(reply('a'))));
});

test('half a request is never carried out, and nothing follows it', async (t) => {
  const link = await through(t, 'chatd-commands');
  link.proxy.cutMidRequest(2);
  for (const word of ['whole', 'half', 'last']) link.ask(word);
  await link.ends();
  assert.deepEqual(link.server.calls, ['whole']);
});

test('half a reply arrives before the connection is gone', async (t) => {
  const link = await through(t, 'chatd-commands');
  link.proxy.cutMidReply(1);
  link.ask('long enough');
  await link.ends();
  const [first, second] = reply('long enough');
  assert.ok(link.heard.equals(Buffer.concat([first, second.subarray(0, second.length >> 1)])));
});

test('one notification of messages is eaten, other ones are not', async (t) => {
  const link = await through(t, 'chatd-notifications');
  link.proxy.dropPush('kitchen');
  const [socket] = link.server.sockets;
  const pushes = ['st kitchen=ana', 'r hall', 'r kitchen', 'r kitchen'].map(notification);
  for (const push of pushes) socket.write(push);
  await link.hears(pushes[0], pushes[1], pushes[3]);
});

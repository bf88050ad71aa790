// Connection, rooms and order: the reactions of client.js to the server.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff } from '../../web/link.js';
import { message, stage } from './fakes.js';

test('it says hello with name, identity secret and producer, then joins its rooms in the same breath', () => {
  const { client, server } = stage();
  client.join('lobby');
  client.join('garden', { history: 10 });
  client.connect();
  server.socket.open = true;
  server.socket.onopen();
  const [hello, ...joins] = server.socket.frames;
  assert.equal(hello.type, 'hello');
  assert.equal(hello.name, 'Ana');
  assert.equal(hello.identity_secret, 'guest');
  assert.match(hello.producer, /^[0-9a-f]{32}$/);
  assert.deepEqual(joins.map((f) => [f.type, f.room, f.history, f.cursor]), [['join', 'lobby', 50, undefined], ['join', 'garden', 10, undefined]]);
  assert.equal(server.socket.protocol, 'chat.v1');
});

test('messages are told once and in order, whatever arrives again', () => {
  const { server, texts, enter } = stage();
  enter();
  for (const offset of [1, 2, 2, 1, 3]) server.push(message(offset));
  assert.deepEqual(texts(), ['m1', 'm2', 'm3']);
});

test('a hole makes it rejoin with its cursor, and the answer fills the hole', () => {
  const { server, texts, enter } = stage();
  enter();
  server.push(message(1));
  server.push(message(4));
  server.push(message(5));
  assert.equal(server.socket.frames.filter((f) => f.type === 'join').length, 1);
  assert.deepEqual(server.socket.frames[0].cursor, { epoch: 'e1', offset: 1 });
  server.answerJoin({ offset: 5, recovered: true, messages: [2, 3, 4, 5].map((o) => message(o)) });
  server.push(message(6));
  assert.deepEqual(texts(), ['m1', 'm2', 'm3', 'm4', 'm5', 'm6']);
});

test('a message of another epoch makes it ask where it stands', () => {
  const { server, texts, enter } = stage();
  enter();
  server.push(message(1));
  server.push(message(2, { epoch: 'e2' }));
  assert.deepEqual(server.socket.frames[0].cursor, { epoch: 'e1', offset: 1 });
  server.answerJoin({ epoch: 'e2', offset: 2, recovered: true, messages: [message(2, { epoch: 'e2' })] });
  server.push(message(3, { epoch: 'e2' }));
  assert.deepEqual(texts(), ['m1', 'm2', 'm3']);
});

test('after a lost link it resumes each room from its cursor and says what it recovered', () => {
  const { clock, server, told, texts, enter } = stage();
  enter();
  server.push(message(1));
  server.lose();
  clock.advance(250);
  server.accept();
  server.answerJoin({ offset: 3, recovered: true, messages: [message(1), message(2), message(3)] });
  assert.deepEqual(texts(), ['m1', 'm2', 'm3']);
  const { fresh, lost, messages } = told('joined')[1];
  assert.deepEqual([fresh, lost, messages.length], [false, false, 2]);
});

test('a gap that cannot be filled is said', () => {
  const { clock, server, told, enter } = stage();
  enter();
  server.push(message(1));
  server.lose();
  clock.advance(250);
  server.accept();
  server.answerJoin({ offset: 900, recovered: false, messages: [message(899), message(900)] });
  const { fresh, lost } = told('joined')[1];
  assert.deepEqual([fresh, lost], [true, true]);
  server.push(message(901));
  assert.equal(told('message').length, 2);
});

test('a rewound log takes the cursor back, and what follows is taken', () => {
  const { server, told, enter } = stage();
  enter();
  for (const offset of [1, 2, 3]) server.push(message(offset));
  server.push({ type: 'rewound', room: 'lobby', epoch: 'e2', to: 1 });
  server.push(message(2, { epoch: 'e2', text: 'another' }));
  assert.equal(told('rewound')[0].to, 1);
  assert.equal(told('message').pop().message.text, 'another');
});

test('a reset room starts again from its history', () => {
  const { server, told, enter } = stage();
  enter();
  server.push(message(1));
  server.push({ type: 'reset', room: 'lobby', epoch: 'e2', reason: 'wiped' });
  assert.equal(told('reset')[0].reason, 'wiped');
  assert.equal(server.socket.frames[0].cursor, undefined);
  server.answerJoin({ epoch: 'e2' });
  server.push(message(1, { epoch: 'e2' }));
  assert.equal(told('message').length, 2);
});

test('close codes below 4500 mean come back, from 4500 on stay away', () => {
  for (const code of [1001, 1006, 1011, 1012, 4008, 4408]) {
    const { clock, server, sockets, enter } = stage();
    enter();
    server.lose(code);
    clock.advance(20_000);
    assert.ok(sockets.length > 1, String(code));
  }
  const { clock, server, sockets, told, enter } = stage();
  enter();
  server.lose(4503);
  clock.advance(100_000);
  assert.equal(sockets.length, 1);
  assert.deepEqual(told('state').pop(), { at: 1_000_000, type: 'state', state: 'stopped', code: 4503 });
});

test('the back-off has full jitter, doubles and ends at 20 s', () => {
  assert.deepEqual([0, 1, 2, 6, 7, 30].map((k) => backoff(k, () => 1)), [250, 500, 1000, 16_000, 20_000, 20_000]);
  assert.equal(backoff(5, () => 0), 0);
});

test('the back-off starts over only after 30 s of a stable link', () => {
  const { clock, server, told, enter } = stage({ random: () => 1 });
  enter();
  const wait = () => { const { retryAt, at } = told('state').pop(); return retryAt - at; };
  server.lose();
  assert.equal(wait(), 250);
  clock.advance(250);
  server.accept();
  server.lose();
  assert.equal(wait(), 500);
  clock.advance(500);
  server.accept();
  for (let s = 0; s < 31; s++) {
    clock.advance(1000);
    server.push({ type: 'degraded', available: true });
  }
  server.lose();
  assert.equal(wait(), 250);
});

test('a node that leaves says when to come back: on a new socket, then', () => {
  const { clock, server, sockets, enter } = stage();
  enter();
  server.push({ type: 'reconnect', after_ms: 1830 });
  clock.advance(1829);
  assert.equal(sockets.length, 1);
  clock.advance(1);
  assert.equal(sockets.length, 2);
  assert.ok(!sockets[0].closed, 'until the new one is open');
  server.accept();
  assert.ok(sockets[0].closed);
});

test('a node that leaves while no other opens is left by and by', async () => {
  const { clock, server, sockets, enter } = stage();
  enter();
  server.push({ type: 'reconnect', after_ms: 100 });
  clock.advance(100);
  server.lose();
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(sockets.length, 3);
  assert.ok(sockets[0].closed);
});

test('moving to a node that is dead leaves everything as it was', async () => {
  for (const fails of [(/** @type {any} */ s) => s.server.lose(), (/** @type {any} */ s) => s.clock.advance(3_000)]) {
    const here = stage();
    const { client, server, sockets, told, texts, enter } = here;
    enter();
    const states = told('state').length;
    const moved = client.move('ws://test/node/dead/ws');
    assert.equal(server.socket.url, 'ws://test/node/dead/ws');
    fails(here);
    assert.equal(await moved, false);
    assert.deepEqual([sockets[0].closed, client.online, told('state').length], [false, true, states]);
    sockets[0].onmessage({ data: JSON.stringify(message(1)) });
    assert.deepEqual(texts(), ['m1']);
  }
});

test('moving to a node that lives loses nothing, and the old socket goes last', async () => {
  const { client, server, sockets, texts, enter } = stage();
  enter();
  const moved = client.move('ws://test/node/chat-2/ws');
  sockets[0].onmessage({ data: JSON.stringify(message(1)) });
  server.accept();
  assert.equal(await moved, true);
  assert.ok(sockets[0].closed);
  assert.deepEqual(server.take('join').cursor, { epoch: 'e1', offset: 1 });
  assert.deepEqual(texts(), ['m1']);
});

test('a link that does not answer is in doubt after 1.5 s, until it says anything', () => {
  const { client, clock, server, told, enter } = stage();
  enter();
  client.probe();
  clock.advance(1_499);
  assert.deepEqual(told('doubt'), []);
  clock.advance(1);
  assert.deepEqual(told('doubt').map((e) => e.doubted), [true]);
  server.push(message(1));
  assert.deepEqual(told('doubt').map((e) => e.doubted), [true, false]);
  clock.advance(8_000);
  assert.ok(client.online);
});

test('a socket that closes before that time still waits for it', () => {
  const { clock, server, sockets, enter } = stage();
  enter();
  server.push({ type: 'reconnect', after_ms: 5000 });
  clock.advance(1000);
  server.lose(1012);
  clock.advance(3999);
  assert.equal(sockets.length, 1);
  clock.advance(1);
  assert.equal(sockets.length, 2);
});

test('a silent link is probed, and given up when nothing answers', () => {
  const { clock, server, sockets, enter } = stage();
  enter();
  clock.advance(25_000);
  const { id } = server.take('node');
  server.push({ type: 'node', id, node: 'chat-1', session: 's' });
  clock.advance(25_000);
  assert.ok(server.take('node'));
  clock.advance(8_000);
  clock.advance(250);
  assert.equal(sockets.length, 2);
});

test('what is not JSON, or of an unknown type, disturbs nothing', () => {
  const { server, texts, enter } = stage();
  enter();
  server.socket.onmessage({ data: '{' });
  server.socket.onmessage({ data: 'null' });
  server.push({ type: 'fireworks' });
  server.push(message(1));
  assert.deepEqual(texts(), ['m1']);
});

test('a room that may not be joined is given up and said; one that may later is tried again', () => {
  const { client, clock, server, told } = stage();
  client.join('lobby');
  client.join('other');
  client.connect();
  server.accept();
  server.push({ type: 'error', id: server.take('join').id, code: 'rate_limited', temporary: true, message: '', retry_after_ms: 300 });
  server.push({ type: 'error', id: server.take('join').id, code: 'too_many_rooms', temporary: false, message: '' });
  assert.deepEqual(told('refused').map((e) => [e.room, e.code]), [['other', 'too_many_rooms']]);
  clock.advance(300);
  assert.equal(server.take('join').room, 'lobby');
});

test('typing is sent at most every 2 s', () => {
  const { client, clock, server, enter } = stage();
  enter();
  client.typing('lobby');
  client.typing('lobby');
  clock.advance(2000);
  client.typing('lobby');
  assert.equal(server.socket.frames.filter((f) => f.type === 'typing').length, 2);
});

test('a question that the lost link swallowed is answered with an error', async () => {
  const { client, server, enter } = stage();
  enter();
  const page = client.history('lobby', 10);
  server.lose();
  await assert.rejects(page, { code: 'disconnected' });
});

test('what an abandoned socket still says is not heard', () => {
  const { client, server, sockets, texts, enter } = stage();
  enter();
  client.connect();
  sockets[0].onmessage({ data: JSON.stringify(message(1)) });
  sockets[0].onclose({ code: 1006 });
  assert.deepEqual(texts(), []);
  assert.equal(sockets.length, 2);
  assert.equal(server.socket, sockets[1]);
});

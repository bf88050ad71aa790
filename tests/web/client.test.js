// Connection, rooms and order: the reactions of client.js to the server.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChatClient } from '../../web/client.js';
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

test('a room that could not be joined without the store is joined as soon as the store answers', () => {
  const { client, server } = stage();
  client.join('lobby');
  client.join('other');
  client.connect();
  server.accept();
  server.answerJoin();
  server.push({ type: 'error', id: server.take('join').id, code: 'unavailable', temporary: true, message: '' });
  server.push({ type: 'degraded', available: false });
  server.push({ type: 'degraded', room: 'lobby', available: true });
  assert.equal(server.take('join'), undefined, 'lobby is joined, and nothing is known of other');
  server.push({ type: 'degraded', available: true });
  assert.equal(server.take('join').room, 'other');
  assert.equal(server.take('join'), undefined);
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

test('a listener of one event gets that event alone, until it is ended', () => {
  const { client, server, enter } = stage();
  /** @type {any[]} */ const heard = [];
  const end = client.on('message', ({ message: { text } }) => heard.push(text));
  enter();
  server.push(message(1));
  server.push({ type: 'typing', room: 'lobby', from: { id: 'b', name: 'Luis' } });
  end();
  server.push(message(2));
  assert.deepEqual(heard, ['m1']);
});

test('a function that listens twice is called twice, and one end ends one of them', () => {
  const { client, server, enter } = stage();
  let calls = 0;
  const count = (/** @type {any} */ event) => { calls += Number(event.type === 'message'); };
  const end = client.subscribe(count);
  client.subscribe(count);
  enter();
  server.push(message(1));
  end();
  server.push(message(2));
  assert.equal(calls, 3);
});

test('a notice of the application reaches its listener with its room, name and data; one to this client alone has no room', () => {
  const { client, server, enter } = stage();
  /** @type {any[]} */ const heard = [];
  client.on('notice', ({ room, event, data }) => heard.push([room, event, data]));
  enter();
  server.push({ type: 'notice', room: 'lobby', event: 'order.ready', data: { id: 7 } });
  server.push({ type: 'notice', event: 'hello', data: null });
  assert.deepEqual(heard, [['lobby', 'order.ready', { id: 7 }], [undefined, 'hello', null]]);
});

test('a method of the application is called with its arguments, and its result is promised', async () => {
  const { client, server, enter } = stage();
  enter();
  const left = client.call('Stock', ['tea']);
  const { id, ...asked } = server.take('call');
  assert.deepEqual(asked, { type: 'call', method: 'Stock', arguments: ['tea'] });
  server.push({ type: 'result', id, result: { left: 3 } });
  assert.deepEqual(await left, { left: 3 });
  const refused = client.call('Fly');
  const { id: second, arguments: none } = server.take('call');
  assert.deepEqual(none, []);
  server.push({ type: 'error', id: second, code: 'unknown_type', temporary: false, message: 'no such method' });
  await assert.rejects(refused, { code: 'unknown_type' });
});

test('a question of the application is answered once: with a value, a promised one, or a refusal', async () => {
  const { client, server, enter } = stage();
  client.on('ask', ({ method, arguments: args, answer }) => {
    if (method === 'Add') answer(args[0] + args[1]);
    if (method === 'Later') answer(Promise.resolve({ at: args }));
    if (method === 'Fail') answer(Promise.reject(new Error('not now')));
    if (method === 'No') answer(new Error('no'));
    answer('again');
  });
  enter();
  for (const [id, method, args] of [['ask-1', 'Add', [2, 3]], ['ask-2', 'Later', []], ['ask-3', 'Fail', []], ['ask-4', 'No', []]]) server.push({ type: 'ask', id, method, arguments: args });
  await new Promise((resolve) => setImmediate(resolve));
  const answers = server.socket.frames.filter((/** @type {any} */ { type }) => type === 'answer').map((/** @type {any} */ { type: _, ...rest }) => rest);
  answers.sort((/** @type {any} */ a, /** @type {any} */ b) => a.id.localeCompare(b.id));
  assert.deepEqual(answers, [{ id: 'ask-1', result: 5 }, { id: 'ask-2', result: { at: [] } }, { id: 'ask-3', error: 'not now' }, { id: 'ask-4', error: 'no' }]);
});

test('a listener that throws is reported, and neither the others nor the client miss anything', () => {
  const { client, clock, server, texts, enter } = stage();
  client.on('joined', () => { throw new Error('mine'); });
  /** @type {any[]} */ const heard = [];
  client.on('joined', ({ room }) => heard.push(room));
  client.join('lobby');
  client.send('lobby', 'hi');
  enter();
  assert.deepEqual(heard, ['lobby']);
  assert.equal(server.take('send').text, 'hi');
  server.push(message(1));
  assert.deepEqual(texts(), ['m1']);
  assert.throws(() => clock.advance(0), { message: 'mine' });
});

test('a runtime without WebSocket is named at once, instead of attempts without end', () => {
  const { WebSocket } = globalThis;
  Reflect.deleteProperty(globalThis, 'WebSocket');
  try {
    assert.throws(() => new ChatClient({ url: 'ws://localhost/ws' }), /no WebSocket.*Node\.js 22/);
  } finally {
    if (WebSocket) globalThis.WebSocket = WebSocket;
  }
});

test('it watches the cluster on each connection until it shall not any more', () => {
  const { client, clock, server, told, enter } = stage();
  enter();
  client.watch();
  client.watch();
  assert.equal(server.take('watch').on, true);
  assert.equal(server.take('watch'), undefined, 'asked once');
  server.push({ type: 'cluster', time: 5, nodes: [{ id: 'chat-1', state: 'ready' }], store: { answers: true, round_trip_ms: 0.2 } });
  assert.deepEqual(told('cluster').map(({ nodes, store }) => [nodes[0].id, store.answers]), [['chat-1', true]]);
  server.lose();
  clock.advance(1000);
  server.accept();
  assert.equal(server.take('watch').on, true, 'again after the reconnect');
  client.watch(false);
  assert.equal(server.take('watch').on, false);
  server.lose();
  clock.advance(2000);
  server.accept();
  assert.equal(server.take('watch'), undefined);
});

test('its messages are traced on each connection until they shall not be any more, and it reads their hops', async () => {
  const { client, clock, server, enter } = stage();
  enter();
  client.trace();
  assert.deepEqual([server.take('hello').trace], [true]);
  const hops = client.hops('lobby', 7);
  const asked = server.take('trace');
  assert.deepEqual([asked.room, asked.offset], ['lobby', 7]);
  server.push({ type: 'trace', id: asked.id, room: 'lobby', epoch: 'e', offset: 7, hops: [{ node: 'chat-1' }] });
  assert.deepEqual((await hops).hops, [{ node: 'chat-1' }]);
  server.lose();
  clock.advance(1000);
  assert.equal(server.accept().trace, true, 'again after the reconnect');
  client.trace(false);
  assert.equal(server.take('hello').trace, false);
});

test('a tap sees each frame both ways, loses what it wants of those that came, and sends frames as they are', () => {
  const { client, clock, server, texts, enter } = stage();
  enter();
  /** @type {string[]} */ const seen = [];
  let loses = true;
  const { send, stop } = client.tap((text, out) => {
    seen.push(`${out ? '>' : '<'} ${JSON.parse(text).type}`);
    return !out && loses;
  });
  client.send('lobby', 'hi');
  server.push(message(1));
  assert.deepEqual([seen, texts()], [['> send', '< message'], []]);
  loses = false;
  server.push(message(2));
  assert.deepEqual(server.take('join').cursor, { epoch: 'e1', offset: 0 }, 'the hole is seen');
  assert.equal(send({ type: 'send', id: 'again', room: 'lobby', text: 'hi', seq: 1 }), true);
  server.take('send');
  assert.equal(server.take('send').id, 'again');
  stop();
  client.tap(() => { throw new Error('a tap of its own'); });
  server.push(message(1));
  assert.deepEqual(texts(), ['m1'], 'a tap that throws loses nothing');
  assert.throws(() => clock.advance(0), /a tap of its own/);
  server.lose();
  assert.equal(send({ type: 'node' }), false);
  assert.deepEqual(seen, ['> send', '< message', '< message', '> join', '> send']);
});

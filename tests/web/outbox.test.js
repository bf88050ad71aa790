// Sending: nothing is lost, nothing doubles, n has no holes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ME, message, SENDER, stage } from './fakes.js';

test('numbers run 1, 2, 3 in each room, one message under way at a time', () => {
  const { client, server, told, enter } = stage();
  enter();
  client.send('lobby', 'a');
  client.send('lobby', 'b');
  assert.deepEqual(server.socket.frames.map((f) => [f.text, f.seq]), [['a', 1]]);
  server.ack(1);
  assert.deepEqual(server.socket.frames.map((f) => [f.text, f.seq]), [['b', 2]]);
  server.ack(2);
  assert.deepEqual(told('sent').map((e) => e.offset), [1, 2]);
});

test('after a lost link what is unacknowledged goes again, in order and under the same n', () => {
  const { client, clock, server, enter } = stage();
  enter();
  client.send('lobby', 'a');
  client.send('lobby', 'b');
  const first = server.take('send');
  server.lose();
  client.send('lobby', 'c');
  clock.advance(250);
  server.accept();
  assert.equal(server.take('send'), undefined, 'not before the room is joined');
  server.answerJoin({ recovered: true });
  const again = server.socket.frames[0];
  assert.deepEqual([again.text, again.seq], [first.text, first.seq]);
  server.ack(1, true);
  assert.deepEqual([server.socket.frames[0].text, server.socket.frames[0].seq], ['b', 2]);
});

test('a reload loses nothing: producer, numbers and unsent messages are in the storage', () => {
  const before = stage();
  before.enter();
  before.client.send('lobby', 'a');
  const { producer } = JSON.parse(before.storage.text ?? '');
  const after = stage({ saved: before.storage.text });
  after.client.connect();
  assert.deepEqual(after.told('entry').map((e) => e.entry.text), ['a']);
  after.server.socket.open = true;
  after.server.socket.onopen();
  assert.equal(after.server.take('hello').producer, producer);
  after.server.answerJoin();
  assert.deepEqual([after.server.socket.frames[0].text, after.server.socket.frames[0].seq], ['a', 1]);
});

test('a refused message fails, does not burn its seq, and can be tried again', () => {
  const { client, server, told, enter } = stage();
  enter();
  client.send('lobby', 'bad');
  client.send('lobby', 'good');
  server.refuse('bad_request');
  const failed = told('entry').filter((e) => e.entry.state === 'failed');
  assert.deepEqual(failed.map((e) => [e.entry.text, e.entry.code]), [['bad', 'bad_request']]);
  assert.deepEqual([server.socket.frames[0].text, server.socket.frames[0].seq], ['good', 1]);
  server.ack(1);
  client.retry(failed[0].entry.key);
  assert.deepEqual([server.socket.frames[0].text, server.socket.frames[0].seq], ['bad', 2]);
});

test('rate limits and absences are waited out, with the time said, and nothing overtakes', () => {
  for (const code of ['rate_limited', 'unavailable', 'busy']) {
    const { client, clock, server, told, enter } = stage();
    enter();
    client.send('lobby', 'a');
    client.send('lobby', 'b');
    server.refuse(code, { retry_after_ms: 800 });
    const { entry } = told('entry').pop();
    assert.deepEqual([entry.state, entry.code, entry.retryAt - clock.now], ['waiting', code, 800]);
    clock.advance(799);
    assert.equal(server.take('send'), undefined);
    clock.advance(1);
    assert.deepEqual(server.socket.frames.map((f) => [f.text, f.seq]), [['a', 1]]);
  }
});

test('out_of_sequence makes it resend from last + 1, also what was acknowledged a moment ago', () => {
  const { client, server, told, enter } = stage();
  enter();
  for (const text of ['a', 'b', 'c']) client.send('lobby', text);
  server.ack(1);
  server.ack(2);
  server.refuse('out_of_sequence', { last: 1 });
  const resent = [];
  for (let offset = 2; offset <= 3; offset++) {
    resent.push([server.socket.frames[0].text, server.socket.frames[0].seq]);
    server.ack(offset);
  }
  assert.deepEqual(resent, [['b', 2], ['c', 3]]);
  assert.equal(told('sent').length, 4);
});

test('numbers follow the server where it remembers less than we do', () => {
  const { client, clock, server, enter } = stage();
  enter();
  for (let n = 1; n <= 3; n++) {
    client.send('lobby', `m${n}`);
    server.ack(n);
  }
  clock.advance(11_000);
  client.send('lobby', 'later');
  server.refuse('out_of_sequence', { last: 0 });
  assert.deepEqual(server.socket.frames.filter((f) => f.type === 'send').map((f) => [f.text, f.seq]), [['later', 1]]);
});

test('a number that a node gives back to what we forgot is not taken for ours', () => {
  const { client, server, told, enter } = stage();
  enter();
  client.send('lobby', 'a');
  server.ack(1);
  server.push({ type: 'reset', room: 'lobby', epoch: 'e2', reason: 'wiped' });
  server.answerJoin({ epoch: 'e2' });
  client.send('lobby', 'b');
  server.refuse('out_of_sequence', { last: 0 });
  assert.deepEqual(server.socket.frames.map((f) => [f.text, f.seq]), [['b', 1]]);
  server.ack(1, true); // the node has brought "a" back meanwhile
  assert.deepEqual(told('sent').map((e) => e.key), ['p1'], 'b is not stored');
});

test('a server that agrees to no number is not asked without end', () => {
  const { client, server, enter } = stage();
  enter();
  client.send('lobby', 'a');
  let asked = 0;
  for (; asked < 100 && server.socket.frames.length; asked++) server.refuse('out_of_sequence', { last: 0 });
  assert.ok(asked < 20, `${asked} times at once`);
});

test('what a rewound log lost of ours goes again under its own n', () => {
  const { client, server, enter } = stage();
  enter();
  for (const text of ['a', 'b']) client.send('lobby', text);
  server.ack(1);
  server.ack(2);
  server.push({ type: 'rewound', room: 'lobby', epoch: 'e2', to: 1 });
  assert.deepEqual(server.socket.frames.map((f) => [f.text, f.seq]), [['b', 2]]);
});

test('what goes again after a rewind leaves out nothing in between, though its place was not told', () => {
  const { client, server, enter } = stage();
  enter();
  for (const text of ['a', 'b', 'c']) client.send('lobby', text);
  for (const offset of [1, 0, 3]) server.ack(offset);
  client.send('lobby', 'd');
  server.take('send');
  server.push({ type: 'rewound', room: 'lobby', epoch: 'e2', to: 0 });
  const again = [];
  for (const offset of [1, 0, 3, 4]) {
    const { text, seq } = server.socket.frames.find((frame) => frame.type === 'send');
    again.push([text, seq]);
    server.ack(offset);
  }
  assert.deepEqual(again, [['a', 1], ['b', 2], ['c', 3], ['d', 4]]);
});

test('after a wiped log a later rewind brings nothing of the old one back', () => {
  const { client, server, enter } = stage();
  enter();
  for (const text of ['a', 'b']) client.send('lobby', text);
  server.ack(1);
  server.ack(2);
  server.push({ type: 'reset', room: 'lobby', epoch: 'e2', reason: 'wiped' });
  server.answerJoin({ offset: 1, epoch: 'e2' });
  server.push({ type: 'rewound', room: 'lobby', epoch: 'e3', to: 1 });
  assert.equal(server.take('send'), undefined);
});

test('the broadcast may come before the ack: one result, and the next goes', () => {
  const { client, server, told, enter } = stage();
  enter();
  client.send('lobby', 'a');
  client.send('lobby', 'b');
  server.push(message(1, { text: 'a', sender: SENDER, seq: 1 }));
  assert.deepEqual(told('sent').map((e) => e.offset), [1]);
  server.ack(1);
  assert.equal(told('sent').length, 1);
  assert.deepEqual([server.socket.frames[0].text, server.socket.frames[0].seq], ['b', 2]);
});

test('a broadcast that names no sender is by its author, who may be this tab', () => {
  const { client, server, told, enter } = stage();
  enter();
  server.push({ type: 'welcome', node: 'chat-1', session: 's', user: ME, sender: ME.id, ping: 25, limits: {} });
  client.send('lobby', 'a');
  server.push(message(1, { text: 'a', from: { id: 'another', name: 'Ana' }, seq: 1 }));
  assert.equal(told('sent').length, 0);
  server.push(message(2, { text: 'a', from: ME, seq: 1 }));
  assert.deepEqual(told('sent').map((e) => e.offset), [2]);
});

test('a duplicated tab with a copy of our numbers loses nothing: this one takes a new producer', () => {
  const { client, server, sockets, storage, enter } = stage();
  enter();
  const { producer } = JSON.parse(storage.text ?? '');
  client.send('lobby', 'ours');
  server.push(message(1, { text: 'theirs', sender: SENDER, seq: 1 }));
  assert.equal(sockets.length, 2);
  server.socket.open = true;
  server.socket.onopen();
  assert.notEqual(server.take('hello').producer, producer);
  server.answerJoin({ offset: 1, recovered: true });
  assert.deepEqual([server.socket.frames[0].text, server.socket.frames[0].seq], ['ours', 1]);
});

test('a duplicate at the first try is such a copy too', () => {
  const { client, server, sockets, told, enter } = stage();
  enter();
  client.send('lobby', 'ours');
  server.ack(1, true);
  assert.equal(told('sent').length, 0);
  assert.equal(sockets.length, 2);
});

test('a send the node does not count as joined rejoins and goes again', () => {
  const { client, server, enter } = stage();
  enter();
  client.send('lobby', 'a');
  server.refuse('not_joined');
  server.answerJoin({ recovered: true });
  assert.deepEqual([server.socket.frames[0].text, server.socket.frames[0].seq], ['a', 1]);
});

test('the outbox holds 256 and says when it is full', () => {
  const { client } = stage();
  for (let i = 0; i < 256; i++) assert.notEqual(client.send('lobby', 'x'), null);
  assert.equal(client.send('lobby', 'x'), null);
});

test('leaving a room discards what was unsent there', () => {
  const { client, told } = stage();
  client.join('lobby');
  const key = client.send('lobby', 'x');
  client.leave('lobby');
  assert.deepEqual(told('discarded').map((e) => e.key), [key]);
});

test('whatever the faults, the log ends with every message once and in order', () => {
  const fault = fc.constantFrom('ok', 'ok', 'lose before', 'lose after', 'limited', 'broadcast first', 'reload');
  fc.assert(fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fault, { maxLength: 40 }), (count, faults) => {
    /** @type {string[]} */ const log = [];
    let last = 0;
    let s = stage();
    s.client.join('lobby');
    s.client.connect();
    s.server.accept();
    s.server.answerJoin();
    const wanted = Array.from({ length: count }, (_, i) => `t${i}`);
    for (const text of wanted) s.client.send('lobby', text);
    const comeBack = () => {
      const before = s.sockets.length;
      while (s.sockets.length === before) s.clock.advance(50);
      s.server.accept();
      s.server.answerJoin({ offset: log.length, recovered: true });
    };
    for (let step = 0; step < 200; step++) {
      const frame = s.server.socket.frames.find((f) => f.type === 'send');
      if (!frame) {
        if (log.length === count) break;
        s.clock.advance(1000);
        continue;
      }
      const what = faults[step] ?? 'ok';
      if (what === 'lose before') {
        s.server.lose();
        comeBack();
        continue;
      }
      if (what === 'limited') {
        s.server.refuse('rate_limited', { retry_after_ms: 100 });
        continue;
      }
      const duplicate = frame.seq <= last;
      if (!duplicate) {
        assert.equal(frame.seq, last + 1);
        log.push(frame.text);
        last = frame.seq;
      }
      if (what === 'lose after') {
        s.server.lose();
        comeBack();
      } else if (what === 'reload') {
        s = stage({ saved: s.storage.text });
        s.client.connect();
        s.client.join('lobby');
        s.server.accept();
        s.server.answerJoin({ offset: log.length });
      } else {
        if (what === 'broadcast first' && !duplicate) s.server.push(message(log.length, { text: frame.text, sender: SENDER, seq: frame.seq }));
        const { id, room } = /** @type {any} */ (s.server.take('send'));
        s.server.push({ type: 'ack', id, room, epoch: 'e1', offset: duplicate ? 0 : log.length, duplicate });
      }
    }
    assert.deepEqual(log, wanted);
  }), { numRuns: 300 });
});

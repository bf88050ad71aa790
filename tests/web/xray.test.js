// The X-ray without a browser: the frames of a tab, and the hops of the nodes on one axis.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noLog, record, seenOf, told, unseen } from '../../web/xray-log.js';
import { inMs, waterfall } from '../../web/xray.js';

const T = 1_795_262_400_000;
/** @param {any[]} frames each: ms behind T, out, the frame, whether it was dropped; or an event of the client */
const log = (...frames) => frames.reduce((l, one) => {
  if (!Array.isArray(one)) return told(l, one);
  const [at, out, frame, lost = false] = one;
  return record(l, typeof frame === 'string' ? frame : JSON.stringify(frame), out, T + at, lost);
}, noLog());
const send = { type: 'send', room: 'lobby', id: 7, seq: 3, text: 'hi' };
const ack = { type: 'ack', id: 7, room: 'lobby', epoch: 'e', offset: 12, duplicate: false };
const message = { type: 'message', room: 'lobby', epoch: 'e', offset: 12, from: { id: 'a', name: 'A' }, text: 'hi' };
const own = (/** @type {any} */ l) => {
  const seen = /** @type {any} */ (seenOf(l, 'lobby', 12));
  return [seen.sent.map((/** @type {number} */ at) => at - T), seen.acked && seen.acked - T, seen.received && seen.received - T];
};

test('a tab knows when its message was sent, acknowledged and received, in either order, and has the frames', () => {
  const frames = [[0, true, send], [2, false, ack], [3, false, message]];
  assert.deepEqual(own(log(...frames)), [[0], 2, 3]);
  const early = log(frames[0], [2, false, message], [3, false, ack]);
  assert.deepEqual(own(early), [[0], 3, 2]);
  assert.deepEqual(seenOf(early, 'lobby', 12)?.frames.map((f) => JSON.parse(f.text).type), ['send', 'message', 'ack']);
});

test('each try counts, and a duplicate is known as one', () => {
  const tried = log([0, true, send], [900, true, { ...send, id: 9 }], [902, false, { ...ack, id: 9, duplicate: true }]);
  assert.deepEqual(own(tried), [[0, 900], 902, 0]);
  assert.equal(seenOf(tried, 'lobby', 12)?.duplicate, true);
});

const entry = (/** @type {number} */ tries) => ({ type: 'entry', entry: { key: 'p1', room: 'lobby', seq: 3, tries, state: 'sending' } });
const settled = { type: 'sent', key: 'p1', room: 'lobby', offset: 12 };

test('an own message knows when its user sent it, although it then waited in the tab', () => {
  const queued = { ...entry(1), entry: { ...entry(1).entry, at: T - 4200 } };
  assert.equal(seenOf(log(queued, [0, true, send], [2, false, ack]), 'lobby', 12)?.queued, T - 4200);
  assert.equal(seenOf(log([0, true, send], [2, false, ack]), 'lobby', 12)?.queued, 0, 'of a tab that looked too late');
});

test('an own message that waited and then came back before any acknowledgement keeps its tries; an acknowledgement that comes later counts', () => {
  const refused = { type: 'error', code: 'unavailable' };
  const waited = [entry(1), [0, true, send], [2000, false, { ...refused, id: 7 }], entry(2), [4000, true, { ...send, id: 8 }], [5000, false, message], settled];
  const seen = seenOf(log(...waited), 'lobby', 12);
  assert.deepEqual(own(log(...waited)), [[0, 4000], 0, 5000]);
  assert.equal(seen?.tries, 2);
  assert.deepEqual(seen?.frames.map((f) => JSON.parse(f.text).type), ['send', 'error', 'send', 'message']);
  const late = log(...waited, [5003, false, { ...ack, id: 8, duplicate: true }]);
  assert.deepEqual(own(late), [[0, 4000], 5003, 5000]);
  assert.equal(seenOf(late, 'lobby', 12)?.duplicate, true);
});

test('the first try is kept, and all are counted, however many there are', () => {
  const many = log(...Array.from({ length: 20 }, (_, i) => [i * 1000, true, { ...send, id: i + 1 }]), [20_000, false, { ...ack, id: 20 }]);
  const seen = /** @type {any} */ (seenOf(many, 'lobby', 12));
  assert.deepEqual([seen.tries, seen.sent.length, seen.sent[0] - T, seen.sent.at(-1) - T], [20, 8, 0, 19_000]);
  assert.equal(JSON.parse(seen.frames.at(-1).text).type, 'ack');
});

test('a repetition on purpose is one more try, and the first acknowledgement stands', () => {
  const twice = log([0, true, send], [2, false, ack], [3, false, message], [900, true, { ...send, id: 'lab-1' }], [903, false, { ...ack, id: 'lab-1', duplicate: true }]);
  assert.deepEqual(own(twice), [[0, 900], 2, 3]);
  assert.equal(seenOf(twice, 'lobby', 12)?.duplicate, true);
});

const join = { type: 'join', room: 'lobby', id: 9, cursor: { epoch: 'e', offset: 11 } };
const joined = (/** @type {any} */ more = {}) => ({ type: 'joined', room: 'lobby', id: 9, epoch: 'e', offset: 13, recovered: true, messages: [message, { ...message, offset: 13 }], ...more });

test('a push that this tab dropped has not arrived; it comes with the answer to the join that asked for it', () => {
  const frames = [[0, true, send], [2, false, ack], [3, false, message, true], [8, false, { ...message, offset: 13 }]];
  const dropped = seenOf(log(...frames), 'lobby', 12);
  assert.deepEqual([dropped?.received, (dropped?.dropped ?? 0) - T, dropped?.frames.at(-1)?.lost], [0, 3, true]);
  const whole = /** @type {any} */ (seenOf(log(...frames, [9, true, join], [12, false, joined()]), 'lobby', 12));
  assert.deepEqual([whole.received - T, whole.dropped - T, whole.asked - T, whole.recovered], [12, 3, 9, true]);
  assert.deepEqual(whole.frames.map((/** @type {any} */ f) => JSON.parse(f.text).type), ['send', 'ack', 'message', 'join', 'joined']);
});

test('a join after a lost connection brings messages, too; the history of a room that is opened is nothing that came', () => {
  assert.deepEqual(own(log([9, true, join], [12, false, joined()])), [[], 0, 12]);
  assert.equal(log([9, true, join], [12, false, joined({ recovered: false })]).messages.size, 0);
  const known = seenOf(log([5, false, message], [9, true, join], [12, false, joined()]), 'lobby', 12);
  assert.deepEqual([(known?.received ?? 0) - T, known?.recovered], [5, false], 'it had come before');
});

test('a message of another tab was only received, and what is no frame of a message is nothing', () => {
  assert.deepEqual(own(log([5, false, message], [9, false, message])), [[], 0, 5]);
  const other = log([0, false, { type: 'cluster' }], [1, false, 'no JSON'], [2, false, 'null'], [3, false, ack]);
  assert.deepEqual([...other.messages], []);
});

test('the log keeps the last messages only', () => {
  const many = log(...Array.from({ length: 300 }, (_, i) => [i, false, { ...message, offset: i + 1 }]));
  assert.equal(many.messages.size, 256);
  assert.equal(seenOf(many, 'lobby', 1), null);
});

const us = (/** @type {number} */ ms) => (T + ms) * 1000;
const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const taken = { node: 'chat-2', trace, received: us(100.4), appended: us(101), ack: 'stored', ahead_us: 0, error_us: 100 };
const brought = (/** @type {string} */ node, /** @type {number} */ from, more = {}) => ({ node, trace, heard: us(from), framed: us(from + 0.1), written: us(from + 0.2), sockets: 4, laggards: 0, ahead_us: 0, error_us: 150, ...more });
const steps = (/** @type {any} */ fall) => fall.steps.map((/** @type {any} */ s) => `${s.kind} ${s.node} ${s.from.toFixed(1)}-${s.to.toFixed(1)}`);

test('the steps of an own message stand on one axis, although the clock of the tab is 100 ms behind', () => {
  const seen = { ...unseen(), sent: [T], acked: T + 1.4, received: T + 1.6 };
  const fall = waterfall([brought('chat-1', 100.9), taken, brought('chat-2', 100.8)], seen, 'chat-2');
  assert.deepEqual(steps(fall), ['sent  0.0-0.0', 'received chat-2 0.0-0.4', 'heard chat-2 0.4-0.8', 'heard chat-1 0.4-0.9', 'appended chat-2 0.4-1.0', 'written chat-2 0.8-1.0', 'written chat-1 0.9-1.1', 'acked  1.0-1.4', 'arrived  1.0-1.6']);
  assert.equal(fall.total.toFixed(1), '1.6');
  assert.equal(fall.error?.toFixed(2), '0.55', 'half of what is not known between tab and node, and the worst clock of a node');
});

test('a message that was refused at first is timed by the try that was stored, and its steps begin with the first', () => {
  const seen = { ...unseen(), sent: [T - 4000, T], tries: 2, acked: T + 1.4, received: T + 1.6 };
  const fall = waterfall([taken, brought('chat-2', 100.8)], seen, 'chat-2');
  assert.deepEqual(steps(fall).slice(0, 3), ['sent  0.0-0.0', 'resent  4000.0-4000.0', 'received chat-2 0.0-4000.4']);
  assert.equal(fall.steps[1].count, 2);
  assert.equal(fall.error?.toFixed(2), '0.55');
  const again = waterfall([taken, brought('chat-2', 100.8)], { ...seen, duplicate: true, ackedAgain: true }, 'chat-2');
  assert.equal(again.error, null, 'the ack of a repetition says nothing about the first try');
});

test('of a message of others the way to this tab is not known', () => {
  const fall = waterfall([taken, brought('chat-1', 100.9)], { ...unseen(), received: T }, 'chat-1');
  assert.equal(fall.error, null);
  assert.deepEqual(steps(fall).at(-1), 'arrived  0.7-0.7');
});

test('a message that waited without an acknowledgement begins with its first try', () => {
  const fall = waterfall([brought('chat-2', 100.9, { heard: undefined })], { ...unseen(), sent: [T - 5000], tries: 1, received: T }, 'chat-2');
  assert.deepEqual(steps(fall), ['sent  0.0-0.0', 'read chat-2 4999.9-4999.9', 'written chat-2 4999.9-5000.0', 'arrived  5000.0-5000.0']);
  assert.equal(fall.error, null);
});

test('a dropped push is a step of its own, and how the message came in the end', () => {
  const seen = { ...unseen(), sent: [T], tries: 1, acked: T + 1.4, dropped: T + 1.6, asked: T + 3, received: T + 5, recovered: true };
  const fall = waterfall([taken, brought('chat-2', 100.8)], seen, 'chat-2');
  assert.deepEqual(steps(fall).slice(-4), ['acked  1.0-1.4', 'dropped  1.0-1.6', 'asked  1.6-3.0', 'recovered  3.0-5.0']);
  const others = waterfall([taken, brought('chat-1', 100.9)], { ...unseen(), dropped: T, asked: T + 3, received: T + 5, recovered: true }, 'chat-1');
  assert.deepEqual(steps(others).slice(-3), ['dropped  0.7-0.7', 'asked  0.7-3.7', 'recovered  3.7-5.7']);
});

test('a node that was not told reads the log, and laggards are counted', () => {
  const fall = waterfall([taken, brought('chat-1', 103, { heard: undefined, laggards: 2 })], null, 'chat-1');
  assert.deepEqual(fall.steps.map((s) => s.kind), ['received', 'appended', 'read', 'written']);
  assert.equal(fall.steps.at(-1)?.laggards, 2);
});

test('without a trace there are no steps, and a repetition is a step of its own', () => {
  assert.deepEqual(waterfall([], null, 'chat-1'), { steps: [], total: 0, error: 0 });
  const again = { ...taken, node: 'chat-3', duplicate: true, received: us(950), appended: us(951) };
  assert.deepEqual(waterfall([taken, again], null, 'chat-1').steps.map((s) => s.kind), ['received', 'appended', 'again']);
});

test('milliseconds have a decimal as long as it says something', () => {
  assert.deepEqual([0.42, 99.94, 123.4].map((v) => inMs(v, 'en')), ['0.4', '99.9', '123']);
});

// The X-ray without a browser: the frames of a tab, and the hops of the nodes on one axis.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noLog, record, seenOf } from '../../web/xray-log.js';
import { inMs, waterfall } from '../../web/xray.js';

const T = 1_795_262_400_000;
/** @param {any[]} frames each: ms behind T, out, the frame */
const log = (...frames) => frames.reduce((l, [at, out, frame]) => record(l, typeof frame === 'string' ? frame : JSON.stringify(frame), out, T + at), noLog());
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
  const seen = { sent: [T], acked: T + 1.4, received: T + 1.6, duplicate: false, frames: [] };
  const fall = waterfall([brought('chat-1', 100.9), taken, brought('chat-2', 100.8)], seen, 'chat-2');
  assert.deepEqual(steps(fall), ['sent  0.0-0.0', 'received chat-2 0.0-0.4', 'heard chat-2 0.4-0.8', 'heard chat-1 0.4-0.9', 'appended chat-2 0.4-1.0', 'written chat-2 0.8-1.0', 'written chat-1 0.9-1.1', 'acked  1.0-1.4', 'arrived  1.0-1.6']);
  assert.equal(fall.total.toFixed(1), '1.6');
  assert.equal(fall.error?.toFixed(2), '0.55', 'half of what is not known between tab and node, and the worst clock of a node');
});

test('a message that was refused at first is timed by the try that was stored, and its steps begin with the first', () => {
  const seen = { sent: [T - 4000, T], acked: T + 1.4, received: T + 1.6, duplicate: false, frames: [] };
  const fall = waterfall([taken, brought('chat-2', 100.8)], seen, 'chat-2');
  assert.deepEqual(steps(fall).slice(0, 2), ['sent  0.0-0.0', 'received chat-2 0.0-4000.4']);
  assert.equal(fall.error?.toFixed(2), '0.55');
  const again = waterfall([taken, brought('chat-2', 100.8)], { ...seen, duplicate: true }, 'chat-2');
  assert.equal(again.error, null, 'the ack of a repetition says nothing about the first try');
});

test('of a message of others the way to this tab is not known', () => {
  const fall = waterfall([taken, brought('chat-1', 100.9)], { sent: [], acked: 0, received: T, duplicate: false, frames: [] }, 'chat-1');
  assert.equal(fall.error, null);
  assert.deepEqual(steps(fall).at(-1), 'arrived  0.7-0.7');
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

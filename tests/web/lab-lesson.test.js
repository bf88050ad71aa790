// The lesson without a browser: a step ticks when what it teaches has happened, and only then.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STEPS, isDone, noLesson, reduceLesson, victim } from '../../web/lab-lesson.js';
import { message } from './fakes.js';

const see = (/** @type {any} */ lesson, /** @type {any} */ event, /** @type {any} */ ended = null) => reduceLesson(lesson, event, ended, 'chat-1', 3);
const open = () => see(noLesson(), { type: 'lesson', isOpen: true });
const at = (/** @type {any} */ step) => ({ ...open(), step });
const ended = (/** @type {string} */ kind, result = {}) => ({ kind, state: 'done', result });
const sent = { type: 'sent', room: 'lobby', offset: 4 };
const nodes = (/** @type {number} */ count, state = 'ready') => ({ type: 'cluster', nodes: Array.from({ length: count }, () => ({ state })) });

test('a lesson that is closed sees nothing', () => {
  assert.equal(see(noLesson(), sent).done.size, 0);
});

test('hello: an own message that is stored', () => {
  assert.deepEqual(see(open(), sent).done.get('hello'), { offset: 4, room: 'lobby', node: 'chat-1', ms: 3 });
  assert.equal(isDone(see(open(), { ...sent, offset: 0 })), false, 'its place is not known');
});

test('a second node: a message that another node took, behind one of the own node', () => {
  const lesson = see(at('second'), { type: 'message', message: message(4, { node: 'chat-1' }) });
  assert.equal(isDone(lesson), false);
  assert.deepEqual(see(lesson, { type: 'message', message: message(5, { node: 'chat-2' }) }).done.get('second'), { offset: 5, room: 'lobby', node: 'chat-2', own: 'chat-1', before: 4 });
});

test('store, kill, twice and drop: an experiment that ended, with its numbers', () => {
  for (const [step, kind] of /** @type {const} */ ([['store', 'pause'], ['kill', 'kill'], ['twice', 'twice'], ['drop', 'drop']])) {
    const result = { lost: 0, duplicate: 'true' };
    assert.deepEqual(see(at(step), { type: 'tick' }, ended(kind, result)).done.get(step), result, step);
    assert.equal(isDone(see(at(step), { type: 'tick' }, ended('cut'))), false, 'another experiment');
  }
});

test('the kill is about the node that dies, also when this tab is on another', () => {
  const lab = (/** @type {any} */ more) => victim(/** @type {any} */ ({ lesson: at('kill'), trial: null, tab: { node: 'chat-2' }, ...more }));
  const trial = { kind: 'kill', state: 'runs', node: 'chat-1' };
  assert.deepEqual([lab({}), lab({ trial }), lab({ trial: { ...trial, state: 'refused' } })], ['chat-2', 'chat-1', 'chat-2']);
  assert.equal(lab({ lesson: see(at('kill'), { type: 'tick' }, ended('kill', { was: 'chat-1', node: 'chat-2', lost: 0 })), trial: { ...trial, state: 'done' } }), 'chat-1');
});

test('a repetition that was stored a second time proves nothing', () => {
  assert.equal(isDone(see(at('twice'), { type: 'tick' }, ended('twice', { duplicate: 'false' }))), false);
});

test('five: that many nodes are ready, however they came', () => {
  assert.equal(isDone(see(at('scale'), nodes(4))), false);
  assert.equal(isDone(see(at('scale'), nodes(5, 'draining'))), false);
  assert.deepEqual(see(at('scale'), nodes(5)).done.get('scale'), { count: 5 });
});

test('only the step that is shown ticks, and once', () => {
  const lesson = see(open(), nodes(5));
  assert.equal(lesson.done.size, 0);
  const first = see(open(), sent);
  assert.equal(see(first, { ...sent, offset: 9 }).done.get('hello')?.offset, 4);
});

test('next and skip lead through all steps to the results; a skipped step is not done; a new lesson begins anew', () => {
  let lesson = see(see(open(), sent), { type: 'next' });
  for (const step of STEPS.slice(1)) {
    assert.equal(lesson.step, step);
    lesson = see(lesson, { type: 'skip' });
  }
  assert.equal(lesson.step, 'results');
  assert.deepEqual([[...lesson.done.keys()], [...lesson.skipped]], [['hello'], STEPS.slice(1)]);
  assert.equal(see(lesson, { type: 'skip' }).step, 'results');
  const closed = see(lesson, { type: 'lesson', isOpen: false });
  assert.equal(closed.isOpen, false);
  assert.deepEqual([see(closed, { type: 'lesson', isOpen: true }).step, see(closed, { type: 'lesson', isOpen: true }).done.size], ['hello', 0]);
});

test('a lesson that is closed in the middle goes on there', () => {
  const lesson = see(see(at('kill'), { type: 'guess', guess: 'none' }), { type: 'lesson', isOpen: false });
  assert.deepEqual([see(lesson, { type: 'lesson', isOpen: true }).step, see(lesson, { type: 'lesson', isOpen: true }).guess], ['kill', 'none']);
});

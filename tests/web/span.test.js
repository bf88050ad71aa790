// Which rows of a long conversation are on the page, and that they look there as they do among all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MOST, STEP, all, down, follow, newest, up } from '../../web/span.js';
import { initial, reduce } from '../../web/store.js';
import { timeline } from '../../web/timeline.js';
import { ME, message } from './fakes.js';

const joined = (/** @type {any} */ more) => ({ type: 'joined', at: 1, room: 'lobby', epoch: 'e1', messages: [], count: 1, fresh: true, lost: false, ...more });
const opened = [{ type: 'welcome', at: 0, node: 'chat-1', session: 's', user: ME, limits: {} }, { type: 'open', room: 'lobby' }, { type: 'show', room: 'lobby' }];
const range = (/** @type {number} */ from, /** @type {number} */ to) => Array.from({ length: to - from + 1 }, (_, i) => message(from + i));
/** @param {import('../../web/store.js').State} state */
const room = (state) => /** @type {import('../../web/room-state.js').Room} */ (state.rooms.get('lobby'));
const page = (/** @type {any} */ state, /** @type {number} */ from, /** @type {number} */ to) => ({ type: 'page', room: 'lobby', generation: room(state).generation, messages: range(from, to), more: from > 1 });

test('positions stay when an older page comes and when the oldest are cut', () => {
  let state = [...opened, joined({ offset: 1500, messages: range(1451, 1500) })].reduce(reduce, initial());
  assert.deepEqual(all(room(state)), { from: 0, to: 50 });
  state = reduce(state, page(state, 1351, 1450));
  assert.deepEqual(all(room(state)), { from: -100, to: 50 });
  for (let offset = 1501; offset <= 2000; offset++) state = reduce(state, { type: 'message', at: 1, message: message(offset) });
  const { from, to } = all(room(state));
  assert.equal(to, 550);
  assert.equal(/** @type {any} */ (room(state).items[499 - from]).offset, 1950);
});

test('sliding to the beginning and back shows every row, and never more than fit', () => {
  const whole = { from: -2950, to: 50 };
  let span = newest(whole);
  const seen = new Set();
  const look = () => { for (let p = span.from; p < span.to; p++) seen.add(p); assert.ok(span.to - span.from <= MOST); };
  look();
  while (span.from > whole.from) { span = up(span, whole); look(); }
  while (span.to < whole.to) { span = down(span, whole); look(); }
  assert.equal(seen.size, 3000);
});

test('who is at the end follows it; who reads stays, however much comes', () => {
  assert.deepEqual(follow({ from: 0, to: 100 }, { from: 0, to: 130 }, true), { from: 0, to: 130 });
  assert.deepEqual(follow({ from: 0, to: 100 }, { from: 0, to: 6000 }, true), { from: 6000 - MOST + STEP, to: 6000 });
  assert.deepEqual(follow({ from: 0, to: 100 }, { from: -500, to: 6000 }, false), { from: 0, to: 100 });
  assert.deepEqual(follow({ from: 0, to: 100 }, { from: 40, to: 70 }, false), { from: 40, to: 70 });
});

test('some rows look as they do among all rows', () => {
  const day = 86_400_000;
  const items = fc.array(fc.record({ line: fc.boolean(), who: fc.integer({ min: 0, max: 1 }), later: fc.constantFrom(1, 1000, day), head: fc.boolean() }), { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(items, fc.nat(30), fc.nat(30), fc.nat(4), (list, a, b, waiting) => {
    let time = 0;
    const made = list.map(({ line, who, later, head }, i) => {
      time += later;
      return line ? { kind: 'line', key: `l${i}`, at: time, name: 'moved', params: {} }
        : { kind: 'message', key: `m${i}`, offset: i + 1, from: { id: 'ab'[who], name: '' }, text: '', time, node: '', mine: false, head };
    });
    const pending = Array.from({ length: waiting }, (_, i) => ({ key: `p${i}`, room: 'lobby', at: time, seq: 0, tries: 0, state: 'queued' }));
    const here = /** @type {any} */ ({ items: made, pending, mark: 3 });
    const size = made.length + waiting;
    const [from, to] = [Math.min(a, b, size), Math.min(Math.max(a, b), size)];
    const whole = timeline(here, ME.id);
    const part = timeline(here, ME.id, from, to);
    const keys = new Set([...made, ...pending].slice(from, to).map((i) => i.key));
    const items = (/** @type {any[]} */ rows) => rows.filter((r) => 'item' in r);
    assert.deepEqual(items(part), items(whole).filter((r) => keys.has(r.key)));
    assert.deepEqual(part, whole.filter((r) => part.some((p) => p.key === r.key)));
  }), { numRuns: 500 });
});

test('an older page changes nothing about the rows that were there', () => {
  let state = [...opened, joined({ offset: 60, messages: range(51, 60) })].reduce(reduce, initial());
  const before = timeline(room(state), ME.id).filter((r) => r.kind === 'message');
  state = reduce(state, page(state, 1, 50));
  assert.deepEqual(timeline(room(state), ME.id).filter((r) => r.kind === 'message').slice(-10), before);
});

test('a page that came twice does not say that there is nothing older', () => {
  let state = [...opened, joined({ offset: 60, messages: range(51, 60) })].reduce(reduce, initial());
  for (let i = 0; i < 2; i++) state = reduce(state, page(state, 41, 50));
  assert.equal(room(state).more, true);
  assert.equal(room(state).items.length, 20);
});

test('what somebody reads is never cut off, whatever comes meanwhile', () => {
  let state = [...opened, joined({ offset: 60, messages: range(51, 60) }), { type: 'bottom', room: 'lobby', at: false }].reduce(reduce, initial());
  for (let offset = 61; offset <= 2000; offset++) state = reduce(state, { type: 'message', at: 1, message: message(offset) });
  assert.equal(room(state).items.length, 1950);
});

test('a room that one leaves in its past is at its end again and does not grow unseen', () => {
  let state = [...opened, joined({ offset: 60, messages: range(51, 60) })].reduce(reduce, initial());
  state = reduce(reduce(state, page(state, 1, 50)), { type: 'bottom', room: 'lobby', at: false });
  state = reduce(reduce(state, { type: 'open', room: 'b' }), { type: 'show', room: 'b' });
  for (let offset = 61; offset <= 2000; offset++) state = reduce(state, { type: 'message', at: 1, message: message(offset) });
  assert.ok(room(state).items.length <= 600);
});

// The search in a room's log: matches, excerpts, and how far it reads.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLogSearch, excerpt, fits, fold, wordsOf } from '../../web/log-search.js';
import { message } from './fakes.js';

const marked = (/** @type {string} */ text, /** @type {string} */ query) => excerpt(text, wordsOf(query)).map((p) => (p.marked ? `[${p.text}]` : p.text)).join('');

test('a search looks for all words, in the name and the text, without regard to case and accents', () => {
  const one = message(1, { text: 'A **Redis** está lenta', from: { id: 'x', name: 'José' } });
  assert.deepEqual(['redis', 'ESTA lenta', 'jose redis', 'redis rapida', 'é'].map((q) => fits(one, wordsOf(q))), [true, true, true, false, true]);
  assert.deepEqual(fits(message(1, { text: undefined, data: { order: 7 } }), wordsOf('order')), true);
});

test('an excerpt is around the first word, and marks each', () => {
  assert.equal(marked('uma Ação de Redis', 'acao redis'), 'uma [Ação] de [Redis]');
  assert.equal(marked(`${'x'.repeat(100)} redis ${'y'.repeat(300)}`, 'redis'), `…${'x'.repeat(39)} [redis] ${'y'.repeat(114)}…`);
});

test('a folded text is as long as the text, whatever is in it', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(fold(text).length, text.length)));
});

/** A log, every tenth message of which says "needle". @param {any[]} refusals of the first pages */
function log(refusals = []) {
  /** @type {[number, number][]} */ const asked = [];
  return {
    asked,
    history: async (/** @type {number} */ before, /** @type {number} */ limit) => {
      asked.push([before, limit]);
      const why = refusals.shift();
      if (why) throw why;
      const from = Math.max(1, before - limit);
      return { messages: Array.from({ length: before - from }, (_, i) => message(from + i, { text: (from + i) % 10 ? 'hay' : 'a needle' })), more: from > 1 };
    },
  };
}

/** @param {ReturnType<typeof log>} where @param {number} newest @param {string} query */
function searching(where, newest, query) {
  /** @type {number[]} */ const found = [];
  /** @type {any} */ let progress = null;
  let slept = 0;
  const search = createLogSearch({
    ...where, newest, words: wordsOf(query), sleep: async (ms) => void (slept += ms),
    tell: (hits, now) => { found.push(...hits.map((m) => m.offset)); progress = now; },
  });
  return { search, found, progress: () => progress, slept: () => slept };
}

test('a search reads from the newest message back until there are results enough, and goes on when it is asked to', async () => {
  const where = log();
  const { search, found, progress } = searching(where, 2000, 'needle');
  assert.equal(await search.run(50), false);
  assert.deepEqual([found[0], found.length, where.asked.length], [2000, 60, 3]);
  assert.deepEqual([progress().searched, progress().total, progress().isDone], [600, 2000, false]);
  assert.equal(await search.run(1000), true);
  assert.deepEqual([found.length, found.at(-1), progress().searched], [200, 10, 2000]);
});

test('a search of a log without a hit reads all of it once; of an empty room nothing', async () => {
  const where = log();
  const { search, found } = searching(where, 450, 'nothing');
  assert.equal(await search.run(), true);
  assert.deepEqual([found, where.asked], [[], [[451, 200], [251, 200], [51, 200]]]);
  const none = log();
  assert.equal(await searching(none, 0, 'x').search.run(), true);
  assert.deepEqual(none.asked, []);
});

test('a search waits when the server asks for it, ends where it has no right, and stops when it is told', async () => {
  const slow = searching(log([{ code: 'rate_limited', retry_after_ms: 250 }]), 100, 'needle');
  await slow.search.run();
  assert.deepEqual([slow.found.length, slow.slept()], [10, 250]);
  const closed = searching(log([{ code: 'forbidden' }]), 100, 'needle');
  assert.deepEqual([await closed.search.run(), closed.found, closed.progress().isDone], [true, [], true]);
  const where = log();
  const stopped = searching(where, 2000, 'nothing');
  const running = stopped.search.run();
  stopped.search.stop();
  await running;
  assert.equal(where.asked.length, 1);
});

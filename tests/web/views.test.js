// Decisions of views without a browser: keys, counters, why messages wait, the state of a node, drafts, the nodes to ask.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDrafts } from '../../web/drafts.js';
import { rounds } from '../../web/nodes.js';
import { initial, reduce, standing } from '../../web/store.js';
import { isSend, roomLeft } from '../../web/views/composer.js';
import { waitingOf } from '../../web/waiting.js';
import { ME } from './fakes.js';

const enter = { key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13 };

test('Enter sends; with Shift, or as the end of a composition, it does not', () => {
  assert.ok(isSend(enter));
  for (const more of [{ shiftKey: true }, { isComposing: true }, { keyCode: 229 }, { key: 'a' }]) assert.ok(!isSend({ ...enter, ...more }), JSON.stringify(more));
});

test('the room left is told near the limit, at it, and beyond it', () => {
  assert.deepEqual([80, 81, 100, 101].map((size) => roomLeft(size, 100)), [null, { words: 'left', count: 19 }, { words: 'left', count: 0 }, { words: 'tooLong', count: 1 }]);
  assert.ok(Object.is(roomLeft(100, 100)?.count, 0), 'not -0');
});

const welcome = { type: 'welcome', at: 0, node: 'chat-1', session: 's', user: ME, limits: {} };
const waiting = (/** @type {number} */ count, more = {}, /** @type {any[]} */ events = []) => waitingOf([{ type: 'state', at: 0, state: 'connecting' }, welcome, { type: 'open', room: 'lobby' }, { type: 'show', room: 'lobby' },
  ...Array.from({ length: count }, (_, i) => ({ type: 'entry', at: 1000, entry: { key: `p${i}`, room: 'lobby', text: 'x', at: 1, seq: 0, tries: 0, state: 'queued', ...(i === 0 && more) } })), ...events].reduce(reduce, initial()));

test('two hundred messages that wait say why', () => {
  assert.deepEqual(waiting(200, {}, [{ type: 'state', at: 2000, state: 'waiting', retryAt: 3000, code: 1006 }]), { count: 200, why: 'whyAway', seconds: 0 });
  assert.deepEqual(waiting(200, { state: 'waiting', code: 'rate_limited', retryAt: 3500 }), { count: 200, why: 'rate_limited', seconds: 3 });
  assert.deepEqual(waiting(200, {}, [{ type: 'degraded', available: false }]), { count: 200, why: 'unavailable', seconds: 0 });
  assert.deepEqual(waiting(200, {}, [{ type: 'degraded', room: 'lobby', available: false }]), { count: 200, why: 'unavailable', seconds: 0 });
  assert.deepEqual(waiting(200, {}, [{ type: 'degraded', room: 'annex', available: false }]), { count: 200, why: 'whyTurn', seconds: 0 });
  assert.deepEqual(waiting(200), { count: 200, why: 'whyTurn', seconds: 0 });
});

test('a message on its way is not worth a word, nor is one that failed', () => {
  assert.equal(waiting(2), null);
  assert.equal(waiting(1, { state: 'failed', code: 'too_large' }), null);
  assert.equal(waiting(0), null);
});

test('a node is what it answers, not what the list still says', () => {
  const node = { id: 'chat-2', name: '', url: '/node/chat-2/', active: true };
  const own = { ...node, id: 'chat-1' };
  const online = reduce(initial(), welcome);
  assert.deepEqual([own, node, { ...node, active: false }].map((n) => standing(online, n)), ['here', 'active', 'gone']);
  const dead = reduce(online, { type: 'probed', answers: [['chat-2', false], ['chat-3', true]] });
  assert.equal(standing(dead, node), 'silent');
  assert.equal(standing(reduce(dead, { type: 'probed', answers: [['chat-2', true]] }), node), 'active');
  const lost = reduce(dead, { type: 'state', at: 1, state: 'waiting', retryAt: 2, code: 1006 });
  assert.equal(standing(lost, own), 'active', 'one is not on a node without a connection');
  assert.equal(standing(reduce(lost, { ...welcome, node: 'chat-2' }), node), 'here');
});

test('nodes that do not answer are asked less and less often, many nodes in turn', () => {
  const few = rounds();
  let asked = 0;
  for (let i = 0; i < 30; i++) for (const id of few.next(['a', 'b'])) {
    few.heard(id, id === 'a');
    if (id === 'b') asked++;
  }
  assert.ok(asked > 3 && asked < 10, String(asked));
  const many = rounds();
  const ids = Array.from({ length: 100 }, (_, i) => `n${i}`);
  const seen = new Set();
  for (let i = 0; i < 10; i++) {
    const next = many.next(ids);
    assert.ok(next.length <= 12);
    for (const id of next) { seen.add(id); many.heard(id, true); }
  }
  assert.equal(seen.size, 100);
});

test('a draft survives a reload, in its own room, until it is sent', () => {
  const storage = { text: /** @type {string | null} */ (null), load: () => storage.text, save: (/** @type {string} */ text) => { storage.text = text; } };
  const drafts = createDrafts(storage);
  drafts.keep('lobby', 'half a sen');
  drafts.keep('constructor', 'x');
  drafts.keep('constructor', '');
  assert.deepEqual(['lobby', 'constructor', 'other'].map(createDrafts(storage).of), ['half a sen', '', '']);
  for (let i = 0; i < 500; i++) drafts.keep(`r${i}`, 'x');
  assert.ok(String(storage.text).length < 2000, 'bounded');
  assert.equal(createDrafts({ load: () => '{', save() {} }).of('lobby'), '');
});

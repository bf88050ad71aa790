// The conversation: which messages form a group, how long an ack took, and the way to one message.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJump } from '../../web/jump.js';
import { STEP, around } from '../../web/span.js';
import { initial, reduce } from '../../web/store.js';
import { timeline } from '../../web/timeline.js';
import { ME, message } from './fakes.js';

const LUIS = { id: 'bbbbbbbbbbbbbbbb', name: 'Luis' };
const joined = (/** @type {any} */ more = {}) => ({ type: 'joined', at: 1, room: 'lobby', epoch: 'e1', offset: 0, messages: [], count: 1, fresh: true, lost: false, ...more });
const lobby = [{ type: 'welcome', at: 0, node: 'chat-1', session: 's', user: ME, limits: {} }, { type: 'open', room: 'lobby' }, { type: 'show', room: 'lobby' }, joined()];
const after = (/** @type {any[]} */ ...events) => events.reduce(reduce, initial());
const entry = (/** @type {number} */ at, more = {}) => ({ type: 'entry', at, entry: { key: 'p1', room: 'lobby', text: 'hi', at: 5, seq: 1, tries: 1, state: 'sending', ...more } });
const said = (/** @type {number} */ offset, more = {}) => ({ type: 'message', at: offset, message: message(offset, { node: 'chat-1', time: 1000 + offset, ...more }) });

/** Whether each message is in the group of the one before. @param {any[]} events @param {string} [node] */
const groups = (events, node) => timeline(/** @type {any} */ (after(...lobby, ...events).rooms.get('lobby')), ME.id, 0, undefined, node).flatMap((row) => ('follows' in row ? [row.follows] : []));

test('messages of one author in a row are a group, until the node, the name or the author changes, or minutes go by', () => {
  const from = LUIS;
  assert.deepEqual(groups([said(1, { from }), said(2, { from }), said(3, { from, node: 'chat-2' }), said(4, { from, node: 'chat-2' })]), [false, true, false, true]);
  assert.deepEqual(groups([said(1, { from }), said(2, { from: { ...LUIS, name: 'Lu' } }), said(3, { from: ME }), said(4, { from })]), [false, false, false, false]);
  assert.deepEqual(groups([said(1, { from }), said(2, { from, time: 400_000 })]), [false, false]);
});

test('a message on its way belongs to the group of the node it goes to', () => {
  assert.deepEqual(groups([said(1, { from: ME }), entry(2)], 'chat-1'), [false, true]);
  assert.deepEqual(groups([said(1, { from: ME }), entry(2)], 'chat-2'), [false, false]);
  assert.deepEqual(groups([entry(2), entry(3, { key: 'p2' })], 'chat-2'), [false, true]);
});

test('an ack is timed from the first transmission, whether the ack or the push comes first', () => {
  const sent = { type: 'sent', at: 118, key: 'p1', room: 'lobby', offset: 1 };
  const push = { ...said(1, { from: ME }), at: 117 };
  const tries = [entry(50, { state: 'queued', tries: 0 }), entry(100), entry(110, { state: 'queued' }), entry(115, { tries: 2 })];
  for (const end of [[sent, push], [push, sent]]) {
    const room = after(...lobby, ...tries, ...end).rooms.get('lobby');
    const item = /** @type {any} */ (room?.items.at(-1));
    assert.deepEqual([item.key, item.ack], ['p1', { ms: 18, tries: 2 }]);
  }
});

test('a mention in an unread message is told until the room is in view', () => {
  const away = [...lobby, { type: 'open', room: 'b' }, { type: 'show', room: 'b' }];
  const named = (/** @type {any[]} */ ...events) => after(...away, ...events).rooms.get('lobby')?.named;
  assert.deepEqual([named(said(1, { text: 'hi @ana' })), named(said(1, { text: 'hi ana' })), named(said(1, { text: '@Ana', from: ME }))], [true, false, false]);
  assert.equal(named(said(1, { text: '@Ana' }), said(2), { type: 'show', room: 'lobby' }), false);
  const back = joined({ offset: 2, messages: [message(1), message(2, { text: '@ana?' })] });
  assert.equal(after(lobby[0], { type: 'open', room: 'lobby', read: { epoch: 'e1', offset: 1 } }, back).rooms.get('lobby')?.named, true);
});

test('a message without a text is JSON, and says so', () => {
  const item = /** @type {any} */ (after(...lobby, said(1, { text: undefined, data: { a: 1 } })).rooms.get('lobby')?.items[0]);
  assert.deepEqual([item.text, item.isData], ['{"a":1}', true]);
});

test('a jump brings the rows around a message, at the ends of the log, too', () => {
  assert.deepEqual([0, 50, 950].map((at) => around(at, { from: 0, to: 1000 })), [{ from: 0, to: STEP }, { from: Math.max(0, 50 - STEP), to: 50 + STEP }, { from: 950 - STEP, to: 1000 }]);
});

/** A room of 1,000 messages, of which the newest 50 are loaded. @param {any[]} refusals of the first pages */
function jumper(refusals = []) {
  const messages = Array.from({ length: 1000 }, (_, i) => message(i + 1));
  let state = after(...lobby.slice(0, 3), joined({ offset: 1000, messages: messages.slice(-50) }));
  /** @type {string[]} */ const notices = [];
  let pages = 0;
  let slept = 0;
  const dispatch = (/** @type {any} */ event) => { state = reduce(state, event); };
  const room = () => /** @type {import('../../web/room-state.js').Room} */ (state.rooms.get('lobby'));
  const jump = createJump({
    state: () => state, dispatch, show: () => {}, notice: (kind) => notices.push(kind),
    older: async (name, limit = 0) => {
      const why = refusals.shift();
      if (why) return why;
      const first = /** @type {any} */ (room().items[0]).offset;
      pages++;
      dispatch({ type: 'page', room: name, generation: room().generation, messages: messages.slice(Math.max(0, first - 1 - limit), first - 1), more: first - limit > 1 });
      return null;
    },
    sleep: async (ms) => void (slept += ms),
  });
  return { jump, room, notices, say: (/** @type {number} */ offset) => dispatch(said(offset)), pages: () => pages, slept: () => slept };
}

test('a jump loads pages until the message is there, and not more', async () => {
  const { jump, room, pages, notices } = jumper();
  await jump('lobby', 980);
  assert.deepEqual([room().target, pages()], [{ offset: 980 }, 0]);
  await jump('lobby', 500);
  assert.deepEqual([room().target, pages(), room().atBottom], [{ offset: 500 }, 3, false]);
  await jump('lobby', 1);
  assert.deepEqual([room().target, notices], [{ offset: 1 }, []]);
});

test('a jump to a message that is no longer there says so', async () => {
  const { jump, notices, room } = jumper();
  await jump('lobby', 1001);
  assert.deepEqual([notices, room().target], [['messageGone'], null]);
  const closed = jumper([{ code: 'forbidden', message: '' }]);
  await closed.jump('lobby', 1);
  assert.deepEqual(closed.notices, ['messageGone']);
});

test('a jump waits when the server asks for it, and a newer one ends it', async () => {
  const { jump, room, slept } = jumper([{ code: 'rate_limited', message: '', retry_after_ms: 300 }]);
  await jump('lobby', 900);
  assert.deepEqual([room().target, slept()], [{ offset: 900 }, 300]);
  const two = jumper();
  await Promise.all([two.jump('lobby', 1), two.jump('lobby', 999)]);
  assert.deepEqual(two.room().target, { offset: 999 });
});

test('while a jump is under way, no message that comes cuts the beginning off', async () => {
  const { jump, room, say } = jumper();
  const jumping = jump('lobby', 1);
  say(1001);
  await jumping;
  assert.deepEqual([room().items.length, room().target], [1001, { offset: 1 }]);
});

// The state of the page after its events: the reducer of rooms and of everything around them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NEVER } from '../../web/room-state.js';
import { initial, reduce, unread } from '../../web/store.js';
import { timeline } from '../../web/timeline.js';
import { ME, message } from './fakes.js';

const LUIS = { id: 'bbbbbbbbbbbbbbbb', name: 'Luis', nodes: ['chat-2'] };
const EVA = { id: 'cccccccccccccccc', name: 'Eva', nodes: ['chat-3'] };

/** @param {any[]} events */
const after = (...events) => events.reduce(reduce, initial());
/** @param {import('../../web/store.js').State} state @param {string} [name] */
const room = (state, name = 'lobby') => {
  const found = state.rooms.get(name);
  assert.ok(found);
  return found;
};
const said = (/** @type {number} */ offset, more = {}) => ({ type: 'message', at: offset, message: message(offset, more) });
const joined = (/** @type {any} */ more = {}) => ({ type: 'joined', at: 1, room: 'lobby', epoch: 'e1', offset: 0, messages: [], count: 1, fresh: true, lost: false, ...more });
const entry = (/** @type {any} */ more = {}) => ({ type: 'entry', at: 1, entry: { key: 'p1', room: 'lobby', text: 'hi', at: 5, seq: 1, tries: 1, state: 'sending', ...more } });
const lobby = [{ type: 'welcome', at: 0, node: 'chat-1', session: 's', user: ME, limits: {} }, { type: 'open', room: 'lobby' }, { type: 'show', room: 'lobby' }, joined()];
const offsets = (/** @type {any} */ r) => r.items.flatMap((/** @type {any} */ i) => (i.kind === 'message' ? [i.offset] : []));
/** @param {import('../../web/room-state.js').Room} r */
const lines = (r) => r.items.flatMap((i) => (i.kind === 'line' ? [i] : []));

test('messages in view are read; those of another room or a hidden tab are unread', () => {
  const read = after(...lobby, said(1));
  assert.equal(room(read).unread, 0);
  const elsewhere = after(...lobby, { type: 'open', room: 'b' }, { type: 'show', room: 'b' }, said(1), said(2));
  assert.deepEqual([room(elsewhere).unread, room(elsewhere).mark, unread(elsewhere)], [2, 1, 2]);
  const hidden = after(...lobby, { type: 'visible', visible: false }, said(1), said(2, { from: ME }));
  assert.equal(unread(hidden), 1);
});

test('coming back reads everything, and the line stays until one turns away', () => {
  const back = after(...lobby, said(1), { type: 'visible', visible: false }, said(2), { type: 'visible', visible: true });
  assert.deepEqual([unread(back), room(back).mark], [0, 2]);
  assert.deepEqual(timeline(room(back), ME.id).map((r) => r.kind), ['day', 'message', 'new', 'message']);
  assert.equal(room(reduce(back, { type: 'visible', visible: false })).mark, 0);
});

test('a new visit marks what came after the last one', () => {
  const read = { epoch: 'e1', offset: 2 };
  const state = after(lobby[0], { type: 'open', room: 'lobby', read }, joined({ offset: 4, messages: [1, 2, 3, 4].map((o) => message(o)) }));
  assert.deepEqual([room(state).unread, room(state).mark], [2, 3]);
  const first = after(lobby[0], { type: 'open', room: 'lobby' }, joined({ offset: 1, messages: [message(1)] }));
  assert.equal(room(first).unread, 0);
  const invited = after(lobby[0], { type: 'open', room: 'lobby', read: NEVER }, joined({ offset: 1, messages: [message(1)] }));
  assert.equal(room(invited).unread, 1);
});

test('my message is shown at once, stored at the ack, and stays one row when it arrives', () => {
  const sending = after(...lobby, entry());
  assert.deepEqual(timeline(room(sending), ME.id).map((r) => r.key).slice(1), ['p1']);
  const acked = reduce(sending, { type: 'sent', at: 2, key: 'p1', room: 'lobby', offset: 1 });
  assert.equal(room(acked).pending[0].offset, 1);
  for (const state of [reduce(acked, said(1, { from: ME })), reduce(reduce(sending, said(1, { from: ME })), { type: 'sent', at: 2, key: 'p1', room: 'lobby', offset: 1 })]) {
    assert.deepEqual([room(state).pending, room(state).items.map((i) => i.key)], [[], ['p1']]);
  }
});

test('a refused message stays as failed until it is discarded', () => {
  const failed = after(...lobby, entry(), entry({ state: 'failed', code: 'too_large' }));
  assert.deepEqual([room(failed).pending.length, room(failed).pending[0].state], [1, 'failed']);
  assert.deepEqual(room(reduce(failed, { type: 'discarded', key: 'p1', room: 'lobby' })).pending, []);
});

test('away from the bottom new messages are counted, at the bottom they are not', () => {
  const up = after(...lobby, { type: 'bottom', room: 'lobby', at: false }, said(1), said(2), said(3, { from: ME }));
  assert.equal(room(up).below, 2);
  assert.equal(room(reduce(up, { type: 'bottom', room: 'lobby', at: true })).below, 0);
});

test('an older page goes before what is there, unless the room has started over meanwhile', () => {
  const state = after(...lobby.slice(0, 3), joined({ offset: 60, messages: [51, 52].map((o) => message(o)) }));
  const { generation, more } = room(state);
  assert.equal(more, true);
  const page = { type: 'page', room: 'lobby', generation, messages: [49, 50, 51].map((o) => message(o)), more: true };
  assert.deepEqual(offsets(room(reduce(state, page))), [49, 50, 51, 52]);
  assert.deepEqual(offsets(room(reduce(state, { ...page, generation: generation - 1 }))), [51, 52]);
});

test('a rewound log loses its tail on the screen too', () => {
  assert.deepEqual(offsets(room(after(...lobby, said(1), said(2), said(3), { type: 'rewound', at: 4, room: 'lobby', to: 1 }))), [1]);
});

test('a busy room does not grow for ever', () => {
  let state = after(...lobby);
  for (let offset = 1; offset <= 1000; offset++) state = reduce(state, said(offset));
  assert.ok(room(state).items.length <= 600);
  assert.equal(room(state).more, true);
  assert.equal(offsets(room(state)).at(-1), 1000);
});

test('people come and go by deltas; a jump in the version asks for the list again', () => {
  const members = { type: 'members', room: 'lobby', version: 3, members: [{ ...ME, nodes: ['chat-1'] }], count: 1 };
  const presence = (/** @type {number} */ version, /** @type {any} */ more) => ({ type: 'presence', at: 9, room: 'lobby', version, joined: [], left: [], count: 2, ...more });
  const two = after(...lobby, members, presence(4, { joined: [LUIS] }));
  assert.deepEqual([room(two).members.map((p) => p.name), room(two).count, room(two).stale], [['Ana', 'Luis'], 2, false]);
  assert.deepEqual(lines(room(two)).map((l) => l.params.came[0].name), ['Luis']);
  assert.equal(room(reduce(two, presence(7, { left: [LUIS] }))).stale, true);
});

test('coming and going in a row is one quiet line, and who does both leaves none', () => {
  const presence = (/** @type {any} */ more) => ({ type: 'presence', at: 9, room: 'lobby', version: 1, joined: [], left: [], count: 2, ...more });
  const state = after(...lobby, presence({ joined: [LUIS] }), presence({ joined: [EVA] }));
  assert.deepEqual(lines(room(state)).map((l) => l.params.came.length), [2]);
  const none = reduce(reduce(state, presence({ left: [LUIS] })), presence({ left: [EVA] }));
  assert.deepEqual(lines(room(none)), []);
});

test('somebody types for 4 s or until the message comes', () => {
  const typing = { type: 'typing', at: 1000, room: 'lobby', from: { id: message(1).from.id, name: 'Luis' } };
  const state = after(...lobby, typing);
  assert.equal(room(state).typing.length, 1);
  assert.equal(room(reduce(state, { type: 'tick', now: 4999 })).typing.length, 1);
  assert.equal(room(reduce(state, { type: 'tick', now: 5000 })).typing.length, 0);
  assert.equal(room(reduce(state, said(1))).typing.length, 0);
  assert.equal(room(after(...lobby, { ...typing, from: ME })).typing.length, 0);
});

test('a move to another node is a line in the conversation', () => {
  const state = after(...lobby, { type: 'welcome', at: 5, node: 'chat-2', session: 's', user: ME, limits: {} });
  assert.deepEqual(lines(room(state)).map((l) => [l.name, l.params]), [['moved', { from: 'chat-1', to: 'chat-2' }]]);
});

test('what was recovered is summed over the rooms, and a gap is said instead', () => {
  const lost = [...lobby, { type: 'open', room: 'b' }, { type: 'state', at: 2, state: 'waiting', retryAt: 3, code: 1006 }];
  const resumed = (/** @type {any} */ more) => joined({ at: 4, fresh: false, ...more });
  const good = after(...lost, lobby[0], resumed({ messages: [message(1), message(2)] }), resumed({ room: 'b', messages: [message(1, { room: 'b' })] }));
  assert.deepEqual([good.notice?.kind, good.notice?.params], ['recovered', { count: 3 }]);
  const gap = after(...lost, lobby[0], joined({ at: 4, lost: true, room: 'lobby' }), resumed({ room: 'b' }));
  assert.equal(gap.notice?.kind, 'gap');
});

test('a hole that is filled while the connection stands is no return: nothing is said of being back', () => {
  const back = after(...lobby, { type: 'state', at: 2, state: 'waiting', retryAt: 3, code: 1006 }, { ...lobby[0], at: 5000 }, joined({ at: 5000, fresh: false }), { type: 'tick', now: 20_000 });
  assert.equal(back.notice, null);
  const filled = reduce(reduce(back, said(20_001)), joined({ at: 20_005, fresh: false, messages: [message(20_002), message(20_003)] }));
  assert.equal(filled.notice, null);
  assert.deepEqual(offsets(room(filled)).slice(-2), [20_002, 20_003]);
  assert.equal(reduce(filled, joined({ at: 20_010, lost: true })).notice?.kind, 'gap', 'a hole that stays is told all the same');
});

test('closing the room in view shows another', () => {
  const state = after(...lobby, { type: 'open', room: 'b' }, { type: 'close', room: 'lobby' });
  assert.deepEqual([[...state.rooms.keys()], state.active], [['b'], 'b']);
});

test('names like constructor are rooms like any other', () => {
  const state = after(lobby[0], { type: 'open', room: 'constructor' }, { type: 'show', room: 'constructor' }, joined({ room: 'constructor' }), said(1, { room: 'constructor' }));
  assert.deepEqual(offsets(room(state, 'constructor')), [1]);
});

test('whatever happens, keys are unique, offsets rise and the state is never changed in place', () => {
  const events = fc.array(fc.oneof(
    fc.integer({ min: 0, max: 3 }).map((n) => ({ kind: 'say', n })),
    fc.constant({ kind: 'mine', n: 0 }), fc.constant({ kind: 'hide', n: 0 }), fc.constant({ kind: 'seen', n: 0 }),
    fc.constant({ kind: 'rejoin', n: 0 }), fc.integer({ min: 0, max: 4 }).map((n) => ({ kind: 'rewind', n }))), { maxLength: 40 });
  fc.assert(fc.property(events, (list) => {
    let top = 0;
    let state = after(...lobby);
    for (const { kind, n } of list) {
      Object.freeze(state);
      state.rooms.forEach(Object.freeze);
      if (kind === 'say') for (let i = 0; i < n; i++) state = reduce(state, said(++top));
      if (kind === 'mine') state = [entry({ key: `p${++top}` }), said(top, { from: ME }), { type: 'sent', at: 1, key: `p${top}`, room: 'lobby', offset: top }].reduce(reduce, state);
      if (kind === 'hide' || kind === 'seen') state = reduce(state, { type: 'visible', visible: kind === 'seen' });
      if (kind === 'rejoin') state = reduce(state, joined({ offset: top, messages: Array.from({ length: Math.min(5, top) }, (_, i) => message(top - Math.min(5, top) + 1 + i)) }));
      if (kind === 'rewind') state = reduce(state, { type: 'rewound', at: 1, room: 'lobby', to: top = Math.max(0, top - n) });
      const seen = offsets(room(state));
      assert.deepEqual(seen, [...new Set(seen)].sort((a, b) => a - b));
      const keys = timeline(room(state), ME.id).map((r) => r.key);
      assert.equal(new Set(keys).size, keys.length);
    }
  }), { numRuns: 300 });
});

test("a notice of the application is not the page's: it shows nothing", () => {
  assert.deepEqual(after(...lobby, { type: 'notice', at: 5, room: 'lobby', event: 'order', data: { id: 7 } }), { ...after(...lobby), now: 5 });
});

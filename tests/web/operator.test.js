// The page /cluster without a browser: from pushes to figures, and to the names of faults.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operatorWordsOf } from '../../web/i18n/operator.js';
import { findings } from '../../web/operator/findings.js';
import { appends, laggards, limits, nothing, reduce, rooms } from '../../web/operator/state.js';

const counted = (/** @type {any} */ more = {}) => ({ refused: { messages: 0 }, slow: { closed: 0, dropped_hint: 0 }, appends: 0, append_turns: 0, append_us: 0, ...more });
const report = (/** @type {any} */ more = {}) => ({ faults: [], loop_lag_ms: 0.1, memory_bytes: 20e6, counted: counted(), connections: [], laggards: [], rooms: [], ...more });
const seen = (/** @type {string} */ id, /** @type {any} */ more = {}) => ({ id, name: '', state: 'ready', connections: 1, rooms: 0, messages_per_second: 0, started_at: Number(id.slice(-1)), version: '1.0.0', ...more });
const detail = (/** @type {string} */ id, /** @type {any} */ more = {}) => ({ id, secret: 'shared', clock_ahead_ms: 0, report: report(), ...more });
/** A push of three nodes. @param {any} change by id: { seen, detail }, null: it is not listed; `store`, `events`, `at` */
function push({ store = {}, memory = {}, events = [], at = 1000, ...change } = {}) {
  const ids = ['chat-1', 'chat-2', 'chat-3', ...Object.keys(change)].filter((id, i, all) => all.indexOf(id) === i && change[id] !== null);
  return { type: 'cluster', at, nodes: ids.map((id) => seen(id, change[id]?.seen)), store: { answers: true, round_trip_ms: 0.5, ...store },
    details: { nodes: ids.map((id) => detail(id, change[id]?.detail)), store: { used_bytes: 1e6, max_bytes: 0, ...memory }, events } };
}
const after = (/** @type {any[]} */ ...events) => events.reduce(reduce, nothing());
const named = (/** @type {any[]} */ ...events) => findings(after(...events)).map(({ kind, params }) => [kind, params.node].filter(Boolean).join(' '));

test('a cluster without a fault has no finding', () => {
  assert.deepEqual(named(push()), []);
});

test('a silent node is named by what a request to it showed', () => {
  const silent = push({ 'chat-2': { seen: { state: 'silent' } } });
  assert.deepEqual(named(push(), silent), ['silent chat-2']);
  for (const [probe, kind] of [['killed', 'killed'], ['frozen', 'frozen'], ['no_store', 'noStore'], ['answers', 'silent']]) {
    assert.deepEqual(named(push(), silent, { type: 'probed', at: 1100, node: 'chat-2', probe }), [`${kind} chat-2`]);
  }
  assert.deepEqual(named(silent, { type: 'probed', at: 1100, node: 'chat-2', probe: 'killed' }, push()), [], 'it is back');
});

test('a silent node that is not listed any more is gone without a drain; one that drained is not missed', () => {
  const silent = push({ 'chat-2': { seen: { state: 'silent' } } });
  assert.deepEqual(named(push(), silent, push({ 'chat-2': null, at: 50_000 })), ['gone chat-2']);
  assert.deepEqual(named(push(), silent, push({ 'chat-2': null, at: 50_000 }), push({ 'chat-2': null, at: 800_000 })), [], 'for ten minutes');
  assert.deepEqual(named(push(), push({ 'chat-2': { seen: { state: 'draining' } } })), ['draining chat-2']);
  assert.deepEqual(named(push({ 'chat-2': { seen: { state: 'draining' } } }), push({ 'chat-2': null })), []);
});

test('the store is named when it does not answer and when it is nearly full', () => {
  assert.deepEqual(named(push({ store: { answers: false } })), ['storeAway']);
  assert.deepEqual(named(push({ memory: { used_bytes: 79, max_bytes: 100 } })), []);
  assert.deepEqual(named(push({ memory: { used_bytes: 80, max_bytes: 100 } })), ['storeFull']);
});

test('the node that differs from most is named; of two, the younger one', () => {
  assert.deepEqual(named(push({ 'chat-1': { detail: { secret: 'own' } } })), ['otherSecret chat-1']);
  assert.deepEqual(named(push({ 'chat-3': null, 'chat-2': { detail: { secret: 'own' } } })), ['otherSecret chat-2']);
  assert.deepEqual(findings(after(push({ 'chat-3': { seen: { version: '2.0.0' } } }))), [{ kind: 'version', params: { node: 'chat-3', version: '2.0.0', other: '1.0.0' } }]);
});

test('wrong clocks, late loops, faults and missing figures are named', () => {
  assert.deepEqual(named(push({ 'chat-1': { detail: { clock_ahead_ms: 90_000 } }, 'chat-2': { detail: { clock_ahead_ms: -3000 } } })), ['clockAhead chat-1', 'clockBehind chat-2']);
  assert.deepEqual(named(push({ 'chat-1': { detail: { report: report({ loop_lag_ms: 250 }) } } })), ['loopLag chat-1']);
  assert.deepEqual(named(push({ 'chat-1': { detail: { report: report({ faults: ['another node has this id'] }) } } })), ['fault chat-1']);
  assert.deepEqual(named(push({ 'chat-1': { detail: { report: undefined, why: 'no_answer' } } })), ['noFigures chat-1']);
});

test('slow readers and limits are named for a minute', () => {
  const row = { session: 's', user: 'u', name: 'Slow', protocol: 'chat.v1', transport: 'websocket', waiting_bytes: 200 * 1024 };
  const slow = push({ 'chat-1': { detail: { report: report({ laggards: [row] }) } } });
  assert.deepEqual(named(slow), ['slow chat-1']);
  assert.deepEqual(laggards(after(slow)), [{ ...row, node: 'chat-1' }]);
  const fired = (/** @type {number} */ at) => push({ at, 'chat-3': { detail: { report: report({ counted: counted({ refused: { messages: 40 }, slow: { closed: 1, dropped_hint: 0 } }) }) } } });
  assert.deepEqual(named(push(), fired(2000)), ['slowClosed chat-3', 'limit_messages chat-3']);
  assert.deepEqual(limits(after(push(), fired(2000))), [{ node: 'chat-3', limit: 'messages', count: 40, total: 40 }]);
  assert.deepEqual(named(push(), fired(2000), fired(62_500)), []);
  assert.deepEqual(named(fired(2000)), [], 'what was counted before the page came is not new');
  assert.deepEqual(limits(after(fired(2000))), [{ node: 'chat-3', limit: 'messages', count: 0, total: 40 }], 'but it is shown');
  const other = (/** @type {number} */ at, /** @type {number} */ count) => push({ at, 'chat-1': { detail: { report: report({ counted: counted({ refused: { of_tomorrow: count } }) }) } } });
  assert.deepEqual(findings(after(other(1000, 1), other(2000, 3))), [{ kind: 'limit_other', params: { node: 'chat-1', count: 2, limit: 'of_tomorrow' } }], 'a limit that this page has no words for');
  const restarted = fired(2000);
  restarted.nodes.find((/** @type {any} */ n) => n.id === 'chat-3').started_at = 99;
  assert.deepEqual(named(push(), restarted), ['slowClosed chat-3', 'limit_messages chat-3'], 'a node that has come since then has counted from zero');
});

test('appends are counted over all nodes; a node that has restarted has counted from zero', () => {
  const at = (/** @type {number} */ time, /** @type {number} */ count, started = 1) => push({ at: time, 'chat-1': { seen: { started_at: started }, detail: { report: report({ counted: counted({ appends: count, append_turns: count / 2, append_us: count * 1000 }) }) } } });
  assert.deepEqual(appends(after(at(1000, 100), at(3000, 120))), { rate: 10, ms: 2 });
  assert.deepEqual(appends(after(at(1000, 100), at(3000, 5, 9))), { rate: 5, ms: 2 });
});

test('a room that several nodes tell of stands once, the largest first', () => {
  const of = (/** @type {any[]} */ ...list) => ({ detail: { report: report({ rooms: list.map(([room, people, rate]) => ({ room, people, messages_per_second: rate })) }) } });
  const all = rooms(after(push({ 'chat-1': of(['lobby', 3, 1], ['quiet', 9, 0]), 'chat-2': of(['lobby', 4, 2]) })));
  assert.deepEqual(all, [{ room: 'quiet', people: 9, rate: 0 }, { room: 'lobby', people: 4, rate: 2 }]);
});

test('a push without details changes nothing', () => {
  const { details, ...plain } = push();
  assert.equal(after(plain).seenAt, 0);
  assert.ok(details);
});

test('every finding and every limit has words', async () => {
  const words = await operatorWordsOf('en');
  for (const kind of ['storeAway', 'storeFull', 'draining', 'silent', 'killed', 'frozen', 'noStore', 'gone', 'otherSecret', 'version', 'clockAhead', 'clockBehind', 'noFigures', 'loopLag', 'fault', 'slow', 'slowClosed']) assert.ok(`finding_${kind}` in words, kind);
  assert.ok('finding_limit_other' in words);
  for (const limit of ['messages', 'requests', 'connections', 'connects', 'http_requests']) for (const key of [`finding_limit_${limit}`, `limit_${limit}`]) assert.ok(key in words, key);
});

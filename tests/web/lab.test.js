// The Lab without a browser: nodes and store, the connection of the tab, messages under way, the last minute, the map.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { versionsDiffer } from '../../web/lab-cluster.js';
import { FLIGHT_LASTS, MOST_FLIGHTS, reached, waiting } from '../../web/lab-flights.js';
import { STORE, TAB } from '../../web/lab-history.js';
import { MOST_NODES, dots, layout } from '../../web/lab-map.js';
import { reduceLab, startLab, stateOf } from '../../web/lab-state.js';
import { tabOn } from '../../web/lab-tab.js';
import { initial, reduce } from '../../web/store.js';
import { waitingOf } from '../../web/waiting.js';
import { ME, message } from './fakes.js';

const T = 1_000_000;
const start = () => startLab(tabOn('chat-1', true, ['lobby']), T);
const run = (/** @type {any} */ lab, /** @type {any[]} */ ...events) => events.reduce((l, e) => reduceLab(l, { ...e, at: T + (e.at ?? 0) }), lab);
const push = (/** @type {number} */ at, /** @type {Record<string, any>} */ states, /** @type {any} */ store = { answers: true, round_trip_ms: 0.4 }) => ({
  type: 'cluster', at, time: T + at, store, nodes: Object.entries(states).map(([id, more]) => ({ id, name: id, connections: 1, rooms: 1, messages_per_second: 2, version: '1.0.0', ...(typeof more === 'string' ? { state: more } : more) })),
});
const three = (/** @type {number} */ at, more = {}) => push(at, { 'chat-1': 'ready', 'chat-2': 'ready', 'chat-3': 'ready', ...more });
const states = (/** @type {any} */ lab) => lab.cluster.nodes.map((/** @type {any} */ n) => `${n.id} ${stateOf(lab, n)}`);
const kinds = (/** @type {any} */ lab) => lab.history.events.map((/** @type {any} */ e) => `${e.kind} ${e.lane}`).reverse();
const welcome = (/** @type {number} */ at, /** @type {string} */ node) => ({ type: 'welcome', at, node });
const joined = (/** @type {number} */ at, /** @type {any[]} */ messages, more = {}) => ({ type: 'joined', at, room: 'lobby', fresh: false, lost: false, messages, ...more });

test('the first picture is no news, a change is', () => {
  let lab = run(start(), three(0));
  assert.deepEqual(kinds(lab), []);
  lab = run(lab, three(1000, { 'chat-2': 'silent' }), three(2000, { 'chat-2': 'ready' }), three(3000, { 'chat-3': 'draining' }));
  assert.deepEqual(kinds(lab), ['silent chat-2', 'back chat-2', 'drains chat-3']);
  assert.deepEqual(states(lab), ['chat-1 ready', 'chat-2 ready', 'chat-3 draining']);
});

test('a node that left is shown as gone for some seconds, then not at all, and as new when it comes again', () => {
  let lab = run(start(), three(0), push(1000, { 'chat-1': 'ready', 'chat-2': 'ready' }));
  assert.deepEqual(states(lab), ['chat-1 ready', 'chat-2 ready', 'chat-3 gone']);
  lab = run(lab, push(2000, { 'chat-1': 'ready', 'chat-2': 'ready' }), { type: 'tick', at: 8000 });
  assert.equal(states(lab).at(-1), 'chat-3 gone');
  lab = run(lab, { type: 'tick', at: 9500 });
  assert.deepEqual(states(lab), ['chat-1 ready', 'chat-2 ready']);
  lab = run(lab, three(10_000));
  assert.deepEqual(kinds(lab), ['left chat-3', 'came chat-3']);
});

test('nodes are in the order of their numbers', () => {
  assert.deepEqual(states(run(start(), push(0, { 'chat-10': 'ready', 'chat-2': 'ready' }))), ['chat-2 ready', 'chat-10 ready']);
});

test('the store that does not answer is told once, and that it is back', () => {
  const away = { answers: false };
  const lab = run(start(), three(0), push(1000, { 'chat-1': 'ready' }, away), push(2000, { 'chat-1': 'ready' }, away), three(3000));
  assert.deepEqual(kinds(lab).filter((/** @type {string} */ k) => k.endsWith(STORE)), [`storeAway ${STORE}`, `storeBack ${STORE}`]);
  assert.deepEqual(lab.history.lanes.get(STORE)?.map((/** @type {any} */ s) => [s.state, s.from - T, s.to && s.to - T]), [['ready', 0, 1000], ['silent', 1000, 3000], ['ready', 3000, 0]]);
});

test('the load of a node is kept for a minute, and never without bound', () => {
  let lab = start();
  for (let at = 0; at < 200_000; at += 250) lab = run(lab, push(at, { 'chat-1': 'ready' }));
  const [{ samples }] = lab.cluster.nodes;
  assert.ok(samples.length <= 120 && samples[0].at > T + 139_000, String(samples.length));
});

test('versions are worth a word only when they differ, and those of nodes that left do not count', () => {
  const mixed = run(start(), three(0, { 'chat-2': { state: 'ready', version: '1.1.0' } }));
  assert.ok(versionsDiffer(mixed.cluster.nodes));
  assert.ok(!versionsDiffer(run(mixed, push(1000, { 'chat-1': 'ready', 'chat-3': 'ready' })).cluster.nodes));
});

test('the node that this tab loses is grey at once, and stays so while the word of the others is older than that', () => {
  let lab = run(start(), three(0), { type: 'state', at: 500, state: 'waiting', code: 1006 });
  assert.equal(states(lab)[0], 'chat-1 lost');
  lab = run(lab, { type: 'state', at: 600, state: 'connecting' }, welcome(700, 'chat-2'), three(800));
  assert.deepEqual(states(lab), ['chat-1 lost', 'chat-2 ready', 'chat-3 ready'], 'chat-2 has not noticed yet');
  assert.deepEqual(states(run(lab, three(1900, { 'chat-1': 'silent' })))[0], 'chat-1 silent');
  assert.equal(states(run(lab, { type: 'tick', at: 3000 }))[0], 'chat-1 ready', 'it was the way, not the node');
});

test('a reconnect tells how long it took and how much came with it, of all rooms', () => {
  const lab = run(start(), three(0), { type: 'state', at: 500, state: 'waiting', code: 1006 }, { type: 'state', at: 600, state: 'connecting' }, welcome(1700, 'chat-2'),
    joined(1710, [message(1), message(2)]), joined(1720, [message(1)], { room: 'garden' }));
  assert.deepEqual(lab.tab.move, { from: 'chat-1', to: 'chat-2', ms: 1200, count: 3, at: T + 1700, planned: false });
  assert.deepEqual(kinds(lab), [`lost ${TAB}`, `reconnected ${TAB}`]);
  assert.deepEqual(lab.history.events[0].params, { node: 'chat-2', ms: 1200, count: 3 });
  assert.deepEqual(lab.history.lanes.get(TAB)?.map((/** @type {any} */ s) => [s.state, s.node]), [['ready', 'chat-1'], ['silent', 'chat-1'], ['ready', 'chat-2']]);
});

test('a change to another node without a loss is a move', () => {
  const lab = run(start(), three(0), { type: 'state', at: 500, state: 'connecting' }, welcome(504, 'chat-3'));
  assert.deepEqual(kinds(lab), [`moved ${TAB}`]);
  assert.equal(states(lab)[0], 'chat-1 ready', 'nothing is wrong with the node before');
});

test('a repair, a gap, a lost tail and a reset are events', () => {
  const lab = run(start(), joined(100, [message(2), message(3)]), joined(200, [], { fresh: true, lost: true }), { type: 'rewound', at: 300, room: 'lobby', to: 1 }, { type: 'reset', at: 400, room: 'lobby', reason: 'wiped' });
  assert.deepEqual(kinds(lab), [`repaired ${TAB}`, `gap ${TAB}`, `rewound ${STORE}`, `reset ${STORE}`]);
});

test('events and lanes are kept for a minute, and there is a bound', () => {
  let lab = run(start(), three(0));
  for (let at = 100; at < 20_000; at += 100) lab = run(lab, three(at, { 'chat-2': at % 200 ? 'silent' : 'ready' }));
  assert.ok(lab.history.events.length <= 40 && (lab.history.lanes.get('chat-2')?.length ?? 0) <= 30);
  lab = run(lab, { type: 'tick', at: 90_000 });
  assert.deepEqual(lab.history.events, []);
  assert.equal(lab.history.lanes.get('chat-2')?.length, 1, 'the one that lasts');
});

test('while the tab is hidden nothing is known, and a change meanwhile is no event', () => {
  const lab = run(start(), three(0), { type: 'unwatched', at: 1000 }, push(30_000, { 'chat-1': 'ready', 'chat-2': 'silent' }));
  assert.deepEqual(kinds(lab), []);
  assert.deepEqual(lab.history.lanes.get('chat-2')?.map((/** @type {any} */ s) => [s.state, s.from - T, s.to && s.to - T]), [['ready', 0, 1000], ['silent', 30_000, 0]]);
});

const sending = (/** @type {number} */ at) => ({ type: 'entry', at, entry: { key: 'k', room: 'lobby', state: 'sending' } });
const received = (/** @type {number} */ at, offset = 7, node = 'chat-2') => ({ type: 'message', at, message: message(offset, { node }) });

test('an own message has the time from sent to acknowledged, whichever comes first, the message or its acknowledgement', () => {
  const sent = { type: 'sent', at: 13, key: 'k', room: 'lobby', offset: 7 };
  for (const events of [[received(12), sent], [sent, received(14)]]) {
    const lab = run(start(), sending(10), ...events);
    assert.deepEqual(lab.flights.air.map((/** @type {any} */ f) => [f.node, f.own, f.ms]), [['chat-2', true, 3]]);
    assert.equal(lab.flights.ms, 3);
    assert.equal(lab.flights.sending.size + lab.flights.acked.size, 0);
  }
});

test('messages that a join brings are on the list of the last ones, too, newest first; the history of a room that is opened is not', () => {
  const own = { type: 'sent', at: 13, key: 'k', room: 'lobby', offset: 7 };
  const lab = run(start(), sending(10), own, joined(20, [message(7, { node: 'chat-1' }), message(8, { node: 'chat-2' })]));
  assert.deepEqual(lab.flights.recent.map((/** @type {any} */ f) => [f.key, f.node, f.own, f.ms, f.again]), [['lobby 8', 'chat-2', false, null, true], ['lobby 7', 'chat-1', true, 3, true]]);
  assert.deepEqual([lab.flights.air.length, lab.flights.acked.size], [0, 0], 'they flew when they were stored');
  assert.equal(run(lab, received(30, 9)).flights.recent[0].again, false);
  assert.equal(run(start(), joined(20, [message(1)], { fresh: true })).flights.recent.length, 0);
  const late = run(start(), sending(10), joined(20, [message(7)]), own);
  assert.deepEqual(late.flights.recent.map((/** @type {any} */ f) => [f.own, f.ms, f.again]), [[true, 10, true]]);
});

test('a try again counts from the first one', () => {
  const lab = run(start(), sending(10), sending(900), { type: 'sent', at: 1010, key: 'k', room: 'lobby', offset: 7 });
  assert.equal(lab.flights.ms, 1000);
});

test('the map counts the messages that wait as the conversation does, as soon as one of them has waited', () => {
  /** @param {any[]} events of the page */
  const page = (...events) => [{ type: 'open', room: 'lobby' }, { type: 'show', room: 'lobby' }, { type: 'welcome', at: T, node: 'chat-1', user: ME, limits: {} }, ...events].reduce(reduce, initial());
  const entry = (/** @type {string} */ key, state = 'queued', more = {}) => ({ type: 'entry', at: T, entry: { key, room: 'lobby', at: T, seq: 0, tries: 0, state, ...more } });
  const held = [entry('p1', 'waiting', { code: 'unavailable', retryAt: T + 2000 }), entry('p2'), entry('p3'), entry('p4')];
  const state = page(...held);
  assert.deepEqual([300, 500].map((at) => waiting(state, T + at)), [0, 4]);
  assert.equal(waitingOf(state)?.count, 4);
  const ends = [{ type: 'sent', at: T + 600, key: 'p1', room: 'lobby', offset: 7 }, { type: 'discarded', at: T + 600, key: 'p1', room: 'lobby' }, entry('p1', 'failed', { code: 'forbidden' })];
  for (const end of ends) assert.equal(waiting(page(...held, end), T + 1000), 3, end.type);
  assert.equal(waiting(page(...held, { type: 'state', at: T + 600, state: 'waiting', code: 1006 }), T + 1000), 4, 'they go with the next connection');
});

test('dots are bounded: in a flood the rest is counted', () => {
  let lab = start();
  for (let i = 1; i <= 50; i++) lab = run(lab, received(i, i));
  assert.equal(lab.flights.air.length, MOST_FLIGHTS);
  assert.equal(lab.flights.skipped, 50 - MOST_FLIGHTS);
  assert.equal(lab.flights.recent.length, 5);
  lab = run(lab, { type: 'tick', at: 50 + FLIGHT_LASTS });
  assert.deepEqual([lab.flights.air.length, lab.flights.skipped], [0, 0]);
});

test('a message flies from the node that took it to the store, to the nodes that it reaches, to this tab; an own one begins at the tab', () => {
  const map = layout(['chat-1', 'chat-2', 'chat-3'], 'chat-1');
  const at = (/** @type {any} */ flight, /** @type {number} */ share) => dots(map, { key: '', ms: null, at: 0, node: 'chat-2', own: false, ...flight }, 'chat-1', new Set(['chat-1', 'chat-2']), share * FLIGHT_LASTS);
  assert.deepEqual(at({}, 0), [{ x: map.nodes[1].x, y: map.nodes[1].y }]);
  assert.equal(at({}, 0.5).length, 2, 'the other one gets none');
  assert.deepEqual(at({ own: true }, 0), [map.tab]);
  const [last] = at({}, 0.999);
  assert.ok(Math.abs(last.x - map.tab.x) < 1);
  assert.deepEqual([at({}, 1), at({}, -0.1)], [[], []]);
  assert.deepEqual(at({ node: 'chat-9' }, 0), [], 'a node that is not on the map');
  assert.equal(at({ node: 'chat-9' }, 0.5).length, 2);
});

test('a message flies to the nodes that have members of its room, and to that of this tab', () => {
  const node = (/** @type {string} */ id, connections = 1) => ({ id, name: id, connections, rooms: 1, rate: 0, version: '', samples: [], goneAt: 0, state: /** @type {const} */ ('ready') });
  const nodes = [node('chat-1'), node('chat-2'), node('chat-3'), node('chat-4', 0)];
  const people = (/** @type {string[][]} */ ...all) => all.map((of, i) => ({ id: String(i), name: '', nodes: of }));
  const room = (/** @type {any} */ more) => /** @type {any} */ ({ members: [], count: 0, hidden: false, ...more });
  const to = (/** @type {any} */ of) => [...reached(of, 'chat-1', nodes)].sort();
  assert.deepEqual(to(room({ members: people(['chat-1'], ['chat-3', 'chat-9']), count: 2 })), ['chat-1', 'chat-3']);
  assert.deepEqual(to(room({ members: people(['chat-3']), count: 1 })), ['chat-1', 'chat-3'], 'the own one always');
  for (const unknown of [undefined, room({}), room({ members: people(['chat-1']), count: 900 }), room({ hidden: true, members: people(['chat-1']), count: 1 })]) {
    assert.deepEqual(to(unknown), ['chat-1', 'chat-2', 'chat-3'], 'the members are not known: each node with connections');
  }
});

test('the map has room for eight nodes, and the own one is always there', () => {
  const ids = Array.from({ length: 12 }, (_, i) => `chat-${i + 1}`);
  const map = layout(ids, 'chat-12');
  assert.equal(map.nodes.length, MOST_NODES);
  assert.equal(map.nodes.at(-1)?.id, 'chat-12');
  assert.equal(map.hidden, 4);
  assert.ok(map.nodes.every(({ y }) => y > 20 && y < map.height - 20));
});

// The experiments of the Lab without a browser: from the button to the numbers, the ledger of what came, frames and commands.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { translator } from '../../web/i18n/index.js';
import { labWordsOf } from '../../web/i18n/lab.js';
import { agentAt } from '../../web/lab-agent.js';
import { MOST_COMMANDS } from '../../web/lab-commands.js';
import { reduceLedger, startLedger } from '../../web/lab-ledger.js';
import { layout, strands } from '../../web/lab-map.js';
import { reduceLab, startLab } from '../../web/lab-state.js';
import { tabOn } from '../../web/lab-tab.js';
import { GIVES_UP, moodOf } from '../../web/lab-trial.js';
import { MOST_FRAMES } from '../../web/lab-wire.js';
import { outcome } from '../../web/views/lab-buttons.js';
import { message } from './fakes.js';

const T = 1_000_000;
const at = (/** @type {number} */ ms, /** @type {any} */ event) => ({ ...event, at: T + ms });
const run = (/** @type {any} */ lab, /** @type {any[]} */ ...events) => events.reduce((l, e) => reduceLab(l, e), lab);
const epoch = message(1).epoch;
const start = (/** @type {string} */ kind) => run(startLab(tabOn('chat-1', true, ['lobby']), T, [{ room: 'lobby', epoch, offset: 10 }]), at(0, { type: 'try', id: 1, kind, room: 'lobby', node: 'chat-1' }));
const came = (/** @type {number} */ ms, /** @type {number} */ offset) => at(ms, { type: 'message', message: message(offset) });
const joined = (/** @type {number} */ ms, /** @type {number[]} */ offsets, more = {}) => at(ms, { type: 'joined', room: 'lobby', epoch, offset: offsets.at(-1) ?? 10, messages: offsets.map((o) => message(o)), fresh: false, lost: false, ...more });
const state = (/** @type {number} */ ms, /** @type {string} */ name) => at(ms, { type: 'state', state: name });
const welcome = (/** @type {number} */ ms, /** @type {string} */ node) => at(ms, { type: 'welcome', node });
const wrote = (/** @type {number} */ ms, /** @type {string} */ key) => at(ms, { type: 'wrote', key });
const sent = (/** @type {number} */ ms, /** @type {string} */ key) => at(ms, { type: 'sent', key, room: 'lobby', offset: 11 });
const cluster = (/** @type {number} */ ms, answers = true, nodes = 3) => at(ms, { type: 'cluster', nodes: Array.from({ length: nodes }, (_, i) => ({ id: `chat-${i + 1}`, state: 'ready' })), store: { answers, round_trip_ms: 0.3 } });
const resultOf = (/** @type {any} */ { trial }) => [trial.state, trial.result];
const whole = { recovered: 0, lost: 0, doubled: 0 };

test('a kill: how long until the next node, from where, what came with the join, and that nothing is lost or doubled', () => {
  for (const kind of ['kill', 'cut', 'drain']) {
    const lab = run(start(kind), came(50, 11), state(100, 'waiting'), state(200, 'connecting'), state(300, 'waiting'), state(900, 'connecting'), welcome(1300, 'chat-2'), joined(1310, [12, 13, 14]));
    assert.deepEqual(resultOf(lab), ['done', { was: 'chat-1', node: 'chat-2', seconds: 1.2, offset: 11, recovered: 3, lost: 0, doubled: 0 }], kind);
  }
});

test('a kill names the node that died and the one where the tab went on; nothing is said of recovered messages where there are none', async () => {
  const said = async (/** @type {string} */ language, /** @type {any} */ trial) => {
    const t = translator(language, await labWordsOf(language));
    return outcome(/** @type {any} */ ({ t, nodeName: (/** @type {string} */ id) => id.toUpperCase() }), trial).map(([key, params]) => t(key, params)).join(' · ');
  };
  const killed = (/** @type {number[]} */ offsets) => run(start('kill'), state(100, 'waiting'), welcome(1300, 'chat-2'), joined(1310, offsets)).trial;
  assert.equal(await said('en', killed([])), 'CHAT-1 died · reconnected in 1.2 s on CHAT-2 · from offset 10 · 0 lost · 0 doubled');
  assert.equal(await said('en', killed([11, 12])), 'CHAT-1 died · reconnected in 1.2 s on CHAT-2 · from offset 10 · 2 recovered · 0 lost · 0 doubled');
  assert.equal(await said('pt', killed([11])), 'CHAT-1 morreu · reconectada em 1,2 s a CHAT-2 · desde a posição 10 · 1 recuperada · 0 perdidas · 0 duplicadas');
  assert.equal(await said('es', killed([])), 'CHAT-1 murió · reconectada en 1,2 s a CHAT-2 · desde la posición 10 · 0 perdidos · 0 duplicados');
  const drop = { kind: 'drop', state: 'done', code: '', result: { offset: 11, count: 1, ms: 4, recovered: 1, lost: 0, doubled: 0 } };
  assert.equal(await said('en', drop), 'Push 11 was dropped · repaired in 4 ms with 1 message · 0 lost · 0 doubled');
  const cut = run(start('cut'), state(100, 'waiting'), welcome(1300, 'chat-1'), joined(1310, [])).trial;
  assert.equal(await said('en', cut), 'Reconnected in 1.2 s on CHAT-1 · from offset 10 · 0 lost · 0 doubled');
});

test('an agent that is busy is to be waited for; only what went well looks well', () => {
  const of = (/** @type {any} */ more) => moodOf({ state: 'done', code: '', result: { lost: 0, doubled: 0 }, ...more });
  assert.deepEqual([of({}), of({ result: { lost: 1, doubled: 0 } }), of({ result: { lost: 0, doubled: 1 } }), of({ result: { duplicate: 'false', lost: 0, doubled: 0 } })], ['good', 'bad', 'bad', 'bad']);
  assert.deepEqual([of({ state: 'runs' }), of({ state: 'refused', code: 'busy' }), of({ state: 'refused', code: 'too_many' })], ['wait', 'wait', 'wait']);
  assert.deepEqual([of({ state: 'refused', code: 'forbidden' }), of({ state: 'late' })], ['bad', 'bad']);
});

test('a room that another join is about does not end a kill, and a reconnect that is lost again goes on', () => {
  const lab = run(start('kill'), state(100, 'waiting'), welcome(500, 'chat-2'), joined(510, [], { room: 'garden' }), state(520, 'waiting'), joined(530, []));
  assert.equal(lab.trial?.state, 'runs');
  assert.deepEqual(resultOf(run(lab, welcome(2100, 'chat-3'), joined(2110, [11]))), ['done', { was: 'chat-1', node: 'chat-3', seconds: 2, offset: 10, recovered: 1, lost: 0, doubled: 0 }]);
});

test('a pause: how long the store stood still and how long the message waited; over only when it is stored', () => {
  const lab = run(start('pause'), wrote(10, 'p1'), cluster(700, false), cluster(5700, true));
  assert.equal(lab.trial?.state, 'runs');
  assert.deepEqual(resultOf(run(lab, sent(5810, 'p1'))), ['done', { seconds: 5, count: 1, ms: 5800, ...whole }]);
  assert.deepEqual(resultOf(run(start('pause'), wrote(10, 'p1'), cluster(700, false), sent(5210, 'p1'), cluster(5700, true))), ['done', { seconds: 5, count: 1, ms: 5200, ...whole }]);
});

test('a dropped push: over when the join brings that very message', () => {
  const dropped = at(20, { type: 'dropped', room: 'lobby', offset: 11 });
  const lab = run(start('drop'), wrote(10, 'p1'), dropped, joined(25, [12]));
  assert.equal(lab.trial?.state, 'runs');
  assert.deepEqual(resultOf(run(start('drop'), dropped, joined(32, [11, 12]))), ['done', { offset: 11, count: 2, ms: 12, recovered: 2, lost: 0, doubled: 0 }]);
});

test('a repetition: what the answer says', () => {
  assert.deepEqual(resultOf(run(start('twice'), at(10, { type: 'answered', offset: 9, duplicate: true }))), ['done', { offset: 9, duplicate: 'true', ...whole }]);
});

test('a burst: stored in its time, and over when the last one is stored', () => {
  const lab = run(start('burst'), wrote(0, 'p1'), sent(10, 'p1'), wrote(20, 'p2'), at(10_000, { type: 'over' }));
  assert.equal(lab.trial?.state, 'runs');
  assert.deepEqual(resultOf(run(lab, sent(10_020, 'p2'))), ['done', { within: 1, waiting: 1, count: 2, ms: 5005, seconds: 10.02, ...whole }]);
});

test('a slow reader: the own messages meanwhile, and what it read in the end', () => {
  const over = at(5000, { type: 'over', result: { heard: 5, of: 5 } });
  assert.deepEqual(resultOf(run(start('slow'), wrote(0, 'p1'), sent(4, 'p1'), over)), ['done', { heard: 5, of: 5, ms: 4, ...whole }]);
});

test('one node more: over when as many are ready as the agent wants', () => {
  const lab = run(start('scale'), cluster(100, true, 4), at(200, { type: 'wants', nodes: 4 }), cluster(1100, true, 3));
  assert.equal(lab.trial?.state, 'runs');
  assert.deepEqual(resultOf(run(lab, cluster(2100, true, 4))), ['done', { count: 4, seconds: 2.1, ...whole }]);
});

test('an experiment that the agent or the cluster refuses says why; one that does not end is given up; what comes later changes neither', () => {
  const refused = run(start('kill'), at(5, { type: 'refusedTrial', code: 'busy', wait: 0 }));
  assert.deepEqual([refused.trial?.state, refused.trial?.code], ['refused', 'busy']);
  assert.equal(run(refused, state(100, 'waiting'), welcome(200, 'chat-2'), joined(210, [])).trial?.state, 'refused');
  const failed = { key: 'p1', state: 'failed', code: 'forbidden' };
  assert.equal(run(start('drop'), wrote(0, 'p1'), at(5, { type: 'entry', entry: failed })).trial?.code, 'forbidden');
  assert.equal(run(start('drop'), wrote(0, 'p2'), at(5, { type: 'entry', entry: failed })).trial?.state, 'runs');
  const late = run(start('kill'), at(GIVES_UP + 1, { type: 'tick' }));
  assert.equal(late.trial?.state, 'late');
});

test('what is lost and what comes twice is counted by offsets, of each room alone', () => {
  const begin = startLedger([{ room: 'lobby', epoch, offset: 10 }]);
  const after = (/** @type {any[]} */ ...events) => events.reduce(reduceLedger, begin);
  const totals = (/** @type {any} */ { lost, doubled, recovered }) => ({ lost, doubled, recovered });
  assert.deepEqual(totals(after(came(0, 11), came(0, 12))), whole);
  assert.deepEqual(totals(after(came(0, 13))), { ...whole, lost: 2 });
  assert.deepEqual(totals(after(came(0, 11), came(0, 11))), { ...whole, doubled: 1 });
  assert.deepEqual(totals(after(joined(0, [11, 12]))), { ...whole, recovered: 2 });
  assert.deepEqual(totals(after(joined(0, [15, 16], { fresh: true, lost: true }))), { ...whole, lost: 4 });
  assert.deepEqual(totals(after({ type: 'rewound', room: 'lobby', to: 9 }, came(0, 10))), whole);
  assert.deepEqual(totals(after({ type: 'reset', room: 'lobby' }, came(0, 1))), whole);
  assert.deepEqual(totals(after({ type: 'message', message: { ...message(1), epoch: 'next' } })), whole);
  assert.deepEqual(totals(after({ type: 'message', message: { ...message(1), room: 'garden' } })), whole);
});

const frame = (/** @type {any} */ content, out = false, lost = false) => at(0, { type: 'frame', out, lost, text: JSON.stringify(content) });

test('the wire log has the last frames, folds pings and pictures, and shows no secret', () => {
  let lab = start('cut');
  lab = run(lab, frame({ type: 'hello', token: 'abc', identity_secret: 'def', producer: 'ghi', name: 'Ana' }, true), frame({ type: 'cluster', nodes: [] }), frame({ type: 'node', id: 3 }, true), frame({ type: 'node', id: 3 }));
  assert.deepEqual(lab.wire.frames.map((/** @type {any} */ f) => f.text), ['{"type":"hello","token":"…","identity_secret":"…","producer":"…","name":"Ana"}']);
  assert.deepEqual([...lab.wire.folded], [['cluster', 1], ['node', 2]]);
  for (let i = 0; i < 2 * MOST_FRAMES; i++) lab = run(lab, frame({ type: 'typing', id: i }));
  assert.equal(lab.wire.frames.length, MOST_FRAMES);
  assert.equal(run(lab, at(0, { type: 'frame', out: false, lost: false, text: 'no JSON' })).wire.frames[0].text, 'no JSON');
});

test('explicit mode: an acknowledged message is an append and a publication, a repetition neither, a push a notification', () => {
  const send = frame({ type: 'send', room: 'lobby', text: 'hi', seq: 3, id: 7 }, true);
  const ack = { type: 'ack', id: 7, room: 'lobby', epoch: 'e', offset: 11 };
  const [command] = run(start('cut'), send, frame(ack)).commands.list;
  assert.equal(command.kind, 'append');
  assert.deepEqual(command.lines, ['EVALSHA <append.lua> … chat:{lobby}:state chat:{lobby}:log chat:{lobby}:live', '  HMGET chat:{lobby}:state .run .top .epoch … <producer>', '  HSET chat:{lobby}:state .top 11 <producer> 3:11',
    '  XADD chat:{lobby}:log MAXLEN ~ <history-size> 0-11 m {… "text": "hi"}', '  SPUBLISH chat:{lobby}:live "m e 11\\n{… "text": "hi"}"']);
  const repetition = run(start('cut'), send, frame({ ...ack, duplicate: true })).commands.list[0];
  assert.deepEqual([repetition.kind, repetition.lines.some((/** @type {string} */ l) => /XADD|SPUBLISH/.test(l))], ['repetition', false]);
  const pushed = frame(message(12));
  assert.deepEqual(run(start('cut'), pushed).commands.list.map((/** @type {any} */ c) => [c.kind, c.offset]), [['notification', 12]]);
  assert.equal(run(start('cut'), { ...pushed, lost: true }, frame({ type: 'ack', id: 99 })).commands.list.length, 0, 'a push that was thrown away, an answer to nothing');
  let lab = start('cut');
  for (let i = 0; i < 2 * MOST_COMMANDS; i++) lab = run(lab, pushed);
  assert.equal(lab.commands.list.length, MOST_COMMANDS);
});

test('the map leaves NGINX and the store out where there is none, and has a wire for each connection', () => {
  const alone = layout(['alone'], 'alone', { hasProxy: false, hasStore: false });
  assert.deepEqual([alone.proxy, alone.hasProxy, alone.hasStore], [alone.tab, false, false]);
  assert.deepEqual([0, 1, 3, 50].map((count) => strands([{ x: 0, y: 0 }, { x: 9, y: 9 }], count).length), [0, 1, 3, 6]);
  assert.deepEqual(strands([{ x: 0, y: 0 }, { x: 9, y: 9 }], 1)[0], [{ x: 0, y: 0 }, { x: 9, y: 9 }]);
});

test('a cluster of one node whose store answers in no time has no store beside it', () => {
  const lab = start('cut');
  const push = (/** @type {number} */ nodes, /** @type {number | undefined} */ ms) => ({ ...cluster(0, true, nodes), store: { answers: true, round_trip_ms: ms } });
  assert.deepEqual([push(1, 0.01), push(1, 0.2), push(3, 0.01), push(1, undefined)].map((one) => run(lab, one).cluster.inMemory), [true, false, false, false]);
});

test('the agent is asked as JSON; what it refuses has a code, and none at all offers nothing', async () => {
  /** @type {any[]} */ const asked = [];
  const reply = (/** @type {number} */ status, /** @type {any} */ body, headers = {}) => /** @type {any} */ (async (/** @type {URL} */ url, /** @type {any} */ options) => {
    asked.push([url.href, options.method, options.body]);
    return new Response(JSON.stringify(body), { status, headers });
  });
  const root = new URL('http://localhost:8080/');
  assert.deepEqual(await agentAt(root, reply(200, { action: 'pause' })).ask({ action: 'pause', seconds: 5 }), { action: 'pause' });
  assert.deepEqual(asked, [['http://localhost:8080/lab/actions', 'POST', '{"action":"pause","seconds":5}']]);
  assert.deepEqual(await agentAt(root, reply(429, { error: { code: 'too_many' } }, { 'Retry-After': '7' })).ask({ action: 'scale' }), { code: 'too_many', wait: 7 });
  const gone = agentAt(root, async () => { throw new TypeError('failed'); });
  assert.deepEqual(await gone.ask({ action: 'scale' }), { code: 'no_agent' });
  assert.deepEqual((await gone.look()).agent.actions, []);
  assert.equal((await agentAt(root, reply(200, { actions: ['kill'] }, { Server: 'nginx' })).look()).proxy, true);
  assert.equal((await agentAt(root, reply(200, { actions: [] })).look()).proxy, false);
});

// One experiment of the Lab, from its button to its result in numbers: a pure state machine over the events of client.js and those
// of lab-doer.js.

/** @typedef {'kill' | 'drain' | 'pause' | 'cut' | 'drop' | 'twice' | 'burst' | 'slow' | 'scale'} Kind */
/** @typedef {import('./lab-ledger.js').Totals} Totals */
/** @typedef {object} Trial
 * @property {number} id
 * @property {Kind} kind
 * @property {'runs' | 'done' | 'refused' | 'late'} state
 * @property {number} at when its button was pressed
 * @property {string} room whose messages it looks at
 * @property {string} node of this tab when it began
 * @property {Totals} before
 * @property {number} from offset of the room when the connection or the push was lost
 * @property {number} lostAt when the connection, the store or the push was lost
 * @property {number} backAt when it was back
 * @property {ReadonlyMap<string, number>} open own messages that are not stored, and when they were written
 * @property {number} asked own messages written for it
 * @property {number} stored
 * @property {number} waited longest time from written to stored, ms
 * @property {number} took sum of these times
 * @property {boolean} over no more messages are written
 * @property {number} wanted nodes that there shall be
 * @property {string} code why it was refused
 * @property {Record<string, any>} result
 */

export const GIVES_UP = 60_000; // ms
const MOVES = new Set(['kill', 'drain', 'cut']);

/** @param {{ id: number, kind: Kind, room: string, node: string, at: number }} button @param {Totals} before @returns {Trial} */
export const startTrial = ({ id, kind, room, node, at }, before) => ({ id, kind, state: 'runs', at, room, node, before, from: 0, lostAt: 0, backAt: 0, open: new Map(), asked: 0, stored: 0,
  waited: 0, took: 0, over: false, wanted: 0, code: '', result: {} });

const PASSES = new Set(['busy', 'too_many']); // refusals that only need patience

/** Whether it went well, whether one must wait. @param {Pick<Trial, 'state' | 'code' | 'result'>} trial @returns {'good' | 'wait' | 'bad'} */
export function moodOf({ state, code, result }) {
  if (state === 'runs' || (state === 'refused' && PASSES.has(code))) return 'wait';
  return state === 'done' && !result.lost && !result.doubled && result.duplicate !== 'false' ? 'good' : 'bad';
}

/** @param {Trial | null} trial @param {any} event @param {number} now @param {import('./lab-ledger.js').Ledger} ledger after the event @returns {Trial | null} */
export function reduceTrial(trial, event, now, ledger) {
  if (!trial || trial.state !== 'runs') return trial;
  const next = advance(counted(trial, event, now), event, now, ledger);
  if (next.state === 'runs' && event.type === 'tick' && now - trial.at > GIVES_UP) return { ...next, state: 'late' };
  return next.state === 'done' ? { ...next, result: { ...next.result, ...difference(trial.before, ledger) } } : next;
}

/** The messages that were written for it. @param {Trial} trial @param {any} event @param {number} now @returns {Trial} */
function counted(trial, event, now) {
  switch (event.type) {
    case 'wrote': return { ...trial, asked: trial.asked + 1, open: new Map(trial.open).set(event.key, now) };
    case 'over': return { ...trial, over: true, result: event.result ?? {} };
    case 'refusedTrial': return { ...trial, state: 'refused', code: event.code, result: { wait: event.wait } };
    case 'entry': return event.entry.state === 'failed' && trial.open.has(event.entry.key) ? { ...trial, state: 'refused', code: event.entry.code } : trial;
    case 'sent': {
      const at = trial.open.get(event.key);
      if (at === undefined) return trial;
      const open = new Map([...trial.open].filter(([key]) => key !== event.key));
      return { ...trial, open, stored: trial.stored + 1, took: trial.took + now - at, waited: Math.max(trial.waited, now - at) };
    }
  }
  return trial;
}

/** @param {Trial} trial @param {any} event @param {number} now @param {import('./lab-ledger.js').Ledger} ledger @returns {Trial} */
function advance(trial, event, now, ledger) {
  if (trial.state !== 'runs') return trial;
  if (MOVES.has(trial.kind)) return moved(trial, event, now, ledger);
  const mean = trial.stored ? Math.round(trial.took / trial.stored) : 0;
  switch (trial.kind) {
    case 'pause': return paused(trial, event, now);
    case 'drop':
      if (event.type === 'dropped') return { ...trial, lostAt: now, from: event.offset };
      if (event.type !== 'joined' || !trial.lostAt || event.fresh || !event.messages.some((/** @type {any} */ m) => m.offset === trial.from)) return trial;
      return done(trial, { offset: trial.from, count: event.messages.length, ms: now - trial.lostAt });
    case 'twice': return event.type === 'answered' ? done(trial, { offset: event.offset, duplicate: String(event.duplicate === true) }) : trial;
    case 'burst': {
      const within = event.type === 'over' ? { ...trial, result: { within: trial.stored, waiting: trial.open.size } } : trial;
      return within.over && !within.open.size ? done(within, { ...within.result, count: within.stored, ms: mean, seconds: (now - trial.at) / 1000 }) : within;
    }
    case 'slow': return trial.over && !trial.open.size ? done(trial, { ...trial.result, ms: mean }) : trial;
    case 'scale': {
      if (event.type === 'wants') return { ...trial, wanted: event.nodes };
      const ready = event.type === 'cluster' ? event.nodes.filter((/** @type {any} */ n) => n.state === 'ready').length : 0;
      return trial.wanted && ready >= trial.wanted ? done(trial, { count: ready, seconds: (now - trial.at) / 1000 }) : trial;
    }
  }
  return trial;
}

/** A lost connection and the next one: over when the room is joined again. @param {Trial} trial @param {any} event @param {number} now
 * @param {import('./lab-ledger.js').Ledger} ledger @returns {Trial} */
function moved(trial, event, now, ledger) {
  if (event.type === 'state' && !trial.lostAt) return { ...trial, lostAt: now, from: ledger.places.get(trial.room)?.offset ?? 0 };
  if (event.type === 'state') return { ...trial, backAt: 0 };
  if (event.type === 'welcome' && trial.lostAt) return { ...trial, backAt: now, result: { was: trial.node, node: event.node } };
  if (event.type !== 'joined' || event.room !== trial.room || !trial.backAt) return trial;
  return done(trial, { ...trial.result, seconds: (trial.backAt - trial.lostAt) / 1000, offset: trial.from });
}

/** @param {Trial} trial @param {any} event @param {number} now @returns {Trial} */
function paused(trial, event, now) {
  let next = trial;
  if (event.type === 'cluster' && !event.store.answers && !trial.lostAt) next = { ...trial, lostAt: now };
  if (event.type === 'cluster' && event.store.answers && trial.lostAt && !trial.backAt) next = { ...trial, backAt: now };
  if (!next.backAt || !next.stored || next.open.size) return next;
  return done(next, { seconds: (next.backAt - next.lostAt) / 1000, count: next.stored, ms: next.waited });
}

/** @param {Trial} trial @param {Record<string, any>} result @returns {Trial} */
const done = (trial, result) => ({ ...trial, state: 'done', result });

/** @param {Totals} before @param {Totals} after */
const difference = (before, after) => ({ recovered: after.recovered - before.recovered, lost: after.lost - before.lost, doubled: after.doubled - before.doubled });

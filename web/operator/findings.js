// The faults of a cluster by their names: a pure function of what operators see.

import { grown, laggards, limits } from './state.js';

/** @typedef {import('./state.js').View} View */
/** @typedef {import('./state.js').Node} Node */
/** @typedef {{ kind: string, params: Record<string, any> }} Finding kind: a key of the words, behind `finding_` */

const CLOCK_MS = 2_000;
const LOOP_MS = 100;
const FULL = 0.8; // of the store's memory, as the server warns
const BEHIND_BYTES = 128 * 1024;

/** Limits that have words of their own. */
export const LIMITS = new Set(['messages', 'requests', 'connections', 'connects', 'http_requests', 'person_messages', 'address_messages', 'room_messages', 'new_senders', 'new_rooms']);

/** @type {Record<string, string>} */
const OF_PROBE = { killed: 'killed', frozen: 'frozen', no_store: 'noStore' };

/** The value that most have; of two as frequent ones that of the oldest node. @param {Node[]} nodes @param {(node: Node) => string} of */
function common(nodes, of) {
  const oldest = nodes.slice().sort((a, b) => a.startedAt - b.startedAt);
  const count = (/** @type {string} */ value) => nodes.filter((n) => of(n) === value).length;
  return oldest.map(of).sort((a, b) => count(b) - count(a))[0];
}

/** @param {Node} node @returns {Finding[]} */
function ofState({ id: node, state, probe }) {
  if (state === 'draining') return [{ kind: 'draining', params: { node } }];
  if (state === 'ready') return [];
  if (state === 'gone' && probe !== 'killed') return [{ kind: 'gone', params: { node } }];
  return [{ kind: OF_PROBE[probe] ?? 'silent', params: { node } }];
}

/** @param {View} view @returns {Finding[]} the store first, then node by node */
export function findings(view) {
  const { store } = view;
  const here = view.nodes.filter((n) => n.state === 'ready' || n.state === 'draining');
  /** @type {Finding[]} */ const found = [];
  if (store && !store.answers) found.push({ kind: 'storeAway', params: {} });
  if (store && store.most > 0 && store.used / store.most >= FULL) found.push({ kind: 'storeFull', params: { percent: Math.round(100 * store.used / store.most) } });
  found.push(...view.nodes.flatMap(ofState));
  const secret = common(here.filter((n) => n.secret), (n) => n.secret);
  for (const n of here) if (n.secret && n.secret !== secret) found.push({ kind: 'otherSecret', params: { node: n.id } });
  const versions = [...new Set(here.map((n) => n.version))];
  const usual = common(here, (n) => n.version);
  if (versions.length > 1) for (const n of here) if (n.version !== usual) found.push({ kind: 'version', params: { node: n.id, version: n.version, other: usual } });
  for (const n of here) found.push(...ofReport(n, store?.answers !== false));
  for (const { node, name, waiting_bytes: bytes } of laggards(view)) if (bytes >= BEHIND_BYTES) found.push({ kind: 'slow', params: { node, name, kb: Math.round(bytes / 1024) } });
  for (const n of here) {
    const count = grown(n, (c) => c.slow.closed ?? 0);
    if (count > 0) found.push({ kind: 'slowClosed', params: { node: n.id, count } });
  }
  for (const { node, limit, count } of limits({ ...view, nodes: here })) if (count > 0) found.push({ kind: `limit_${LIMITS.has(limit) ? limit : 'other'}`, params: { node, count, limit } });
  return found;
}

/** @param {Node} node @param {boolean} storeAnswers @returns {Finding[]} */
function ofReport({ id: node, clockAhead, report, why, state }, storeAnswers) {
  /** @type {Finding[]} */ const found = [];
  if (Math.abs(clockAhead) >= CLOCK_MS) found.push({ kind: clockAhead > 0 ? 'clockAhead' : 'clockBehind', params: { node, seconds: Math.round(Math.abs(clockAhead) / 1000) } });
  if (why === 'no_answer' && storeAnswers && state === 'ready') found.push({ kind: 'noFigures', params: { node } });
  if (!report) return found;
  if (report.loop_lag_ms >= LOOP_MS) found.push({ kind: 'loopLag', params: { node, ms: Math.round(report.loop_lag_ms) } });
  if (storeAnswers) for (const fault of report.faults) found.push({ kind: 'fault', params: { node, fault } });
  return found;
}

// The last 60 seconds of the Lab: one lane for this tab, for each node and for the store, and the events on them. Pure: it
// compares the Lab before and after each event.

import { MINUTE } from './lab-cluster.js';

/** A state of a lane; `to` is 0 while it lasts. @typedef {{ state: string, node: string, from: number, to: number }} Span */
/** @typedef {'came' | 'back' | 'drains' | 'silent' | 'left' | 'storeAway' | 'storeBack' | 'lost' | 'reconnected' | 'moved' | 'repaired' | 'gap' | 'rewound' | 'reset'} Kind */
/** @typedef {{ key: number, at: number, kind: Kind, lane: string, params: Record<string, any> }} LabEvent params: `node` is an id */
/** @typedef {{ lanes: ReadonlyMap<string, Span[]>, events: LabEvent[], last: number }} History events: newest first */

/** Lanes that are no node. No node id has a colon. */
export const TAB = ':tab';
export const STORE = ':store';
const MOST_EVENTS = 40;
const MOST_SPANS = 30;
const KINDS = /** @type {const} */ ({ ready: 'back', draining: 'drains', silent: 'silent', gone: 'left' });

/** @returns {History} */
export const noHistory = () => ({ lanes: new Map(), events: [], last: 0 });

/** @typedef {import('./lab-state.js').Lab} Lab */

/** @param {History} history @param {Omit<Lab, 'history'>} before @param {Omit<Lab, 'history'>} after @param {any} event @returns {History} */
export function record(history, before, after, event) {
  const at = after.now;
  let next = history;
  /** @param {Kind} kind @param {string} lane @param {Record<string, any>} [params] */
  const tell = (kind, lane, params = {}) => {
    next = { ...next, last: next.last + 1, events: [{ key: next.last + 1, at, kind, lane, params }, ...next.events].slice(0, MOST_EVENTS) };
  };
  /** @param {string} lane @param {string} state '' ends the span @param {string} [node] */
  const enter = (lane, state, node = '') => {
    const spans = next.lanes.get(lane) ?? [];
    const open = spans.at(-1);
    if (open && !open.to && open.state === state && open.node === node) return;
    const ended = spans.map((s) => (s.to ? s : { ...s, to: at }));
    next = { ...next, lanes: new Map(next.lanes).set(lane, (state ? [...ended, { state, node, from: at, to: 0 }] : ended).slice(-MOST_SPANS)) };
  };

  if (event.type === 'unwatched') for (const lane of next.lanes.keys()) enter(lane, '');
  if (event.type === 'cluster') {
    for (const node of after.cluster.nodes) {
      const was = before.cluster.nodes.find((n) => n.id === node.id)?.state;
      const isNews = before.cluster.seenAt > 0 && was !== node.state;
      if (isNews) tell(!was || was === 'gone' ? 'came' : KINDS[node.state], node.id, { node: node.id });
      enter(node.id, node.state === 'gone' ? '' : node.state, node.id);
    }
    const [was, is] = [before.cluster.store?.answers, after.cluster.store?.answers];
    if (before.cluster.seenAt > 0 && was !== is) tell(is ? 'storeBack' : 'storeAway', STORE);
    enter(STORE, is ? 'ready' : 'silent');
  }
  const [tab, own] = [before.tab, after.tab];
  if (tab.isUp && !own.isUp && !own.planned) tell('lost', TAB, { node: tab.node });
  if (!tab.isUp && own.isUp && own.move) tell(own.move.planned ? 'moved' : 'reconnected', TAB, { node: own.node, ms: own.move.ms, count: 0 });
  else if (own.move && own.move !== tab.move) next = { ...next, events: next.events.map((e) => (e.at === own.move?.at && 'count' in e.params ? { ...e, params: { ...e.params, count: own.move.count } } : e)) };
  else if (event.type === 'joined' && tab.rooms.includes(event.room) && event.messages.length) tell('repaired', TAB, { room: event.room, count: event.messages.length });
  if (event.type === 'joined' && event.lost) tell('gap', TAB, { room: event.room });
  if (event.type === 'rewound' || event.type === 'reset') tell(event.type, STORE, { room: event.room });
  if (event.type !== 'unwatched' && (own.isUp || own.lostAt)) enter(TAB, own.isUp ? 'ready' : 'silent', own.node);
  return event.type === 'tick' ? withoutOld(next, at) : next;
}

/** @param {History} history @param {number} now @returns {History} */
function withoutOld(history, now) {
  const isOld = (/** @type {number} */ at) => at < now - MINUTE;
  if (!history.events.some((e) => isOld(e.at)) && ![...history.lanes.values()].some((spans) => spans.some((s) => s.to && isOld(s.to)))) return history;
  const lanes = new Map([...history.lanes].map(([lane, spans]) => [lane, spans.filter((s) => !s.to || !isOld(s.to))]));
  for (const [lane, spans] of lanes) if (!spans.length) lanes.delete(lane);
  return { ...history, lanes, events: history.events.filter((e) => !isOld(e.at)) };
}

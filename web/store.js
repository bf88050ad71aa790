// The state of the page: a pure reducer over the events of client.js and the actions of the user. No DOM, no clock, no network.

import { newRoom, reduceRoom } from './room-state.js';

/** @typedef {import('./room-state.js').Room} Room */
/** @typedef {import('./types.js').Person} Person */
/** @typedef {{ id: string, name: string, description?: string, url: string, active: boolean, connections?: number,
 *   messages_per_second?: number, started_at?: string, clock_ahead_ms?: number }} Node one of /nodes */

/** A short-lived banner. @typedef {{ kind: string, params: Record<string, any>, until: number }} Notice */

/** @typedef {object} State
 * @property {'connecting'|'waiting'|'online'|'stopped'} link
 * @property {number} retryAt
 * @property {number} code of the last close
 * @property {boolean} wasOnline
 * @property {boolean} away no room was joined since the connection was lost, or since the page began
 * @property {number} lostAt when that was
 * @property {boolean} doubted the node does not answer, though the connection stands
 * @property {string} node the one this tab is on, or ''
 * @property {Person | null} me
 * @property {string} name the chosen name; the server gets it as soon as it can
 * @property {''|'off'|'optional'|'required'} auth whether the cluster takes tokens; '' if that is not known
 * @property {import('./claims.js').Claims | null} claims of the token that this tab has
 * @property {number} expires when the token ends, by the cluster's clock; 0: never, or there is none
 * @property {boolean} expiring it ends within a minute
 * @property {boolean} openSeen the user has read that this cluster is open to anybody
 * @property {boolean} onLine this device has a network
 * @property {import('./types.js').Limits} limits
 * @property {boolean} available   the store answers
 * @property {ReadonlyMap<string, Room>} rooms in the order they were opened
 * @property {string} active
 * @property {boolean} visible the tab is looked at
 * @property {Node[]} nodes
 * @property {number} nodesAt when they were listed, by the cluster's clock
 * @property {boolean} nodesFailed
 * @property {ReadonlySet<string>} silent nodes that did not answer when they were asked
 * @property {string} chosen the node this tab shall stay on, or '' for automatic
 * @property {number} recovered messages that came back with this connection
 * @property {'' | 'lab' | 'chat'} lab '': the Lab is closed; or which of the two a small screen shows
 * @property {Notice | null} notice
 * @property {number} now
 */

const NOTICE_LASTS = 6_000;

/** Refusals of a room that may be taken back: the user gets a right. */
const BARRING = new Set(['not_found', 'forbidden']);

/** A connection that is back within this time never shows as lost. */
export const PATIENCE = 1_000;

/** @returns {State} */
export function initial() {
  return {
    link: 'connecting', retryAt: 0, code: 0, wasOnline: false, away: true, lostAt: 0, doubted: false, node: '', me: null, name: '', onLine: true, available: true,
    auth: '', claims: null, expires: 0, expiring: false, openSeen: false,
    limits: { text_bytes: 4096, message_bytes: 16384, rooms: 100, messages_per_second: 10, burst: 20 },
    rooms: new Map(), active: '', visible: true, nodes: [], nodesAt: 0, nodesFailed: false, silent: new Set(), chosen: '', recovered: 0, lab: '', notice: null, now: 0,
  };
}

/** @param {State} state @param {any} event a ClientEvent, or one of the page's own @returns {State} */
export function reduce(state, event) {
  const next = reduceAll(event.at > state.now ? { ...state, now: event.at } : state, event);
  const name = event.room ?? event.message?.room ?? event.entry?.room;
  const room = name && next.rooms.get(name);
  if (!room) return next;
  const reading = next.visible && next.active === name;
  return withRoom(next, reduceRoom(room, event, { me: next.me, reading, at: event.at ?? next.now }));
}

/** @param {State} state @param {any} event @returns {State} */
function reduceAll(state, event) {
  switch (event.type) {
    case 'state': return {
      ...state, link: event.state, retryAt: event.retryAt ?? 0, code: event.code ?? state.code, available: true, recovered: 0, doubted: false,
      away: true, lostAt: state.away && state.lostAt ? state.lostAt : event.at,
      wasOnline: state.wasOnline || state.link === 'online', rooms: mapRooms(state, (r) => ({ ...r, joined: false, away: false, typing: [] })),
    };
    case 'welcome': return welcome(state, event);
    case 'doubt': return { ...state, doubted: event.doubted };
    case 'joined': return joined(state, event);
    case 'rewound':
    case 'reset': return state.rooms.has(event.room) ? notice(state, event.type, { room: event.room }, event.at) : state;
    case 'degraded': return event.room ? state : { ...state, available: event.available, away: false };
    case 'expiring': return { ...state, expiring: true, expires: event.expires };
    case 'refreshed': return { ...state, expiring: false, expires: event.expires };
    case 'signed-in': return { ...state, claims: event.claims };
    case 'signed-out': return { ...state, claims: null, name: event.name, expires: 0, expiring: false };
    case 'open-seen': return { ...state, openSeen: true };
    case 'removed': return state.rooms.has(event.room) ? notice(state, 'removed', { room: event.room, reason: event.reason }, event.at) : state;
    case 'refused': return refused(state, event);
    case 'open': return open(state, event);
    case 'close': return close(state, event.room);
    case 'show': return show(state, event.room);
    case 'visible': return show({ ...state, visible: event.visible }, state.active);
    case 'nodes': return { ...state, nodes: event.nodes, auth: event.auth, nodesAt: event.timestamp, nodesFailed: false };
    case 'probed': return probed(state, event.answers);
    case 'nodes-failed': return { ...state, nodesFailed: true };
    case 'renamed': return { ...state, name: event.name };
    case 'network': return { ...state, onLine: event.onLine };
    case 'lab': return { ...state, lab: event.show };
    case 'chosen': return { ...state, chosen: event.node };
    case 'banner': return notice(state, event.kind, event.params ?? {}, event.at);
    case 'tick': return {
      ...state, now: event.now, notice: state.notice && state.notice.until > event.now ? state.notice : null,
      rooms: mapRooms(state, (r) => reduceRoom(r, event, { me: null, reading: false, at: event.now })),
    };
  }
  return state;
}

/** @param {State} state @param {Room} room @returns {State} */
function withRoom(state, room) {
  return state.rooms.get(room.room) === room ? state : { ...state, rooms: new Map(state.rooms).set(room.room, room) };
}

/** @param {State} state @param {(room: Room) => Room} change @returns {ReadonlyMap<string, Room>} the same map when nothing changed */
function mapRooms(state, change) {
  const rooms = new Map();
  let changed = false;
  for (const [name, room] of state.rooms) {
    rooms.set(name, change(room));
    changed ||= rooms.get(name) !== room;
  }
  return changed ? rooms : state.rooms;
}

/** @param {State} state @param {[string, boolean][]} answers @returns {State} */
function probed(state, answers) {
  const silent = new Set(state.silent);
  for (const [id, there] of answers) there ? silent.delete(id) : silent.add(id);
  const same = silent.size === state.silent.size && [...silent].every((id) => state.silent.has(id));
  return same ? state : { ...state, silent };
}

/** @param {State} state @param {any} event @returns {State} */
function welcome(state, event) {
  const moved = state.node && state.node !== event.node && state.rooms.get(state.active);
  const name = hasFixedName(state) ? event.user.name : state.name;
  const expiring = state.expiring && state.expires === event.expires; // that may be told before the welcome
  const next = { ...probed(state, [[event.node, true]]), name, link: /** @type {const} */ ('online'), node: event.node, me: event.user, expires: event.expires ?? 0, expiring, limits: { ...state.limits, ...event.limits } };
  if (!moved) return next;
  const params = { from: state.node, to: event.node };
  return withRoom(next, reduceRoom(moved, { type: 'line', name: 'moved', params }, { me: next.me, reading: true, at: event.at }));
}

/** A room that is not open stays and says so; any other refused room is closed. A bad token is the banner's matter, and a
 * room that this page does not show is no user's.
 * @param {State} state @param {any} event @returns {State} */
function refused(state, { room, code, at }) {
  if (room && !state.rooms.has(room)) return state;
  const isKnown = BARRING.has(code) && (room !== state.active || !state.rooms.get(room)?.barred); // asked again, it is said again
  if (code === 'unauthorized' || (room && isKnown)) return { ...state, away: false };
  return notice({ ...(room && !BARRING.has(code) ? close(state, room) : state), away: false }, 'refused', { code, room: room ?? '' }, at);
}

/** Whether the nodes say that they take tokens. @param {State} state */
export const takesTokens = ({ auth }) => auth === 'optional' || auth === 'required';

/** Whether the nodes have been listed, and take no tokens. @param {State} state */
export const takesNoTokens = (state) => state.nodesAt > 0 && !takesTokens(state);

/** Whether the server knows this user by a token. @param {State} state */
export const isSignedIn = (state) => state.claims !== null && !takesNoTokens(state);

/** Whether the token has the name of the user. @param {State} state */
export const hasFixedName = (state) => isSignedIn(state) && state.claims?.name !== '';

/** @param {State} before @param {any} event @returns {State} */
function joined(before, event) {
  const room = before.rooms.get(event.room);
  if (!room) return before;
  const state = before.away ? { ...before, away: false } : before;
  if (event.lost) return notice(state, 'gap', { room: event.room }, event.at);
  if (event.fresh || room.joined || !state.wasOnline || state.notice?.kind === 'gap') return state; // room.joined: a hole was filled
  const recovered = state.recovered + event.messages.length;
  if (!recovered && event.at - state.lostAt < PATIENCE) return state;
  return notice({ ...state, recovered }, 'recovered', { count: recovered }, event.at);
}

/** @param {State} state @param {string} kind @param {Record<string, any>} params @param {number} at @returns {State} */
function notice(state, kind, params, at) {
  return { ...state, notice: { kind, params, until: at + NOTICE_LASTS } };
}

/** @param {State} state @param {{ room: string, title?: string, read?: Room['read'] }} event @returns {State} */
function open(state, { room, title = '', read = null }) {
  const known = state.rooms.get(room);
  return withRoom(state, known ? { ...known, title: title || known.title } : newRoom(room, title, read));
}

/** @param {State} state @param {string} name @returns {State} */
function close(state, name) {
  if (!state.rooms.has(name)) return state;
  const rooms = new Map(state.rooms);
  rooms.delete(name);
  const next = { ...state, rooms };
  return state.active === name ? show(next, rooms.keys().next().value ?? '') : next;
}

/** Shows a room: its unread messages are read, and the line above the first of them stays until the user turns away.
 * A room that the user leaves is at its newest message again, so that it does not grow out of view.
 * @param {State} state @param {string} name @returns {State} */
function show(state, name) {
  const left = state.rooms.get(state.active);
  let next = state;
  if (left && (state.active !== name || !state.visible)) next = withRoom(next, { ...left, mark: left.unread ? left.mark : 0 });
  const behind = state.active === name ? undefined : next.rooms.get(state.active);
  if (behind) next = withRoom(next, { ...behind, atBottom: true, below: 0 });
  const room = next.rooms.get(name);
  if (room && next.visible && room.unread) next = withRoom(next, { ...room, unread: 0, named: false });
  return { ...next, active: name };
}

/** The shown state of a node: the list is late, so its own silence, and that this tab is on it, count more.
 * @param {State} state @param {Node} node @returns {'here' | 'active' | 'silent' | 'gone'} */
export function standing({ node, link, silent }, { id, active }) {
  if (id === node && link === 'online') return 'here';
  return !active ? 'gone' : silent.has(id) ? 'silent' : 'active';
}

/** @param {State} state */
export function unread(state) {
  let sum = 0;
  for (const room of state.rooms.values()) sum += room.unread;
  return sum;
}

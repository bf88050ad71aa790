// The messages that the Lab shows under way: each is one flight over the map, slowed down. Pure.

import { unsentOf } from './waiting.js';

/** @typedef {object} Flight
 * @property {string} key room and offset
 * @property {string} node that took the message
 * @property {boolean} own sent by this tab
 * @property {number | null} ms from sent to acknowledged, of one's own
 * @property {number} at when it began
 * @property {boolean} again its push did not come: a join brought it
 */
/** @typedef {object} Flights
 * @property {Flight[]} air shown now, oldest first
 * @property {Flight[]} recent the last ones, newest first
 * @property {number} skipped messages since the map was last calm that had no dot of their own
 * @property {number | null} ms of the last own message
 * @property {ReadonlyMap<string, number>} sending when each own message was sent first, by its key
 * @property {ReadonlyMap<string, number | null>} acked own messages that are acknowledged and not yet received
 */

export const FLIGHT_LASTS = 800;
export const MOST_FLIGHTS = 8;
const WAITS_AFTER = 400; // ms: longer than a message takes when all is well
const MOST_RECENT = 5;
const MOST_KEPT = 256;

/** @returns {Flights} */
export const noFlights = () => ({ air: [], recent: [], skipped: 0, ms: null, sending: new Map(), acked: new Map() });

/** @param {Flights} flights @param {any} event @param {number} now @returns {Flights} */
export function reduceFlights(flights, event, now) {
  switch (event.type) {
    case 'message': return received(landed(flights, now), event.message, now);
    case 'joined': return event.fresh ? flights : event.messages.reduce((/** @type {Flights} */ all, /** @type {import('./types.js').Message} */ one) => listed(all, one, now), flights);
    case 'entry': {
      const { key, state } = event.entry;
      if (state === 'failed') return { ...flights, sending: without(flights.sending, key) };
      return state === 'sending' && !flights.sending.has(key) ? { ...flights, sending: bounded(flights.sending, key, now) } : flights;
    }
    case 'sent': return acknowledged(flights, event, now);
    case 'discarded': return { ...flights, sending: without(flights.sending, event.key) };
    case 'state': return { ...flights, air: [], acked: new Map() };
    case 'tick': return landed(flights, now);
  }
  return flights;
}

/** @param {Flights} flights @param {number} now @returns {Flights} */
function landed(flights, now) {
  const air = flights.air.filter((f) => now - f.at < FLIGHT_LASTS);
  if (air.length === flights.air.length) return flights;
  return { ...flights, air, skipped: air.length ? flights.skipped : 0 };
}

/** @param {Flights} flights @param {import('./types.js').Message} message @param {number} now @returns {Flights} */
function received(flights, message, now) {
  const next = listed(flights, message, now, false);
  const isFull = next.air.length >= MOST_FLIGHTS;
  return { ...next, air: isFull ? next.air : [...next.air, next.recent[0]], skipped: next.skipped + (isFull ? 1 : 0) };
}

/** @param {Flights} flights @param {import('./types.js').Message} message @param {number} now @param {boolean} [again] @returns {Flights} */
function listed(flights, { room, offset, node }, now, again = true) {
  const key = `${room} ${offset}`;
  const own = flights.acked.has(key);
  const flight = { key, node, own, ms: flights.acked.get(key) ?? null, at: now, again };
  return { ...flights, recent: [flight, ...flights.recent].slice(0, MOST_RECENT), acked: own ? without(flights.acked, key) : flights.acked };
}

/** The acknowledgement comes before its message or after it. @param {Flights} flights @param {{ key: string, room: string, offset: number }} event
 * @param {number} now @returns {Flights} */
function acknowledged(flights, { key: sendKey, room, offset }, now) {
  const sentAt = flights.sending.get(sendKey);
  const ms = sentAt === undefined ? null : Math.max(0, now - sentAt);
  const key = `${room} ${offset}`;
  const mark = (/** @type {Flight} */ f) => (f.key === key ? { ...f, own: true, ms } : f);
  const isHere = flights.recent.some((f) => f.key === key);
  return {
    ...flights, ms, sending: without(flights.sending, sendKey), air: flights.air.map(mark), recent: flights.recent.map(mark),
    acked: isHere || !offset ? flights.acked : bounded(flights.acked, key, ms),
  };
}

/** Own messages that are not stored, as the conversation counts them; 0 as long as none of them has waited. @param {import('./store.js').State} state @param {number} now */
export function waiting(state, now) {
  const unsent = unsentOf(state);
  return unsent.some(({ at }) => now - at > WAITS_AFTER) ? unsent.length : 0;
}

/** The nodes that deliver a message: those with members of its room, and the one of this tab. Where the members are not known, each
 * node with connections. @param {import('./room-state.js').Room | undefined} room @param {string} own @param {import('./lab-cluster.js').LabNode[]} nodes that take part */
export function reached(room, own, nodes) {
  const isKnown = room && !room.hidden && room.members.length > 0 && room.members.length >= room.count;
  const withMembers = new Set(isKnown ? room.members.flatMap((p) => p.nodes ?? []) : nodes.filter((n) => n.connections > 0).map((n) => n.id)).add(own);
  return new Set(nodes.filter((n) => withMembers.has(n.id)).map((n) => n.id));
}

/** @template V @param {ReadonlyMap<string, V>} map @param {string} key @param {V} value */
const bounded = (map, key, value) => new Map([...[...map].slice(1 - MOST_KEPT), [key, value]]);

/** @template V @param {ReadonlyMap<string, V>} map @param {string} key */
const without = (map, key) => new Map([...map].filter(([k]) => k !== key));

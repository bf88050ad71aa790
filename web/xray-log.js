// What this tab has seen of each message: when it was sent, acknowledged and received, and the frames themselves. Pure; fed with
// every frame of the connection, in and out, and with what the client says of its own messages.

/** lost: it came, and this tab threw it away on purpose. @typedef {{ at: number, out: boolean, text: string, lost: boolean }} Frame */
/** Times are 0 as long as it has not happened.
 * @typedef {object} Seen
 * @property {number} queued when the user sent it; it may wait in the tab behind another message
 * @property {number[]} sent the first try, and the last ones
 * @property {number} tries
 * @property {number} acked the first acknowledgement
 * @property {boolean} ackedAgain it answered a repetition, so an earlier try was stored
 * @property {number} received
 * @property {number} dropped when a push of it was thrown away
 * @property {number} asked when this tab asked for what it had missed
 * @property {boolean} recovered it came with the answer to that
 * @property {boolean} duplicate some try was a repetition for the cluster
 * @property {Frame[]} frames */
/** @typedef {object} Log
 * @property {ReadonlyMap<number, string>} asked the message of each request under way, by its id
 * @property {ReadonlyMap<number, Frame>} joins those without an answer, by their id
 * @property {ReadonlyMap<string, string>} keys room and seq of each own message, by the key that the client gave it
 * @property {ReadonlyMap<string, Seen>} unplaced messages on their way, by room and seq
 * @property {ReadonlyMap<string, Seen>} messages by room and offset
 */

const MOST_MESSAGES = 256;
const MOST_FRAMES = 8;

/** @returns {Log} */
export const noLog = () => ({ asked: new Map(), joins: new Map(), keys: new Map(), unplaced: new Map(), messages: new Map() });
/** @returns {Seen} */
export const unseen = () => ({ queued: 0, sent: [], tries: 0, acked: 0, ackedAgain: false, received: 0, dropped: 0, asked: 0, recovered: false, duplicate: false, frames: [] });

/** @param {Log} log @param {string} room @param {number} offset @returns {Seen | null} */
export const seenOf = (log, room, offset) => log.messages.get(`${room} ${offset}`) ?? null;

/** @param {Log} log @param {string} text one frame @param {boolean} out it left @param {number} at ms @param {boolean} [lost] @returns {Log} */
export function record(log, text, out, at, lost = false) {
  const frame = read(text);
  const kept = { at, out, text, lost };
  if (out && frame.type === 'send') return sent(log, frame, kept);
  if (out && frame.type === 'join') return { ...log, joins: bounded(log.joins, frame.id, kept) };
  if (!out && (frame.type === 'ack' || frame.type === 'error')) return answered(log, frame, kept);
  if (!out && frame.type === 'message') return received(log, frame, kept);
  if (!out && frame.type === 'joined') return joined(log, frame, kept);
  return log;
}

/** The message itself may come before its acknowledgement, or instead of it: then the client says which one it is.
 * @param {Log} log @param {any} event of the client @returns {Log} */
export function told(log, event) {
  if (event.type === 'entry' && event.entry.seq) return numbered(log, event.entry);
  const key = event.type === 'sent' && event.offset ? log.keys.get(event.key) : undefined;
  return key === undefined ? log : placed(log, key, `${event.room} ${event.offset}`, (seen) => seen);
}

/** @param {Log} log @param {import('./types.js').Entry} entry @returns {Log} */
function numbered(log, { key, room, seq, at }) {
  const way = `${room} ${seq}`;
  return { ...log, keys: bounded(log.keys, key, way), unplaced: bounded(log.unplaced, way, { ...(log.unplaced.get(way) ?? unseen()), queued: at }) };
}

/** @param {string} text @returns {any} */
function read(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** @param {Log} log @param {any} request @param {Frame} frame @returns {Log} */
function sent(log, { id, room, seq }, frame) {
  const key = `${room} ${seq}`;
  const seen = withFrame(log.unplaced.get(key) ?? unseen(), frame);
  return { ...log, asked: bounded(log.asked, id, key), unplaced: bounded(log.unplaced, key, { ...seen, sent: firstAndLast([...seen.sent, frame.at]), tries: seen.tries + 1 }) };
}

/** What is known of a message on its way goes to its place in the log of the room.
 * @param {Log} log @param {string} key @param {string} place @param {(seen: Seen) => Seen} change @returns {Log} */
function placed(log, key, place, change) {
  const [here, way] = [log.messages.get(place) ?? unseen(), log.unplaced.get(key) ?? unseen()];
  const whole = {
    ...here, queued: way.queued || here.queued, sent: firstAndLast([...here.sent, ...way.sent]), tries: here.tries + way.tries, frames: firstAndLast([...here.frames, ...way.frames].sort((a, b) => a.at - b.at)),
  };
  return { ...log, unplaced: without(log.unplaced, key), messages: whole.tries ? bounded(log.messages, place, change(whole)) : log.messages };
}

/** @param {Log} log @param {any} reply @param {Frame} frame @returns {Log} */
function answered(log, { type, id, room, offset, duplicate }, frame) {
  const key = log.asked.get(id);
  if (key === undefined) return { ...log, joins: without(log.joins, id) };
  const rest = { ...log, asked: without(log.asked, id) };
  const seen = log.unplaced.get(key);
  if (type === 'error' || !offset) return seen ? { ...rest, unplaced: bounded(log.unplaced, key, withFrame(seen, frame)) } : rest;
  return placed(rest, key, `${room} ${offset}`, (whole) => ({ ...withFrame(whole, frame), duplicate: whole.duplicate || Boolean(duplicate),
    ...(!whole.acked && { acked: frame.at, ackedAgain: Boolean(duplicate) }) }));
}

/** A message may come before the ack that tells its offset. @param {Log} log @param {any} message @param {Frame} frame @returns {Log} */
function received(log, { room, offset }, frame) {
  const key = `${room} ${offset}`;
  const seen = log.messages.get(key) ?? unseen();
  const when = frame.lost ? { dropped: seen.dropped || frame.at } : { received: seen.received || frame.at };
  return { ...log, messages: bounded(log.messages, key, withFrame({ ...seen, ...when }, frame)) };
}

/** @param {Log} log @param {any} reply @param {Frame} frame @returns {Log} */
function joined(log, { id, room, recovered, messages = [] }, frame) {
  const join = log.joins.get(id);
  let next = { ...log, joins: without(log.joins, id) };
  if (recovered) for (const { offset } of messages) {
    const key = `${room} ${offset}`;
    const seen = next.messages.get(key) ?? unseen();
    if (seen.received) continue;
    const asked = join ? withFrame({ ...seen, asked: join.at }, join) : seen;
    next = { ...next, messages: bounded(next.messages, key, withFrame({ ...asked, received: frame.at, recovered: true }, frame)) };
  }
  return next;
}

/** @template T @param {T[]} list @returns {T[]} */
const firstAndLast = (list) => (list.length > MOST_FRAMES ? [list[0], ...list.slice(1 - MOST_FRAMES)] : list);

/** @param {Seen} seen @param {Frame} frame @returns {Seen} */
const withFrame = (seen, frame) => ({ ...seen, frames: firstAndLast([...seen.frames, frame]) });

/** @template K, V @param {ReadonlyMap<K, V>} map @param {K} key @param {V} value @returns {ReadonlyMap<K, V>} */
const bounded = (map, key, value) => new Map([...[...map].filter(([k]) => k !== key).slice(1 - MOST_MESSAGES), [key, value]]);

/** @template K, V @param {ReadonlyMap<K, V>} map @param {K} key @returns {ReadonlyMap<K, V>} */
const without = (map, key) => (map.has(key) ? new Map([...map].filter(([k]) => k !== key)) : map);

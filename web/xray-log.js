// What this tab has seen of each message: when it was sent, acknowledged and received, and the frames themselves. Pure; fed with
// every frame of the connection, in and out.

/** @typedef {{ at: number, out: boolean, text: string }} Frame */
/** `sent`: each try. @typedef {{ sent: number[], acked: number, received: number, duplicate: boolean, frames: Frame[] }} Seen 0: not yet */
/** @typedef {object} Log
 * @property {ReadonlyMap<number, string>} asked the message of each request under way, by its id
 * @property {ReadonlyMap<string, Seen>} unplaced messages on their way, by room and seq
 * @property {ReadonlyMap<string, Seen>} messages by room and offset
 */

const MOST_MESSAGES = 256;
const MOST_FRAMES = 8;

/** @returns {Log} */
export const noLog = () => ({ asked: new Map(), unplaced: new Map(), messages: new Map() });
/** @returns {Seen} */
const unseen = () => ({ sent: [], acked: 0, received: 0, duplicate: false, frames: [] });

/** @param {Log} log @param {string} room @param {number} offset @returns {Seen | null} */
export const seenOf = (log, room, offset) => log.messages.get(`${room} ${offset}`) ?? null;

/** @param {Log} log @param {string} text one frame @param {boolean} out it left @param {number} at ms @returns {Log} */
export function record(log, text, out, at) {
  const frame = read(text);
  if (out && frame.type === 'send') return sent(log, frame, { at, out, text });
  if (!out && (frame.type === 'ack' || frame.type === 'error')) return answered(log, frame, { at, out, text });
  if (!out && frame.type === 'message') return received(log, frame, { at, out, text });
  return log;
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
  const seen = log.unplaced.get(key) ?? unseen();
  return {
    ...log, asked: bounded(log.asked, id, key),
    unplaced: bounded(log.unplaced, key, withFrame({ ...seen, sent: [...seen.sent, frame.at].slice(-MOST_FRAMES) }, frame)),
  };
}

/** A message may come before the ack that tells its offset. @param {Log} log @param {any} reply @param {Frame} frame @returns {Log} */
function answered(log, { type, id, room, offset, duplicate }, frame) {
  const key = log.asked.get(id);
  const seen = key === undefined ? undefined : log.unplaced.get(key);
  if (key === undefined || !seen) return log;
  const asked = without(log.asked, id);
  if (type === 'error') return { ...log, asked, unplaced: bounded(log.unplaced, key, withFrame(seen, frame)) };
  const place = `${room} ${offset}`;
  const here = log.messages.get(place) ?? unseen();
  const frames = [...seen.frames, frame, ...here.frames].sort((a, b) => a.at - b.at).slice(0, MOST_FRAMES);
  const whole = { sent: seen.sent, acked: frame.at, received: here.received, duplicate: Boolean(duplicate), frames };
  return { asked, unplaced: without(log.unplaced, key), messages: offset ? bounded(log.messages, place, whole) : log.messages };
}

/** @param {Log} log @param {any} message @param {Frame} frame @returns {Log} */
function received(log, { room, offset }, frame) {
  const key = `${room} ${offset}`;
  const seen = log.messages.get(key) ?? unseen();
  return { ...log, messages: bounded(log.messages, key, withFrame({ ...seen, received: seen.received || frame.at }, frame)) };
}

/** @param {Seen} seen @param {Frame} frame @returns {Seen} */
const withFrame = (seen, frame) => ({ ...seen, frames: [...seen.frames, frame].slice(-MOST_FRAMES) });

/** @template K, V @param {ReadonlyMap<K, V>} map @param {K} key @param {V} value @returns {ReadonlyMap<K, V>} */
const bounded = (map, key, value) => new Map([...[...map].filter(([k]) => k !== key).slice(1 - MOST_MESSAGES), [key, value]]);

/** @template K, V @param {ReadonlyMap<K, V>} map @param {K} key @returns {ReadonlyMap<K, V>} */
const without = (map, key) => new Map([...map].filter(([k]) => k !== key));

// The rows of a conversation, in the order they are shown: day separators, the "new" line, messages, system lines, my unsent ones.

/** @typedef {import('./room-state.js').Room} Room */
/** @typedef {{ key: string, kind: 'day', at: number } | { key: string, kind: 'new' } | { key: string, kind: 'line', item: import('./room-state.js').LineItem }
 *   | { key: string, kind: 'message', item: import('./room-state.js').MessageItem, follows: boolean }
 *   | { key: string, kind: 'pending', item: import('./room-state.js').Pending, follows: boolean }} Row */

const TOGETHER = 5 * 60_000;

/** @param {Room} room @param {string} me my user id @returns {Row[]} */
export function timeline(room, me) {
  /** @type {Row[]} */ const rows = [];
  let day = '';
  let author = '';
  let last = 0;
  const dated = (/** @type {number} */ at) => {
    const its = new Date(at).toDateString();
    if (its === day) return;
    day = its;
    author = '';
    rows.push({ key: `d${its}`, kind: 'day', at });
  };
  const follows = (/** @type {string} */ who, /** @type {number} */ at) => {
    const does = who === author && at - last < TOGETHER;
    author = who;
    last = at;
    return does;
  };
  for (const item of room.items) {
    if (item.kind === 'line') {
      rows.push({ key: item.key, kind: 'line', item });
      author = '';
      continue;
    }
    dated(item.time);
    if (item.offset === room.mark) {
      rows.push({ key: 'new', kind: 'new' });
      author = '';
    }
    rows.push({ key: item.key, kind: 'message', item, follows: follows(item.from.id, item.time) });
  }
  for (const item of room.pending) {
    dated(item.at);
    rows.push({ key: item.key, kind: 'pending', item, follows: follows(me, item.at) });
  }
  return rows;
}

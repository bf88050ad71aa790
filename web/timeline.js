// The rows of a conversation, in the order they are shown: day separators, the "new" line, messages, system lines, my unsent ones.

/** @typedef {import('./room-state.js').Room} Room */
/** @typedef {{ key: string, kind: 'day', at: number } | { key: string, kind: 'new' } | { key: string, kind: 'line', item: import('./room-state.js').LineItem }
 *   | { key: string, kind: 'message', item: import('./room-state.js').MessageItem, follows: boolean }
 *   | { key: string, kind: 'pending', item: import('./room-state.js').Pending, follows: boolean }} Row */

const TOGETHER = 5 * 60_000;

/** The rows of all items, or of some: those look as they do among all. A message follows another one if one author wrote both under one name, within
 * minutes, and one node took both. A message on its way goes to `node`.
 * @param {Pick<Room, 'items' | 'pending' | 'mark'>} room @param {string} me my user id @param {number} [from] among items and then pending
 * @param {number} [to] @param {string} [node] '' if that is not known @returns {Row[]} */
export function timeline({ items, pending, mark }, me, from = 0, to = items.length + pending.length, node = '') {
  /** @type {Row[]} */ const rows = [];
  let day = '';
  let author = '';
  let name = '';
  let taker = '';
  let last = 0;
  /** @param {string} key @param {number} at */
  const dated = (key, at) => {
    const its = new Date(at).toDateString();
    if (its === day) return;
    day = its;
    author = '';
    rows.push({ key: `d${key}`, kind: 'day', at });
  };
  /** @param {string} id @param {string} its name, or '' for the last one @param {number} at @param {string} by */
  const follows = (id, its, at, by) => {
    const does = id === author && (!its || !name || its === name) && (!by || !taker || by === taker) && at - last < TOGETHER;
    author = id;
    name = its || (does ? name : '');
    taker = by || (does ? taker : '');
    last = at;
    return does;
  };
  const at = (/** @type {number} */ i) => (i < items.length ? items[i] : pending[i - items.length]);
  let start = from < to ? from : to;
  while (start < to && start > 0 && !isSaid(at(--start)));        // the message before gives the day and the sender
  for (let i = start; i < to; i++) {
    if (i === from) rows.length = 0;
    const item = at(i);
    if (!('kind' in item)) {
      dated(item.key, item.at);
      rows.push({ key: item.key, kind: 'pending', item, follows: follows(me, '', item.at, node) });
    } else if (item.kind === 'line') {
      rows.push({ key: item.key, kind: 'line', item });
      author = '';
    } else {
      dated(item.key, item.time);
      if (item.offset === mark) rows.push({ key: 'new', kind: 'new' });
      if (item.head || item.offset === mark) author = '';
      rows.push({ key: item.key, kind: 'message', item, follows: follows(item.from.id, item.from.name, item.time, item.node) });
    }
  }
  return rows;
}

/** @param {import('./room-state.js').Item | import('./room-state.js').Pending} item */
const isSaid = (item) => !('kind' in item && item.kind === 'line');

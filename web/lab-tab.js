// The connection of this tab as the Lab shows it: its node, the last reconnect, and which node it has lost. Pure.

/** How long the reconnect took and how many missed messages came with it; planned: another socket was open before the first one closed.
 * @typedef {{ from: string, to: string, ms: number, count: number, at: number, planned: boolean }} Move */
/** @typedef {object} Tab
 * @property {string} node the one of the connection, or of the last one
 * @property {boolean} isUp
 * @property {number} lostAt when the connection ended; 0: it never did
 * @property {boolean} planned it ended because another one was there
 * @property {string} lost the node of the connection before this one, until the cluster's own word about it counts again
 * @property {number} lostUntil
 * @property {string[]} rooms joined on this connection
 * @property {Move | null} move
 */

/** A node announces itself twice a second, and is silent for the others after 1.2 s: until then their list is older than our own loss. */
const WORD_IS_OLD = 1_700;

/** @param {string} node @param {boolean} isUp @param {string[]} rooms @returns {Tab} */
export const tabOn = (node, isUp, rooms = []) => ({ node, isUp, lostAt: 0, planned: false, lost: '', lostUntil: 0, rooms, move: null });

/** @param {Tab} tab @param {any} event @param {number} now @returns {Tab} */
export function reduceTab(tab, event, now) {
  switch (event.type) {
    case 'state': {
      const planned = event.state === 'connecting';
      return tab.isUp ? { ...tab, isUp: false, lostAt: now, planned, lost: planned ? '' : tab.node, rooms: [] } : tab;
    }
    case 'welcome': {
      if (tab.isUp) return { ...tab, node: event.node };
      const move = tab.lostAt ? { from: tab.node, to: event.node, ms: now - tab.lostAt, count: 0, at: now, planned: tab.planned } : null;
      return { ...tab, node: event.node, isUp: true, rooms: [], move, lost: event.node === tab.lost ? '' : tab.lost, lostUntil: now + WORD_IS_OLD };
    }
    case 'joined': {
      const isFirst = !tab.rooms.includes(event.room);
      const move = tab.move && isFirst && !event.fresh ? { ...tab.move, count: tab.move.count + event.messages.length } : tab.move;
      return { ...tab, move, rooms: isFirst ? [...tab.rooms, event.room] : tab.rooms };
    }
    case 'tick': return tab.isUp && tab.lost && now > tab.lostUntil ? { ...tab, lost: '' } : tab;
  }
  return tab;
}

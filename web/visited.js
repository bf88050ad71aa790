// The rooms that this browser has been in, the latest first: the cluster has no list of rooms for clients.

import { load, save } from './settings.js';

const MOST = 50;

/** @typedef {{ room: string, title: string }} Visit */

/** @returns {Visit[]} */
export const visited = () => load('visited', []);

/** @param {Visit | undefined} visit */
export function rememberVisit(visit) {
  if (!visit) return;
  const { room, title } = visit;
  save('visited', [{ room, title }, ...visited().filter((v) => v.room !== room)].slice(0, MOST));
}

// The state of the Lab: a pure reducer over the events of client.js and two of the Lab's own, `tick` and `unwatched` (no more
// pushes come). No DOM, no clock, no network.

import { noCluster, reduceCluster } from './lab-cluster.js';
import { noFlights, reduceFlights } from './lab-flights.js';
import { noHistory, record } from './lab-history.js';
import { reduceTab } from './lab-tab.js';

/** @typedef {object} Lab
 * @property {number} now
 * @property {import('./lab-cluster.js').Cluster} cluster
 * @property {import('./lab-tab.js').Tab} tab
 * @property {import('./lab-flights.js').Flights} flights
 * @property {import('./lab-history.js').History} history
 */

/** @param {import('./lab-tab.js').Tab} tab @param {number} now @returns {Lab} */
export const startLab = (tab, now) => ({ now, cluster: noCluster(), tab, flights: noFlights(), history: noHistory() });

/** @param {Lab} lab @param {any} event with `at` @returns {Lab} */
export function reduceLab(lab, event) {
  const now = Math.max(lab.now, event.at);
  const after = { now, cluster: reduceCluster(lab.cluster, event, now), tab: reduceTab(lab.tab, event, now), flights: reduceFlights(lab.flights, event, now) };
  return { ...after, history: record(lab.history, lab, after, event) };
}

/** The state of a node as the Lab shows it: `lost` is this tab's own word, before the cluster says more.
 * @param {Lab} lab @param {import('./lab-cluster.js').LabNode} node @returns {import('./lab-cluster.js').NodeState | 'lost'} */
export function stateOf({ tab }, node) {
  return tab.lost === node.id && node.state === 'ready' ? 'lost' : node.state;
}

/** @param {string} state of a node */
export const takesPart = (state) => state === 'ready' || state === 'draining';

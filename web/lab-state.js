// The state of the Lab: a pure reducer over the events of client.js and the Lab's own: `tick`, `unwatched` (no more pushes come),
// `agent`, `mode`, the frames and experiments of lab-doer.js, the buttons of the lesson. No DOM, no clock, no network.

import { NO_AGENT } from './lab-agent.js';
import { noCommands, reduceCommands } from './lab-commands.js';
import { noCluster, reduceCluster } from './lab-cluster.js';
import { noFlights, reduceFlights } from './lab-flights.js';
import { noHistory, record } from './lab-history.js';
import { reduceLedger, startLedger } from './lab-ledger.js';
import { noLesson, reduceLesson } from './lab-lesson.js';
import { reduceTab } from './lab-tab.js';
import { reduceTrial, startTrial } from './lab-trial.js';
import { noWire, reduceWire } from './lab-wire.js';

/** @typedef {object} Lab
 * @property {number} now
 * @property {import('./lab-cluster.js').Cluster} cluster
 * @property {import('./lab-tab.js').Tab} tab
 * @property {import('./lab-flights.js').Flights} flights
 * @property {import('./lab-history.js').History} history
 * @property {import('./lab-ledger.js').Ledger} ledger
 * @property {import('./lab-trial.js').Trial | null} trial the experiment under way, or the last one
 * @property {import('./lab-wire.js').Wire} wire
 * @property {import('./lab-commands.js').Commands} commands
 * @property {import('./lab-lesson.js').Lesson} lesson
 * @property {import('./lab-agent.js').Agent} agent
 * @property {boolean} proxy whether NGINX is in front of the nodes
 * @property {'automatic' | 'explicit'} mode
 */

/** @param {import('./lab-tab.js').Tab} tab @param {number} now @param {{ room: string, epoch: string, offset: number }[]} [rooms] joined, and what they have shown @returns {Lab} */
export const startLab = (tab, now, rooms = []) => ({ now, cluster: noCluster(), tab, flights: noFlights(), history: noHistory(), ledger: startLedger(rooms), trial: null, wire: noWire(),
  commands: noCommands(), lesson: noLesson(), agent: NO_AGENT, proxy: true, mode: 'automatic' });

/** @param {Lab} lab @param {any} event with `at` @returns {Lab} */
export function reduceLab(lab, event) {
  const now = Math.max(lab.now, event.at);
  const ledger = reduceLedger(lab.ledger, event);
  const trial = event.type === 'try' ? startTrial(event, ledger) : reduceTrial(lab.trial, event, now, ledger);
  const ended = trial !== lab.trial && trial?.state === 'done' ? trial : null;
  const flights = reduceFlights(lab.flights, event, now);
  const after = { ...lab, now, cluster: reduceCluster(lab.cluster, event, now), tab: reduceTab(lab.tab, event, now), flights, ledger, trial, wire: reduceWire(lab.wire, event, now),
    commands: reduceCommands(lab.commands, event, now, lab.tab.node), lesson: reduceLesson(lab.lesson, event, ended, lab.tab.node, flights.ms),
    ...(event.type === 'agent' && { agent: event.agent, proxy: event.proxy }), ...(event.type === 'mode' && { mode: event.mode }) };
  return { ...after, history: record(lab.history, lab, after, event) };
}

/** The state of a node as the Lab shows it: `lost` is this tab's own word, before the cluster says more.
 * @param {Lab} lab @param {import('./lab-cluster.js').LabNode} node @returns {import('./lab-cluster.js').NodeState | 'lost'} */
export function stateOf({ tab }, node) {
  return tab.lost === node.id && node.state === 'ready' ? 'lost' : node.state;
}

/** @param {string} state of a node */
export const takesPart = (state) => state === 'ready' || state === 'draining';

// The picture of the cluster that a watching client is shown has as many connections as there are people, and the nodes that run (15).
import { ChatClient } from '../e2e/support/client.mjs';
import { until } from '../e2e/support/until.mjs';

const FORGOTTEN_WITHIN = 50_000;      // a node keeps a connection that broke for its client's return, and then one that is silent

/** @param {import('./cluster.mjs').ChaosCluster} cluster  @param {import('./history.mjs').History} history  @returns what it shows, as a sentence */
export async function checkMap({ nginx, nodes }, people, history) {
  const watcher = await ChatClient.connect(nginx.ws);
  try {
    await watcher.request('watch');
    const expected = people + 1;      // the watcher
    const shown = () => watcher.pushes.filter(({ type }) => type === 'cluster').at(-1)?.nodes ?? [];
    const connections = () => shown().reduce((sum, node) => sum + node.connections, 0);
    const ready = () => shown().filter(({ state }) => state === 'ready').map(({ id }) => id).join();
    const sentence = () => `the map shows ${shown().map(({ id, connections: n }) => `${id} ${n}`).join(', ')}: ${connections()} connections of ${expected} people`;
    await until('the map has the people', () => connections() === expected && ready() === nodes.map(({ id }) => id).join(), FORGOTTEN_WITHIN)
      .catch(() => history.complain(sentence()));
    return sentence();
  } finally {
    watcher.terminate();
  }
}

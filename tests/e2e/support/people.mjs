import assert from 'node:assert/strict';
import { ChatClient } from './client.mjs';
import { http } from './http.mjs';
import { until } from './until.mjs';

/** One client on every node of the cluster, through NGINX's node route. */
export function onEveryNode(cluster, options = {}) {
  return Promise.all(cluster.nodes.map((node) => ChatClient.connect(cluster.nginx.wsOf(node.id), { name: `on ${node.id}`, ...options })));
}

async function homes(cluster) {
  const found = new Map();
  for (let k = 1; k <= 60; ++k) {
    const { node } = (await http(`${cluster.nginx.http}/health`, { from: `127.0.${k}.1` })).json;
    if (!found.has(node)) found.set(node, `127.0.${k}.1`);
  }
  return found;
}

/**
 * Source addresses 127.0.k.1, one for each node, that ip_hash sends to different nodes: a map from node id to address.
 * NGINX leaves a node that was dead out for some seconds and serves its people elsewhere, so two rounds must agree.
 */
export function addresses(cluster) {
  return until('ip_hash spreads sixty /24 networks over all nodes', async () => {
    const [first, second] = [await homes(cluster), await homes(cluster)];
    return first.size === cluster.nodes.length && [...first].every(([id, from]) => second.get(id) === from) && first;
  });
}

/**
 * The part that must be the same for all clients: the order and place of every message. Not the epoch: after a restart of Redis one
 * message may be told under the old epoch and, where it was read again, under the one that continues it.
 */
export function conversation(messages) {
  return messages.map(({ offset, text, node, from }) => ({ offset, text, node, from: from.id }));
}

/** The messages have the offsets first, first+1, … : nothing lost, nothing twice, nothing out of order. */
export function assertContiguous(messages, first = 1, where = '') {
  const wrong = messages.findIndex(({ offset }, i) => offset !== first + i);
  if (wrong < 0) return;
  const around = messages.slice(Math.max(0, wrong - 3), wrong + 4).map(({ offset, text }) => `${offset} "${text.slice(0, 40)}"`);
  assert.fail(`${where} offset ${first + wrong} was due: … ${around.join(', ')} …`);
}

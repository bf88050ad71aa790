// The nodes and the store as the Lab shows them: a pure function of the pushes `cluster`.

/** @typedef {'ready' | 'draining' | 'silent' | 'gone'} NodeState gone: it left, and is shown for some seconds more */
/** Deliveries a second of a node, or the round trip to the store in ms. @typedef {{ at: number, value: number }} Sample */
/** @typedef {{ id: string, name: string, state: NodeState, connections: number, rooms: number, rate: number, version: string,
 *   samples: Sample[], goneAt: number }} LabNode */
/** @typedef {object} Cluster
 * @property {number} seenAt when the last push came; 0: none since the Lab watches
 * @property {LabNode[]} nodes by id
 * @property {{ answers: boolean, roundTrip: number | null, samples: Sample[] } | null} store
 * @property {boolean} inMemory the only node keeps everything itself: it is its own store
 */

export const MINUTE = 60_000;
const GONE_SHOWN = 8_000;
const NO_NETWORK = 0.03; // ms: no answer comes over a socket in less
const MOST_SAMPLES = 120; // a push comes once a second, and at each change

/** @returns {Cluster} */
export const noCluster = () => ({ seenAt: 0, nodes: [], store: null, inMemory: false });

/** @param {Cluster} cluster @param {any} event @param {number} now @returns {Cluster} */
export function reduceCluster(cluster, event, now) {
  switch (event.type) {
    case 'cluster': {
      const store = storeAfter(cluster.store, event.store, now);
      return { seenAt: now, nodes: nodesAfter(cluster.nodes, event.nodes, now), store, inMemory: event.nodes.length === 1 && store !== null && Math.min(...store.samples.map((s) => s.value)) < NO_NETWORK };
    }
    case 'unwatched': return { ...cluster, seenAt: 0 };
    case 'tick': return withoutGone(cluster, now);
  }
  return cluster;
}

/** @param {Sample[]} samples @param {number} value @param {number} at @returns {Sample[]} */
const sampled = (samples, value, at) => [...samples.filter((s) => s.at > at - MINUTE), { at, value }].slice(-MOST_SAMPLES);

/** @param {Cluster['store']} before @param {{ answers: boolean, round_trip_ms?: number }} pushed @param {number} now @returns {Cluster['store']} */
function storeAfter(before, { answers, round_trip_ms }, now) {
  const roundTrip = round_trip_ms ?? null;
  const samples = before?.samples ?? [];
  return { answers, roundTrip: answers ? roundTrip : null, samples: answers && roundTrip !== null ? sampled(samples, roundTrip, now) : samples };
}

/** @param {LabNode[]} before @param {any[]} pushed @param {number} now @returns {LabNode[]} */
function nodesAfter(before, pushed, now) {
  const known = new Map(before.map((n) => [n.id, n]));
  const listed = pushed.map((p) => {
    const rate = p.state === 'silent' ? 0 : p.messages_per_second ?? 0;
    return { id: p.id, name: p.name || p.id, state: p.state, connections: p.connections ?? 0, rooms: p.rooms ?? 0, rate,
      version: p.version ?? '', samples: sampled(known.get(p.id)?.samples ?? [], rate, now), goneAt: 0 };
  });
  const ids = new Set(listed.map((n) => n.id));
  const gone = before.filter((n) => !ids.has(n.id) && (!n.goneAt || now - n.goneAt < GONE_SHOWN))
    .map((n) => ({ ...n, state: /** @type {const} */ ('gone'), connections: 0, rate: 0, goneAt: n.goneAt || now }));
  return [...listed, ...gone].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

/** @param {Cluster} cluster @param {number} now @returns {Cluster} */
function withoutGone(cluster, now) {
  const nodes = cluster.nodes.filter((n) => !n.goneAt || now - n.goneAt < GONE_SHOWN);
  return nodes.length === cluster.nodes.length ? cluster : { ...cluster, nodes };
}

/** Whether the nodes run different versions, so that each card names its own. @param {LabNode[]} nodes */
export const versionsDiffer = (nodes) => new Set(nodes.filter((n) => n.state !== 'gone').map((n) => n.version)).size > 1;

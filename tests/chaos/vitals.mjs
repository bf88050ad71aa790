// The resources of the nodes' processes: after the clients have gone, a node has as many descriptors and threads as a fresh
// one, and not much more memory than under load at the beginning (12).
import { readFileSync, readdirSync } from 'node:fs';
import { until } from '../e2e/support/until.mjs';

const MEMORY_GROWTH = 1.1;
const RINGS = 2;                       // one a shard, made when it is needed
const KEPT_ALIVE = 20_000;             // a node keeps a silent HTTP connection for 15 s

/** Without those of the allocator, which starts one for another shard when there is something to give back. */
function ownThreads(pid) {
  const name = (thread) => readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim();
  return readdirSync(`/proc/${pid}/task`).filter((thread) => name(thread) !== 'jemalloc_bg_thd');
}

export function vitals({ pid }) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const memory = Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]);
  return { descriptors: readdirSync(`/proc/${pid}/fd`).length, threads: ownThreads(pid).length, memory };
}

/** Called before the first client connects; the result is called after the last one has gone. `slack`: MiB for rings and buffers that fill
 * in the course of a run. */
export function watchVitals(cluster, history, slack) {
  const fresh = vitals(cluster.nodes[0].program.child);
  let loaded = 0;
  return {
    underLoad() { loaded = Math.max(...cluster.nodes.map((node) => vitals(node.program.child).memory)); },
    async compare() {
      for (const node of cluster.nodes) {
        const now = () => vitals(node.program.child);
        await until('descriptors are given back', () => now().descriptors <= fresh.descriptors + RINGS, KEPT_ALIVE)
          .catch(() => history.complain(`${node.id} holds ${now().descriptors} descriptors after everybody has left; a fresh node has ${fresh.descriptors}`));
        const { threads, memory } = now();
        if (threads !== fresh.threads) history.complain(`${node.id} has ${threads} threads; a fresh node has ${fresh.threads}`);
        if (memory > loaded * MEMORY_GROWTH + slack * 1024) history.complain(`${node.id} has grown to ${memory} KiB; under load at the beginning it had ${loaded}`);
      }
    },
  };
}

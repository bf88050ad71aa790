// Watches the memory of both nodes and their /ready while an attack runs.
import { readFileSync } from 'node:fs';
import { http } from '../support/http.mjs';
import { bounds } from './limits.mjs';

const LOOK_EVERY = 50;
const PROBE_EVERY = 250;
const TO_ANSWER = 1000;

/** Resident memory in MB; 0 if the process has ended. */
export function memoryOf(node) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${node.program.child.pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

export class Gauges {
  /** @param {object[]} nodes  @param {number[]} fresh  memory of each before the first attack */
  constructor(nodes, fresh) {
    this.nodes = nodes;
    this.fresh = fresh;
    this.before = nodes.map(memoryOf);
    this.peak = [...this.before];
    this.probes = 0;
    this.notReady = 0;
    this.slowestReady = 0;
    this.timers = [setInterval(() => this.#look(), LOOK_EVERY), setInterval(() => this.#probe(), PROBE_EVERY)];
  }

  #look() {
    this.nodes.forEach((node, i) => {
      const memory = memoryOf(node);
      this.peak[i] = Math.max(this.peak[i], memory);
      if (memory <= bounds.killNodeAt || this.killed) return;
      this.killed = `${node.id} was killed at ${Math.round(memory)} MB`;
      node.program.signal('SIGKILL');
    });
  }

  #probe() {
    for (const node of this.nodes) {
      ++this.probes;
      const begun = performance.now();
      http(`${node.http}/ready`, { from: '127.0.8.1', milliseconds: TO_ANSWER }).catch(() => ({ status: 0 })).then(({ status }) => {
        this.slowestReady = Math.max(this.slowestReady, performance.now() - begun);
        if (status !== 200) ++this.notReady;
      });
    }
  }

  get growth() { return this.peak.map((peak, i) => peak - this.before[i]); }
  get now() { return this.nodes.map(memoryOf); }
  /** MB above a fresh node. The remains of earlier attacks count. */
  get left() { return this.now.map((memory, i) => memory - this.fresh[i]); }

  stop() { this.timers.forEach(clearInterval); }
}

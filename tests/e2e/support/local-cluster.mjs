import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cleanEnvironment } from './node.mjs';
import { chatd, freshFolder, top } from './places.mjs';
import { freePort } from './program.mjs';

const START_TAKES = 120_000;

/** A cluster of deploy/local itself, in a folder of its own: the scripts and the page of this checkout, and the server under test
 * instead of a build. Ports are free ones. */
export class LocalCluster {
  static running = new Set();

  /** @param {{ lab?: boolean, tls?: boolean, backplane?: string, nodes?: number, settings?: Record<string, string> }} options settings: CHAT_… variables */
  static async up(suite, { lab = false, tls = false, backplane = '', nodes = 3, settings = {} } = {}) {
    const cluster = new LocalCluster();
    cluster.folder = freshFolder(suite);
    for (const part of ['deploy', 'web', 'CMakePresets.json']) symlinkSync(join(top, part), join(cluster.folder, part));
    mkdirSync(join(cluster.folder, 'build/release/bin'), { recursive: true });
    symlinkSync(chatd, join(cluster.folder, 'build/release/bin/chatd'));
    mkdirSync(join(cluster.folder, 'tools'));
    writeFileSync(join(cluster.folder, 'tools/cmake'), '#!/bin/sh\n', { mode: 0o755 });   // the server is built already
    [cluster.port, cluster.tlsPort, cluster.redisPort] = await Promise.all([freePort(), freePort(), freePort()]);
    cluster.nodePort = 21_000 + 1_000 * Math.floor(Math.random() * 10);
    cluster.environment = cleanEnvironment({
      PATH: `${join(cluster.folder, 'tools')}:${process.env.PATH}`, CHAT_PORT: String(cluster.port), CHAT_TLS_PORT: String(cluster.tlsPort),
      CHAT_REDIS_PORT: String(cluster.redisPort), CHAT_NODE_PORT: String(cluster.nodePort),
      CHAT_MAX_CONNECTIONS_PER_ADDRESS: '0', CHAT_JOINS_PER_SECOND: '0', CHAT_DRAIN_SECONDS: '2', ...settings,
    });
    LocalCluster.running.add(cluster);
    await cluster.run('up', ...(lab ? ['--lab'] : []), ...(tls ? ['--tls'] : []), ...(backplane ? ['--backplane', backplane] : []), '--scale', String(nodes));
    return cluster;
  }

  /** One command of deploy/local. */
  run(...words) {
    return promisify(execFile)(join(this.folder, 'deploy/local'), words, { env: this.environment, timeout: START_TAKES, maxBuffer: 2 ** 24 });
  }

  get http() { return `http://127.0.0.1:${this.port}`; }
  get ws() { return `ws://127.0.0.1:${this.port}/ws`; }
  get https() { return `https://localhost:${this.tlsPort}`; }
  /** As the support of Cluster has it, for `pageAt`. */
  get nginx() { return this; }
  wsOf(id) { return `ws://127.0.0.1:${this.port}/node/${id}/ws`; }
  /** A file of the running cluster. */
  file(...path) { return join(this.folder, '.run', ...path); }
  pidFile(name) { return this.file(`${name}.pid`); }
  pid(name) { return Number(readFileSync(this.pidFile(name), 'utf8')); }
  /** The letter of the process's state (R, S, T, …). */
  stateOf(name) { return /^State:\t(\w)/m.exec(readFileSync(`/proc/${this.pid(name)}/status`, 'utf8'))[1]; }

  async down() {
    await this.run('down');
    LocalCluster.running.delete(this);
  }
}

// However a test file ends, no process that it started outlives it.
process.on('exit', () => {
  for (const { folder, environment } of LocalCluster.running) execFileSync(join(folder, 'deploy/local'), ['down'], { env: environment, stdio: 'ignore' });
});

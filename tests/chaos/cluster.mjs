// The cluster under attack: one Redis or several, nodes that each reach it through a fault proxy of their own, NGINX. The modules of
// the end-to-end tests start the programs; this one breaks them on purpose.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { http } from '../e2e/support/http.mjs';
import { Nginx } from '../e2e/support/nginx.mjs';
import { Node } from '../e2e/support/node.mjs';
import { top } from '../e2e/support/places.mjs';
import { Program } from '../e2e/support/program.mjs';
import { Redis } from '../e2e/support/redis.mjs';
import { until } from '../e2e/support/until.mjs';
import { logKey, readLogs, readTops } from './logs.mjs';
import { FaultProxy } from './proxy.mjs';
import { Store } from './resp.mjs';

const SETTINGS = {
  'trusted-proxies': '127.0.0.1/32', 'messages-per-second': 0, 'joins-per-second': 0, 'max-connections-per-address': 0,
  'drain-seconds': 3, 'history-size': 100_000,
};

export class ChaosCluster {
  /** The servers of Redis, and of each node its proxies to them. */
  stores = [];
  proxies = new Map();
  /** The store that the present fault is about. */
  #chosen = 0;
  /** Ends of programs that no fault asked for. */
  crashes = [];

  /** @param {string} folder kept after the run  @param {string[]} rooms those of which the log is read  @param {object} settings more of the nodes'  @param {number} shards servers of Redis */
  static async start(folder, rooms, settings, shards = 1, nodes = 3) {
    const cluster = new ChaosCluster();
    cluster.settings = { ...SETTINGS, ...settings };
    cluster.folder = folder;
    cluster.rooms = rooms;
    try {
      for (let i = 1; i <= shards; ++i) cluster.stores.push(await Redis.start(folder, { name: shards > 1 ? `redis-${i}` : 'redis', fsync: 'everysec' }));
      for (const redis of cluster.stores) await tune(redis);
      cluster.nodes = await Promise.all(Array.from({ length: nodes }, (_, i) => cluster.#addNode(`chat-${i + 1}`)));
      cluster.nginx = await Nginx.start(folder, cluster.nodes);
      await until('all nodes are in the list', async () => (await http(`${cluster.nginx.http}/nodes`)).json.active_count === nodes);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  async #addNode(id) {
    const proxies = await Promise.all(this.stores.map((redis) => FaultProxy.start(redis.port)));
    this.proxies.set(id, proxies);
    const node = await Node.start({ id, folder: this.folder, redis: { url: urlOf(proxies) }, settings: this.settings });
    this.#watch(node);
    return node;
  }

  /** How the nodes write to their clients: io_uring or send. */
  get sends() { return /event=listening .*sends=(\w+)/.exec(this.nodes[0].log)[1]; }

  /** The next fault of a store or a link is about this one. */
  chooseStore(random) { this.#chosen = this.stores.length > 1 ? random.whole(0, this.stores.length - 1) : 0; }
  get redis() { return this.stores[this.#chosen]; }

  proxy(node) { return this.proxiesOf(node)[this.#chosen]; }
  proxiesOf(node) { return this.proxies.get(node.id); }

  // Nodes

  /** A node that ends in another way than it was told to has crashed. */
  #watch({ id, program }) {
    program.exited.then((result) => {
      if (result !== program.mayEndWith) this.crashes.push(`${id} ended with ${result}: ${program.output.slice(-1000)}`);
    });
  }

  kill(node) {
    node.program.mayEndWith = 'SIGKILL';
    return node.kill();
  }

  /** Asks it to drain and waits for the end. */
  drain(node) {
    node.program.mayEndWith = 0;
    return node.stop();
  }

  async startNode(node) {
    await node.start();
    this.#watch(node);
  }

  // Redis

  async killRedis() {
    this.redis.program.mayEndWith = 'SIGKILL';
    await this.redis.kill();
  }

  async startRedis() {
    await this.redis.start();
    await tune(this.redis);
  }

  /** The append-only file Redis is writing now, and its size. */
  appendOnlyFile() {
    const path = this.redis.appendOnlyFile;
    return { path, size: statSync(path).size };
  }

  /** Every room's log as it is now: offset and body of each message, in order. */
  async logs() {
    const parts = await Promise.all(this.stores.map((redis) => withStore(redis, (store) => readLogs(store, this.rooms))));
    return this.rooms.map((_, room) => parts.flatMap((logs) => logs[room]));
  }

  async tops() {
    const parts = await Promise.all(this.stores.map((redis) => withStore(redis, (store) => readTops(store, this.rooms))));
    return this.rooms.map((_, room) => Math.max(...parts.map((tops) => tops[room])));
  }

  /** Empties Redis and returns the logs as they were at that very moment: one transaction sets them aside in another database. */
  wipe() {
    return withStore(this.redis, async (store) => {
      await store.ask(['MULTI'], ...this.rooms.map((room) => ['MOVE', logKey(room), 1]), ['FLUSHDB'], ['EXEC'], ['SELECT', 1]);
      const logs = await readLogs(store, this.rooms);
      await store.ask(['FLUSHDB']);
      return logs;
    });
  }

  // NGINX

  reloadNginx() { this.nginx.program.signal('SIGHUP'); }

  /** Master and workers at once: a killed master alone would leave its workers serving. */
  async killNginx() {
    const { pid } = this.nginx.program.child;
    const workers = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean);
    const ended = this.nginx.program.stop('SIGKILL');
    for (const worker of workers) try { process.kill(Number(worker), 'SIGKILL'); } catch { /* gone with its master */ }
    await ended;
  }

  async startNginx() {
    const { spawnfile, spawnargs } = this.nginx.program.child;
    this.nginx.program = new Program('nginx', spawnfile, spawnargs.slice(1), {
      logFile: join(this.nginx.folder, 'log/output.log'), env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }, lastSignal: 'SIGTERM',
    });
    await until('NGINX hands requests to a node', async () => (await http(`${this.nginx.http}/health`)).status === 200);
  }

  /** From now on only these nodes get requests, as when a deployment is scaled. */
  spreadOver(nodes) {
    const addresses = nodes.map((node) => `${node.id}=127.0.0.1:${node.port}`);
    const config = execFileSync(join(top, 'deploy/nginx/generate'), [`127.0.0.1:${this.nginx.port}`, ...addresses], { encoding: 'utf8' });
    writeFileSync(join(this.nginx.folder, 'nginx.conf'), config);
    this.reloadNginx();
  }

  async stop() {
    const proxies = [...this.proxies.values()].flat();
    for (const proxy of proxies) proxy.clear();
    await this.nginx?.stop();
    await Promise.all((this.nodes ?? []).map((node) => this.drain(node).catch(() => {})));
    for (const redis of this.stores) await redis.stop();
    for (const proxy of proxies) proxy.stop();
  }
}

const tune = (redis) => redis.command('CONFIG', 'SET', 'hz', '100');

const urlOf = (proxies) => (proxies.length > 1 ? `redis-shards://${proxies.map(({ url }) => url.slice('redis://'.length)).join(',')}` : proxies[0].url);

async function withStore(redis, work) {
  const store = await Store.open(redis.port);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

// The cluster under attack: a store (stores.mjs), nodes that each reach it through fault proxies of their own, NGINX. The modules of
// the end-to-end tests start the programs; this one breaks them on purpose.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { http } from '../e2e/support/http.mjs';
import { Nginx } from '../e2e/support/nginx.mjs';
import { Node } from '../e2e/support/node.mjs';
import { top } from '../e2e/support/places.mjs';
import { Program } from '../e2e/support/program.mjs';
import { until } from '../e2e/support/until.mjs';
import { FaultProxy } from './proxy.mjs';

const SETTINGS = {
  'trusted-proxies': '127.0.0.1/32', 'messages-per-second': 0, 'joins-per-second': 0, 'max-connections-per-address': 0,
  'drain-seconds': 3, 'history-size': 100_000,
};

export class ChaosCluster {
  /** Of each node, one to each server of the store. */
  proxies = new Map();
  /** The server that the present fault is about. */
  #chosen = 0;
  /** Ends of programs that no fault asked for. */
  crashes = [];

  /** @param {string} folder kept after the run  @param {object} settings more of the nodes'  @param startStore makes the store  @param protocol of its servers */
  static async start(folder, settings, startStore, protocol, nodes = 3) {
    const cluster = new ChaosCluster();
    cluster.folder = folder;
    cluster.protocol = protocol;
    try {
      cluster.store = await startStore(folder);
      cluster.settings = { ...SETTINGS, ...cluster.store.settings, ...settings };
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
    const proxies = await Promise.all(this.store.ports.map((port) => FaultProxy.start(port, this.protocol)));
    this.proxies.set(id, proxies);
    const node = await Node.start({ id, folder: this.folder, redis: { url: this.store.urlOf(proxies) }, settings: this.settings });
    this.#watch(node);
    return node;
  }

  /** How the nodes write to their clients: io_uring or send. */
  get sends() { return /event=listening .*sends=(\w+)/.exec(this.nodes[0].log)[1]; }

  /** The next fault of the store or a link is about this server. */
  chooseServer(random) { this.#chosen = this.store.choose(random); }
  get server() { return this.store.chosen; }

  proxy(node) { return this.proxiesOf(node)[this.#chosen]; }
  proxiesOf(node) { return this.proxies.get(node.id); }

  logs() { return this.store.logs(); }
  tops() { return this.store.tops(); }

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
    await this.store?.stop();
    for (const proxy of proxies) proxy.stop();
  }
}

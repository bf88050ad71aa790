import { http } from './http.mjs';
import { Nginx } from './nginx.mjs';
import { Node } from './node.mjs';
import { freshFolder } from './places.mjs';
import { startStore } from './store.mjs';
import { until } from './until.mjs';

/** The real thing on free ports: redis-server, nodes chat-1 … chat-N and NGINX. Their files stay in build/e2e/<suite>. */
export class Cluster {
  #startNode;

  static async start(suite, { nodes = 3, settings, sticky, store = startStore } = {}) {
    const cluster = new Cluster();
    const folder = freshFolder(suite);
    try {
      cluster.redis = await store(folder);
      cluster.#startNode = (id) => Node.start({ id, folder, redis: cluster.redis, settings: { 'trusted-proxies': '127.0.0.1/32', ...cluster.redis.settings, ...settings } });
      const ids = Array.from({ length: nodes }, (_, i) => `chat-${i + 1}`);
      cluster.nodes = await Promise.all(ids.map(cluster.#startNode));
      cluster.nginx = await Nginx.start(folder, cluster.nodes, { sticky });
      await cluster.active(nodes);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** One node more, which NGINX knows by a reload. */
  async grow() {
    this.nodes.push(await this.#startNode(`chat-${this.nodes.length + 1}`));
    await this.nginx.serve(this.nodes);
    await this.active(this.nodes.length);
  }

  node(id) { return this.nodes.find((node) => node.id === id); }

  async list(from) { return (await http(`${this.nginx.http}/nodes`, { from })).json; }

  /** Waits until NGINX's /nodes counts `count` active nodes. */
  active(count, milliseconds) {
    return until(`${count} active nodes`, async () => {
      const list = await this.list();
      return list.active_count === count && list;
    }, milliseconds);
  }

  async stop() {
    await this.nginx?.stop();
    await Promise.all((this.nodes ?? []).map((node) => node.stop()));
    await this.redis?.stop();
  }
}

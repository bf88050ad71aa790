import { Nginx } from '../support/nginx.mjs';
import { Node } from '../support/node.mjs';
import { freshFolder } from '../support/places.mjs';
import { Redis } from '../support/redis.mjs';
import { http } from '../support/http.mjs';
import { until } from '../support/until.mjs';

const SETTINGS = { 'trusted-proxies': '127.0.0.1/32', 'drain-seconds': 3, 'history-size': 100_000 };

/** Nodes of two versions behind NGINX. Their ids begin with the name of the version: old-1, new-2. */
export class Fleet {
  nodes = [];

  /** @param {string} suite @param {Record<string, string>} programs the program of each version
   * @param {string[]} ids of the first nodes @param {object} [settings] of all nodes */
  static async start(suite, programs, ids, settings = {}) {
    const fleet = new Fleet();
    Object.assign(fleet, { folder: freshFolder(suite), programs, settings: { ...SETTINGS, ...settings } });
    try {
      fleet.redis = await Redis.start(fleet.folder);
      fleet.nodes = await Promise.all(ids.map((id) => fleet.#launch(id)));
      fleet.nginx = await Nginx.start(fleet.folder, fleet.nodes);
      await fleet.isListed();
    } catch (error) {
      await fleet.stop();
      throw error;
    }
    return fleet;
  }

  #launch(id) {
    const [version] = id.split('-');
    return Node.start({ id, folder: this.folder, redis: this.redis, program: this.programs[version], settings: this.settings });
  }

  node(id) { return this.nodes.find((node) => node.id === id); }

  /** As deploy/compose-roll: the new node serves before the old one drains. @returns the exit code of the old one */
  async replace(node, id) {
    const next = await this.#launch(id);
    this.nodes.push(next);
    await this.nginx.serve(this.nodes);
    await this.isListed();
    const code = await node.stop();
    this.nodes = this.nodes.filter((other) => other !== node);
    await this.nginx.serve(this.nodes);
    return code;
  }

  /** All nodes stop before the others start. */
  async replaceAll(ids) {
    await Promise.all(this.nodes.map((node) => node.stop()));
    this.nodes = await Promise.all(ids.map((id) => this.#launch(id)));
    await this.nginx.serve(this.nodes);
    await this.isListed();
  }

  /** Waits until every node lists all nodes and no other. @returns what each says of the others */
  isListed() {
    const ids = this.nodes.map(({ id }) => id).sort().join();
    return until(`each node lists ${ids}`, async () => {
      const lists = await Promise.all(this.nodes.map(async (node) => (await http(`${node.http}/nodes`)).json.available_nodes));
      return lists.every((list) => list.filter(({ active }) => active).map(({ id }) => id).sort().join() === ids) && lists;
    }, 20_000);
  }

  async stop() {
    await this.nginx?.stop();
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.redis?.stop();
  }
}

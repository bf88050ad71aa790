// Several Redis that share the rooms. A fault of the store or of a link is about one of them.
import { RedisStore } from './redis-store.mjs';

export class ShardsStore {
  static protocol = RedisStore.protocol;
  static faults = RedisStore.faults.filter(({ wantsOneStore }) => !wantsOneStore);

  settings = {};
  parts = [];
  #chosen = 0;

  /** @param {{ rooms: string[], shards: number }} options */
  static async start(folder, { rooms, shards }) {
    const store = new ShardsStore();
    store.rooms = rooms;
    for (let i = 1; i <= shards; ++i) store.parts.push(await RedisStore.start(folder, { rooms, name: `redis-${i}` }));
    return store;
  }

  get ports() { return this.parts.flatMap(({ ports }) => ports); }
  urlOf(proxies) { return `redis-shards://${proxies.map(({ address }) => address).join(',')}`; }

  choose(random) { return this.#chosen = random.whole(0, this.parts.length - 1); }
  get chosen() { return this.parts[this.#chosen]; }

  async logs() {
    const parts = await Promise.all(this.parts.map((part) => part.logs()));
    return this.rooms.map((_, room) => parts.flatMap((logs) => logs[room]));
  }

  async tops() {
    const parts = await Promise.all(this.parts.map((part) => part.tops()));
    return this.rooms.map((_, room) => Math.max(...parts.map((tops) => tops[room])));
  }

  async stop() { for (const part of this.parts) await part.stop(); }
}

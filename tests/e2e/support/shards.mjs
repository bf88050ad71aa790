import { Redis } from './redis.mjs';

const COUNT = 3;
const isNothing = (reply) => ['', '0', '[]'].includes(reply);

/** Three redis-servers that share the rooms, with the methods of one: what is done to it is done to each of them. */
export class Shards {
  /** @param {string} folder @param {object} [options] of each Redis */
  static async start(folder, options) {
    const shards = new Shards();
    shards.servers = await Promise.all(Array.from({ length: COUNT }, (_, i) => Redis.start(folder, { ...options, name: `redis-${i + 1}` })));
    shards.url = `redis-shards://chat:PASSWORD@${shards.servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
    return shards;
  }

  #all(work) { return Promise.all(this.servers.map(work)); }

  /** One command in each; the reply of the one that has something. */
  async command(...words) {
    const replies = await this.#all((redis) => redis.command(...words));
    return replies.find((reply) => !isNothing(reply)) ?? replies[0];
  }

  async log(room) { return (await this.#all((redis) => redis.log(room))).flat(); }

  /** The server that has the room. */
  async of(room) {
    const found = await this.#all(async (redis) => ((await redis.command('EXISTS', `chat:{${room}}:log`)) === '1' ? redis : null));
    return found.find((redis) => redis !== null);
  }

  start() { return this.#all((redis) => redis.start()); }
  pause() { for (const redis of this.servers) redis.pause(); }
  resume() { for (const redis of this.servers) redis.resume(); }
  kill() { return this.#all((redis) => redis.kill()); }
  stop() { return this.#all((redis) => redis.stop()); }
}

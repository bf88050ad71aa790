// One Redis as the store of the nodes: an append-only file, "everysec".
import { statSync } from 'node:fs';
import { Redis } from '../e2e/support/redis.mjs';
import { redisFaults } from './faults-redis.mjs';
import { logKey, readLogs, readTops } from './logs.mjs';
import { resp, Store } from './resp.mjs';

export class RedisStore {
  static protocol = resp;
  static faults = redisFaults;
  static mutants = {
    'dedup-off': { faults: ['committed-then-cut', 'cut-after-send', 'lost-replies'], seenAs: ['duplicated'] },
    'refill-off': { faults: ['drop-push', 'kill-pubsub'], seenAs: ['silent-gaps', 'other'] },
    'ack-before-append': { faults: ['cut-mid-request', 'blackhole-writers', 'kill-redis'], seenAs: ['lost'] },
    'fixed-epoch': { faults: ['lost-fsync', 'wipe'], seenAs: ['lost', 'reordered', 'silent-gaps', 'other'] },
    'no-resubscribe': { faults: ['kill-pubsub', 'reset-link'], seenAs: ['silent-gaps', 'other'] },
    'no-position-check': { faults: ['drop-last-push'], seenAs: ['lost', 'silent-gaps', 'other'] },
    'keep-expired': { faults: ['script-flush', 'reload-nginx'], tokens: 100, seenAs: ['kept'] },
  };
  static unplayed = {};

  settings = {};

  static async start(folder, { rooms, name = 'redis' }) {
    const store = new RedisStore();
    store.rooms = rooms;
    store.redis = await Redis.start(folder, { name, fsync: 'everysec' });
    await store.#tune();
    return store;
  }

  #tune() { return this.redis.command('CONFIG', 'SET', 'hz', '100'); }

  get ports() { return [this.redis.port]; }
  urlOf([proxy]) { return proxy.url; }

  choose() { return 0; }
  get chosen() { return this; }

  kill() { return this.redis.kill(); }

  async startAgain() {
    await this.redis.start();
    await this.#tune();
  }

  /** The append-only file Redis is writing now, and its size. */
  appendOnlyFile() {
    const path = this.redis.appendOnlyFile;
    return { path, size: statSync(path).size };
  }

  logs() { return this.#ask((store) => readLogs(store, this.rooms)); }
  tops() { return this.#ask((store) => readTops(store, this.rooms)); }

  /** Empties Redis and returns the logs as they were at that very moment: one transaction sets them aside in another database. */
  wipe() {
    return this.#ask(async (store) => {
      await store.ask(['MULTI'], ...this.rooms.map((room) => ['MOVE', logKey(room), 1]), ['FLUSHDB'], ['EXEC'], ['SELECT', 1]);
      const logs = await readLogs(store, this.rooms);
      await store.ask(['FLUSHDB']);
      return logs;
    });
  }

  async #ask(work) {
    const store = await Store.open(this.redis.port);
    try {
      return await work(store);
    } finally {
      store.close();
    }
  }

  stop() { return this.redis.stop(); }
}

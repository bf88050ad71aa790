import { Postgres } from './postgres.mjs';
import { Redis } from './redis.mjs';
import { Shards } from './shards.mjs';

const kinds = { redis: Redis, shards: Shards, postgres: Postgres };

/** The store that the environment chooses for the suites that run on each: CHAT_TEST_STORE=redis (the default), shards or postgres. */
export const storeKind = process.env.CHAT_TEST_STORE ?? 'redis';
if (!(storeKind in kinds)) throw new Error(`CHAT_TEST_STORE is ${Object.keys(kinds).join(' or ')}`);

/** @param {string} folder @param {object} [options] of each Redis */
export const startStore = (folder, options) => kinds[storeKind].start(folder, options);

// Redis in trouble, and its effect on users. The cases stand in redis/, a file a subject; each has a Redis of its own
// and two nodes on it, so some run side by side. Cut connections and lost scripts of a healthy Redis: failures.test.mjs.
import { describe, test } from 'node:test';
import { acknowledgement } from './redis/acknowledgement.mjs';
import { failover } from './redis/failover.mjs';
import { forgery } from './redis/forgery.mjs';
import { loss } from './redis/loss.mjs';
import { refusal } from './redis/refusal.mjs';
import { repair } from './redis/repair.mjs';
import { rights } from './redis/rights.mjs';
import { secret } from './redis/secret.mjs';
import { ways } from './redis/ways.mjs';

describe('Redis', { concurrency: 3 }, () => {
  for (const { name, run } of [...failover, ...acknowledgement, ...loss, ...refusal, ...repair, ...rights, ...forgery, ...ways, ...secret]) {
    test(name, { timeout: 60_000 }, run);
  }
});

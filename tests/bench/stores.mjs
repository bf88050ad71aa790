// The program: what a message costs chatd and its store, and how many a second they take, for each kind of store.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Node } from '../e2e/support/node.mjs';
import { top } from '../e2e/support/places.mjs';
import { Postgres } from '../e2e/support/postgres.mjs';
import { Redis } from '../e2e/support/redis.mjs';
import { machine } from './machine.mjs';
import { measure, startRedis } from './measure.mjs';
import { median } from './summary.mjs';

const HELP = `Usage: tests/bench/run stores [--rounds N] [--stores NAME,NAME…]

Two nodes (memory: one) with 1000 rooms of 10, in each of which one member sends, one message at a time: W2sat. Each round
measures every store in an order drawn by chance. Prints the messages a second, the CPU of nodes and store a message, and
the median ratios to one Redis without a file. The tester and the store share the cores with the nodes.

  --rounds N      5
  --stores LIST   memory, redis, redis-file, shards, postgres, postgres-durable
`;

const WORKLOAD = { name: 'stores', load: 'W2sat', figure: 'cost', seconds: 4 };
const shuffle = (list) => list.map((item) => [Math.random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);

// A store as measure() takes it: where nodes find it, its processes when they are connected, its end.

async function redisWithFile(folder) {
  const redis = await Redis.start(folder, { fsync: 'everysec' });
  return { url: redis.url, pids: () => [redis.program.child.pid], stop: () => redis.stop() };
}

async function shards(folder) {
  const all = await Promise.all([1, 2, 3].map((i) => {
    const own = join(folder, `redis-${i}`);
    mkdirSync(own);
    return startRedis(own);
  }));
  return { url: `redis-shards://${all.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, pids: () => all.flatMap((one) => one.pids()), stop: () => Promise.all(all.map((one) => one.stop())) };
}

async function postgres(folder) {
  const server = await Postgres.start(folder);
  const { pid } = server.program.child;
  const children = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  return { url: server.url, pids: () => [pid, ...children()], stop: () => server.stop() };
}

const nodes = (settings = {}, count = 2) => async ({ folder, redis: store }) => {
  const started = await Promise.all(Array.from({ length: count }, (_, i) => Node.start({
    id: `chat-${i + 1}`, folder, redis: store ?? undefined, settings: { threads: 1, 'people-per-address': 0, ...settings },
  })));
  return { urls: started.map((node) => node.ws), dialect: 'chat.v1', programs: started.map(({ program }) => program) };
};

const stores = [
  { key: 'memory', name: 'memory (one node)', start: nodes({ backplane: 'memory:' }, 1) },
  { key: 'redis', name: 'one Redis, no file', store: startRedis, start: nodes() },
  { key: 'redis-file', name: 'one Redis, a file written every second', store: redisWithFile, start: nodes() },
  { key: 'shards', name: 'three Redis, no file', store: shards, start: nodes() },
  { key: 'postgres', name: 'PostgreSQL, --ack stored', store: postgres, start: nodes({ ack: 'stored' }) },
  { key: 'postgres-durable', name: 'PostgreSQL, --ack durable', store: postgres, start: nodes({ ack: 'durable' }) },
];

async function main() {
  const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, stores: { type: 'string' }, help: { type: 'boolean' } } });
  if (options.help) return console.log(HELP);
  const names = options.stores?.split(',') ?? stores.map(({ key }) => key);
  const wrong = names.find((name) => !stores.some(({ key }) => key === name));
  if (wrong) throw new Error(`there is no store "${wrong}"; --help lists them`);
  const chosen = stores.filter(({ key }) => names.includes(key));
  console.log(`${execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: top, encoding: 'utf8' }).trim()}\n${machine().join('\n')}`);
  const runs = [];
  for (let round = 1; round <= Number(options.rounds); ++round) {
    for (const store of shuffle(chosen)) {
      const run = { round, workload: WORKLOAD.name, contender: store.key, ...await measure(WORKLOAD, store, join(top, 'build/bench/stores', store.key)) };
      runs.push(run);
      const { figures, faults, complaints } = run;
      console.log(`round ${round}: ${store.name}: ${Math.round(figures.sends)} messages/s, lost ${faults.lost}, twice ${faults.duplicates}, disordered ${faults.outOfOrder}${complaints.length > 0 ? `, ${complaints.join(', ')}` : ''}`);
    }
  }
  const of = (key, figure) => runs.filter(({ contender }) => contender === key).map(({ figures }) => figures[figure]);
  const told = (key, figure, unit) => {
    const own = of(key, figure), base = of('redis', figure);
    if (own[0] === undefined) return '–';
    const ratio = base.length > 0 ? ` (${median(own.map((value, round) => value / base[round])).toFixed(2)}x)` : '';
    return `${unit === 'messages/s' ? Math.round(median(own)) : median(own).toFixed(1)} ${unit}${ratio}`;
  };
  for (const { key, name } of chosen) {
    console.log(`${name.padEnd(40)} ${told(key, 'sends', 'messages/s')}; a message: nodes ${told(key, 'node', 'µs')}, store ${told(key, 'redis', 'µs')}`);
  }
}

await main();

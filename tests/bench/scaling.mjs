// The program: how the cost of a delivery grows with threads, processes, rooms and members. chatd alone.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Node } from '../e2e/support/node.mjs';
import { top } from '../e2e/support/places.mjs';
import { Ballast } from './ballast.mjs';
import { machine } from './machine.mjs';
import { measure } from './measure.mjs';
import { faultsOf, summarise } from './summary.mjs';
import { number, text, times } from './table.mjs';

const HELP = `Usage: tests/bench/run scaling [--rounds N] [--json FILE]

What a delivery costs chatd, in CPU of the servers, with 1, 2 and 4 shards in one process and as many processes of one shard;
with 10 to 100,000 rooms on the node; in rooms of 10 to 10,000 members. About 2 minutes a round.
Exit code: 0 every run was made and nothing was lost, repeated or out of order; else 1.
`;

const ROOMS = [10, 1_000, 10_000, 100_000];
const MEMBERS = [10, 100, 1_000, 10_000];
const TALK = ['--rooms', 10, '--clients-per-room', 100, '--senders-per-room', 1, '--window', 16];   // of the runs that vary the servers

/** @param {number} processes @param {number} shards of each @param {number} [rooms] with silent members, on the first node */
function nodes(processes, shards, rooms = 0) {
  return async ({ folder, redis }) => {
    const ids = Array.from({ length: processes }, (_, i) => `chat-${i + 1}`);
    const started = await Promise.all(ids.map((id) => Node.start({ id, folder, redis, settings: { threads: shards } })));
    const ballast = await Ballast.load(started[0].ws, rooms);
    return { urls: started.map(({ ws }) => ws), dialect: 'chat.v1', programs: started.map(({ program }) => program), leave: () => ballast.leave() };
  };
}

const contender = (key, name, start) => ({ key, name, redis: true, start });
const workload = (name, says, flags, contenders) => ({ name, says, load: 'W2sat', figure: 'cost', seconds: 4, flags, contenders });

/** Each is a table with one row a contender or one workload a row; the others are compared with its first row. */
const studies = [
  {
    title: 'Shards of one process, and as many processes: 10 rooms of 100, one speaks in each, window 16',
    runs: [1, 2, 4].flatMap((n) => [['shards', 1, n], ['processes', n, 1]].slice(n === 1 ? 1 : 0).map(([what, processes, shards]) => ({
      workload: workload('scaling', '', TALK), contender: contender(`${what}-${n}`, n === 1 ? 'one process of one shard' : `${n} ${what}`, nodes(processes, shards)),
    }))),
  },
  {
    title: 'Rooms on the node with somebody in them, while 10 rooms of 100 talk',
    runs: ROOMS.map((rooms) => ({ workload: workload('scaling', '', TALK), contender: contender(`rooms-${rooms}`, `${rooms.toLocaleString('en')} rooms`, nodes(1, 1, rooms - 10)) })),
  },
  {
    title: 'Members of a room: one room, one speaks, window 64',
    runs: MEMBERS.map((members) => ({
      workload: workload('scaling', '', ['--rooms', 1, '--clients-per-room', members, '--senders-per-room', 1, '--window', 64]),
      contender: contender(`members-${members}`, `${members.toLocaleString('en')} members`, nodes(1, 1)),
    })),
  },
];

async function main() {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) return console.log(HELP);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds needs a whole number from 1');
  for (const line of machine()) console.log(line);
  const made = [];
  for (let round = 1; round <= rounds; ++round) {
    for (const { runs } of studies) {
      for (const { workload: load, contender: who } of runs) {
        const result = await measure(load, who, join(top, 'build/bench/scaling', who.key), false).catch((error) => ({ error: error.message }));
        console.log(`  ${round} ${who.name}: ${result.error ? `FAILED: ${result.error}` : number(result.figures.cost)}${(result.complaints ?? []).map((complaint) => ` — ${complaint}`).join('')}`);
        made.push({ round, workload: load.name, contender: who.key, ...result });
      }
    }
  }
  for (const { title, runs } of studies) {
    const [base] = runs;
    const summary = summarise(made, [base.workload], runs.map(({ contender: who }) => who), base.contender.key).get('scaling');
    console.log(`\n${text({ title, head: ['CPU-µs a delivery', 'deliveries/s', 'cost'], rows: runs.map(({ contender: { key, name } }) => {
      const found = summary.get(key);
      return [name, ...(found ? [number(found.cost), number(found.rate), key === base.contender.key ? '' : times(found.ratio)] : ['failed', '', ''])];
    }) })}`);
  }
  if (values.json) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, JSON.stringify({ rounds, runs: made }, null, 1));
  }
  const all = studies.flatMap(({ runs }) => runs.map(({ contender: who }) => faultsOf(made, who)));
  const [lost, duplicates, outOfOrder] = ['lost', 'duplicates', 'outOfOrder'].map((kind) => all.reduce((sum, faults) => sum + faults[kind], 0));
  console.log(`\n${made.length} runs, medians of ${rounds} rounds; lost ${lost} duplicates ${duplicates} out of order ${outOfOrder}`);
  process.exitCode = made.some(({ error }) => error) || lost + duplicates + outOfOrder > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(error.stack);
  process.exitCode = 2;
}).finally(() => setImmediate(() => process.exit()));

// The program: members talk while thousands of clients connect at once, and their delays are measured. chatd alone.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Node } from '../e2e/support/node.mjs';
import { top } from '../e2e/support/places.mjs';
import { Program } from '../e2e/support/program.mjs';
import { within } from '../e2e/support/until.mjs';
import { binaries } from './contenders.mjs';
import { machine } from './machine.mjs';
import { startRedis } from './measure.mjs';

const HELP = `Usage: tests/bench/run storm [--rounds N] [--rate N]

Two nodes; 2,000 people in 200 rooms say 2,000 messages a second. A second after that begins 10,000 others connect and join
1,000 other rooms within a second. Prints the latency of the talkers' deliveries in the six seconds from then on, with the
storm and without it, in an order drawn by chance.

  --rounds N   3
  --rate N     connections begun a second: 10000

Exit code: 0 every run was made and nothing was lost, repeated or out of order; else 1.
`;

const TALK = ['--workload', 'W2', '--rate', 2000, '--rooms', 200, '--clients-per-room', 10, '--warmup', 1, '--seconds', 6];
const BEFORE = 3000;      // milliseconds: the talkers connect for one second, warm up for another, and are measured for one
const LONGEST = 60_000;

/** The clients of the storm are not part of the servers, so their program leaves the cores to the servers and to the talkers' program. */
const startLoad = (name, folder, nodes, flags, niceness = 0) => new Program(name, 'nice', ['-n', niceness, join(binaries, 'chat-load'),
  '--url', nodes.map(({ ws }) => ws).join(','), '--json', join(folder, `${name}.json`), ...flags].map(String), { logFile: join(folder, `${name}.log`) });

async function reportOf(program, folder) {
  const code = await within(`${program.name} ends`, program.exited, LONGEST);
  if (code !== 0) throw new Error(`${program.name} ended with ${code}: ${program.output.trim().split('\n').slice(-8).join(' | ')}`);
  return JSON.parse(readFileSync(join(folder, `${program.name}.json`), 'utf8'));
}

/** @returns {Promise<{ p50: number, p99: number, max: number, joined: number, took: number }>} latencies in µs */
async function measure(rate) {
  const folder = join(top, 'build/bench/storm');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const redis = await startRedis(folder);
  const nodes = await Promise.all(['chat-1', 'chat-2'].map((id) => Node.start({ id, folder, redis })));
  try {
    const talk = startLoad('talk', folder, nodes, TALK);
    await new Promise((resolve) => setTimeout(resolve, BEFORE));
    const storm = rate > 0 ? await reportOf(startLoad('storm', folder, nodes, ['--workload', 'W4', '--connect-rate', rate, '--seconds', 3], 19), folder) : null;
    const { latency_from_due_us: { all } } = await reportOf(talk, folder);
    const took = storm ? (storm.marks.joined.time_ns - storm.marks.before.time_ns) / 1e9 : 0;
    return { p50: all.p50, p99: all.p99, max: all.max, joined: storm?.joined ?? 0, took };
  } finally {
    await Promise.all([...nodes.map((node) => node.kill()), redis.program.stop('SIGKILL')]);
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function main() {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, rate: { type: 'string', default: '10000' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) return console.log(HELP);
  for (const line of machine()) console.log(line);
  const made = { storm: [], calm: [] };
  for (let round = 1; round <= Number(values.rounds); ++round) {
    for (const kind of Math.random() < 0.5 ? ['storm', 'calm'] : ['calm', 'storm']) {
      const result = await measure(kind === 'storm' ? Number(values.rate) : 0);
      made[kind].push(result);
      console.log(`  ${round} ${kind}: p50 ${result.p50} µs, p99 ${result.p99} µs, max ${result.max} µs${kind === 'storm' ? `; ${result.joined} joined in ${result.took.toFixed(2)} s` : ''}`);
    }
  }
  for (const [kind, results] of Object.entries(made)) console.log(`${kind}: median p99 ${median(results.map(({ p99 }) => p99))} µs`);
}

try {
  await main();
} catch (error) {
  console.error(`storm: ${error.message}`);
  process.exitCode = 1;
}

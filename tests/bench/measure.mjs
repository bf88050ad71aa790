// One run: a contender is started, chat-load drives one workload, and its report becomes figures.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Program, freePort } from '../e2e/support/program.mjs';
import { within } from '../e2e/support/until.mjs';
import { binaries } from './contenders.mjs';
import { loadFlags } from './workloads.mjs';

const STORES = new Set(['redis-server', 'postgres']);   // names of processes
const LONGEST = 120_000;   // milliseconds a run may take; the longest needs a sixth of it

/**
 * @typedef {object} Figures those that a workload has
 * @property {number} [cost] CPU-µs of the servers per delivery
 * @property {number} [redis] CPU-µs of the store per message
 * @property {number} [node] CPU-µs of the servers per message
 * @property {number} [rate] deliveries per second
 * @property {number} [sends] messages per second
 * @property {number} [latency] p50 in µs, from when a message was due
 * @property {number} [p90]
 * @property {number} [p99]
 * @property {number} [memory] bytes (PSS) of the servers per connection
 * @property {number} [connect] CPU-µs of the servers per connect and join
 */

/** @returns {Promise<{ figures: Figures, faults: { lost: number, duplicates: number, outOfOrder: number }, complaints: string[] }>} */
export async function measure(workload, contender, folder, quick) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const startStore = contender.store ?? (contender.redis ? startRedis : () => null);
  const store = await startStore(folder);
  const servers = await contender.start({ folder, redis: store }).catch(async (error) => {
    await store?.stop();
    throw error;
  });
  try {
    const pids = [...servers.programs.map(({ child }) => child.pid), ...(store?.pids() ?? [])];
    const report = await load(loadFlags(workload, contender, quick), workload.byUrl ? byUrl(servers) : servers, pids, folder);
    return { figures: figuresOf(workload, report), faults: faultsOf(report), complaints: complaintsOf(report, servers.programs) };
  } finally {
    servers.leave?.();
    await Promise.all(servers.programs.map((program) => program.stop('SIGKILL')));
    await store?.stop();
  }
}

/** The dialects that know two ways to join; the others join by their URL only. */
function byUrl({ urls, dialect, ...servers }) {
  return { ...servers, dialect, urls: dialect === 'chat.v1' ? urls.map((url) => `${url}?room={room}`) : urls };
}

/** Without a file, for all servers: the cost of a disk is the same for all that wait for it. */
export async function startRedis(folder) {
  const port = await freePort();
  const program = new Program('redis-server', 'redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], { logFile: join(folder, 'redis.log') });
  await program.line(/Ready to accept connections/);
  return { program, port, url: `redis://127.0.0.1:${port}`, pids: () => [program.child.pid], stop: () => program.stop('SIGKILL') };
}

async function load(flags, { urls, dialect }, pids, folder) {
  const file = join(folder, 'load.json');
  const tester = new Program('chat-load', join(binaries, 'chat-load'), ['--url', urls.join(','), '--dialect', dialect, ...flags,
    '--pids', pids.join(','), '--json', file], { logFile: join(folder, 'load.log') });
  const code = await within('chat-load ends', tester.exited, LONGEST).finally(() => tester.signal('SIGKILL'));
  if (code !== 0 && code !== 1) throw new Error(`chat-load could not make the run (${code}): ${tester.output.trim().split('\n').slice(-6).join(' | ')}`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function figuresOf({ figure }, { marks, joined, latency_from_due_us: latency }) {
  const sum = (processes, field) => processes.reduce((total, process) => total + process[field], 0);
  const servers = (mark, field) => sum(mark.processes.filter(({ name }) => !STORES.has(name)), field);
  const stores = (mark) => mark.processes.filter(({ name }) => STORES.has(name));
  const { before, joined: in_, measure_start: start, measure_end: end, after } = marks;
  if (figure === 'memory') return { memory: (servers(after, 'pss_bytes') - servers(before, 'pss_bytes')) / joined };
  if (figure === 'connect') return { connect: (servers(in_, 'cpu_us') - servers(before, 'cpu_us')) / joined };
  const deliveries = end.delivered - start.delivered;
  const talk = {
    cost: (servers(end, 'cpu_us') - servers(start, 'cpu_us')) / deliveries,
    redis: stores(end).length === 0 ? undefined : (sum(stores(end), 'cpu_us') - sum(stores(start), 'cpu_us')) / (end.sent - start.sent),
    node: (servers(end, 'cpu_us') - servers(start, 'cpu_us')) / (end.sent - start.sent),
    rate: deliveries * 1e9 / (end.time_ns - start.time_ns),
    sends: (end.sent - start.sent) * 1e9 / (end.time_ns - start.time_ns),
  };
  return figure === 'latency' ? { ...talk, latency: latency.all.p50, p90: latency.all.p90, p99: latency.all.p99 } : talk;
}

/** The two checks look at the same deliveries, by the server's offsets and by the senders' own numbers. */
function faultsOf({ by_offset: offset, by_sender: sender }) {
  const worst = (field) => Math.max(offset[field], sender[field]);
  return { lost: worst('lost'), duplicates: worst('duplicates'), outOfOrder: worst('out_of_order') };
}

/** Any other fault. */
function complaintsOf(report, programs) {
  const tallies = ['join_failures', 'refused', 'cut', 'unexpected'].flatMap((name) => Object.entries(report[name]).map(([what, count]) => `${count} × ${what}`));
  const counts = ['unanswered', 'disagreements', 'misrouted', 'unreadable', 'foreign'].filter((name) => report[name] > 0).map((name) => `${report[name]} ${name}`);
  const ended = programs.filter(({ result }) => result !== undefined).map(({ name, result }) => `${name} ended with ${result}`);
  return [...tallies, ...counts, ...ended];
}

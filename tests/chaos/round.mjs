// One round: start everything, let people talk while one fault follows another, let it come to rest, judge.
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TokenMaker } from '../e2e/support/tokens.mjs';
import { Application } from './application.mjs';
import { check } from './checker.mjs';
import { ChaosCluster } from './cluster.mjs';
import { Crowd, roomNames } from './crowd.mjs';
import { History } from './history.mjs';
import { Metrics, quantile } from './metrics.mjs';
import { Nemesis } from './nemesis.mjs';
import { plot } from './plot.mjs';
import { Random } from './random.mjs';
import { rest } from './rest.mjs';
import { tokenFigures } from './token-check.mjs';
import { watchVitals } from './vitals.mjs';

const WARM_UP = 2_000;
const PROGRESS_EVERY = 5_000;

/** @param {{ folder: string, seconds: number, seed: number, clients: number, rate: number, tokens: number, memory: number, Store: any, shards: number, ioUring: string, faults: any[], only: boolean, say: (line: string) => void }} options */
export async function round({ folder, seconds, seed, clients, rate, tokens, memory, Store, shards, ioUring, faults, only, say }) {
  mkdirSync(folder, { recursive: true });
  const random = new Random(seed);
  const history = new History(roomNames);
  const maker = new TokenMaker(folder);
  const application = await Application.start(folder);
  const settings = { 'io-uring': ioUring, ...application.settings, ...(tokens > 0 && { auth: 'optional', ...maker.settings }) };
  const cluster = await ChaosCluster.start(folder, settings, (folderOfStore) => Store.start(folderOfStore, { rooms: roomNames, shards }), Store.protocol);
  say(`the nodes write with ${cluster.sends === 'send' ? 'send()' : cluster.sends}`);
  const usable = faults.filter((fault) => only || !(fault.onlyFrom > seconds));
  const metrics = new Metrics();
  history.onShown = (sentAt) => metrics.shown(sentAt);
  history.onComplaint = (sentence) => say(`  ! ${sentence}`);
  const checkup = watchVitals(cluster, history, memory);
  const crowd = new Crowd({ clients, rate, nginx: cluster.nginx, history, random, tokens, maker, application, nodes: cluster.nodes });
  const progress = setInterval(() => say(progressLine(history, crowd, metrics)), PROGRESS_EVERY);
  try {
    await crowd.everybodyIsIn();
    crowd.talk();
    await pause(WARM_UP);
    checkup.underLoad();
    const nemesis = new Nemesis({ cluster, crowd, history }, usable, seconds, random.seed(), { only, say: (record) => say(`  ${record.name} recovered in ${inSeconds(record.recovery)}, last ${record.last ?? 'nobody'}`) });
    await nemesis.run();
    await rest(cluster, crowd, history, say);
  } finally {
    clearInterval(progress);
    crowd.closed = true;
    crowd.close();
  }
  await checkup.compare();
  const outcomes = outcomesOf(history.faults);
  for (const { name, p99, recoversIn } of outcomes) {
    if (p99 > recoversIn) history.complain(`${name}: recovery p99 is ${inSeconds(p99)}, promised are ${inSeconds(recoversIn)}`);
  }
  for (const complaint of [...cluster.crashes, ...sanitizerReports(cluster)]) history.complain(complaint);
  await cluster.stop();
  const verdict = check(history);
  writeFileSync(join(folder, 'plot.svg'), plot({ title: `seed ${seed}: ${history.faults.length} faults`, start: metrics.start, series: metrics.series(), faults: history.faults }));
  if (!verdict.passed) await dump(history, join(folder, 'history.jsonl'));
  return { verdict, figures: { ...figures(history), tokens: tokenFigures(history.tokens), outcomes: outcomes.map(outcomeLine) } };
}

function sanitizerReports({ nodes }) {
  return nodes.flatMap(({ id, log }) => {
    const found = /^.*(ERROR: \w*Sanitizer|WARNING: ThreadSanitizer|runtime error:).*$/m.exec(log);
    return found ? [`${id}: ${found[0]}`] : [];
  });
}

function figures({ sends, stored, faults, returns }) {
  const recoveries = faults.filter((fault) => fault.recovery !== null && !fault.overlapped).map((fault) => fault.recovery);
  return {
    faults: faults.length, kinds: new Set(faults.map(({ kind }) => kind)).size, sent: sends.length, acked: stored.size, unknown: sends.length - stored.size,
    returned: returns.length, recovered: returns.filter(({ recovered }) => recovered).length,
    recovery: { p50: quantile(recoveries, 0.5) / 1000, max: Math.max(0, ...recoveries) / 1000 },
  };
}

/** For each fault: how often, and how long it took until all clients had caught up. */
function outcomesOf(faults) {
  return [...new Set(faults.map(({ name }) => name))].sort().map((name) => {
    const all = faults.filter((fault) => fault.name === name);
    const recoveries = all.filter((fault) => fault.recovery !== null && !fault.overlapped).map((fault) => fault.recovery);
    return { name, times: all.length, measured: recoveries.length, p50: quantile(recoveries, 0.5), p99: quantile(recoveries, 0.99), recoversIn: all[0].recoversIn };
  });
}

const inSeconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;

function outcomeLine({ name, times, measured, p50, p99, recoversIn }) {
  const recovery = measured > 0 ? `recovery p50 ${inSeconds(p50)} p99 ${inSeconds(p99)}${recoversIn ? ` (promised ${inSeconds(recoversIn)})` : ''}` : 'recovery not measured: the next fault came first';
  return `  ${name.padEnd(24)} ${String(times).padStart(3)}x  ${recovery}`;
}

function progressLine(history, crowd, metrics) {
  const { faults, sent, acked } = figures(history);
  const current = history.faults.findLast((fault) => fault.end === Infinity);
  return `${Math.round((performance.now() - metrics.start) / 1000)} s: faults ${faults}, sent ${sent}, acked ${acked}, waiting ${crowd.waiting}, ${metrics.recentRate()} deliveries/s${current ? `, now ${current.name}` : ''}`;
}

async function dump(history, file) {
  const out = createWriteStream(file);
  for (const line of history.lines()) if (!out.write(`${line}\n`)) await new Promise((drained) => out.once('drain', drained));
  await new Promise((done) => out.end(done));
}

// The program: every workload with every contender, one after another, in rounds; then tables of the medians.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { top } from '../e2e/support/places.mjs';
import { contenders } from './contenders.mjs';
import { machine } from './machine.mjs';
import { measure } from './measure.mjs';
import { page } from './page.mjs';
import { faultsOf, summarise } from './summary.mjs';
import { number, tables, text } from './table.mjs';
import { workloads } from './workloads.mjs';

const HELP = `Usage: tests/bench/run [--quick] [--workloads LIST] [--contenders LIST] [--rounds N] [--html FILE] [--json FILE]

Compares chatd with servers that do the same job and with the least a server can do, on this machine: about 15 minutes.
Each run starts its servers anew. Rounds are interleaved, and every delivery is checked for loss, repetition and order.

  --quick            one short round: a look, no figures to quote
  --workloads LIST   ${workloads.map(({ name }) => name).join(',')}
  --contenders LIST  ${contenders.map(({ key }) => key).join(',')}; chatd takes part in any case
  --rounds N         3
  --html FILE        the result as a page without any other file
  --json FILE        all runs and their medians

CHATD=FILE measures another build; its chat-load and chat-floor are beside it. Logs of the last run of each: build/bench/.
Exit code: 0 every run was made and chatd lost, repeated and reordered nothing; else 1.

${workloads.map(({ name, says }) => `  ${name.padEnd(8)} ${says}`).join('\n')}
`;

function options() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false }, workloads: { type: 'string' }, contenders: { type: 'string' }, rounds: { type: 'string' },
      html: { type: 'string' }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' },
    },
  });
  const named = (list, all, name) => list?.split(',').map((word) => {
    if (!all.some((one) => name(one) === word)) throw new Error(`${word} is not one of ${all.map(name).join(', ')}`);
    return word;
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds needs a whole number from 1');
  const keys = named(values.contenders, contenders, ({ key }) => key);
  const names = named(values.workloads, workloads, ({ name }) => name);
  return {
    ...values, rounds,
    contenders: contenders.filter(({ key }) => key === 'chatd' || !keys || keys.includes(key)),
    workloads: workloads.filter(({ name }) => !names || names.includes(name)),
  };
}

const say = (line) => console.log(line);
const shuffled = (list) => list.map((item) => [Math.random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);

/** The servers that can take part; the run names each missing one. */
function present(all) {
  return all.filter(({ name, missing }) => {
    const why = missing?.();
    if (why) say(`\n*** ${name} IS LEFT OUT: ${why} ***\n`);
    return !why;
  });
}

async function run(round, workload, contender, quick) {
  const label = `${workload.name} ${contender.name}`;
  const result = await measure(workload, contender, join(top, 'build/bench', workload.name, contender.key), quick).catch((error) => ({ error: error.message }));
  const { figures, faults, complaints = [], error } = result;
  const wrong = [...(faults && faults.lost + faults.duplicates + faults.outOfOrder > 0 ? [`lost ${faults.lost} duplicates ${faults.duplicates} out of order ${faults.outOfOrder}`] : []), ...complaints];
  say(`  ${round} ${label}: ${error ? `FAILED: ${error}` : `${number(figures[workload.figure])}${wrong.length > 0 ? ` — ${wrong.join(', ')}` : ''}`}`);
  return { round, workload: workload.name, contender: contender.key, ...result };
}

/** The contenders of a round come in an order by chance. */
async function runAll({ rounds, quick, workloads: chosen, contenders: all }) {
  const runs = [];
  for (let round = 1; round <= rounds; ++round) {
    for (const workload of chosen.filter((one) => round <= (one.rounds ?? rounds))) {
      const field = all.filter(({ key }) => key === 'chatd' || workload.contenders.includes(key));
      for (const contender of shuffled(field)) runs.push(await run(round, workload, contender, quick));
    }
  }
  return runs;
}

function write(file, content) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  say(`written: ${file}`);
}

async function main() {
  const chosen = options();
  if (chosen.help) return say(HELP);
  const begun = Date.now();
  const platform = machine();
  for (const line of platform) say(line);
  const taking = present(chosen.contenders);
  const runs = await runAll({ ...chosen, contenders: taking });
  const summary = summarise(runs, chosen.workloads, taking);
  const result = tables(runs, chosen.workloads, taking, summary);
  const complaints = taking.map((contender) => ({ ...contender, ...faultsOf(runs, contender) }));
  for (const table of result) say(`\n${text(table)}`);
  for (const { name, complaints: texts } of complaints) for (const complaint of texts) say(`${name}: ${complaint}`);
  say(`\n${runs.length} runs in ${Math.round((Date.now() - begun) / 1000)} s, medians of ${chosen.rounds} rounds; two servers and a Redis without a file each, a floor without Redis one process; 128-byte texts; chatd with every guarantee, as always`);
  if (chosen.html) write(chosen.html, page({ platform, tables: result, workloads: chosen.workloads, contenders: taking, summary, rounds: chosen.rounds, complaints }));
  if (chosen.json) write(chosen.json, JSON.stringify({ platform, rounds: chosen.rounds, runs, medians: Object.fromEntries([...summary].map(([name, rows]) => [name, Object.fromEntries(rows)])) }, null, 1));
  const own = complaints[0];
  process.exitCode = runs.some(({ error }) => error) || own.lost + own.duplicates + own.outOfOrder > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(error.stack);
  process.exitCode = 2;
}).finally(() => setImmediate(() => process.exit()));

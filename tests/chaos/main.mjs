// The program: one long round against the server, short ones against servers with one thing broken, one line at the end.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { storeNamed, storeNames } from './stores.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, '../..');
const BROKEN = 3;                 // exit code of a round that could not be played

const HELP = `Usage: tests/chaos/run [--seconds S] [--seed N] [--mutants yes|no] [--faults NAME,NAME…|list] [--clients N] [--rate N]
                       [--store ${storeNames.join('|')}] [--shards N] [--tokens N] [--io-uring auto|off] [--memory MIB]

Three real nodes behind NGINX, each with the store behind a fault proxy. People talk while one fault follows another; then the
history of what everybody sent and saw is checked: nothing acknowledged is lost, doubled or out of order, no hole is silent.

  --seconds S     how long faults go on (90)
  --seed N        replays the faults of an earlier run; without it a new one
  --mutants no    leaves out the short rounds in which servers with one thing broken must be caught
  --faults LIST   only these, by name; "list" tells all
  --clients N     32 to 60 people (44)
  --rate N        messages a second in all (400)
  --store NAME    what the nodes share: redis, or postgres with acknowledgements of what is on its disk; each has faults of
                  its own and the mutants that differ from chatd on it (redis)
  --shards N      so many Redis share the rooms; each fault of Redis or of a link is about one of them (1)
  --tokens N      that many sessions more, with tokens that live 20 s: nine of ten refresh them in time and must not be
                  dropped, the others never do and must be closed after the grace; needs --seconds 20 (0)
  --memory MIB    MiB by which a node may have grown in the end, beside a tenth (32); the thread sanitizer keeps
                  four bytes for each of the server's
  --io-uring off  the nodes write with send() alone (auto: with io_uring where the kernel allows it)

CHATD=FILE tests another build; its mutant is chatd-mutant beside it, or CHATD_MUTANT=FILE. The picture and what is left of a
failure: build/chaos/.
Exit code: 0 passed, 1 a promise was broken or a mutant not caught, ${BROKEN} the round could not be played.
`;

const MUTANT_SECONDS = 12;
const TOKEN_SECONDS = 20;         // the least for tokens to end
const HUNTS_AT_ONCE = 2;

function options() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '90' }, seed: { type: 'string' }, mutants: { type: 'string', default: 'yes' }, faults: { type: 'string' },
      clients: { type: 'string', default: '44' }, rate: { type: 'string', default: '400' }, tokens: { type: 'string', default: '0' },
      'io-uring': { type: 'string', default: 'auto' }, memory: { type: 'string', default: '32' }, store: { type: 'string', default: 'redis' }, shards: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const number = (name, low, high) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < low || value > high) throw new Error(`--${name} needs a whole number from ${low} to ${high}`);
    return value;
  };
  if (!['yes', 'no'].includes(values.mutants)) throw new Error('--mutants needs yes or no');
  if (!['auto', 'off'].includes(values['io-uring'])) throw new Error('--io-uring needs auto or off');
  if (!storeNames.includes(values.store)) throw new Error(`--store needs ${storeNames.join(' or ')}`);
  if (values.shards !== '1' && values.store !== 'redis') throw new Error('--shards is for --store redis');
  const seconds = number('seconds', 1, 86_400), tokens = number('tokens', 0, 5000);
  if (tokens > 0 && seconds < TOKEN_SECONDS) throw new Error(`--tokens needs --seconds ${TOKEN_SECONDS} or more: no token ends before`);
  return {
    help: values.help, list: values.faults === 'list', names: values.faults?.split(','), mutants: values.mutants === 'yes', ioUring: values['io-uring'],
    seconds, tokens, store: values.store, memory: number('memory', 1, 4096), shards: number('shards', 1, 9), clients: number('clients', 32, 60), rate: number('rate', 1, 5000),
    seed: values.seed === undefined ? Math.floor(Math.random() * 100_000) : number('seed', 0, 0xffffffff),
  };
}

const say = (line) => console.log(line);

/** Runs a copy of the server, so that a build meanwhile does not change it, and keeps the files of the round in a folder. */
async function play({ seconds, seed, clients, rate, tokens, memory, store, shards, names, ioUring }) {
  const binary = process.env.CHATD ?? join(top, 'build/release/bin/chatd');
  const folder = join(top, 'build/chaos', process.env.MUTANT ?? 'server');
  if (!existsSync(binary)) throw new Error(`there is no ${binary}: build it first`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  process.env.CHATD = join(folder, 'chatd');
  copyFileSync(binary, process.env.CHATD);
  const { faultsNamed } = await import('./faults.mjs');
  const { round } = await import('./round.mjs');
  const Store = await storeNamed(store, shards);
  const result = await round({ folder, seconds, seed, clients, rate, tokens, memory, Store, shards, ioUring, faults: faultsNamed(names, Store), only: names !== undefined, say });
  return { ...result, folder: result.verdict.passed || process.env.MUTANT ? folder : keep(folder, seed) };
}

/** Where the next round does not write over it: not every failure comes again with its seed. */
function keep(folder, seed) {
  const kept = join(dirname(folder), `failed-${seed}`);
  rmSync(kept, { recursive: true, force: true });
  renameSync(folder, kept);
  return kept;
}

/** A round of its own process against a server with one broken promise; the checker must find the matching violation. */
function hunt(mutant, { faults, seenAs, tokens = 0 }, binary, { seed, clients, rate, store }) {
  const seconds = tokens > 0 ? TOKEN_SECONDS : MUTANT_SECONDS;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(here, 'main.mjs'), '--mutants', 'no', '--store', store, '--seconds', String(seconds), '--seed', String(seed), '--tokens', String(tokens),
      '--clients', String(clients), '--rate', String(rate), '--faults', faults.join(',')], { env: { ...process.env, CHATD: binary, MUTANT: mutant }, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (bytes) => { output += bytes; });
    child.on('close', (code) => {
      const found = [...output.matchAll(/^\[\d+\] ([\w-]+): .*$/gm)].filter(([, kind]) => seenAs.includes(kind));
      const outcome = code === 1 && found.length > 0 ? 'caught' : { 0: 'missed', 1: 'seen as something else' }[code] ?? 'unplayed';
      const ours = /^seen by .*\bio-\d/m.test(output) ? ', by a Socket.IO client, too' : '';
      say(`mutant ${mutant}: ${outcome}${ours} — ${(found[0]?.[0] ?? output.trim().split('\n').at(-1)).slice(0, 160)}`);
      resolve(outcome === 'caught');
    });
  });
}

async function huntAll(chosen) {
  const { mutants, unplayed } = await storeNamed(chosen.store);
  const names = Object.keys(mutants);
  const binary = process.env.CHATD_MUTANT ?? join(dirname(chosen.binary), 'chatd-mutant');
  if (!existsSync(binary)) {
    say(`MUTANTS NOT AVAILABLE: there is no ${binary}, so nothing shows that this checker would see a broken server`);
    return { caught: 0, of: names.length };
  }
  for (const [name, why] of Object.entries(unplayed)) say(`mutant ${name}: not played on ${chosen.store}, because ${why}`);
  const waiting = Object.entries(mutants);
  let caught = 0;
  const hunter = async () => { while (waiting.length > 0) if (await hunt(...waiting.shift(), binary, chosen)) ++caught; };
  await Promise.all(Array.from({ length: HUNTS_AT_ONCE }, hunter));
  return { caught, of: names.length };
}

async function main() {
  const chosen = options();
  if (chosen.help) return console.log(HELP);
  if (chosen.list) {
    const { faultsOn } = await import('./faults.mjs');
    for (const { name, kind, expected } of faultsOn(await storeNamed(chosen.store, chosen.shards))) say(`${name.padEnd(24)} ${kind.padEnd(28)} ${expected}`);
    return;
  }
  chosen.binary = process.env.CHATD ?? join(top, 'build/release/bin/chatd');
  say(`seed ${chosen.seed}, ${chosen.seconds} s, ${chosen.clients} clients, ${chosen.rate} messages/s, ${chosen.store}, ${chosen.binary}`);
  const { verdict, figures, folder } = await play(chosen);
  const mutants = chosen.mutants ? await huntAll(chosen) : null;
  for (const line of figures.outcomes) say(line);
  for (const sentence of verdict.sentences) say(sentence);
  if (verdict.seenBy.size > 0) say(`seen by ${[...verdict.seenBy].join(' ')}`);
  if (!verdict.passed) say(`kept: ${folder}`);
  say(`picture: ${join(folder, 'plot.svg')}`);
  const passed = verdict.passed && (!mutants || mutants.caught === mutants.of);
  const { counts } = verdict;
  const { refreshed, ended } = figures.tokens;
  const tokens = chosen.tokens > 0 ? `tokens ${chosen.tokens} refreshed ${refreshed} expired ${ended} dropped-although-refreshed ${counts.dropped} kept-although-expired ${counts.kept} | ` : '';
  const { recovered, returned } = figures;
  say(`faults ${figures.faults} (${figures.kinds} kinds) sent ${figures.sent} acked ${figures.acked} unknown ${figures.unknown} | `
    + `lost ${counts.lost} duplicated ${counts.duplicated} reordered ${counts.reordered} phantom ${counts.phantom} silent-gaps ${counts.silentGaps}${counts.other ? ` other ${counts.other}` : ''} | ${tokens}`
    + `recovered ${recovered} of ${returned} | `
    + `recovery p50 ${figures.recovery.p50.toFixed(2)} s max ${figures.recovery.max.toFixed(2)} s | mutants ${mutants ? `${mutants.caught}/${mutants.of}` : 'not played'} | seed ${chosen.seed} ${passed ? 'PASS' : 'FAIL'}`);
  process.exitCode = passed ? 0 : 1;
}

main().catch((error) => {
  console.error(error.stack);
  process.exitCode = BROKEN;
}).finally(() => setImmediate(() => process.exit()));

// The program: the CPU that a node uses for a connect and hello, with tokens of several algorithms and without. chatd alone.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SignJWT } from 'jose';
import '../e2e/support/webcrypto.mjs';
import { ChatClient } from '../e2e/support/client.mjs';
import { Node } from '../e2e/support/node.mjs';
import { top } from '../e2e/support/places.mjs';
import { machine } from './machine.mjs';

const HELP = `Usage: tests/bench/run tokens [--rounds N] [--connects N]

One node. Each round connects, says hello and leaves: without a token, and with one signed by HS256, ES256 and RS256, in an
order drawn by chance. Prints the node's CPU a connect, and the median ratio to that without a token.

  --rounds N     9
  --connects N   500 a round and kind
`;

/** Nanoseconds that the process has been on a core. */
const cpu = (pid) => readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]), 0);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const shuffle = (list) => list.map((item) => [Math.random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);

/** Key files of the node, and a maker of tokens for each kind. */
function keys(folder) {
  const secret = randomBytes(32);
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const settings = { 'jwt-secret-file': join(folder, 'secret'), 'jwt-keys': join(folder, 'keys.pem') };
  writeFileSync(settings['jwt-secret-file'], secret);
  writeFileSync(settings['jwt-keys'], [ec, rsa].map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'pem' })).join(''));
  const sign = (alg, key) => (user) => new SignJWT({ name: user }).setProtectedHeader({ alg }).setSubject(user).setIssuedAt().setExpirationTime('1h').sign(key);
  return { settings, kinds: { none: () => undefined, HS256: sign('HS256', secret), ES256: sign('ES256', ec.privateKey), RS256: sign('RS256', rsa.privateKey) } };
}

/** @returns {Promise<number>} CPU-µs of the node a connect */
async function measure(node, make, connects) {
  const tokens = await Promise.all(Array.from({ length: connects }, (_, i) => make(`user-${i}`)));
  const before = cpu(node.program.child.pid);
  for (const token of tokens) {
    const client = await ChatClient.connect(node.ws, { token });
    client.socket.close();
    await client.closed;
  }
  return (cpu(node.program.child.pid) - before) / connects / 1000;
}

async function main() {
  const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '9' }, connects: { type: 'string', default: '500' }, help: { type: 'boolean' } } });
  if (options.help) return console.log(HELP);
  const folder = join(top, 'build/bench/tokens');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { settings, kinds } = keys(folder);
  const node = await Node.start({ id: 'chat-1', folder, settings: { auth: 'optional', ...settings } });
  const costs = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  try {
    await measure(node, kinds.HS256, Number(options.connects));
    for (let round = 0; round < Number(options.rounds); ++round) {
      for (const kind of shuffle(Object.keys(kinds))) costs[kind].push(await measure(node, kinds[kind], Number(options.connects)));
      console.log(`round ${round + 1}: ${Object.entries(costs).map(([kind, all]) => `${kind} ${all.at(-1).toFixed(1)}`).join(', ')} µs`);
    }
  } finally {
    await node.kill();
  }
  console.log(machine().join('\n'));
  for (const [kind, all] of Object.entries(costs)) {
    const ratio = median(all.map((cost, round) => cost / costs.none[round]));
    console.log(`${kind.padEnd(5)} ${median(all).toFixed(1)} µs a connect, ${ratio.toFixed(2)}x`);
  }
}

await main();

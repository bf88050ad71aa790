// The program: what a message costs a node and Redis, sent by a client and published through the server API. chatd alone.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiKeys, Application } from '../e2e/support/api.mjs';
import { ChatClient } from '../e2e/support/client.mjs';
import { Node } from '../e2e/support/node.mjs';
import { top } from '../e2e/support/places.mjs';
import { machine } from './machine.mjs';
import { startRedis } from './measure.mjs';

const HELP = `Usage: tests/bench/run publish [--rounds N] [--messages N]

One node with 64 rooms and a client in each. Each round the clients send, 64 kept-alive connections publish through the
server API, and the same with idempotency keys, in an order drawn by chance; each waits for the answer before its next
message. Prints the CPU of the node and of Redis a message, and the median ratios to that of a client's send.

  --rounds N     7
  --messages N   12800 a round and kind
`;

const CONNECTIONS = 64;
const TEXT = 'x'.repeat(128);

/** Nanoseconds that the process has been on a core. */
const cpu = (pid) => readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]), 0);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const shuffle = (list) => list.map((item) => [Math.random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);

/** A call over one of the kept-alive connections. */
function post(agent, url, secret, parameters) {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/api/publish`, { method: 'POST', agent, headers: { 'X-API-Key': secret } }, (response) => {
      let text = '';
      response.on('data', (bytes) => { text += bytes; });
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(text))));
    });
    call.on('error', reject);
    call.end(JSON.stringify(parameters));
  });
}

async function main() {
  const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '7' }, messages: { type: 'string', default: '12800' }, help: { type: 'boolean' } } });
  if (options.help) return console.log(HELP);
  const folder = join(top, 'build/bench/publish');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const keys = new ApiKeys(folder, { shop: ['publish'] });
  const redis = await startRedis(folder);
  const node = await Node.start({ id: 'chat-1', folder, redis, settings: { ...keys.settings, 'messages-per-second': 0, 'joins-per-second': 0, 'people-per-address': 0, 'max-connections-per-address': 0 } });
  const { url } = new Application(node, keys.secret('shop'));
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => ChatClient.connect(node.ws)));
  await Promise.all(clients.map((client, i) => client.join(`room-${i}`)));
  const kinds = {
    send: (i) => clients[i].say(`room-${i}`, TEXT),
    publish: (i) => post(agent, url, keys.secret('shop'), { room: `room-${i}`, text: TEXT }),
    'publish with key': (i) => post(agent, url, keys.secret('shop'), { room: `room-${i}`, text: TEXT, idempotency_key: randomUUID() }),
  };
  const each = Math.ceil(Number(options.messages) / CONNECTIONS);
  /** CPU-µs a message: [node, Redis] */
  const measure = async (say) => {
    const now = () => [node, redis].map(({ program }) => cpu(program.child.pid));
    const before = now();
    await Promise.all(clients.map(async (client, i) => {
      for (let k = 0; k < each; ++k) await say(i);
      client.pushes.length = 0;
    }));
    return now().map((after, i) => (after - before[i]) / each / CONNECTIONS / 1000);
  };
  const costs = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  try {
    for (const say of Object.values(kinds)) await measure(say);
    for (let round = 0; round < Number(options.rounds); ++round) {
      for (const kind of shuffle(Object.keys(kinds))) costs[kind].push(await measure(kinds[kind]));
      console.log(`round ${round + 1}: ${Object.entries(costs).map(([kind, all]) => `${kind} ${all.at(-1).map((cost) => cost.toFixed(1)).join(' + ')}`).join(', ')} µs`);
    }
  } finally {
    for (const client of clients) client.terminate();
    agent.destroy();
    await node.kill();
    await redis.program.stop('SIGKILL');
  }
  console.log(machine().join('\n'));
  for (const [kind, all] of Object.entries(costs)) {
    const [ofNode, ofRedis] = [0, 1].map((i) => `${median(all.map((cost) => cost[i])).toFixed(1)} µs (${median(all.map((cost, round) => cost[i] / costs.send[round][i])).toFixed(2)}x)`);
    console.log(`${kind.padEnd(16)} node ${ofNode}, Redis ${ofRedis} a message`);
  }
}

await main();

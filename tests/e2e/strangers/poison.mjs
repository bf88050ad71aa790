// Junk in Redis: no node crashes, hangs or floods its log, and after each batch the room still hears.
import { randomInt } from 'node:crypto';
import { ChatClient } from '../support/client.mjs';
import { EventStreamClient } from '../support/http-clients.mjs';
import { until } from '../support/until.mjs';
import { memoryOf } from './gauges.mjs';
import { BATCH, junk, spoiledKeys } from './junk.mjs';
import { bounds } from './limits.mjs';
import { addCount } from './report.mjs';
import { stage, strikeStage } from './stage.mjs';

const COUNT = 5000;
const KEYS_EVERY = 4;            // batches: each fourth goes into keys
const RESTART_EVERY = 28;        // and a node begins with what then stands there
const SPEAKERS = 4;
const SAY_AGAIN = 400;
const TO_HEAR = 5000;
const ROOM = 'junk';

export const seed = Number(process.env.SEED ?? randomInt(2 ** 31));

class Company {
  static async enter(at) {
    const company = new Company();
    const [one, two] = at.nodes;
    const connect = (node, i) => ChatClient.connect(node.ws, { from: `127.0.15.${i}` });
    company.speakers = await Promise.all(Array.from({ length: SPEAKERS }, (_, i) => connect(at.nodes[0], i + 1)));
    company.listeners = [...await Promise.all([connect(one, 11), connect(two, 12)]), await EventStreamClient.connect(`${two.http}/sse`, { from: '127.0.15.13' })];
    for (const client of [...company.speakers, ...company.listeners]) company.joined = await client.join(ROOM, { history: 0 });
    company.lines = 0;
    return company;
  }

  /** Says something new until one such line has reached every listener. */
  async isHeard() {
    const lines = [];
    let next = 0;
    await until('a fresh message reaches everybody', () => {
      if (performance.now() >= next) {
        next = performance.now() + SAY_AGAIN;
        lines.push(`line ${++this.lines}`);
        this.speakers[this.lines % SPEAKERS].request('send', { room: ROOM, text: lines.at(-1) }).catch(() => {});
      }
      return lines.some((line) => this.listeners.every(({ pushes }) => pushes.some(({ text }) => text === line)));
    }, TO_HEAR);
    for (const { pushes } of this.listeners) pushes.length = 0;
  }

  leave() { for (const client of [...this.speakers, ...this.listeners]) client.terminate(); }
}

/** What is true now, for payloads that look right. */
async function truth({ store }, company) {
  const [meta, [instance], channels] = await store.ask(['HMGET', `chat:{${ROOM}}:meta`, 'epoch', 'top'], ['ZRANGE', 'chat:leases', '0', '0'], ['PUBSUB', 'SHARDCHANNELS', '*']);
  const asked = channels.filter((name) => name.endsWith(':asked'));
  return {
    room: ROOM, epoch: meta[0], top: Number(meta[1]), instance: instance ?? 'chat-1', user: company.speakers[0].user.id, asked,
    answers: channels.filter((name) => name.endsWith(':answers')), connection: /\{(.*)\}/.exec(asked[0])?.[1] ?? 'x',
    body: JSON.stringify({ from: company.speakers[0].user, text: 'forged', time: Date.now(), node: 'chat-1' }),
  };
}

async function publish({ store }, commands) {
  await Promise.allSettled(commands.map((command) => store.ask(command)));      // some are refused by Redis itself
}

async function poison(at) {
  const complaints = [];
  const lines = () => at.nodes.reduce((most, node) => Math.max(most, node.log.split('\n').length), 0);
  const before = { lines: lines(), memory: at.nodes.map(memoryOf) };
  const begun = performance.now();
  let company = await Company.enter(at);
  await company.isHeard();
  for (let batch = 0; batch < COUNT / BATCH && complaints.length < 3; ++batch) {
    const intoKeys = batch % KEYS_EVERY === KEYS_EVERY - 1;
    const now = await truth(at, company);
    await publish(at, junk(seed, batch, now, intoKeys));
    if (batch % RESTART_EVERY === RESTART_EVERY - 1) {
      await at.nodes[1].kill();
      await at.nodes[1].start().catch(() => complaints.push(`batch ${batch}: chat-2 does not become ready`));
      company.leave();
      company = undefined;
    }
    if (intoKeys) await at.store.ask(['DEL', ...spoiledKeys(now)]);
    try {
      company ??= await Company.enter(at);
      await company.isHeard();
    } catch (error) {
      complaints.push(`batch ${batch} (${intoKeys ? 'keys' : 'channels'}): ${error.message}`);
      company?.leave();
      company = undefined;
      await at.store.ask(['DEL', ...spoiledKeys(now)]);
    }
    for (const node of at.nodes) if (node.program.result !== undefined) return [...complaints, `batch ${batch}: ${node.id} ended with ${node.program.result}`];
  }
  company?.leave();
  const minutes = Math.max(1, (performance.now() - begun) / 60_000);
  const logged = lines() - before.lines;
  if (logged > bounds.logLinesPerMinute * minutes) complaints.push(`${logged} lines were logged in ${minutes.toFixed(1)} minutes`);
  const growth = Math.max(...at.nodes.map((node, i) => memoryOf(node) - before.memory[i]));
  if (growth > bounds.memoryGrowth) complaints.push(`memory grew ${Math.round(growth)} MB`);
  return complaints;
}

export const poisons = [{
  name: `${COUNT} spoiled payloads in Redis: no crash, no deaf room, a quiet log`,
  async run(t) {
    t.diagnostic(`SEED=${seed}`);
    await strikeStage();
    const at = await stage();
    at.broken = true;                  // what is left in Redis is for nobody else
    const complaints = await poison(at);
    addCount(`junk in Redis, SEED=${seed}`, '', complaints, `${COUNT} payloads`);
    return { complaints };
  },
}];

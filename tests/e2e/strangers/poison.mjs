// Junk in Redis: no node crashes, hangs or floods its log, and after each batch the room still receives messages.
import { http } from '../support/http.mjs';
import { seed } from '../support/seed.mjs';
import { until } from '../support/until.mjs';
import { memoryOf } from './gauges.mjs';
import { BATCH, junk, roomKeys, sharedKeys } from './junk.mjs';
import { bounds } from './limits.mjs';
import { SocketListener, StreamListener } from './listeners.mjs';
import { addCount } from './report.mjs';
import { stage, strikeStage } from './stage.mjs';

const COUNT = 5000;
const KEYS_EVERY = 4;            // every fourth batch goes into keys, the others into channels
const RESTART_EVERY = 28;        // after these batches a node restarts and reads the junk
const SPEAKERS = 4;
const SAY_AGAIN = 400;
const TO_HEAR = 5000;
const ROOM = 'junk';
const USER = 'guest-0123456789abcdef';

let said = 0;

class Company {
  static async enter(at) {
    const company = new Company();
    const [one, two] = at.nodes;
    company.speakers = await Promise.all(Array.from({ length: SPEAKERS }, (_, i) => SocketListener.enter(one, ROOM, `127.0.15.${i + 1}`)));
    company.listeners = await Promise.all([
      SocketListener.enter(one, ROOM, '127.0.15.11'), SocketListener.enter(two, ROOM, '127.0.15.12'), StreamListener.enter(two, one, ROOM, '127.0.15.13'),
    ]);
    return company;
  }

  get everybody() { return [...this.speakers, ...this.listeners]; }

  /** Sends fresh messages until one of them has reached every listener. */
  async isHeard() {
    const lines = [];
    let next = 0;
    await until('a fresh message reaches everybody', () => {
      if (performance.now() >= next) {
        next = performance.now() + SAY_AGAIN;
        lines.push(`line ${++said}`);
        this.speakers[said % SPEAKERS].send({ type: 'send', room: ROOM, text: lines.at(-1) });
      }
      return lines.some((line) => this.listeners.every(({ heard }) => heard.has(line)));
    }, TO_HEAR);
  }

  get cut() { return this.everybody.filter((one) => one.cut).length; }

  leave() { for (const client of this.everybody) client.terminate(); }
}

/** The current epoch, channels and so on, so that payloads look valid. */
async function truth({ store }) {
  const [meta, [instance], channels] = await store.ask(['HMGET', `chat:{${ROOM}}:state`, '.epoch', '.top'], ['ZRANGE', 'chat:leases', '0', '0'], ['PUBSUB', 'SHARDCHANNELS', '*']);
  const asked = channels.filter((name) => name.endsWith(':asked'));
  return {
    room: ROOM, epoch: meta[0], top: Number(meta[1]), instance: instance ?? 'chat-1', user: USER, asked,
    answers: channels.filter((name) => name.endsWith(':answers')), connection: /\{(.*)\}/.exec(asked[0])?.[1] ?? 'x',
    body: JSON.stringify({ from: { id: USER, name: 'Ana' }, text: 'forged', time: Date.now(), node: 'chat-1' }),
  };
}

async function publish({ store }, commands) {
  await Promise.allSettled(commands.map((command) => store.ask(command)));      // Redis itself refuses some
}

async function repair({ store }, now) {
  const types = await store.ask(...Object.keys(sharedKeys).map((key) => ['TYPE', key]));
  const wrong = Object.entries(sharedKeys).filter(([, type], i) => types[i] !== type).map(([key]) => key);
  await store.ask(['DEL', ...roomKeys(now), ...wrong]);
}

/** Checks that every node answers /ready, and /nodes with a list. The list may be empty after a repair. */
async function listed({ nodes }) {
  const complaints = [];
  for (const node of nodes) {
    if (typeof (await http(`${node.http}/nodes`)).json.active_count !== 'number') complaints.push(`${node.id} has no list of nodes`);
    if ((await http(`${node.http}/ready`)).status !== 200) complaints.push(`${node.id} is not ready`);
  }
  return complaints;
}

/** Log lines of the node that logged most, without those that a repair causes. */
const lines = ({ nodes }) => Math.max(...nodes.map((node) => node.log.split('\n').filter((line) => !line.includes('event=log_wiped')).length));

async function poison(at) {
  const complaints = [];
  const before = { lines: lines(at), memory: at.nodes.map(memoryOf) };
  const begun = performance.now();
  let company = await Company.enter(at);
  await company.isHeard();
  for (let batch = 0; batch < COUNT / BATCH && complaints.length < 3; ++batch) {
    const intoKeys = batch % KEYS_EVERY === KEYS_EVERY - 1;
    const now = await truth(at);
    await publish(at, junk(seed, batch, now, intoKeys));
    if (batch % RESTART_EVERY === RESTART_EVERY - 1) {
      await at.nodes[1].kill();
      await at.nodes[1].start().catch(() => complaints.push(`batch ${batch}: chat-2 does not become ready`));
      company.leave();
      company = undefined;
    }
    if (intoKeys) await repair(at, now);
    try {
      company ??= await Company.enter(at);
      await company.isHeard();
      if (company.cut > 0) throw new Error(`${company.cut} clients were cut off`);
      const wrong = await listed(at);
      if (wrong.length) throw new Error(wrong.join(', '));
    } catch (error) {
      complaints.push(`batch ${batch} (${intoKeys ? 'keys' : 'channels'}): ${error.message.replace(/ \(last:.*/, '')}`);
      company?.leave();
      company = undefined;
      await repair(at, now);
    }
    for (const node of at.nodes) if (node.program.result !== undefined) return [...complaints, `batch ${batch}: ${node.id} ended with ${node.program.result}`];
  }
  company?.leave();
  const minutes = Math.max(1, (performance.now() - begun) / 60_000);
  const logged = lines(at) - before.lines;
  if (logged > bounds.logLinesPerMinute * minutes) complaints.push(`${logged} lines were logged in ${minutes.toFixed(1)} minutes`);
  const growth = Math.max(...at.nodes.map((node, i) => memoryOf(node) - before.memory[i]));
  if (growth > bounds.memoryGrowth) complaints.push(`memory grew ${Math.round(growth)} MB`);
  return complaints;
}

export const poisons = [{
  name: `${COUNT} mutated payloads in Redis: no crash, no deaf room, a quiet log`,
  async run(t) {
    t.diagnostic(`SEED=${seed}`);
    await strikeStage();
    const at = await stage();
    at.broken = true;                  // Redis holds junk now
    const complaints = await poison(at);
    addCount(`junk in Redis, SEED=${seed}`, undefined, complaints, `${COUNT} payloads`);
    return { complaints };
  },
}];

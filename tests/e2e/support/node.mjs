import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { http } from './http.mjs';
import { chatd, top } from './places.mjs';
import { Program } from './program.mjs';
import { until } from './until.mjs';

/** This process' environment without any CHAT_ setting, so that only the settings of a test count. */
export function cleanEnvironment(extra = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('CHAT_'));
  return { ...Object.fromEntries(kept), ...extra };
}

/** One chatd. Limits on rates are off unless a test asks for them, because tests are faster than people. */
export class Node {
  command = chatd;
  env = {};

  /** @param {{ id: string, folder: string, redis?: { url: string }, settings?: object, ready?: boolean, program?: string, env?: object }} options
   *   `ready: false`: it is expected not to become ready, so that is not waited for; `program`, `env`: another chatd, more environment */
  static async start({ id, folder, redis, settings = {}, ready = true, program = chatd, env = {} }) {
    const node = new Node();
    node.id = id;
    node.command = program;
    node.env = env;
    node.expectedReady = ready;
    node.logFile = join(folder, `${id}.log`);
    node.settings = {
      listen: '127.0.0.1:0',
      'node-id': id,
      'web-root': join(top, 'web'),
      'max-connections-per-address': 0,
      'messages-per-second': 0,
      'joins-per-second': 0,
      'drain-seconds': 2,
      'core-dumps': 'on',              // off, only root can read a node's memory; the leak sanitizer reads it, too
      ...(redis ? { redis: redis.url } : {}),
      ...settings,
    };
    await node.start();
    return node;
  }

  /** Starts it, or starts it again on the port it had. */
  async start() {
    const flags = Object.entries(this.settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.program = new Program(this.id, this.command, flags, { env: cleanEnvironment(this.env), logFile: this.logFile });
    const [, port] = await this.program.line(/event=listening .*?address="?[\d.]+:(\d+)/);
    this.port = Number(port);
    this.settings.listen = `127.0.0.1:${port}`;
    if (this.expectedReady) await until(`${this.id} is ready`, async () => (await http(`${this.http}/ready`)).status === 200, 20_000);
  }

  get http() { return `http://127.0.0.1:${this.port}`; }
  get ws() { return `ws://127.0.0.1:${this.port}/ws`; }
  get log() { return this.program.output; }
  /** Resident memory in MB. */
  get memory() { return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.program.child.pid}/status`, 'utf8'))[1]) / 1024; }

  kill() { return this.program.stop('SIGKILL'); }
  stop() { return this.program.stop('SIGTERM'); }
}

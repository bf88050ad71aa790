import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { within } from './until.mjs';

const running = new Set();

// However a test file ends, no process that it started outlives it. NGINX's master is asked, because its workers are not our children.
process.on('exit', () => {
  for (const program of running) program.child.kill(program.lastSignal);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

/** A child process whose output goes to `logFile` and can be waited for line by line. */
export class Program {
  constructor(name, command, args, { logFile, env = process.env, cwd, lastSignal = 'SIGKILL' }) {
    this.name = name;
    this.lastSignal = lastSignal;
    this.output = '';
    this.listeners = new Set();
    this.child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this);
    this.child.unref();                     // a program left running by a failed set-up must not keep the test file from ending
    const log = logFile ? createWriteStream(logFile, { flags: 'a' }) : null;
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.unref();
      stream.on('data', (bytes) => {
        log?.write(bytes);
        this.output += bytes;
        for (const listen of [...this.listeners]) listen();
      });
    }
    /** Resolves to the exit code, or to the name of the signal that ended it. */
    this.exited = new Promise((resolve) => {
      const ended = (result) => {
        running.delete(this);
        this.result = result;
        log?.end();
        for (const listen of [...this.listeners]) listen();
        resolve(result);
      };
      this.child.once('error', (error) => ended(error.message));
      this.child.once('close', (code, signal) => ended(code ?? signal));
    });
  }

  /** The first match of `pattern` in the output; fails at once if the program ends before. */
  line(pattern, milliseconds = 20_000) {
    let listen;
    const found = new Promise((resolve, reject) => {
      listen = () => {
        const match = pattern.exec(this.output);
        if (match) resolve(match);
        else if (this.result !== undefined) reject(new Error(`${this.name} ended (${this.result}) before ${pattern}:\n${this.output.slice(-2000)}`));
      };
      this.listeners.add(listen);
      listen();
    });
    return within(`${this.name} prints ${pattern}`, found, milliseconds).finally(() => this.listeners.delete(listen));
  }

  signal(name) {
    this.child.kill(name);
  }

  /** Sends `signal` and waits for the end; a program that does not obey is killed, and that is an error. */
  async stop(signal = 'SIGTERM', milliseconds = 20_000) {
    if (this.result !== undefined) return this.result;
    this.child.kill(signal);
    try {
      return await within(`${this.name} ends after ${signal}`, this.exited, milliseconds);
    } catch (error) {
      this.child.kill('SIGKILL');
      await this.exited;
      throw error;
    }
  }
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The first of `count` free ports in a row, below those that the system gives to connections and to freePort(). */
export async function freePorts(count) {
  const isFree = (port) => new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  for (;;) {
    const first = randomInt(12_000, 30_000);
    const found = [];
    for (let i = 0; i < count; i++) found.push(await isFree(first + i));
    if (found.every(Boolean)) return first;
  }
}

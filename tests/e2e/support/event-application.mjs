import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from './places.mjs';
import { Program, freePort } from './program.mjs';

/** A process that hears of events, which a test may kill and start again; what it has heard stays in a file. */
export class EventApplication {
  /** @param {string} folder of its files @param {Record<string, object>} hooks by event, without their URL @param {object} members beside them */
  static async start(folder, hooks, members = {}) {
    const application = new EventApplication();
    application.folder = folder;
    application.secret = randomBytes(24).toString('hex');
    application.port = await freePort();
    application.heard = join(folder, 'events.jsonl');
    const url = `http://127.0.0.1:${application.port}/events`;
    const secretFile = join(folder, 'hook-secret');
    writeFileSync(secretFile, `${application.secret}\n`, { mode: 0o600 });
    application.file = join(folder, 'hooks.json');
    const withUrls = Object.fromEntries(Object.entries(hooks).map(([event, hook]) => [event, { url, ...hook }]));
    writeFileSync(application.file, JSON.stringify({ secret_file: secretFile, ...members, hooks: withUrls }));
    await application.start();
    return application;
  }

  get settings() { return { hooks: this.file }; }

  async start() {
    const script = join(top, 'tests/e2e/support/event-listener.mjs');
    this.program = new Program('event-listener', process.execPath, [script, String(this.port), this.heard, this.secret], { logFile: join(this.folder, 'listener.log') });
    await this.program.line(/listening/);
  }

  kill() { return this.program.stop('SIGKILL'); }

  /** All that it has heard, repetitions too, in the order in which it came. */
  get deliveries() {
    if (!existsSync(this.heard)) return [];
    return readFileSync(this.heard, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  /** The first delivery of each event of this name. */
  events(name) {
    const ids = new Set();
    return this.deliveries.filter(({ event, id }) => event === name && !ids.has(id) && ids.add(id));
  }
}

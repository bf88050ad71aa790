// One PostgreSQL as the store of the nodes, which acknowledge what is on its disk: no fault takes a message from them.
import { readFileSync } from 'node:fs';
import { Postgres } from '../e2e/support/postgres.mjs';
import { until } from '../e2e/support/until.mjs';
import { postgresFaults } from './faults-postgres.mjs';
import { pgwire, Session } from './pgwire.mjs';

const SEGMENT = 2 ** 20;          // of the write-ahead log, see fillDisk()
const FILLER = 1000;              // bytes of a message that makes the table of messages larger
const CONNECTIONS = 40;
const ROOM_TABLES = 'room, log, sender, key_day, key';

export class PostgresStore {
  static protocol = pgwire;
  static faults = postgresFaults;
  static mutants = {
    'dedup-off': { faults: ['committed-then-cut', 'cut-after-send', 'lost-replies'], seenAs: ['duplicated'] },
    'refill-off': { faults: ['wipe'], seenAs: ['silent-gaps', 'other'] },
    'ack-before-append': { faults: ['cut-mid-request', 'blackhole-writers', 'kill-postgres'], seenAs: ['lost'] },
    'no-position-check': { faults: ['wipe'], seenAs: ['lost', 'reordered', 'silent-gaps', 'other'] },
    'keep-expired': { faults: ['checkpoint', 'reload-nginx'], tokens: 100, seenAs: ['kept'] },
  };
  static unplayed = {
    'fixed-epoch': 'PostgreSQL loses no message that is on its disk, so an epoch that goes on breaks no promise',
    'no-resubscribe': 'it changes src/backplane/redis',
  };

  static async start(folder, { rooms }) {
    const store = new PostgresStore();
    store.rooms = rooms;
    store.postgres = await Postgres.start(folder, { initdb: ['--wal-segsize=1'], flags: ['-c', `max_connections=${CONNECTIONS}`] });
    store.settings = store.postgres.settings;
    process.on('exit', () => store.resume());
    return store;
  }

  get ports() { return [this.postgres.port]; }
  urlOf([proxy]) { return this.postgres.url.replace(`127.0.0.1:${this.postgres.port}`, proxy.address); }

  choose() { return 0; }
  get chosen() { return this; }

  // Processes

  get #main() { return this.postgres.program.child.pid; }

  /** Its main process and those that it has begun. */
  get #processes() {
    try {
      return [this.#main, ...readFileSync(`/proc/${this.#main}/task/${this.#main}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number)];
    } catch {
      return [];                   // it has ended
    }
  }

  #signal(name) { for (const pid of this.#processes) try { process.kill(pid, name); } catch { /* it has ended */ } }

  /** All processes at once, as when the machine stops. */
  kill() {
    this.pause();                  // so that it begins no other meanwhile
    this.#signal('SIGKILL');
    return this.postgres.program.exited;
  }

  /** @param {'SIGQUIT' | 'SIGINT'} signal modes immediate and fast */
  end(signal) { return this.postgres.program.stop(signal); }
  startAgain() { return this.postgres.start(); }
  answers() { return until('PostgreSQL answers', () => this.ask(async () => true).catch(() => false)); }

  pause() { this.#signal('SIGSTOP'); }
  resume() { this.#signal('SIGCONT'); }

  /** From now on the table of messages, which is the largest file, can grow by so many bytes. As on a full disk write() fails, and
   * PostgreSQL ignores the signal for it. Files of the write-ahead log are smaller, so it goes on. */
  async fillDisk(bytes) {
    const [pids, size] = await this.ask(async (session) => {
      const sizeNow = async () => Number((await session.run(`select pg_relation_size('log')`))[0][0]);
      const missing = Math.ceil((SEGMENT - await sizeNow()) / FILLER);
      if (missing > 0) await session.run(`insert into log select gen_random_uuid(), 1, now(), convert_to(repeat('x', ${FILLER}), 'UTF8') from generate_series(1, ${missing})`);
      return [(await session.run(`select pid from pg_stat_activity where backend_type = 'client backend'`)).flat(), await sizeNow()];
    });
    this.#limitFiles([this.#main, ...pids], size + bytes);
  }

  freeDisk() { this.#limitFiles(this.#processes, 'unlimited'); }
  #limitFiles(pids, bytes) { for (const pid of pids) this.postgres.limitFiles(pid, bytes); }

  // Sessions

  session(name) { return Session.open(this.postgres.port, name); }

  /** @template T @param {(session: Session) => Promise<T>} work */
  async ask(work) {
    const session = await this.session();
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  run(sql) { return this.ask((session) => session.run(sql)); }

  // Logs

  /** Messages of each room, in order. */
  logs() { return this.ask((session) => this.#logsIn(session, 'log')); }

  async #logsIn(session, table) {
    const logs = [];
    for (const room of this.rooms) {
      const rows = await session.run(`select place, convert_from(body, 'UTF8') from ${table} where room = '${room}' order by place`);
      logs.push(rows.map(([place, body]) => ({ offset: Number(place), ...JSON.parse(body) })));
    }
    return logs;
  }

  async tops() {
    const tops = new Map((await this.run('select name, top from room')).map(([name, top]) => [name, Number(top)]));
    return this.rooms.map((room) => tops.get(room) ?? 0);
  }

  /** Removes all rooms and returns their logs as they were at that very moment: one transaction sets them aside. */
  wipe() {
    return this.ask(async (session) => {
      await session.run(`lock table ${ROOM_TABLES}; create temporary table wiped as select * from log; truncate ${ROOM_TABLES}`);
      return this.#logsIn(session, 'wiped');
    });
  }

  async stop() {
    this.resume();
    await this.postgres.stop();
  }
}

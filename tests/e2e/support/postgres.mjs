import { execFile, execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Program, freePort } from './program.mjs';
import { until } from './until.mjs';

const installed = '/usr/lib/postgresql';      // Debian's place: a folder for each version
const version = existsSync(installed) ? readdirSync(installed).sort((a, b) => Number(b) - Number(a))[0] : undefined;
const program = (name) => (version ? join(installed, version, 'bin', name) : name);

/** PostgreSQL does not run as root; the package has a user for it. */
const isRoot = process.getuid() === 0;
const asUser = (words) => (isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...words] : words);
const idOf = (option) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));

/** A private PostgreSQL on a free port, which writes to its disk before it answers. Nodes connect as a user who may make
 * schemas and no more. */
export class Postgres {
  /** @param {string} folder its log goes there; its data must be where its user may enter
   * @param {{ initdb?: string[], flags?: string[] }} options more words for initdb and for the server */
  static async start(folder, { initdb = [], flags = [] } = {}) {
    const postgres = new Postgres();
    postgres.flags = flags;
    postgres.logFile = join(folder, 'postgres.log');
    mkdirSync(folder, { recursive: true });
    postgres.folder = mkdtempSync(join(tmpdir(), 'chat-postgres-'));
    if (isRoot) chownSync(postgres.folder, idOf('-u'), idOf('-g'));
    postgres.data = join(postgres.folder, 'data');
    const [command, ...words] = asUser([program('initdb'), '-D', postgres.data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', ...initdb]);
    execFileSync(command, words, { stdio: 'ignore' });
    writeFileSync(join(postgres.data, 'pg_hba.conf'), 'host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n');
    postgres.port = await freePort();
    postgres.url = `postgres://chat:PASSWORD@127.0.0.1:${postgres.port}/postgres`;
    /** Of the nodes: a crash of this server takes nothing that it has acknowledged. */
    postgres.settings = { ack: 'durable' };
    await postgres.start();
    await postgres.sql(`create role chat login password 'PASSWORD'; grant create on database postgres to chat`);
    return postgres;
  }

  async start() {
    const [command, ...words] = asUser([program('postgres'), '-D', this.data, '-p', String(this.port), '-k', this.folder, '-c', 'listen_addresses=127.0.0.1', ...this.flags]);
    this.program = new Program('postgres', command, words, { logFile: this.logFile, lastSignal: 'SIGQUIT' });
    await until('PostgreSQL answers', async () => (await this.sql('select 1').catch(() => '')) === '1');
  }

  /** One text of SQL as the user with all rights, in the schema of the nodes; values stand behind each other. */
  async sql(text) {
    const { stdout } = await promisify(execFile)('psql', ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres', '-qAtX', '-c', 'set search_path = chat', '-c', text], { maxBuffer: 2 ** 26 });
    return stdout.trim();
  }

  /** The messages of a room as they are stored, in order. */
  async log(room) {
    const rows = await this.sql(`select place || ' ' || convert_from(body, 'UTF8') from log where room = '${room}' order by place`);
    return rows.split('\n').filter(Boolean).map((row) => ({ offset: Number(row.split(' ', 1)[0]), ...JSON.parse(row.slice(row.indexOf(' '))) }));
  }

  /** Cuts the connections of all nodes, or those whose names end with this. */
  async cut(ending = '') {
    const count = await this.sql(`select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'chat' and application_name like '%${ending}'`);
    return Number(count);
  }

  /** The most bytes that one of its processes can write into a file, or "unlimited". */
  limitFiles(pid, bytes) {
    const [command, ...words] = asUser(['prlimit', '--pid', String(pid), `--fsize=${bytes}:unlimited`]);
    try {
      execFileSync(command, words, { stdio: 'pipe' });
    } catch (error) {
      if (existsSync(`/proc/${pid}`)) throw error;       // it has ended
    }
  }

  /** Ends it as a crash does: without a checkpoint. */
  kill() { return this.program.stop('SIGQUIT'); }

  async stop() {
    await this.program.stop('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

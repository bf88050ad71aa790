import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { top } from './places.mjs';
import { Program, freePort } from './program.mjs';
import { randomFor } from './seed.mjs';
import { until } from './until.mjs';

const [, major, minor] = /v=(\d+)\.(\d+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' }));

/** Nodes connect as a user with the rights that deploy/redis.acl gives and no more; command() is the user with all rights. */
const leastRights = readFileSync(join(top, 'deploy/redis.acl'), 'utf8').trim().split(' ').map((rule, i) => (i === 0 ? `--${rule}` : rule));

const TO_READ_FILES = 60_000;     // hundreds of megabytes after half an hour of chaos

/** Whether this Redis can be asked to wait for its disk (7.2 and newer). */
export const hasWaitaof = Number(major) > 7 || (Number(major) === 7 && Number(minor) >= 2);

/** The further rights for --ack durable. */
export const durableRights = ['+config|get', ...(hasWaitaof ? ['+waitaof'] : [])];

/** A private redis-server on a free port with an append-only file, so that a restart keeps the rooms; started as deployed, but
 * that a busy disk has no say: with "everysec" Redis answers before it has written while an fsync is under way, for two
 * seconds, and then waits for it. With "no" a kill takes nothing from it. */
export class Redis {
  /** @param {string} folder its own folder `name` is made there
   * @param {{ name?: string, fsync?: string, rights?: string[], flags?: string[] }} options */
  static async start(folder, { name = 'redis', fsync = 'no', rights = [], flags = [] } = {}) {
    const redis = new Redis();
    redis.fsync = fsync;
    redis.rights = rights;
    redis.flags = [...flags];
    redis.folder = join(folder, name);
    mkdirSync(redis.folder, { recursive: true });
    redis.port = await freePort();
    redis.url = `redis://chat:PASSWORD@127.0.0.1:${redis.port}`;
    await redis.start();
    return redis;
  }

  async start() {
    this.program = new Program('redis-server', 'sh', [
      '-c', `trap '' XFSZ; exec "$@"`, 'sh', join(top, 'deploy/redis-start'),          // see fillDisk()
      '--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--maxmemory-policy', 'noeviction',
      '--appendonly', 'yes', '--appendfsync', this.fsync, '--repl-diskless-sync-delay', '0', ...leastRights, ...this.rights, ...this.flags,
    ], { cwd: this.folder, logFile: join(this.folder, 'redis.log') });
    await until('redis-server has read its files', async () => (await this.command('PING')) === 'PONG', TO_READ_FILES);
  }

  /** A replica that follows already. */
  async replica(name) {
    const replica = await Redis.start(dirname(this.folder), { name, flags: ['--replicaof', '127.0.0.1', String(this.port)] });
    await until(`${name} follows`, async () => (await replica.command('ROLE')).split('\n')[3] === 'connected');
    return replica;
  }

  /** One command, as redis-cli prints its reply. For assertions and faults, never for the server's own work. */
  async command(...words) {
    const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(this.port), ...words], { maxBuffer: 2 ** 26 });
    return stdout.trim();
  }

  /** The messages of a room as they are stored, in order. */
  async log(room) {
    const entries = JSON.parse(await this.command('--json', 'XRANGE', `chat:{${room}}:log`, '-', '+'));
    return entries.map(([id, [, body]]) => ({ offset: Number(id.split('-')[1]), ...JSON.parse(body) }));
  }

  /** Takes the last writes from a killed server, as a power failure does: all bytes behind a random one that lies
   * between where these texts stand in its append-only file. */
  tear(from, to) {
    const file = this.appendOnlyFile;
    const bytes = readFileSync(file);
    const place = (text) => {
      if (!bytes.includes(text)) throw new Error(`"${text}" has not been written: start Redis with fsync "no" or "always"`);
      return bytes.indexOf(text);
    };
    truncateSync(file, randomFor(`torn between ${JSON.stringify([from, to])}`).whole(place(from), place(to) - 1));
  }

  /** The one Redis is writing now. */
  get appendOnlyFile() {
    const folder = join(this.folder, 'appendonlydir');
    const number = (name) => Number(/\.(\d+)\.incr/.exec(name)[1]);
    const [newest] = readdirSync(folder).filter((name) => name.includes('.incr.')).sort((a, b) => number(b) - number(a));
    return join(folder, newest);
  }

  /** From now on `room` bytes more can be written to the append-only file: as on a full disk write() fails, and with the
   * signal for it ignored that is all Redis learns. Needs no file system and no right of its own. */
  fillDisk(room = 0) { this.#limitFiles(statSync(this.appendOnlyFile).size + room); }
  freeDisk() { this.#limitFiles('unlimited'); }
  #limitFiles(bytes) { execFileSync('prlimit', ['--pid', String(this.program.child.pid), `--fsize=${bytes}:unlimited`]); }

  pause() { this.program.signal('SIGSTOP'); }
  resume() { this.program.signal('SIGCONT'); }
  kill() { return this.program.stop('SIGKILL'); }

  async stop() {
    this.resume();
    const refused = await this.command('ACL', 'LOG').catch(() => '');
    await this.program.stop('SIGTERM');
    if (refused) throw new Error(`a node wanted more than deploy/redis.acl gives:\n${refused}`);
  }
}

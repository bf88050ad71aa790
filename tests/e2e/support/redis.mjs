import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Program, freePort } from './program.mjs';
import { until } from './until.mjs';

/** A private redis-server on a free port with an append-only file, so that a restart keeps the rooms. */
export class Redis {
  static async start(folder, { fsync = 'everysec' } = {}) {
    const redis = new Redis();
    redis.fsync = fsync;
    redis.folder = join(folder, 'redis');
    mkdirSync(redis.folder, { recursive: true });
    redis.port = await freePort();
    redis.url = `redis://127.0.0.1:${redis.port}`;
    await redis.start();
    return redis;
  }

  async start() {
    this.program = new Program('redis-server', 'redis-server', [
      '--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', '',
      '--appendonly', 'yes', '--appendfsync', this.fsync, '--maxmemory-policy', 'noeviction',
    ], { logFile: join(this.folder, 'redis.log') });
    await until('redis-server answers PING', async () => (await this.command('PING')) === 'PONG');
  }

  /** One command, as redis-cli prints its reply. For assertions and faults, never for the server's own work. */
  async command(...words) {
    const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(this.port), ...words]);
    return stdout.trim();
  }

  kill() { return this.program.stop('SIGKILL'); }
  stop() { return this.program.stop('SIGTERM'); }
}

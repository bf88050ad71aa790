import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, freePort } from './program.mjs';
import { Redis } from './redis.mjs';
import { until } from './until.mjs';

/** A primary, its replica, and three Sentinels that watch them: two of them agree within a second that the primary is gone. */
export class Sentinels {
  static async start(folder) {
    const all = new Sentinels();
    all.servers = [await Redis.start(folder, { name: 'redis-1' })];
    all.servers.push(await all.primary.replica('redis-2'));
    all.ports = [await freePort(), await freePort(), await freePort()];
    all.programs = all.ports.map((port, i) => all.#sentinel(join(folder, `sentinel-${i + 1}`), port));
    await until('every Sentinel knows the replica and the others', async () => {
      const replies = await Promise.all(all.ports.map((port) => all.primary.command('-p', String(port), 'SENTINEL', 'MASTER', 'mymaster')));
      return replies.every((reply) => /num-slaves\n1\n/.test(reply) && /num-other-sentinels\n2\n/.test(reply));
    }, 20_000);
    return all;
  }

  get primary() { return this.servers[0]; }
  get replica() { return this.servers[1]; }
  get url() { return `redis-sentinel://chat:PASSWORD@${this.ports.map((port) => `127.0.0.1:${port}`).join()}/mymaster`; }

  #sentinel(folder, port) {
    mkdirSync(folder);
    writeFileSync(join(folder, 'sentinel.conf'), [
      `port ${port}`, 'bind 127.0.0.1', `dir ${folder}`,
      `sentinel monitor mymaster 127.0.0.1 ${this.primary.port} 2`,
      'sentinel down-after-milliseconds mymaster 1000', 'sentinel failover-timeout mymaster 5000', '',
    ].join('\n'));
    return new Program('sentinel', 'redis-server', [join(folder, 'sentinel.conf'), '--sentinel'], { logFile: join(folder, 'sentinel.log') });
  }

  /** Kills the primary and waits until the replica has taken its place. */
  async failOver() {
    await this.primary.kill();
    await until('the replica is promoted', async () => (await this.replica.command('ROLE')).startsWith('master'), 20_000);
    this.servers.reverse();
  }

  /** The former primary comes back as the replica of its successor. */
  async rejoin() {
    this.replica.flags = ['--replicaof', '127.0.0.1', String(this.primary.port)];
    await this.replica.start();
  }

  log(room) { return this.primary.log(room); }

  async stop() {
    for (const program of this.programs ?? []) await program.stop('SIGKILL');
    for (const server of this.servers) await server.stop();
  }
}

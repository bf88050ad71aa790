import { join } from 'node:path';
import { http } from './http.mjs';
import { top } from './places.mjs';
import { Program, freePort } from './program.mjs';
import { until } from './until.mjs';

/** HAProxy or Caddy as `deploy/proxy` runs it, on a free port, in front of the given nodes, which need not run yet. */
export class Proxy {
  /** @param {'haproxy' | 'caddy'} kind @param {{ id: string, port: number }[]} nodes */
  static async start(kind, folder, nodes) {
    const proxy = new Proxy();
    proxy.kind = kind;
    proxy.port = await freePort();
    const addresses = nodes.map(({ id, port }) => `${id}=127.0.0.1:${port}`);
    proxy.program = new Program(kind, join(top, 'deploy/proxy'), [kind, `127.0.0.1:${proxy.port}`, ...addresses], {
      logFile: join(folder, `${kind}.log`),
      lastSignal: 'SIGTERM',
    });
    await until(`${kind} hands requests to a node`, async () => (await http(`${proxy.http}/health`)).status === 200);
    return proxy;
  }

  get http() { return `http://127.0.0.1:${this.port}`; }
  get ws() { return `ws://127.0.0.1:${this.port}/ws`; }
  get log() { return this.program.output; }

  stop() { return this.program.stop('SIGTERM'); }
}

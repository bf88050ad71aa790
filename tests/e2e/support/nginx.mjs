import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { http } from './http.mjs';
import { top } from './places.mjs';
import { Program, freePort } from './program.mjs';
import { until } from './until.mjs';

/** NGINX as deploy/local runs it: the same generated configuration, on a free port, in front of the given nodes. */
export class Nginx {
  /** @param {{ sticky?: boolean }} options `sticky: false`: every request goes to the next node, from any client */
  static async start(folder, nodes, { sticky = true } = {}) {
    const nginx = new Nginx();
    nginx.folder = join(folder, 'nginx');
    for (const part of ['log', 'temp']) mkdirSync(join(nginx.folder, part), { recursive: true });
    nginx.port = await freePort();
    const addresses = nodes.map((node) => `${node.id}=127.0.0.1:${node.port}`);
    const config = execFileSync(join(top, 'deploy/nginx/generate'), [`127.0.0.1:${nginx.port}`, ...addresses], { encoding: 'utf8' });
    writeFileSync(join(nginx.folder, 'nginx.conf'), sticky ? config : config.replace('ip_hash;', ''));
    nginx.program = new Program('nginx', 'nginx', ['-p', nginx.folder, '-c', 'nginx.conf', '-e', 'log/start.log', '-g', 'daemon off;'], {
      logFile: join(nginx.folder, 'log/output.log'),
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
      lastSignal: 'SIGTERM',
    });
    await until('NGINX hands requests to a node', async () => (await http(`${nginx.http}/health`)).status === 200);
    return nginx;
  }

  get http() { return `http://127.0.0.1:${this.port}`; }
  get ws() { return `ws://127.0.0.1:${this.port}/ws`; }
  /** The prefix of the node route. */
  node(id) { return `/node/${id}/`; }
  wsOf(id) { return `ws://127.0.0.1:${this.port}${this.node(id)}ws`; }

  stop() { return this.program.stop('SIGTERM'); }
}

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
    nginx.sticky = sticky;
    for (const part of ['log', 'temp']) mkdirSync(join(nginx.folder, part), { recursive: true });
    nginx.port = await freePort();
    nginx.#configure(nodes);
    nginx.program = new Program('nginx', 'nginx', ['-p', nginx.folder, '-c', 'nginx.conf', '-e', 'log/start.log', '-g', 'daemon off;'], {
      logFile: join(nginx.folder, 'log/output.log'),
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
      lastSignal: 'SIGTERM',
    });
    await until('NGINX hands requests to a node', async () => (await http(`${nginx.http}/health`)).status === 200);
    return nginx;
  }

  #configure(nodes) {
    this.ids = nodes.map(({ id }) => id);
    const addresses = nodes.map((node) => `${node.id}=127.0.0.1:${node.port}`);
    const config = execFileSync(join(top, 'deploy/nginx/generate'), [`127.0.0.1:${this.port}`, ...addresses], { encoding: 'utf8' });
    writeFileSync(join(this.folder, 'nginx.conf'), this.sticky ? config : config.replace('ip_hash;', ''));
  }

  /** Other nodes from now on, by a reload as `deploy/local scale` does it; connections stay. */
  async serve(nodes) {
    const gone = this.ids.filter((id) => !nodes.some((node) => node.id === id));
    this.#configure(nodes);
    this.program.signal('SIGHUP');
    const answers = async (id, status) => (await http(`${this.http}${this.node(id)}health`)).status === status;
    await until(`NGINX has the nodes ${this.ids.join()}`, async () => {
      const all = await Promise.all([...this.ids.map((id) => answers(id, 200)), ...gone.map((id) => answers(id, 404))]);
      return all.every(Boolean);
    });
  }

  get http() { return `http://127.0.0.1:${this.port}`; }
  get ws() { return `ws://127.0.0.1:${this.port}/ws`; }
  /** The prefix of the node route. */
  node(id) { return `/node/${id}/`; }
  wsOf(id) { return `ws://127.0.0.1:${this.port}${this.node(id)}ws`; }

  stop() { return this.program.stop('SIGTERM'); }
}

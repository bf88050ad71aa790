import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { http } from './http.mjs';
import { top } from './places.mjs';
import { Program, freePort } from './program.mjs';
import { until } from './until.mjs';

export const observe = join(top, 'deploy/observe');

/** The rules with times for a test: what lasts minutes in a deployment lasts a second here, and rates are of 15 s. */
const shortened = (rules) => rules.replace(/\bfor: \d+[smh]\b/g, 'for: 1s').replace(/\[\d+[smh]\]/g, '[15s]');

/** Prometheus and its exporters with the files of deploy/observe, but that they look once a second. */
export class Prometheus {
  /** @param {import('./redis.mjs').Redis} redis */
  static async start(folder, redis, nodes) {
    const prometheus = new Prometheus();
    prometheus.folder = join(folder, 'prometheus');
    mkdirSync(prometheus.folder, { recursive: true });
    const log = (name) => ({ logFile: join(prometheus.folder, `${name}.log`) });
    try {
      const [port, redisPort, blackboxPort] = [await freePort(), await freePort(), await freePort()];
      Object.assign(prometheus, { http: `http://127.0.0.1:${port}`, exporters: [`127.0.0.1:${redisPort}`, `127.0.0.1:${blackboxPort}`] });
      prometheus.startRedisExporter = () => {
        prometheus.redisExporter = new Program('prometheus-redis-exporter', 'prometheus-redis-exporter', [
          '-redis.addr', `redis://127.0.0.1:${redis.port}`, '-check-single-streams', 'chat:inbox', '-connection-timeout', '500ms', '-web.listen-address', prometheus.exporters[0],
        ], log('redis-exporter'));
      };
      prometheus.startRedisExporter();
      prometheus.blackbox = new Program('prometheus-blackbox-exporter', 'prometheus-blackbox-exporter', [
        '--config.file', join(observe, 'blackbox.yml'), '--web.listen-address', prometheus.exporters[1],
      ], log('blackbox-exporter'));
      writeFileSync(join(prometheus.folder, 'alerts.yml'), shortened(readFileSync(join(observe, 'alerts.yml'), 'utf8')));
      prometheus.#configure(nodes);
      prometheus.program = new Program('prometheus', 'prometheus', [
        '--config.file', join(prometheus.folder, 'prometheus.yml'), '--storage.tsdb.path', join(prometheus.folder, 'data'), '--web.listen-address', `127.0.0.1:${port}`,
      ], log('prometheus'));
      await until('Prometheus is ready', async () => (await http(`${prometheus.http}/-/ready`)).status === 200, 30_000);
    } catch (error) {
      await prometheus.stop();
      throw error;
    }
    return prometheus;
  }

  #configure(nodes) {
    const text = execFileSync(join(observe, 'generate'), [...this.exporters, ...nodes.map(({ port }) => `127.0.0.1:${port}`)], { encoding: 'utf8' });
    writeFileSync(join(this.folder, 'prometheus.yml'), text.replace(/\b(scrape_interval|scrape_timeout|evaluation_interval): \w+/g, '$1: 1s').replace(join(observe, 'alerts.yml'), 'alerts.yml'));
  }

  /** From now on it looks at these nodes. */
  async look(nodes) {
    this.#configure(nodes);
    this.program.signal('SIGHUP');
    await until('Prometheus has the new targets', async () => (await this.targets()).filter(({ labels }) => labels.job === 'chat').length === nodes.length);
  }

  async #get(path) {
    const { json } = await http(`${this.http}/api/v1/${path}`);
    if (json.status !== 'success') throw new Error(`${path}: ${json.error}`);
    return json.data;
  }

  async targets() { return (await this.#get('targets?state=active')).activeTargets; }
  async rules() { return (await this.#get('rules')).groups.flatMap(({ rules }) => rules); }

  /** The samples of an expression, now. */
  async query(expression) { return (await this.#get(`query?query=${encodeURIComponent(expression)}`)).result; }

  /** The alerts that fire, with labels and annotations. */
  async firing() { return (await this.#get('alerts')).alerts.filter(({ state }) => state === 'firing'); }

  /** Waits until an alert fires, of this node if one is given. */
  fires(name, node, milliseconds = 40_000) {
    return until(`${name} fires${node ? ` for ${node.id}` : ''}`, async () => (await this.firing())
      .find(({ labels }) => labels.alertname === name && (!node || labels.instance === `127.0.0.1:${node.port}`)), milliseconds);
  }

  async stop() {
    await Promise.all([this.program, this.redisExporter, this.blackbox].map((program) => program?.stop()));
  }
}

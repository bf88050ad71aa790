import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaultProxy } from '../../chaos/proxy.mjs';
import { Nginx } from '../support/nginx.mjs';
import { Node } from '../support/node.mjs';
import { chatd, freshFolder, top } from '../support/places.mjs';
import { Redis } from '../support/redis.mjs';

/** Three nodes, each with a path to Redis that can fail, and NGINX. chat-3 limits the messages of a connection. */
export class Ward {
  static async start(suite) {
    const ward = new Ward();
    ward.folder = freshFolder(suite);
    try {
      ward.redis = await Redis.start(ward.folder);
      ward.proxies = await Promise.all([1, 2, 3].map(() => FaultProxy.start(ward.redis.port)));
      ward.nodes = await Promise.all(ward.proxies.map((proxy, i) => ward.node(`chat-${i + 1}`, { redis: proxy, settings: i === 2 ? { 'messages-per-second': 10 } : {} })));
      ward.nginx = await Nginx.start(ward.folder, ward.nodes);
    } catch (error) {
      await ward.stop();
      throw error;
    }
    return ward;
  }

  /** One more node. */
  node(id, { settings = {}, redis = this.redis, ...more } = {}) {
    return Node.start({ id, folder: this.folder, redis, settings: { 'trusted-proxies': '127.0.0.1/32', 'people-per-address': 0, 'drain-seconds': 6, ...settings }, ...more });
  }

  /** A chatd that says that it is of another version. */
  otherVersion() {
    const [version] = /\d+\.\d+\.\d+\S*/.exec(execFileSync(chatd, ['--version'], { encoding: 'utf8' }));
    const other = version.replace(/^\d+/, (major) => String((Number(major) + 1) % 10));
    const file = join(this.folder, 'chatd-other');
    writeFileSync(file, readFileSync(chatd, 'latin1').replaceAll(version, other), 'latin1');
    chmodSync(file, 0o755);
    return { file, other };
  }

  /** The environment of a node whose clock is ahead. @param {number} seconds */
  clockAhead(seconds) {
    const library = join(this.folder, 'clock.so');
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, join(top, 'tests/e2e/cluster-page/clock.c'), '-ldl']);
    return { LD_PRELOAD: library, CLOCK_AHEAD: String(seconds) };
  }

  async stop() {
    await this.nginx?.stop();
    for (const node of this.nodes ?? []) node.program.signal('SIGCONT');
    await Promise.all((this.nodes ?? []).map((node) => node.stop()));
    for (const proxy of this.proxies ?? []) await proxy.stop();
    await this.redis?.stop();
  }
}

// Two nodes with default settings, their Redis, NGINX and the bystanders. Attacks share a stage until one of them fails;
// the next attack then gets a fresh stage.
import { join } from 'node:path';
import { Store } from '../../chaos/resp.mjs';
import { Nginx } from '../support/nginx.mjs';
import { Node } from '../support/node.mjs';
import { freshFolder, top } from '../support/places.mjs';
import { Redis } from '../support/redis.mjs';
import { until } from '../support/until.mjs';
import { http } from '../support/http.mjs';
import { Bystanders } from './bystanders.mjs';
import { memoryOf } from './gauges.mjs';

export const DRAIN_SECONDS = 2;
const TO_END = 5000;

/** A node with all limits at their defaults. */
class DefaultNode extends Node {
  static async start({ id, folder, redis }) {
    const node = new DefaultNode();
    node.id = id;
    node.expectedReady = true;
    node.logFile = join(folder, `${id}.log`);
    node.settings = {
      listen: '127.0.0.1:0', 'node-id': id, redis: redis.url, 'web-root': join(top, 'web'),
      'trusted-proxies': '127.0.0.1/32', 'drain-seconds': DRAIN_SECONDS,
    };
    await node.start();
    return node;
  }
}

const folder = freshFolder('strangers');
let count = 0;

export class Stage {
  static async build() {
    const stage = new Stage();
    const place = join(folder, String(++count));
    try {
      stage.redis = await Redis.start(place);
      stage.store = await Store.open(stage.redis.port);
      stage.nodes = await Promise.all(['chat-1', 'chat-2'].map((id) => DefaultNode.start({ id, folder: place, redis: stage.redis })));
      stage.nginx = await Nginx.start(place, stage.nodes);
      await until('both nodes are listed', async () => (await http(`${stage.nodes[0].http}/nodes`)).json.active_count === 2);
      stage.bystanders = await Bystanders.enter(stage.nodes);
      stage.fresh = stage.nodes.map(memoryOf);
    } catch (error) {
      await stage.strike();
      throw error;
    }
    return stage;
  }

  /** Memory of Redis in MB, and its number of keys. */
  async stored() {
    const [, info, keys] = await this.store.ask(['MEMORY', 'PURGE'], ['INFO', 'memory'], ['DBSIZE']);
    return { memory: Number(/used_memory:(\d+)/.exec(info)[1]) / 2 ** 20, keys };
  }

  async strike() {
    this.bystanders?.leave();
    this.store?.close();
    await this.nginx?.stop().catch(() => {});
    await Promise.all((this.nodes ?? []).map((node) => node.program.stop(this.broken ? 'SIGKILL' : 'SIGTERM', TO_END).catch(() => {})));
    await this.redis?.stop().catch(() => {});
  }
}

let current;

/** The stage of the next attack. */
export async function stage() {
  if (current?.broken) await strikeStage();
  current ??= await Stage.build();
  return current;
}

export async function strikeStage() {
  await current?.strike();
  current = undefined;
}

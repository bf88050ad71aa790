// The secret that signs connection tokens: nodes check the one in Redis, and a command replaces it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { http } from '../support/http.mjs';
import { Node, cleanEnvironment } from '../support/node.mjs';
import { Pair } from '../support/pair.mjs';
import { chatd, freshFolder } from '../support/places.mjs';
import { Redis } from '../support/redis.mjs';
import { until } from '../support/until.mjs';

const rotate = (redis) => promisify(execFile)(chatd, ['rotate-secret', '--redis', redis.url], { env: cleanEnvironment() });
const negotiated = async (node) => (await http(`${node.http}/hub/negotiate?negotiateVersion=1`, { method: 'POST' })).json.connectionToken;
/** 204 or 200: the node knows the token, and begins a connection by it. */
const begins = async (node, token) => (await http(`${node.http}/hub?id=${token}`)).status === 200;

export const secret = [
  {
    name: 'a secret of one letter: the node is not ready and says what to do, and a rotation mends it',
    async run(t) {
      const folder = freshFolder('redis/short-secret');
      const redis = await Redis.start(folder);
      t.after(() => redis.stop());
      await redis.command('SET', 'chat:secret', 'x');
      const node = await Node.start({ id: 'chat-1', folder, redis, ready: false });
      t.after(() => node.stop());
      await node.program.line(/event=secret_refused .*16 to 256.*rotate-secret/);
      assert.equal((await http(`${node.http}/ready`)).status, 503);
      await rotate(redis);
      await until('the node is ready', async () => (await http(`${node.http}/ready`)).status === 200);
    },
  },
  {
    name: 'rotated: both nodes know the new secret and the one before, all the time',
    async run(t) {
      const pair = await Pair.start(t, 'rotated');
      const [one, other] = pair.nodes;
      const before = await pair.redis.command('GET', 'chat:secret');
      const old = await negotiated(one);
      await rotate(pair.redis);
      const after = await pair.redis.command('GET', 'chat:secret');
      assert.match(after, /^[0-9a-f]{64}$/);
      assert.notEqual(after, before);
      assert.equal(await pair.redis.command('GET', 'chat:secret:previous'), before);
      assert.ok(await begins(other, old), 'a token of the secret before');
      await until('both have learnt it', () => pair.nodes.every((node) => node.log.includes('event=secret_rotated')), 5_000);
      for (let i = 0; i < 20; ++i) assert.ok(await begins(other, await negotiated(one)));
      for (const node of pair.nodes) assert.doesNotMatch(node.log, new RegExp(`${before}|${after}`));
    },
  },
  {
    name: 'rotate-secret without a Redis that answers fails with a sentence',
    async run() {
      await assert.rejects(rotate({ url: 'redis://chat:hunter2@127.0.0.1:1' }), ({ code, stderr }) => code === 1 && /the store does not answer/.test(stderr) && !/hunter2/.test(stderr));
    },
  },
];

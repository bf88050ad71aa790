// The server API under load: what an application asks for does not cost a node its memory.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApiKeys, Application } from './support/api.mjs';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { http } from './support/http.mjs';
import { freshFolder } from './support/places.mjs';

let cluster, keys;

before(async () => {
  keys = new ApiKeys(freshFolder('api-load-keys'), { shop: ['publish', 'read', 'admin'] });
  cluster = await Cluster.start('api-load', { settings: keys.settings });
});
after(() => cluster?.stop());

test('batches of notices to a thousand users each leave the node its memory and its lease', { timeout: 60_000 }, async () => {
  const [node] = cluster.nodes;
  const application = new Application(node, keys.secret('shop'));
  const ana = await ChatClient.connect(cluster.nodes[2].ws);
  const before = node.memory;
  let most = before;
  const watch = setInterval(() => { most = Math.max(most, node.memory); }, 5);
  const users = [...Array.from({ length: 999 }, (_, i) => `user-${i}`), ana.user.id];
  const commands = Array.from({ length: 12 }, () => ({ notify: { users, event: 'sale', data: { text: 'x'.repeat(1000) } } }));
  const batches = await Promise.all(Array.from({ length: 4 }, () => application.call('batch', { commands, parallel: true })));
  clearInterval(watch);
  for (const { replies } of batches) {
    for (const reply of replies) assert.deepEqual(reply, { notify: { sessions: 1 } });
  }
  await ana.push('all notices', () => ana.pushes.filter(({ type }) => type === 'notice').length === 48);
  console.log(`the node had ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most`);
  assert.ok(most < before + 64, `${most} MB`);
  assert.equal((await http(`${node.http}/ready`)).status, 200);
  assert.deepEqual((await cluster.list()).active_count, 3);
  await ana.close();
});

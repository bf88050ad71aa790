// `deploy/local up --backplane postgres`: a PostgreSQL of the cluster's own, which keeps its messages apart from those of Redis.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { ChatClient } from './support/client.mjs';
import { LocalCluster } from './support/local-cluster.mjs';

const timeout = 120_000;

test('starts PostgreSQL, remembers it, and finds its messages again', { timeout }, async (t) => {
  const local = await LocalCluster.up('local-postgres', { backplane: 'postgres', nodes: 2 });
  t.after(() => local.down());
  assert.match((await local.run('status')).stdout, new RegExp(`^postgres +ready +\\d+ +127\\.0\\.0\\.1:${local.redisPort}$`, 'm'));
  const client = await ChatClient.connect(local.ws);
  await client.join('lobby');
  await client.say('lobby', 'kept');
  await client.close();
  await local.run('down');
  await local.run('up');
  const again = await ChatClient.connect(local.ws);
  assert.deepEqual((await again.join('lobby', { history: 5 })).messages.map(({ text }) => text), ['kept']);
  await again.close();
});

test('the password of its one user is in a file of the caller, and in no list of processes', { timeout }, async (t) => {
  const local = await LocalCluster.up('local-postgres', { backplane: 'postgres', nodes: 1 });
  t.after(() => local.down());
  const password = readFileSync(local.file('postgres-password'), 'utf8');
  assert.match(password, /^[0-9a-f]{48}$/);
  assert.equal(statSync(local.file('postgres-password')).mode & 0o777, 0o600);
  for (const name of ['postgres', 'chat-1']) assert.ok(!readFileSync(`/proc/${local.pid(name)}/cmdline`, 'utf8').includes(password), name);
});

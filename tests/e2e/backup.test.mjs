// deploy/backup: a copy that is made while people talk, and what they see when the store goes on with it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Cluster } from './support/cluster.mjs';
import { assertContiguous, conversation } from './support/people.mjs';
import { Person } from './support/person.mjs';
import { top } from './support/places.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
let cluster, folder;
before(async () => {
  cluster = await Cluster.start('backup', { nodes: 2, settings: { 'people-per-address': 0, 'messages-per-second': 0 } });
  folder = join(cluster.redis.folder, '..');
});
after(() => cluster?.stop());

const backup = (...words) => promisify(execFile)(join(top, 'deploy/backup'), words);
const refused = (...words) => backup(...words).then(() => assert.fail('it was accepted'), ({ code, stderr }) => [code, stderr]);
const url = () => `redis://127.0.0.1:${cluster.redis.port}`;
const settled = (people) => Promise.all(people.map((one) => one.settled(30_000)));

test('a live copy has each message that was acknowledged before, and people go on with it: one order for all', { timeout }, async (t) => {
  const people = await Promise.all(cluster.nodes.map(({ ws }, i) => Person.enters({ url: ws, room: 'lobby', name: `P${i + 1}` })));
  t.after(() => people.forEach((one) => one.close()));
  people.forEach((one) => one.say(100));
  await settled(people);
  const before = people.flatMap((one) => one.said);
  const saying = setInterval(() => people.forEach((one) => one.say()), 10);
  const file = join(folder, 'chat.rdb');
  assert.match((await backup('save', url(), file)).stdout, /chat\.rdb: \d+ bytes/);
  clearInterval(saying);
  await settled(people);

  await cluster.redis.kill();
  renameSync(join(cluster.redis.folder, 'appendonlydir'), join(folder, 'old'));
  await backup('restore', file, cluster.redis.folder);
  await cluster.redis.start();
  people.forEach((one) => one.say(10));
  await settled(people);
  const log = await cluster.redis.log('lobby');
  assertContiguous(log, 1, 'the log');
  const texts = log.map(({ text }) => text);
  assert.deepEqual(before.filter((text) => !texts.includes(text)), [], 'nothing of before is missing');
  assert.equal(new Set(texts).size, texts.length, 'nothing is twice');
  for (const one of people) {
    await until(`${one.name} has the last message`, () => one.screen.at(-1).offset === log.length);
    assert.deepEqual(conversation(one.screen), conversation(log));
  }
});

test('a new cluster starts with the copy: the same messages under the same offsets', { timeout }, async () => {
  const file = join(folder, 'move.rdb');
  await backup('save', url(), file);
  const saved = await cluster.redis.log('lobby');
  await cluster.redis.kill();
  rmSync(join(cluster.redis.folder, 'appendonlydir'), { recursive: true });
  await backup('restore', file, cluster.redis.folder);
  await cluster.redis.start();
  assert.deepEqual(await cluster.redis.log('lobby'), saved);
});

test('it refuses a cut copy, a store that is there, a file that is there, and a Redis that does not answer', { timeout }, async () => {
  const file = join(folder, 'cut.rdb');
  await backup('save', url(), file);
  assert.match((await refused('save', url(), file))[1], /is there already/);
  assert.match((await refused('restore', file, cluster.redis.folder))[1], /appendonlydir is there already/);
  truncateSync(file, 100);
  const [code, why] = await refused('restore', file, join(folder, 'nowhere'));
  assert.equal(code, 1);
  assert.match(why, /no whole copy/);
  writeFileSync(join(folder, 'text'), 'no dump');
  assert.match((await refused('restore', join(folder, 'text'), join(folder, 'nowhere')))[1], /no whole copy/);
  assert.match((await refused('save', 'redis://127.0.0.1:1', join(folder, 'other.rdb')))[1], /Redis gave no copy/);
  assert.equal((await refused('save'))[0], 2);
});

// Redis stands still while a client sends as fast as it can. Measures the memory of a node, so it is not for sanitizers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pair } from './support/pair.mjs';

test('Redis stands still and clients do not: the node is busy at once, stays small, and loses no acknowledged message', { timeout: 60_000 }, async (t) => {
  const pair = await Pair.start(t, 'flood');
  const [node] = pair.nodes;
  const client = await pair.client(node);
  await client.join('lobby');
  const text = (n) => `${n}. ${'x'.repeat(1000)}`;
  const says = (n) => client.request('send', { room: 'lobby', text: text(n), seq: n });
  for (let n = 1; n <= 100; ++n) await says(n);

  pair.redis.pause();
  const before = node.memory;
  const flood = () => Promise.all(Array.from({ length: 12_000 }, (_, i) => says(101 + i).catch(({ code }) => code)));
  const answers = [...await flood(), ...await flood()];
  assert.deepEqual([...new Set(answers)].sort(), ['busy', 'unavailable'], 'refused for the moment, before and after Redis is given up');
  assert.ok(node.memory - before < 40, `24 MB said, and the node has grown from ${before} to ${node.memory} MB`);
  pair.redis.resume();
  await pair.answersReady(200);

  const log = await pair.redis.log('lobby');
  assert.deepEqual(log.map((message) => message.text), log.map((_, i) => text(i + 1)), 'once and in order');
  const next = log.length + 1;
  assert.equal((await says(next)).duplicate, false);
});

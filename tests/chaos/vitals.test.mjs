// What a node is said to hold, with a real one.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { http } from '../e2e/support/http.mjs';
import { Node } from '../e2e/support/node.mjs';
import { top } from '../e2e/support/places.mjs';
import { until } from '../e2e/support/until.mjs';
import { vitals } from './vitals.mjs';

test('a thread that the allocator starts under load is not one the node has kept', async (t) => {
  const folder = join(top, 'build/chaos/vitals');
  mkdirSync(folder, { recursive: true });
  const node = await Node.start({ id: 'alone', folder, settings: { shards: 2 }, ready: false });
  t.after(() => node.kill());
  const { child } = node.program;
  const all = () => readdirSync(`/proc/${child.pid}/task`).length;
  const [fresh, atFirst] = [vitals(child).threads, all()];
  await until('the allocator has started a thread', async () => {
    await http(`${node.http}/nodes`);     // comes to one shard or the other, which then allocates
    return all() > atFirst;
  });
  assert.equal(vitals(child).threads, fresh);
});

// The reported resources of a real node.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Node } from '../e2e/support/node.mjs';
import { top } from '../e2e/support/places.mjs';
import { vitals } from './vitals.mjs';

test('a node of two shards has two threads, however many its allocator has', async (t) => {
  const folder = join(top, 'build/chaos/vitals');
  mkdirSync(folder, { recursive: true });
  const node = await Node.start({ id: 'alone', folder, settings: { threads: 2 } });
  t.after(() => node.kill());
  assert.equal(vitals(node.program.child).threads, 2);
});

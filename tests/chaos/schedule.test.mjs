// The repetition of a schedule by its seed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults } from './faults.mjs';
import { schedule } from './schedule.mjs';

/** The first `count` faults of a schedule, with their later random numbers. */
function first(count, seconds, seed) {
  const planned = [];
  for (const { fault, lasts, quiet, waitsForRecovery, random } of schedule(faults, seconds, seed)) {
    planned.push([fault.name, lasts, quiet, waitsForRecovery, random.next()]);
    if (planned.length === count) return planned;
  }
}

test('a seed brings back the same faults, another one others', () => {
  assert.deepEqual(first(100, 90, 5), first(100, 90, 5));
  assert.notDeepEqual(first(100, 90, 5), first(100, 90, 6));
});

test('every short fault comes once before any comes twice', () => {
  const short = faults.filter((fault) => !fault.long).map((fault) => fault.name);
  const names = first(short.length + 2, 90, 1).map(([name]) => name).filter((name) => short.includes(name));
  assert.equal(new Set(names).size, names.length);
  assert.ok(short.length >= 18);
});

test('faults have different names, and say what is expected', () => {
  assert.equal(new Set(faults.map(({ name }) => name)).size, faults.length);
  for (const { name, kind, expected, lasts } of faults) assert.ok(kind && expected && lasts[0] <= lasts[1], name);
});

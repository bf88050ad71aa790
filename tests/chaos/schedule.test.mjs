// The repetition of a schedule by its seed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOn } from './faults.mjs';
import { schedule } from './schedule.mjs';
import { storeNamed, storeNames } from './stores.mjs';

const faults = faultsOn(await storeNamed('redis'));

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

for (const store of storeNames) {
  test(`faults on ${store} have different names, and say what is expected`, async () => {
    const all = faultsOn(await storeNamed(store));
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
    for (const { name, kind, expected, lasts } of all) assert.ok(kind && expected && lasts[0] <= lasts[1], name);
  });

  test(`each mutant on ${store} is caught by faults that there are, or it is said why it is not played`, async () => {
    const { mutants, unplayed } = await storeNamed(store);
    const names = new Set(faultsOn(await storeNamed(store)).map(({ name }) => name));
    for (const [mutant, { faults: needed }] of Object.entries(mutants)) for (const name of needed) assert.ok(names.has(name), `${mutant}: ${name}`);
    assert.deepEqual([...Object.keys(mutants), ...Object.keys(unplayed)].sort(), Object.keys((await storeNamed('redis')).mutants).sort());
  });
}

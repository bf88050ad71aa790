import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf, median, summarise } from './summary.mjs';

const workloads = [{ name: 'W1', figure: 'cost' }];
const contenders = [{ key: 'chatd' }, { key: 'other' }];
const run = (round, contender, cost) => ({ round, workload: 'W1', contender, figures: { cost, redis: undefined } });

test('the median of an even number of values lies between the middle two', () => {
  assert.equal(median([5, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 100]), 3);
});

test('two servers are compared within a round, so that a slow round counts for both', () => {
  const runs = [run(1, 'chatd', 1), run(1, 'other', 10), run(2, 'chatd', 5), run(2, 'other', 50), run(3, 'chatd', 1), run(3, 'other', 12)];
  const rows = summarise(runs, workloads, contenders).get('W1');
  assert.deepEqual(rows.get('other'), { cost: 12, ratio: 10 });
  assert.equal(rows.get('chatd').ratio, 1);
});

test('who made no run has no figures, and a failed run is counted and told', () => {
  const runs = [run(1, 'chatd', 1), { round: 1, workload: 'W1', contender: 'other', error: 'it did not start' }];
  assert.equal(summarise(runs, workloads, contenders).get('W1').get('other'), null);
  assert.deepEqual(faultsOf(runs, { key: 'other' }), { runs: 1, lost: 0, duplicates: 0, outOfOrder: 0, complaints: ['W1: it did not start'] });
});

import { createHash, randomInt } from 'node:crypto';
import { Random } from '../../chaos/random.mjs';

/** Of all that tests draw at random; SEED=… brings an earlier run's back. */
export const seed = Number(process.env.SEED ?? randomInt(2 ** 31));

/** Random numbers that depend on the seed and on `name` alone, not on which other tests run. The name and the seed are printed. */
export function randomFor(name) {
  console.log(`${name}: SEED=${seed}`);
  return new Random(createHash('sha256').update(`${seed} ${name}`).digest().readUInt32LE());
}

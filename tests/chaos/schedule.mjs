// The order of the faults, their targets and lengths, and the quiet time behind each: all of it drawn from the seed. When the next
// one begins also depends on how fast the cluster recovers, so two runs of a seed differ in milliseconds, not in their events.
import { Random } from './random.mjs';

/** Endless: every kind once in a random order, then again in another. Long ones take turns when the run is short. */
export function* schedule(faults, seconds, seed) {
  const random = new Random(seed);
  const short = faults.filter((fault) => !fault.long);
  const long = random.shuffle(faults.filter((fault) => fault.long));
  const longPerRound = short.length === 0 ? long.length : Math.min(long.length, Math.max(1, Math.floor(seconds / 40)));
  for (;;) {
    const some = Array.from({ length: longPerRound }, () => {
      long.push(long.shift());
      return long.at(-1);
    });
    for (const fault of random.shuffle([...short, ...some.filter(Boolean)])) {
      const [low, high] = fault.lasts;
      yield {
        fault,
        lasts: random.between(low, high),
        // Now and then the next fault comes while this one is still being repaired.
        waitsForRecovery: random.chance(0.8),
        quiet: random.between(100, 400),
        random: new Random(random.seed()),
      };
    }
  }
}

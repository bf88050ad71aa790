import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `probe` returns (or resolves to) something truthy and returns that. A probe that throws counts as "not yet".
 * The deadline makes it a test: it fails with the sentence `what` and the last result of the probe.
 */
export async function until(what, probe, milliseconds = 10_000) {
  const deadline = performance.now() + milliseconds;
  let last;
  for (;;) {
    try {
      last = await probe();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`not within ${milliseconds} ms: ${what} (last: ${last instanceof Error ? last.message : JSON.stringify(last)})`);
    }
    await pause(20);
  }
}

/** Rejects with the sentence `what` if `promise` does not settle in time. */
export async function within(what, promise, milliseconds = 10_000) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${milliseconds} ms: ${what}`)), milliseconds);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Marks a promise that is awaited later: should it fail meanwhile, that is not an unhandled rejection, which would end the test early. */
export function later(promise) {
  promise.catch(() => {});
  return promise;
}

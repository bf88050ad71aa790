// A silent node cannot push: the page asks it itself, past the store, until it is heard of again.

const EVERY = 3_000;
const WITHIN = 1_500;

/** @param {URL} url @returns {Promise<import('./state.js').Probe>} */
async function probe(url) {
  try {
    const answer = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(WITHIN) });
    if (answer.status === 502) return 'killed'; // the proxy cannot connect to it
    if (answer.status === 504) return 'frozen';
    if (answer.status === 200) return 'answers';
    const { faults } = await answer.json();
    return Array.isArray(faults) && faults.some((f) => /the store does not answer/.test(f)) ? 'no_store' : '';
  } catch (why) {
    return /** @type {any} */ (why)?.name === 'TimeoutError' ? 'frozen' : '';
  }
}

/** @param {{ root: URL, silent: () => string[], told: (node: string, probe: import('./state.js').Probe) => void }} page */
export function probeSilent({ root, silent, told }) {
  setInterval(() => {
    for (const node of silent()) probe(new URL(`node/${node}/ready`, root)).then((found) => told(node, found));
  }, EVERY);
}

// Keeps the list of nodes fresh, and asks each node itself whether it is there: the list believes in a dead one until its
// lease ends, up to half a minute later.

const LIST_EVERY = 10_000;
const ROUND_EVERY = 1_000;
const ANSWER_WITHIN = 1_000;
const DOUBT_AFTER = 400; // without any answer
const AT_ONCE = 12;
const LONGEST_REST = 8;

/** Whether a cluster takes tokens; one that does not say takes none. */
const AUTH = new Set(['off', 'optional', 'required']);

/** The answers of a proxy for a node that it cannot reach. */
const AWAY = new Set([502, 503, 504]);

/** The nodes to ask in a round: all in turn, but a node that did not answer less and less often. */
export function rounds() {
  let round = 0;
  /** @type {Map<string, { misses: number, next: number }>} */ const known = new Map();
  return {
    /** @param {string[]} ids @returns {string[]} */
    next(ids) {
      round++;
      for (const id of known.keys()) if (!ids.includes(id)) known.delete(id);
      for (const id of ids) if (!known.has(id)) known.set(id, { misses: 0, next: 0 });
      const due = ids.filter((id) => (known.get(id)?.next ?? 0) <= round);
      return due.sort((a, b) => (known.get(a)?.next ?? 0) - (known.get(b)?.next ?? 0)).slice(0, AT_ONCE);
    },
    /** @param {string} id @param {boolean} answered */
    heard(id, answered) {
      const misses = answered ? 0 : (known.get(id)?.misses ?? 0) + 1;
      known.set(id, { misses, next: round + Math.min(LONGEST_REST, 2 ** misses) - (answered ? 0 : 1) });
    },
  };
}

/** What one request shows about a node: it answers, the proxy cannot reach it, or no answer came at all.
 * @param {URL} url @returns {Promise<boolean | null>} */
async function ask(url) {
  try {
    const { status } = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_WITHIN) });
    return !AWAY.has(status);
  } catch {
    return null;
  }
}

/** @param {{ root: URL, dispatch: (event: any) => void, state: () => import('./store.js').State, prefix: (id: string) => string,
 *   isWatched: () => boolean, cutOff: () => void }} page isWatched: the list of nodes is in view; cutOff: no answer
 *   came back from anywhere */
export function watchNodes({ root, dispatch, state, prefix, isWatched, cutOff }) {
  const turn = rounds();
  let asking = false;

  const refresh = async () => {
    try {
      const answer = await fetch(new URL('nodes', root), { cache: 'no-store' });
      const { available_nodes: nodes, timestamp, auth } = await answer.json();
      if (!Array.isArray(nodes)) throw new TypeError('not a list of nodes');
      dispatch({ type: 'nodes', nodes, auth: AUTH.has(auth) ? auth : '', timestamp: Date.parse(timestamp) || Date.now() });
    } catch {
      dispatch({ type: 'nodes-failed' });
    }
  };

  /** Silence of one among others is its own; silence of all is about the way to them. @param {string[]} ids */
  const probe = async (ids) => {
    const doubt = setTimeout(cutOff, DOUBT_AFTER);
    const answers = await Promise.all(ids.map(async (id) => {
      const answer = await ask(new URL('health', new URL(prefix(id) || root, root)));
      if (answer !== null) clearTimeout(doubt);
      return /** @type {const} */ ([id, answer]);
    }));
    clearTimeout(doubt);
    if (answers.every(([, answer]) => answer === null)) return cutOff();
    const known = answers.map(([id, answer]) => /** @type {[string, boolean]} */ ([id, answer === true]));
    for (const [id, there] of known) turn.heard(id, there);
    dispatch({ type: 'probed', answers: known });
  };

  const round = async () => {
    if (asking || document.hidden || !navigator.onLine || !isWatched()) return;
    const ids = turn.next(state().nodes.filter((n) => n.active).map((n) => n.id));
    if (!ids.length) return;
    asking = true;
    await probe(ids);
    asking = false;
  };

  setInterval(() => document.hidden || refresh(), LIST_EVERY);
  setInterval(round, ROUND_EVERY);
  document.addEventListener('visibilitychange', () => document.hidden || refresh());
  refresh();
  return {
    /** After the page changed its node. */
    refresh,
    /** After the connection to a node was lost. @param {string} id */
    suspect: (id) => void probe([id]),
  };
}

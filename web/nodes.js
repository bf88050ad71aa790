// Keeps the list of nodes fresh: every 10 s, and when somebody looks at the tab again.

const EVERY = 10_000;

/** @param {URL} root @param {(event: any) => void} dispatch */
export function watchNodes(root, dispatch) {
  const refresh = async () => {
    try {
      const answer = await fetch(new URL('nodes', root), { cache: 'no-store' });
      const { available_nodes: nodes, timestamp } = await answer.json();
      if (!Array.isArray(nodes)) throw new TypeError('not a list of nodes');
      dispatch({ type: 'nodes', nodes, timestamp: Date.parse(timestamp) || Date.now() });
    } catch {
      dispatch({ type: 'nodes-failed' });
    }
  };
  setInterval(() => document.hidden || refresh(), EVERY);
  document.addEventListener('visibilitychange', () => document.hidden || refresh());
  refresh();
  return refresh;
}

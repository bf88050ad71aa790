// The orders of an operator: calls of the server API, with the token of the operator or from the machine of a node.

/** @param {URL} root @param {() => string} token '' is none */
export function createCalls(root, token) {
  /** @param {string} method @param {Record<string, unknown>} parameters @returns {Promise<any>} rejects with an Error that has the sentence of the server */
  async function call(method, parameters) {
    const headers = { 'Content-Type': 'application/json', ...(token() && { Authorization: `Bearer ${token()}` }) };
    const answer = await fetch(new URL(`api/${method}`, root), { method: 'POST', headers, body: JSON.stringify(parameters) });
    const { result, error } = await answer.json().catch(() => ({}));
    if (result === undefined) throw new Error(error?.message ?? error ?? `HTTP ${answer.status}`);
    return result;
  }
  return {
    /** @param {string} node */
    drain: (node) => call('drain', { node }),
    /** @param {string} text @returns {Promise<{ sessions: import('./state.js').SessionRow[], unanswered?: string[] }>} */
    find: (text) => call('find', { text }),
    /** @param {string} session @param {boolean} mayReturn @returns {Promise<{ sessions: number }>} */
    disconnect: (session, mayReturn) => call('disconnect', { session, may_return: mayReturn }),
  };
}

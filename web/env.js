// The browser's part in a client: sockets, time and chance.

/** 128 random bits as 32 hex digits. */
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}

/** @returns {import('./link.js').Env} */
export function browser() {
  if (!globalThis.WebSocket) throw new Error('this runtime has no WebSocket: use a browser or Node.js 22 and newer');
  return {
    WebSocket: /** @type {any} */ (globalThis.WebSocket),
    now: Date.now,
    random: Math.random,
    newId: randomId,
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer),
  };
}

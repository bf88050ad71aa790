// The way to one message of a room: older pages are loaded until it is there, then the conversation shows it.

const PAGE = 200;
const PAUSE = 1_000;

/** @param {{
 *   state: () => import('./store.js').State,
 *   dispatch: (event: any) => void,
 *   older: (room: string, limit?: number) => Promise<import('./types.js').Refusal | null>,
 *   show: (room: string) => void,
 *   notice: (kind: string, params?: object) => void,
 *   sleep?: (ms: number) => Promise<void>,
 * }} page */
export function createJump({ state, dispatch, older, show, notice, sleep = (ms) => new Promise((done) => setTimeout(done, ms)) }) {
  let latest = 0; // a new jump ends the one before

  /** @param {string} name @param {number} offset @returns {Promise<void>} settles when the message is shown, or is known to be gone */
  return async (name, offset) => {
    const own = ++latest;
    if (state().active !== name) show(name);
    dispatch({ type: 'bottom', room: name, at: false }); // so that no message that comes meanwhile cuts the oldest ones off
    for (;;) {
      const room = state().rooms.get(name);
      const first = room?.items.find((i) => i.kind === 'message');
      if (own !== latest || !room || state().active !== name) return;
      if (first?.kind === 'message' && first.offset <= offset) {
        if (room.items.some((i) => i.kind === 'message' && i.offset === offset)) dispatch({ type: 'target', room: name, offset });
        else notice('messageGone', { offset });
        return;
      }
      if (!room.more) return notice('messageGone', { offset });
      const why = await older(name, PAGE);
      const stands = state().rooms.get(name)?.items.find((i) => i.kind === 'message') === first;
      if (why?.code === 'forbidden') return notice('messageGone', { offset });
      if (why || stands) await sleep(why?.retry_after_ms ?? PAUSE);
    }
  };
}

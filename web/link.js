// One WebSocket after another: opens, notices silence, waits with full-jitter back-off and opens again. A move to
// another node opens the new socket before the old one closes. It carries JSON objects and knows nothing of the chat protocol.

const FIRST_DELAY = 250;
const LONGEST_DELAY = 20_000;
const STABLE_AFTER = 30_000;
const ANSWER_WITHIN = 8_000;
const DOUBT_AFTER = 1_500;
const OPEN_WITHIN = 3_000;

/** The browser's part in it, so that tests can bring their own.
 * @typedef {object} Env
 * @property {new (url: string, protocol: string) => Socket} WebSocket
 * @property {() => number} now
 * @property {() => number} random
 * @property {() => string} newId 128 random bits as hex
 * @property {(run: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 *
 * @typedef {object} Socket
 * @property {(data: string) => void} send
 * @property {() => void} close
 * @property {any} onopen
 * @property {any} onmessage
 * @property {any} onclose
 *
 * @typedef {{ state: 'connecting' } | { state: 'waiting', retryAt: number, code: number } | { state: 'stopped', code: number, reason?: string }} LinkState
 */

/** A random wait between nothing and 250 ms·2^attempt, at most 20 s: many clients do not come back at once.
 * @param {number} attempt @param {() => number} random */
export function backoff(attempt, random) {
  return random() * Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt);
}

export class Link {
  /** @type {Socket | null} */ #socket = null;
  #attempt = 0;
  #returnAt = 0;
  #silence = 0;
  #doubted = false;
  #giveUp = () => {}; // the attempt to move, if there is one
  #life = {}; // of the present socket, or of the wait for one
  /** @type {Record<string, any>} */ #timers = {};
  /** @type {Set<import('./types.js').Tap>} */ taps = new Set();
  #on;
  #env;
  #url;

  /** @param {{ url: () => string, env: Env, prepare: () => Promise<void> | null, onOpen: () => void, onFrame: (frame: any) => void, onSilence: () => void,
   *   onDoubt: (doubted: boolean) => void, onState: (state: LinkState) => void }} options prepare: settles when a socket may be opened; null: now */
  constructor(options) {
    this.#on = options;
    this.#env = options.env;
    this.#url = options.url;
  }

  /** Opens a socket now, instead of the one there is. */
  open() {
    this.#forget();
    this.#returnAt = 0;
    this.#on.onState({ state: 'connecting' });
    this.expectAnswer();
    const life = this.#life;
    const ready = this.#on.prepare();
    if (ready) ready.then(() => life === this.#life && this.#connect(), () => life === this.#life && this.#closed(1006));
    else this.#connect();
  }

  #connect() {
    const socket = this.#dial(this.#url());
    if (!socket) return this.#closed(1006);
    this.#use(socket);
    socket.onopen = () => socket === this.#socket && this.#opened();
  }

  /** Changes to another socket once that one is open. Until then, and when it does not open within 3 s, all goes on as it was.
   * @param {string} [url] @returns {Promise<boolean>} whether it changed */
  move(url = this.#url()) {
    const life = this.#life;
    const ready = this.#on.prepare();
    return ready ? ready.then(() => life === this.#life && this.#change(url), () => false) : this.#change(url);
  }

  /** @param {string} url @returns {Promise<boolean>} */
  #change(url) {
    this.#giveUp();
    return new Promise((done) => {
      const socket = this.#dial(url);
      if (!socket) return done(false);
      const end = (/** @type {boolean} */ moved) => {
        this.#cancel('move');
        this.#giveUp = () => {};
        if (!moved) {
          socket.onopen = socket.onclose = null;
          socket.close();
        }
        done(moved);
      };
      this.#giveUp = () => end(false);
      this.#timer('move', OPEN_WITHIN, this.#giveUp);
      socket.onclose = this.#giveUp;
      socket.onopen = () => {
        end(true);
        this.#forget();
        this.#returnAt = 0;
        this.#on.onState({ state: 'connecting' });
        this.#use(socket);
        this.expectAnswer();
        this.#opened();
      };
    });
  }

  /** @param {object} frame @returns {boolean} whether it left */
  send(frame) {
    try {
      const text = JSON.stringify(frame);
      this.#socket?.send(text);
      if (this.#socket) for (const tap of this.taps) tap(text, true);
      return this.#socket !== null;
    } catch {
      return false; // still opening
    }
  }

  /** The link is in doubt when nothing at all is heard within 1.5 s, and counts as dead after 8 s. */
  expectAnswer() {
    if (this.#timers.answer) return;
    this.#timer('doubt', DOUBT_AFTER, () => this.#doubt(true));
    this.#timer('answer', ANSWER_WITHIN, () => this.#closed(1006));
  }

  /** Calls onSilence after `ms` without a frame. @param {number} ms */
  watch(ms) {
    this.#silence = ms;
    this.#timer('silence', ms, () => this.#on.onSilence());
  }

  /** Leaves this socket after `ms` for a new one, or as soon as it closes waits for the rest of that time. @param {number} ms */
  comeBackIn(ms) {
    this.#returnAt = this.#env.now() + ms;
    const socket = this.#socket;
    this.#timer('return', ms, async () => {
      const moved = await this.move();
      if (!moved && socket === this.#socket) this.open();
    });
  }

  /** Loses the connection on purpose, and stays away for `ms`. @param {number} ms */
  drop(ms) {
    this.#returnAt = this.#env.now() + ms;
    this.#closed(1006);
  }

  /** @param {number} code @param {string} [reason] */
  stop(code, reason = '') {
    this.#forget();
    this.#on.onState({ state: 'stopped', code, ...(reason && { reason }) });
  }

  /** @param {string} url @returns {Socket | null} */
  #dial(url) {
    try {
      return new this.#env.WebSocket(url, 'chat.v1');
    } catch {
      return null;
    }
  }

  /** @param {Socket} socket */
  #use(socket) {
    this.#socket = socket;
    socket.onmessage = (/** @type {{ data: any }} */ { data }) => {
      if (socket === this.#socket) this.#heard(data);
    };
    socket.onclose = (/** @type {{ code: number, reason?: string }} */ { code, reason }) => {
      if (socket === this.#socket) this.#closed(code, reason);
    };
  }

  #opened() {
    this.#timer('stable', STABLE_AFTER, () => (this.#attempt = 0));
    this.#on.onOpen();
  }

  /** @param {boolean} doubted */
  #doubt(doubted) {
    if (this.#doubted === doubted) return;
    this.#doubted = doubted;
    this.#on.onDoubt(doubted);
  }

  /** @param {unknown} data */
  #heard(data) {
    this.#cancel('answer');
    this.#cancel('doubt');
    this.#doubt(false);
    if (this.#silence) this.watch(this.#silence);
    if ([...this.taps].filter((tap) => tap(String(data), false)).length) return;
    let frame = null;
    try {
      frame = JSON.parse(String(data));
    } catch { /* not ours: ignored like any unknown frame */ }
    if (frame && typeof frame === 'object') this.#on.onFrame(frame);
  }

  /** @param {number} code @param {string} [reason] */
  #closed(code, reason) {
    if (code >= 4500 && code < 5000) return this.stop(code, reason);
    const now = this.#env.now();
    const wait = this.#returnAt ? Math.max(0, this.#returnAt - now) : backoff(this.#attempt++, this.#env.random);
    this.#forget();
    this.#timer('retry', wait, () => this.open());
    this.#on.onState({ state: 'waiting', retryAt: now + wait, code });
  }

  #forget() {
    this.#life = {};
    this.#giveUp();
    this.#doubt(false);
    for (const name of Object.keys(this.#timers)) this.#cancel(name);
    this.#silence = 0;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** @param {string} name @param {number} ms @param {() => void} run */
  #timer(name, ms, run) {
    this.#cancel(name);
    this.#timers[name] = this.#env.setTimeout(() => {
      delete this.#timers[name];
      run();
    }, ms);
  }

  /** @param {string} name */
  #cancel(name) {
    this.#env.clearTimeout(this.#timers[name]);
    delete this.#timers[name];
  }
}

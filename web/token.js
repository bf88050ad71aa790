// The token of a client: a text, or a question to the application. Asks one question at a time.

const PAUSE = 2_000;
const WARNING = 60_000; // before the end of a token the server says so; at once if it lives less than that
const FRESH_FOR = 20_000; // the longest wait between two attempts to connect

export class TokenSource {
  #token = '';
  #freshUntil = 0; // got by asking, not yet sent, and not too old
  /** @type {(() => Promise<string>) | null} */ #ask = null;
  /** @type {Promise<void> | null} */ #asking = null;
  /** @type {object | null} */ #keeping = null;
  /** @type {any} */ #timer = null;
  #sentAt = 0;
  #env;

  /** @param {import('./link.js').Env} env */
  constructor(env) {
    this.#env = env;
  }

  /** @param {string | (() => Promise<string>)} token '' is none */
  set(token) {
    const isText = typeof token === 'string';
    this.#token = isText ? token : '';
    this.#ask = isText ? null : token;
    this.#freshUntil = 0;
    this.#asking = null;
    this.stop();
  }

  get isAsked() {
    return this.#ask !== null;
  }

  /** The token for a request. */
  take() {
    this.#freshUntil = 0;
    this.#sentAt = this.#env.now();
    return this.#token;
  }

  /** Before a connection: settles when there is a token for it; null when there is no need to wait. @returns {Promise<void> | null} */
  prepare() {
    return this.#ask && this.#freshUntil < this.#env.now() ? this.renew() : null;
  }

  /** Asks for a token; rejects if the application has none. @returns {Promise<void>} */
  renew() {
    if (this.#asking) return this.#asking;
    const ask = this.#ask;
    const asking = new Promise((done) => done(ask?.())).then((token) => {
      if (typeof token !== 'string' || !token) throw new TypeError('no token');
      if (ask !== this.#ask) return;
      this.#token = token;
      this.#freshUntil = this.#env.now() + FRESH_FOR;
    }).finally(() => {
      if (this.#asking === asking) this.#asking = null;
    });
    return (this.#asking = asking);
  }

  /** The token ends soon: asks until `accept` has taken a newer one, or stop() is called. The first question waits for half of the token's
   * life, because the server warns at once of a token that lives less than a minute.
   * @param {number} expires by the server's clock @param {(token: string) => Promise<unknown>} accept */
  async keep(expires, accept) {
    this.stop();
    const mine = (this.#keeping = {});
    let wait = this.#untilHalf(expires);
    while (this.#keeping === mine) {
      if (wait > 0) await new Promise((done) => { this.#timer = this.#env.setTimeout(() => done(undefined), wait); });
      try {
        await this.renew();
        if (this.#keeping === mine) await accept(this.take());
        return;
      } catch {
        wait = PAUSE;
      }
    }
  }

  /** The connection whose token was to be kept is gone. */
  stop() {
    this.#keeping = null;
    this.#env.clearTimeout(this.#timer);
  }

  /** Time to the middle of the token's life, now that the server has warned. Its end is between now and a minute away: if this
   * clock says otherwise, it is wrong, and half a minute is in time, because the server waits 25 s behind the end. @param {number} expires */
  #untilHalf(expires) {
    const now = this.#env.now();
    const lived = now - this.#sentAt;
    const left = expires > now && expires <= now + WARNING ? expires - now : WARNING;
    return Math.max((left - lived) / 2, PAUSE - lived);
  }
}

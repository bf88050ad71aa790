// The token of a client: a text, or a question to the application. Asks one question at a time.

const PAUSE = 2_000;
const FRESH_FOR = 20_000; // the longest wait between two attempts to connect

export class TokenSource {
  #token = '';
  #freshUntil = 0; // got by asking, not yet sent, and not too old
  /** @type {(() => Promise<string>) | null} */ #ask = null;
  /** @type {Promise<void> | null} */ #asking = null;
  /** @type {object | null} */ #keeping = null;
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
    this.#asking = this.#keeping = null;
  }

  get isAsked() {
    return this.#ask !== null;
  }

  /** The token for a request. */
  take() {
    this.#freshUntil = 0;
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

  /** Asks until `accept` has taken a token, or stop() is called. @param {(token: string) => Promise<unknown>} accept */
  async keep(accept) {
    const mine = (this.#keeping = {});
    while (this.#keeping === mine) {
      try {
        await this.renew();
        if (this.#keeping === mine) await accept(this.take());
        return;
      } catch {
        await new Promise((done) => this.#env.setTimeout(() => done(undefined), PAUSE));
      }
    }
  }

  /** The connection whose token was to be kept is gone. */
  stop() {
    this.#keeping = null;
  }
}

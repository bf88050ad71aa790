// A session with a token that lives 20 s, of one of two kinds. A keeper refreshes its token in time. A forgetful one never does:
// after a fault it connects again with the token that it has, until the cluster refuses that. Both write down the facts that
// token-check judges.
import { Tap } from './tap.mjs';

const LIFETIME = 20;              // seconds
export const GRACE = 25_000;      // after the end of a token, for a newer one that is on its way
const SLACK = 2_500;              // the node's timer and a busy machine
const SKEW = 30_000;              // a node accepts a token that has ended so long ago, because clocks differ
const BEFORE_THE_END = 5_000;     // a keeper refreshes
const AGAIN = 2_000;              // and repeats that, if there is no answer
const ASK_EVERY = 1_000;          // of an expired session, whether it is still served
const MOST_AGE = 20;              // seconds; the first token may have ended so long ago: sessions end from the first seconds on

/** The time of `now` for a time since 1970. */
const toNow = (unix) => unix - performance.timeOrigin;

export class TokenPerson {
  wasGreeted = false;
  #token = null;
  #lastId = 0;
  #asks = new Map();            // request id → when it was sent, of questions to an expired session
  #timers = new Set();

  /** @param {{ name: string, keeps: boolean, from: string, url: string, history: import('./history.mjs').History,
   *   random: import('./random.mjs').Random, maker: import('../e2e/support/tokens.mjs').TokenMaker }} options `keeps`: it refreshes */
  constructor({ name, keeps, from, url, history, random, maker }) {
    Object.assign(this, { name, keeps, url, history, random, maker });
    this.tap = new Tap(from, history, random);
    this.#later(random.between(0, 2_000), () => this.#connect());
  }

  /** @param {number} seconds until it ends */
  async #take(seconds) {
    const expires = (Math.floor(Date.now() / 1000) + seconds) * 1000;
    this.#token = { text: await this.maker.make(this.name, { seconds }), expires: toNow(expires) };
  }

  async #connect() {
    const end = this.#token && this.#token.expires + (this.keeps ? -BEFORE_THE_END : SKEW);
    if (!this.wasGreeted) await this.#take(this.random.whole(-MOST_AGE, LIFETIME));
    else if (!this.#token || performance.now() > end) await this.#take(LIFETIME);
    if (this.closed) return;
    const socket = new this.tap.WebSocket(this.url, 'chat.v1');
    const session = { person: this.name, keeps: this.keeps, offered: this.#token.expires, grants: [], asked: [], served: [], ended: null };
    this.socket = socket;
    socket.onopen = () => {
      this.history.tokens.push(session);
      this.#send({ type: 'hello', name: this.name, token: this.#token.text });
    };
    socket.onmessage = ({ data }) => { if (socket === this.socket) this.#heard(session, JSON.parse(data)); };
    socket.onclose = ({ code }) => this.#lost(socket, session, code);
    this.#later(8_000, () => { if (socket === this.socket && session.grants.length === 0) socket.terminate(); });
  }

  #send(fields) {
    const id = ++this.#lastId;
    try { this.socket.send(JSON.stringify({ ...fields, id })); } catch { /* closing */ }
    return id;
  }

  #lost(socket, session, code) {
    session.ended ??= { code, at: performance.now() };
    if (socket !== this.socket) return;
    this.socket = null;
    this.#asks.clear();
    if (code === 4501 || code === 4500) this.#token = null;
    this.#later(this.random.between(50, 400), () => this.#connect());
  }

  #heard(session, told) {
    switch (told.type) {
      case 'welcome':
        this.wasGreeted = true;
        return this.#granted(session, told);
      case 'refreshed': return this.#granted(session, told);
      case 'reconnect': {
        const { socket } = this;
        return this.#later(told.after_ms, () => { if (socket === this.socket) socket.close(); });
      }
    }
    const asked = this.#asks.get(told.id);
    if (asked === undefined) return;
    this.#asks.delete(told.id);
    session.served.push(asked);
  }

  #granted(session, { expires }) {
    const { socket } = this;
    const grant = { at: performance.now(), expires: toNow(expires) };
    session.grants.push(grant);
    const isNewest = () => socket === this.socket && session.grants.at(-1) === grant;
    if (this.keeps) this.#at(grant.expires - BEFORE_THE_END, () => this.#refresh(session, isNewest));
    this.#at(grant.expires + GRACE + SLACK, () => this.#ask(isNewest));
  }

  /** Again and again, until the node has accepted the token. */
  async #refresh(session, isNewest) {
    if (isNewest()) await this.#take(LIFETIME);
    if (!isNewest()) return;
    session.asked.push(performance.now());
    this.#send({ type: 'refresh', token: this.#token.text });
    this.#later(AGAIN, () => this.#refresh(session, isNewest));
  }

  /** Whether the session is served although it should have ended. */
  #ask(isNewest) {
    if (!isNewest()) return;
    if (this.#asks.size === 0) this.#asks.set(this.#send({ type: 'node' }), performance.now());
    this.#later(ASK_EVERY, () => this.#ask(isNewest));
  }

  #at(time, run) { this.#later(Math.max(0, time - performance.now()), run); }

  #later(ms, run) {
    if (this.closed) return;
    const timer = setTimeout(() => { this.#timers.delete(timer); run(); }, ms);
    this.#timers.add(timer);
  }

  close() {
    this.closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.socket?.close();
  }
}

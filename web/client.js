// A chat.v1 client for any page or program: rooms, history, presence, and sending that survives reconnects. No DOM.
// Examples are in README.md.
//
// Its promises: it reports every message of a joined room once and in the order of the log, also if the next connection
// reaches another node; a sent message stays in the outbox until the cluster has stored it; it fills a gap, or reports it. With
// `storage` (sessionStorage behind two functions) a reload loses nothing either. Every event is in types.js.

import { browser } from './env.js';
import { Link } from './link.js';
import { HISTORY, Memberships } from './memberships.js';
import { Requests } from './requests.js';
import { Sender } from './sender.js';
import { TokenSource } from './token.js';

/** @typedef {import('./types.js').ClientOptions} ClientOptions */
/** @typedef {import('./types.js').ClientEvent} ClientEvent */
/** @typedef {import('./types.js').Cursor} Cursor */
/** @typedef {import('./types.js').Entry} Entry */
/** @typedef {import('./types.js').Limits} Limits */
/** @typedef {import('./types.js').Message} Message */
/** @typedef {import('./types.js').Person} Person */
/** @typedef {import('./types.js').Refusal} Refusal */
/** @typedef {import('./types.js').Sanction} Sanction */

const TOKEN_EXPIRED = 4501;

export class ChatClient {
  /** @type {Set<(event: ClientEvent) => void>} */ #listeners = new Set();
  #online = false;
  /** @type {import('./link.js').LinkState | null} */ #state = null;
  #name;
  #identitySecret;
  #env;
  #rooms;
  #sender;
  #requests;
  #link;
  #token;
  #watches = false;
  #traces = false;
  #details = false; // those for operators are watched, too
  /** @type {{ id: number, room: string } | null} */ #typed = null; // id of the last hint that this user types, and its room

  /** @param {ClientOptions} options */
  constructor({ url, name, token = '', identitySecret, storage = { load: () => null, save: () => {} }, env = browser() }) {
    this.#name = name;
    this.#identitySecret = identitySecret;
    this.#env = env;
    this.#token = new TokenSource(env);
    this.#token.set(token);
    this.#sender = new Sender({
      storage,
      env,
      ready: (room) => this.#online && this.#rooms.isJoined(room),
      ask: (frame, waiting) => this.#requests.ask(frame, waiting),
      emit: (event) => this.#emit(event),
      rejoin: (room) => this.#rooms.rejoin(room),
      reopen: () => this.#link.open(),
    });
    this.#rooms = new Memberships({
      env,
      sender: this.#sender,
      online: () => this.#online,
      ask: (frame, waiting) => this.#requests.ask(frame, waiting),
      emit: (event) => this.#emit(event),
    });
    this.#link = new Link({
      url: typeof url === 'function' ? url : () => url,
      env,
      prepare: () => this.#token.prepare(),
      onOpen: () => this.#opened(),
      onFrame: (frame) => this.#received(frame),
      onSilence: () => this.probe(),
      onDoubt: (doubted) => this.#emit({ type: 'doubt', doubted }),
      onState: (state) => this.#moved(state),
    });
    this.#requests = new Requests(this.#link);
  }

  /** Calls the listener at each event of one type. @template {ClientEvent['type']} T @param {T} type
   * @param {(event: Extract<ClientEvent, { type: T }>) => void} listener @returns {() => void} ends it */
  on(type, listener) {
    return this.subscribe((event) => event.type === type && listener(/** @type {any} */ (event)));
  }

  /** Calls the listener at each event. @param {(event: ClientEvent) => void} listener @returns {() => void} ends it */
  subscribe(listener) {
    const own = (/** @type {ClientEvent} */ event) => listener(event); // a function that is given twice listens twice
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  get online() {
    return this.#online;
  }

  /** Connects, or reconnects at once on a new socket. Messages that an earlier life of the tab left unsent are reported and sent. */
  connect() {
    for (const room of this.#sender.tellAll()) this.join(room);
    this.#link.open();
  }

  /** Goes to another node without losing this one before: if `url` does not open, all goes on as it was.
   * @param {string} url @returns {Promise<boolean>} whether it went */
  move(url) {
    return this.#link.move(url);
  }

  /** Leaves for good. */
  close() {
    this.#link.stop(1000);
  }

  /** Loses the connection for `ms`, to see it recover. @param {number} ms */
  drop(ms) {
    this.#link.drop(ms);
  }

  /** Asks for a sign of life; without one the link is soon in doubt, then given up and opened again. */
  probe() {
    if (this.#online) this.#requests.request({ type: 'node' }).catch(() => {});
  }

  /** Is shown the cluster once a second (event `cluster`), also after each reconnect, until `watch(false)`. @param {boolean} [on]
   * @param {{ details?: boolean }} [more] `details`: for operators; `refused` with `forbidden` says that this client is none */
  watch(on = true, { details = false } = {}) {
    if (on === this.#watches && details === this.#details) return;
    this.#watches = on;
    this.#details = details;
    if (this.#online) this.#tellWatch();
  }

  /** Sees the frames of the connection, until `stop()`; `send(frame)` sends one as it is. @param {import('./types.js').Tap} tap */
  tap(tap) {
    const safe = (/** @type {string} */ text, /** @type {boolean} */ out) => this.#safely(() => tap(text, out));
    this.#link.taps.add(safe);
    return { send: (/** @type {object} */ frame) => this.#link.send(frame), stop: () => void this.#link.taps.delete(safe) };
  }

  /** Has the messages of this client traced from now on, also after each reconnect, until `trace(false)`. @param {boolean} [on] */
  trace(on = true) {
    this.#traces = on;
    if (this.#online) this.#requests.request({ type: 'hello', trace: on }).catch(() => {});
  }

  /** The hops of a traced message, as long as the cluster keeps them. @param {string} room @param {number} offset
   * @returns {Promise<{ epoch: string, hops: import('./types.js').Hop[] }>} */
  hops(room, offset) {
    return this.#requests.request({ type: 'trace', room, offset });
  }

  /** @param {string} name */
  rename(name) {
    this.#name = name;
    if (this.#online) this.#hello({});
  }

  /** Connects again as the user of another token, or as a guest. @param {string | (() => Promise<string>)} token '' is none */
  setToken(token) {
    this.#token.set(token);
    this.connect();
  }

  /** A newer token of the same user, without a new connection. Rejects with `unauthorized` if the server does not take it.
   * @param {string} token */
  async refresh(token) {
    await this.#requests.request({ type: 'refresh', token });
    this.#token.set(token);
  }

  /** Joins now and after each reconnect, until left. @param {string} name
   * @param {{ cursor?: Cursor | null, history?: number, sendOnly?: boolean }} [from] where to resume; or that nothing is to be read, as in the inbox of another user */
  join(name, from) {
    this.#rooms.add(name, from);
  }

  /** @param {string} name */
  leave(name) {
    this.#sender.discardAll(name);
    if (this.#rooms.remove(name) && this.#online) this.#requests.request({ type: 'leave', room: name }).catch(() => {});
  }

  /** Sends a text, or `{data}`: any JSON. @param {string} room @param {string | { data: unknown }} body
   * @returns {string | null} the key its events carry; null when 256 are waiting already */
  send(room, body) {
    return this.#sender.send(room, typeof body === 'string' ? { text: body } : body);
  }

  /** Tries a refused message again. @param {string} key */
  retry(key) {
    this.#sender.retry(key);
  }

  /** Gives up an unsent message. @param {string} key */
  discard(key) {
    this.#sender.discard(key);
  }

  /** An older page. @param {string} room @param {number} before @param {number} [limit]
   * @returns {Promise<{ messages: Message[], more: boolean }>} */
  history(room, before, limit = HISTORY) {
    return this.#requests.request({ type: 'history', room, before, limit });
  }

  /** @param {string} room @returns {Promise<{ version: number, members: Person[], count: number }>} */
  members(room) {
    return this.#requests.request({ type: 'members', room });
  }

  /** Calls a method of the application. Rejects with `unknown_type` if it has none of this name, with `forbidden` and its words if it refuses.
   * @param {string} method @param {unknown} [args] any JSON, mostly a list @returns {Promise<any>} its result */
  async call(method, args = []) {
    return (await this.#requests.request({ type: 'call', method, arguments: args })).result;
  }

  /** Tells the room that this user types; sent at most every 2 s. @param {string} name */
  typing(name) {
    if (!this.#rooms.mayTellTyping(name)) return;
    this.#typed = { id: this.#requests.tell({ type: 'typing', room: name }), room: name };
  }

  /** Removes a user from a room, or takes the right to write in it. Rejects with `forbidden` without the right to moderate.
   * @param {string} room @param {string} user id @param {Sanction} action
   * @param {{ seconds?: number, reason?: string }} [more] @returns {Promise<void>} */
  moderate(room, user, action, { seconds, reason } = {}) {
    return this.#requests.request({ type: 'moderate', room, user, action, seconds, reason });
  }

  // The link

  /** @param {import('./link.js').LinkState} state */
  #moved(state) {
    this.#online = false;
    this.#rooms.interrupt();
    this.#requests.interrupt();
    this.#sender.interrupt();
    this.#token.stop();
    this.#state = state;
    if (state.state === 'stopped' && state.code === TOKEN_EXPIRED && this.#token.isAsked) this.#comeBack(state);
    else this.#emit({ type: 'state', ...state });
  }

  /** The token has ended, and the application may have another. @param {import('./link.js').LinkState} stopped */
  #comeBack(stopped) {
    this.#emit({ type: 'state', state: 'connecting' });
    this.#token.renew().then(() => this.#state === stopped && this.#link.open(),
      () => this.#state === stopped && this.#emit({ type: 'state', ...stopped }));
  }

  #opened() {
    this.#hello({ token: this.#token.take() || undefined });
    this.#online = true;
    this.#rooms.joinAll();
    if (this.#watches) this.#tellWatch();
  }

  /** A server that does not know the request shows nothing. */
  #tellWatch() {
    const details = this.#details;
    this.#requests.request({ type: 'watch', on: this.#watches, ...(details && { details }) })
      .catch((why) => details && this.#emit({ type: 'refused', code: why.code, message: why.message }));
  }

  /** @param {{ token?: string }} proof */
  #hello(proof) {
    this.#requests.request({ type: 'hello', ...proof, name: this.#name, identity_secret: this.#identitySecret, producer: this.#sender.producer, trace: this.#traces || undefined })
      .catch((why) => this.#emit({ type: 'refused', code: why.code, message: why.message }));
  }

  /** @param {any} frame */
  #received(frame) {
    const waiting = this.#requests.take(frame.id);
    if (frame.type === 'error' && waiting) return waiting.failed(frame);
    if (frame.type === 'error' && this.#typed && frame.id === this.#typed.id) return this.#typingRefused(this.#typed.room, frame);
    this.#push(frame);
    waiting?.done(frame);
  }

  /** A hint that is lost is not worth a word. @param {string} room @param {Refusal} why */
  #typingRefused(room, { code }) {
    if (code === 'forbidden') this.#rooms.refuseTyping(room);
  }

  /** Welcome and joined count as pushes too: later frames of the same batch build on them. @param {any} frame */
  #push(frame) {
    switch (frame.type) {
      case 'welcome': {
        const { node, session, user, sender, limits, ping, expires = 0 } = frame;
        this.#sender.name = sender;
        this.#link.watch((ping ?? 25) * 1000);
        this.#emit({ type: 'welcome', node, session, user, limits, expires });
        return this.#sender.belongsTo(user.id);
      }
      case 'token_expiring': {
        if (this.#token.isAsked) this.#token.keep(frame.expires, (token) => this.#requests.request({ type: 'refresh', token }));
        return this.#emit({ type: 'expiring', expires: frame.expires });
      }
      case 'refreshed': return this.#emit({ type: 'refreshed', expires: frame.expires ?? 0 });
      case 'removed': return this.#rooms.removed(frame);
      case 'joined': return this.#rooms.joined(frame);
      case 'message': return this.#rooms.message(frame);
      case 'presence': {
        const { room, version, joined = [], left = [], count } = frame;
        return this.#emit({ type: 'presence', room, version, joined, left, count });
      }
      case 'typing': return this.#emit({ type: 'typing', room: frame.room, from: frame.from });
      case 'notice': return this.#emit({ type: 'notice', ...(frame.room && { room: frame.room }), event: frame.event, data: frame.data });
      case 'ask': return this.#asked(frame);
      case 'rewound': return this.#rooms.rewound(frame);
      case 'reset': return this.#rooms.reset(frame);
      case 'degraded':
        if (frame.available) this.#rooms.joinMissing(frame.room);
        return this.#emit({ type: 'degraded', available: frame.available, ...(frame.room && { room: frame.room }) });
      case 'cluster': return this.#emit({ type: 'cluster', time: frame.time, nodes: frame.nodes, store: frame.store, ...(frame.details && { details: frame.details }) });
      case 'reconnect': return this.#link.comeBackIn(frame.after_ms ?? 0);
      case 'error': return this.#emit({ type: 'refused', room: frame.room, code: frame.code, message: frame.message });
    }
  }

  /** The application waits for an answer: a value, or one that is promised. An error refuses. @param {any} frame */
  #asked({ id, method, arguments: args }) {
    let isAnswered = false;
    const refuse = (/** @type {any} */ why) => this.#link.send({ type: 'answer', id, error: String(why?.message ?? why) });
    /** @param {unknown} result */
    const answer = (result) => {
      if (isAnswered) return;
      isAnswered = true;
      Promise.resolve(result).then((value) => {
        if (value instanceof Error) refuse(value);
        else this.#link.send({ type: 'answer', id, result: value ?? null });
      }, refuse);
    };
    this.#emit({ type: 'ask', method, arguments: args, answer });
  }

  /** A listener that throws disturbs neither the others nor the client: its error is reported as uncaught. @param {import('./types.js').Untimed} event */
  #emit(event) {
    const told = /** @type {ClientEvent} */ ({ at: this.#env.now(), ...event });
    for (const listener of [...this.#listeners]) this.#safely(() => listener(told));
  }

  /** @template T @param {() => T} run @returns {T | undefined} */
  #safely(run) {
    try {
      return run();
    } catch (why) {
      this.#env.setTimeout(() => { throw why; }, 0);
    }
  }
}

// A chat.v1 client for any page or program: rooms, history, presence, and sending that survives reconnects. No DOM.
//
//   import { ChatClient } from './client.js';
//   const chat = new ChatClient({ url: 'ws://localhost:8080/ws', name: 'Ana' });
//   chat.subscribe((event) => { if (event.type === 'message') console.log(event.message.from.name, event.message.text); });
//   chat.connect();
//   chat.join('lobby');
//   chat.send('lobby', 'Olá');      // now or after the next reconnect, exactly once
//
// Its promises: it reports every message of a joined room once and in the order of the log, also if the next connection
// reaches another node; a sent message stays in the outbox until the cluster has stored it; it fills a gap, or reports it. With
// `storage` (sessionStorage behind two functions) a reload loses nothing either. Every event is in types.js.

import { Link } from './link.js';
import { HISTORY, Memberships } from './memberships.js';
import { Sender } from './sender.js';

/** @typedef {import('./types.js').ClientEvent} ClientEvent */
/** @typedef {import('./types.js').Untimed} Untimed */
/** @typedef {import('./types.js').Message} Message */
/** @typedef {import('./types.js').Refusal} Refusal */
/** @typedef {import('./types.js').Waiting} Waiting */

const GONE = { code: 'disconnected', message: 'the connection was lost' };

/** 128 random bits as 32 hex digits. */
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}

export class ChatClient {
  /** @type {Map<number, Waiting>} */ #waiting = new Map();
  /** @type {Set<(event: ClientEvent) => void>} */ #listeners = new Set();
  #lastId = 0;
  #online = false;
  #name;
  #identitySecret;
  #env;
  #rooms;
  #sender;
  #link;

  /** @param {{
   *   url: string | (() => string),
   *   name?: string,
   *   identitySecret?: string,
   *   storage?: import('./outbox.js').Storage,
   *   env?: import('./link.js').Env,
   * }} options `url` may be a function, asked before each attempt; `identitySecret` is the secret that makes several tabs one person;
   *   `storage` keeps the outbox of this tab */
  constructor({ url, name, identitySecret, storage = { load: () => null, save: () => {} }, env = browser() }) {
    this.#name = name;
    this.#identitySecret = identitySecret;
    this.#env = env;
    this.#sender = new Sender({
      storage,
      env,
      ready: (room) => this.#online && this.#rooms.isJoined(room),
      ask: (frame, waiting) => this.#ask(frame, waiting),
      emit: (event) => this.#emit(event),
      rejoin: (room) => this.#rooms.join(room),
      reopen: () => this.#link.open(),
    });
    this.#rooms = new Memberships({
      env,
      sender: this.#sender,
      online: () => this.#online,
      ask: (frame, waiting) => this.#ask(frame, waiting),
      emit: (event) => this.#emit(event),
    });
    this.#link = new Link({
      url: typeof url === 'function' ? url : () => url,
      env,
      onOpen: () => this.#opened(),
      onFrame: (frame) => this.#received(frame),
      onSilence: () => this.probe(),
      onDoubt: (doubted) => this.#emit({ type: 'doubt', doubted }),
      onState: (state) => this.#moved(state),
    });
  }

  /** @param {(event: ClientEvent) => void} listener @returns {() => void} ends it */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
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
    if (this.#online) this.#request({ type: 'node' }).catch(() => {});
  }

  /** @param {string} name */
  rename(name) {
    this.#name = name;
    if (this.#online) this.#hello();
  }

  /** Joins now and after each reconnect, until left. @param {string} name
   * @param {{ cursor?: import('./types.js').Cursor | null, history?: number }} [from] where to resume */
  join(name, from) {
    this.#rooms.add(name, from);
  }

  /** @param {string} name */
  leave(name) {
    this.#sender.discardAll(name);
    if (this.#rooms.remove(name) && this.#online) this.#request({ type: 'leave', room: name }).catch(() => {});
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
    return this.#request({ type: 'history', room, before, limit });
  }

  /** @param {string} room @returns {Promise<{ version: number, members: import('./types.js').Person[], count: number }>} */
  members(room) {
    return this.#request({ type: 'members', room });
  }

  /** Tells the room that this user types; sent at most every 2 s. @param {string} name */
  typing(name) {
    if (this.#rooms.mayTellTyping(name)) this.#link.send({ type: 'typing', room: name });
  }

  // The link

  /** @param {import('./link.js').LinkState} state */
  #moved(state) {
    this.#online = false;
    this.#rooms.interrupt();
    for (const { failed } of this.#waiting.values()) failed(GONE);
    this.#waiting.clear();
    this.#sender.interrupt();
    this.#emit({ type: 'state', ...state });
  }

  #opened() {
    this.#hello();
    this.#online = true;
    this.#rooms.joinAll();
  }

  #hello() {
    this.#request({ type: 'hello', name: this.#name, identity_secret: this.#identitySecret, producer: this.#sender.producer })
      .catch((why) => this.#emit({ type: 'refused', code: why.code, message: why.message }));
  }

  /** @param {any} frame */
  #received(frame) {
    const waiting = this.#waiting.get(frame.id);
    this.#waiting.delete(frame.id);
    if (frame.type === 'error' && waiting) return waiting.failed(frame);
    this.#push(frame);
    waiting?.done(frame);
  }

  /** Welcome and joined count as pushes too: later frames of the same batch build on them. @param {any} frame */
  #push(frame) {
    switch (frame.type) {
      case 'welcome': {
        const { node, session, user, sender, limits, ping } = frame;
        this.#sender.name = sender;
        this.#link.watch((ping ?? 25) * 1000);
        return this.#emit({ type: 'welcome', node, session, user, limits });
      }
      case 'joined': return this.#rooms.joined(frame);
      case 'message': return this.#rooms.message(frame);
      case 'presence': {
        const { room, version, joined = [], left = [], count } = frame;
        return this.#emit({ type: 'presence', room, version, joined, left, count });
      }
      case 'typing': return this.#emit({ type: 'typing', room: frame.room, from: frame.from });
      case 'rewound': return this.#rooms.rewound(frame);
      case 'reset': return this.#rooms.reset(frame);
      case 'degraded': return this.#emit({ type: 'degraded', available: frame.available, ...(frame.room && { room: frame.room }) });
      case 'reconnect': return this.#link.comeBackIn(frame.after_ms ?? 0);
      case 'error': return this.#emit({ type: 'refused', room: frame.room, code: frame.code, message: frame.message });
    }
  }

  /** @param {Record<string, unknown>} frame @returns {Promise<any>} */
  #request(frame) {
    return new Promise((done, failed) => this.#ask(frame, { done, failed }));
  }

  /** Calls back within the frame that answers, where a promise would come too late. @param {Record<string, unknown>} frame @param {Waiting} waiting */
  #ask(frame, waiting) {
    const id = ++this.#lastId;
    if (!this.#link.send({ ...frame, id })) return waiting.failed(GONE);
    this.#waiting.set(id, waiting);
    this.#link.expectAnswer();
  }

  /** @param {Untimed} event */
  #emit(event) {
    const told = /** @type {ClientEvent} */ ({ at: this.#env.now(), ...event });
    for (const listener of this.#listeners) listener(told);
  }
}

/** @returns {import('./link.js').Env} */
function browser() {
  return {
    WebSocket: /** @type {any} */ (globalThis.WebSocket),
    now: Date.now,
    random: Math.random,
    newId: randomId,
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer),
  };
}

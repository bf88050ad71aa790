// A clock and a server side of a socket that tests turn by hand, so that nothing here waits or opens a port.

import { ChatClient } from '../../web/client.js';

/** A clock with timers; `advance` runs the timers that fall due, in order. */
export class Clock {
  now = 1_000_000;
  #next = 1;
  /** @type {Map<number, { at: number, run: () => void }>} */ #timers = new Map();

  /** @param {() => void} run @param {number} ms */
  set(run, ms) {
    this.#timers.set(this.#next, { at: this.now + ms, run });
    return this.#next++;
  }

  /** How many timers are set. */
  get waiting() {
    return this.#timers.size;
  }

  /** @param {number} id */
  clear(id) {
    this.#timers.delete(id);
  }

  /** @param {number} ms */
  advance(ms) {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, t]) => t.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.now = Math.max(this.now, due[1].at);
      due[1].run();
    }
    this.now = end;
  }
}

export class FakeSocket {
  onopen = () => {};
  onmessage = (/** @type {{ data: string }} */ _) => {};
  onclose = (/** @type {{ code: number, reason?: string }} */ _) => {};
  /** @type {any[]} frames of the client, not yet looked at */ frames = [];
  open = false;
  closed = false;

  /** @param {string} url @param {string} protocol */
  constructor(url, protocol) {
    this.url = url;
    this.protocol = protocol;
  }

  /** @param {string} data */
  send(data) {
    if (!this.open) throw new Error('still connecting');
    this.frames.push(JSON.parse(data));
  }

  close() {
    this.closed = true;
  }
}

export const ME = { id: 'aaaaaaaaaaaaaaaa', name: 'Ana' };
let ids = 0;
export const SENDER = 'sender-of-this-tab';

/** A client whose server is the test. @param {{ saved?: string | null, random?: () => number, token?: string | (() => Promise<string>) }} [options] */
export function stage({ saved = null, random = () => 0.5, token } = {}) {
  const clock = new Clock();
  /** @type {FakeSocket[]} */ const sockets = [];
  /** @type {any[]} */ const events = [];
  const storage = { text: saved, load: () => storage.text, save: (/** @type {string} */ text) => { storage.text = text; } };
  const client = new ChatClient({
    url: () => 'ws://test/ws',
    name: ME.name,
    token,
    identitySecret: 'guest',
    storage,
    env: {
      WebSocket: class extends FakeSocket {
        /** @param {string} url @param {string} protocol */
        constructor(url, protocol) {
          super(url, protocol);
          sockets.push(this);
        }
      },
      now: () => clock.now,
      random,
      newId: () => (++ids).toString(16).padStart(32, '0'),
      setTimeout: (run, ms) => clock.set(run, ms),
      clearTimeout: (timer) => clock.clear(timer),
    },
  });
  client.subscribe((event) => events.push(event));

  const server = {
    get socket() {
      return sockets[sockets.length - 1];
    },
    /** @param {any} frame */
    push(frame) {
      server.socket.onmessage({ data: JSON.stringify(frame) });
    },
    /** The next frame of a type, taken from the received ones. @param {string} type */
    take(type) {
      const at = server.socket.frames.findIndex((f) => f.type === type);
      return at < 0 ? undefined : server.socket.frames.splice(at, 1)[0];
    },
    /** @param {Record<string, any>} [reply] @returns {any} the hello */
    accept(reply = {}) {
      server.socket.open = true;
      server.socket.onopen();
      const hello = server.take('hello');
      server.push({ type: 'welcome', id: hello.id, node: 'chat-1', session: 's', user: ME, sender: SENDER, ping: 25, limits: {}, ...reply });
      return hello;
    },
    /** @param {Record<string, any>} [reply] */
    answerJoin(reply = {}) {
      const { id, room } = server.take('join');
      server.push({ type: 'joined', id, room, epoch: 'e1', offset: 0, recovered: false, messages: [], members: 1, ...reply });
    },
    /** @param {number} offset */
    ack(offset, duplicate = false) {
      const { id, room } = server.take('send');
      server.push({ type: 'ack', id, room, epoch: 'e1', offset, duplicate });
    },
    /** @param {string} code @param {Record<string, any>} [more] */
    refuse(code, more = {}) {
      const { id } = server.take('send');
      server.push({ type: 'error', id, code, temporary: 'retry_after_ms' in more, message: code, ...more });
    },
    /** @param {number} code @param {string} [reason] */
    lose(code = 1006, reason = '') {
      server.socket.onclose({ code, reason });
    },
  };
  /** In the lobby, with nothing said. */
  const enter = () => {
    client.join('lobby');
    client.connect();
    server.accept();
    server.answerJoin();
  };
  const told = (/** @type {string} */ type) => events.filter((e) => e.type === type);
  const texts = () => events.flatMap((e) => (e.type === 'message' ? [e.message.text] : e.type === 'joined' ? e.messages.map((/** @type {any} */ m) => m.text) : []));
  return { client, clock, server, sockets, events, told, texts, storage, enter };
}

/** @param {number} offset @param {Record<string, any>} [more] */
export function message(offset, more = {}) {
  return { type: 'message', room: 'lobby', epoch: 'e1', offset, from: { id: 'bbbbbbbbbbbbbbbb', name: 'Luis' }, text: `m${offset}`, time: 1_000_000 + offset, node: 'chat-2', ...more };
}

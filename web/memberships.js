// The rooms that a client is to be in: joins each one on every connection, and reports its messages once and in the order of the log.

/** @typedef {import('./types.js').Message} Message */
/** @typedef {import('./types.js').Cursor} Cursor */
/** @typedef {{ cursor: Cursor | null, history: number, joined: boolean, joining: boolean, typedAt: number,
 *   sendOnly: boolean }} Room sendOnly: the server takes messages without a join */

const TYPING_EVERY = 2_000;
const RETRY_AFTER = 2_000;

export const HISTORY = 50;

export class Memberships {
  /** @type {Map<string, Room>} */ #rooms = new Map();
  #with;

  /** @param {{
   *   env: import('./link.js').Env,
   *   sender: import('./sender.js').Sender,
   *   online: () => boolean,
   *   ask: (frame: Record<string, unknown>, waiting: import('./types.js').Waiting) => void,
   *   emit: (event: import('./types.js').Untimed) => void,
   * }} collaborators */
  constructor(collaborators) {
    this.#with = collaborators;
  }

  /** @param {string} name */
  isJoined(name) {
    return this.#rooms.get(name)?.joined === true;
  }

  /** @param {string} name @param {{ cursor?: Cursor | null, history?: number, sendOnly?: boolean }} [from] */
  add(name, { cursor = null, history = HISTORY, sendOnly = false } = {}) {
    if (this.#rooms.has(name)) return;
    this.#rooms.set(name, { cursor, history, joined: false, joining: false, typedAt: 0, sendOnly });
    this.join(name);
  }

  /** @param {string} name @returns {boolean} whether the server knows of it */
  remove(name) {
    const room = this.#rooms.get(name);
    this.#rooms.delete(name);
    return room !== undefined && !room.sendOnly;
  }

  /** The connection is lost. */
  interrupt() {
    for (const room of this.#rooms.values()) room.joined = room.joining = false;
  }

  joinAll() {
    for (const name of this.#rooms.keys()) this.join(name);
  }

  /** The store answers again: rooms that were refused without it need not wait. @param {string} [only] the room that it answers for */
  joinMissing(only) {
    for (const [name, { joined }] of this.#rooms) if (!joined && (only ?? name) === name) this.join(name);
  }

  /** Whether a hint that this user types may go now. @param {string} name */
  mayTellTyping(name) {
    const room = this.#rooms.get(name);
    const now = this.#with.env.now();
    if (!room?.joined || now - room.typedAt < TYPING_EVERY) return false;
    room.typedAt = now;
    return true;
  }

  /** The user has no right to tell it: until the next join no hint goes. @param {string} name */
  refuseTyping(name) {
    const room = this.#rooms.get(name);
    if (room) room.typedAt = Infinity;
  }

  /** Joins on this connection, unless that is under way. @param {string} name */
  join(name) {
    const { ask, emit, env, online, sender } = this.#with;
    const room = this.#rooms.get(name);
    if (!room || room.joining || !online()) return;
    if (room.sendOnly) {
      room.joined = true;
      return sender.flush(name);
    }
    room.joining = true;
    const frame = { type: 'join', room: name, history: room.history, ...(room.cursor && { cursor: room.cursor }) };
    ask(frame, {
      done: () => {},
      failed: (why) => {
        room.joining = false;
        if (why.code === 'disconnected') return;
        if (why.temporary) {
          env.setTimeout(() => room.joined || this.join(name), why.retry_after_ms ?? RETRY_AFTER);
          return;
        }
        this.#rooms.delete(name);
        sender.failAll(name, why.code);
        emit({ type: 'refused', room: name, code: why.code, message: why.message });
      },
    });
  }

  /** The server says that the client is not in the room. @param {string} name */
  rejoin(name) {
    const room = this.#rooms.get(name);
    if (room) Object.assign(room, { joined: false, sendOnly: false });
    this.join(name);
  }

  // Pushes of the server

  /** @param {any} frame */
  joined(frame) {
    const room = this.#rooms.get(frame.room);
    if (!room) return;
    const { emit, sender } = this.#with;
    const old = room.cursor;
    const fresh = !old || !frame.recovered;
    /** @type {Message[]} */
    const messages = (frame.messages ?? []).filter((/** @type {Message} */ m) => fresh || m.offset > old.offset);
    const offset = fresh ? frame.offset : messages.at(-1)?.offset ?? old.offset;
    Object.assign(room, { cursor: { epoch: frame.epoch, offset }, joined: true, joining: false, typedAt: 0 });
    emit({ type: 'joined', room: frame.room, epoch: frame.epoch, offset, messages, count: frame.members ?? 0,
      rights: frame.rights ?? [], fresh, lost: fresh && old !== null });
    for (const message of messages) sender.recognise(message);
    sender.flush(frame.room);
  }

  /** @param {Message} message */
  message(message) {
    const room = this.#rooms.get(message.room);
    if (!room) return;
    const { emit, sender } = this.#with;
    const { cursor } = room;
    if (cursor && cursor.epoch === message.epoch && message.offset <= cursor.offset) return sender.recognise(message);
    const follows = cursor && (cursor.epoch === message.epoch || !cursor.epoch) && message.offset === cursor.offset + 1;
    if (!cursor || !follows) return this.join(message.room);
    Object.assign(cursor, { epoch: message.epoch, offset: message.offset }); // the first message begins a room's epoch
    emit({ type: 'message', message });
    sender.recognise(message);
  }

  /** @param {{ room: string, epoch: string, to: number }} frame */
  rewound({ room: name, epoch, to }) {
    const room = this.#rooms.get(name);
    if (!room?.cursor) return;
    room.cursor = { epoch, offset: Math.min(room.cursor.offset, to) };
    this.#with.emit({ type: 'rewound', room: name, to });
    this.#with.sender.resendAbove(name, to);
  }

  /** The session is no longer in the room, and does not go back by itself. @param {{ room: string, reason: string }} frame */
  removed({ room: name, reason }) {
    if (!this.#rooms.delete(name)) return;
    this.#with.sender.failAll(name, 'removed');
    this.#with.emit({ type: 'removed', room: name, reason });
  }

  /** @param {{ room: string, reason: string }} frame */
  reset({ room: name, reason }) {
    const room = this.#rooms.get(name);
    if (!room) return;
    Object.assign(room, { cursor: null, joined: false });
    if (reason === 'wiped') this.#with.sender.forget(name);
    this.#with.emit({ type: 'reset', room: name, reason });
    this.join(name);
  }
}

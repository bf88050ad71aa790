// Carries the outbox to the cluster: when it transmits a message, and what each answer means for the outbox.

import { Outbox } from './outbox.js';

/** @typedef {import('./types.js').Entry} Entry */
/** @typedef {import('./types.js').Message} Message */
/** @typedef {import('./types.js').Refusal} Refusal */

const RETRY_AFTER = 2_000;
const TRIES_TO_AGREE = 9;

export class Sender {
  /** The public id of this tab, in `welcome` and in each of its messages. */
  name = '';
  #twin = false; // another tab sends under our producer: a duplicated tab starts with a copy of our storage
  #outbox;
  #with;

  /** @param {{
   *   storage: import('./outbox.js').Storage,
   *   env: import('./link.js').Env,
   *   ready: (room: string) => boolean,
   *   ask: (frame: Record<string, unknown>, waiting: import('./types.js').Waiting) => void,
   *   emit: (event: import('./types.js').Untimed) => void,
   *   rejoin: (room: string) => void,
   *   reopen: () => void,
   * }} collaborators */
  constructor(collaborators) {
    this.#with = collaborators;
    this.#outbox = new Outbox(collaborators.storage, collaborators.env.newId);
  }

  get producer() {
    return this.#outbox.producer;
  }

  /** @param {string} room @param {{ text?: string, data?: unknown }} body @returns {string | null} */
  send(room, body) {
    const entry = this.#outbox.add(room, body, this.#now());
    if (!entry) return null;
    this.#tell(entry);
    this.flush(room);
    return entry.key;
  }

  /** @param {string} key */
  retry(key) {
    const entry = this.#outbox.find(key);
    if (entry?.state !== 'failed') return;
    this.#outbox.requeue(entry);
    this.#tell(entry);
    this.flush(entry.room);
  }

  /** @param {string} key */
  discard(key) {
    const entry = this.#outbox.find(key);
    if (!entry) return;
    this.#outbox.discard(entry);
    this.#with.emit({ type: 'discarded', key, room: entry.room });
    this.flush(entry.room);
  }

  /** @param {string} room */
  discardAll(room) {
    for (const entry of this.#of(room)) this.discard(entry.key);
  }

  /** @param {string} room @param {string} code */
  failAll(room, code) {
    for (const entry of this.#of(room)) {
      this.#outbox.fail(entry, code);
      this.#tell(entry);
    }
  }

  /** The server has named the user. Messages of another user fail, and go in this user's name only if the user asks for it.
   * @param {string} user id */
  belongsTo(user) {
    const { owner } = this.#outbox;
    this.#outbox.own(user);
    if (!owner || owner === user) return;
    for (const room of new Set(this.#outbox.entries.map((e) => e.room))) this.failAll(room, 'other_user');
    this.#rotate();
    this.#outbox.own(user);
  }

  /** Tells everything unsent, and in which rooms it is. */
  tellAll() {
    for (const entry of this.#outbox.entries) this.#tell(entry);
    return new Set(this.#outbox.entries.map((e) => e.room));
  }

  interrupt() {
    const waited = this.#outbox.entries.filter((e) => e.state === 'waiting');
    this.#outbox.interrupt();
    for (const entry of waited) this.#tell(entry);
  }

  /** Transmits the next entry of a room, if it may go now. @param {string} room */
  flush(room) {
    if (!this.#with.ready(room)) return;
    if (this.#twin && !this.#outbox.inDoubt) return this.#rotate();
    const entry = this.#outbox.take(room, this.#twin);
    if (!entry) return;
    const { text, data, seq } = entry;
    this.#tell(entry);
    this.#with.ask({ type: 'send', room, text, data, seq }, {
      done: (ack) => {
        // Taken already at our first try: by the copy of this tab.
        if (ack.duplicate && entry.tries === 1) this.#taken(entry);
        else this.#settle(entry, ack.offset);
      },
      failed: (why) => this.#refused(entry, why),
    });
  }

  /** A broadcast may say before the ack that our message is stored. @param {Message} message */
  recognise({ room, from, sender = from.id, seq, text, data, offset }) {
    if (!seq || sender !== this.name) return;
    const entry = this.#of(room).find((e) => e.seq === seq);
    const ours = entry?.text === text && JSON.stringify(entry?.data) === JSON.stringify(data);
    if (entry && ours) this.#settle(entry, offset);
    else if (entry) this.#taken(entry);
    else if (seq > this.#outbox.last(room)) this.#twin = true;
  }

  /** The log lost everything above `offset`. @param {string} room @param {number} offset */
  resendAbove(room, offset) {
    for (const entry of this.#outbox.resendAbove(room, offset, this.#now())) this.#tell(entry);
    this.flush(room);
  }

  /** The log is another one: offsets of the old mean nothing in it. @param {string} room */
  forget(room) {
    this.#outbox.forget(room);
  }

  /** @param {Entry} entry @param {number} offset */
  #settle(entry, offset) {
    if (this.#outbox.find(entry.key) !== entry) return; // the broadcast and the ack say the same
    for (const { key, room } of this.#outbox.settle(entry, offset, this.#now())) {
      this.#with.emit({ type: 'sent', key, room, offset: key === entry.key ? offset : 0 });
    }
    this.flush(entry.room);
  }

  /** @param {Entry} entry whose seq another tab has used */
  #taken(entry) {
    if (this.#outbox.find(entry.key) !== entry) return;
    this.#twin = true;
    this.#outbox.unsend(entry);
    this.flush(entry.room);
  }

  /** A producer of our own from now on: possible once nothing is in doubt under the old one. */
  #rotate() {
    this.#twin = false;
    this.#outbox.rotate(this.#with.env.newId());
    this.#with.reopen();
  }

  /** @param {Entry} entry @param {Refusal} why */
  #refused(entry, why) {
    if (why.code === 'disconnected' || this.#outbox.find(entry.key) !== entry) return;
    const { room } = entry;
    if (why.code === 'not_joined') {
      this.#outbox.requeue(entry);
      return this.#with.rejoin(room);
    }
    if (why.code === 'out_of_sequence' && entry.tries < TRIES_TO_AGREE) {
      const last = why.last ?? 0;
      const isJump = entry.seq > last + 1;
      for (const again of this.#outbox.resendAfter(room, last, this.#now())) this.#tell(again);
      // A jump at its first try is stored nowhere, so a message with the number that it gets now is another one.
      if (isJump && entry.tries === 1) this.#outbox.unsend(entry);
    } else if (why.temporary || why.code === 'out_of_sequence') {
      const ms = why.retry_after_ms ?? RETRY_AFTER;
      this.#outbox.wait(entry, why.code, this.#now() + ms);
      this.#with.env.setTimeout(() => {
        if (entry.state !== 'waiting') return;
        this.#outbox.requeue(entry);
        this.flush(room);
      }, ms);
    } else {
      this.#outbox.fail(entry, why.code);
    }
    this.#tell(entry);
    this.flush(room);
  }

  /** @param {string} room */
  #of(room) {
    return this.#outbox.entries.filter((e) => e.room === room);
  }

  /** @param {Entry} entry */
  #tell(entry) {
    this.#with.emit({ type: 'entry', entry: { ...entry } });
  }

  #now() {
    return this.#with.env.now();
  }
}

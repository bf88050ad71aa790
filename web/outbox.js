// The messages of this tab that the cluster has not acknowledged. The server stores a message only if its seq follows the last
// one of (producer, room), so one message a room is under way at a time, and a repeated message keeps its seq.

/** @typedef {import('./types.js').Entry} Entry */
/** @typedef {{ load: () => string | null, save: (text: string) => void }} Storage a place for one string */

const CAPACITY = 256;
const KEPT = 64;
const KEPT_FOR = 10_000;

export class Outbox {
  producer = '';
  /** The user whose messages these are, or ''. */ owner = '';
  #serial = 0;
  /** @type {Map<string, number>} highest seq known to be taken, per room */ #last = new Map();
  /** @type {Entry[]} in the order they were written */ #entries = [];
  /** @type {{ entry: Entry, offset: number, until: number }[]} acknowledged lately */ #kept = [];
  #storage;

  /** @param {Storage} storage @param {() => string} newProducer */
  constructor(storage, newProducer) {
    this.#storage = storage;
    try {
      const saved = JSON.parse(storage.load() ?? '');
      this.producer = saved.producer;
      this.owner = saved.owner ?? '';
      this.#serial = saved.serial;
      this.#last = new Map(saved.last);
      this.#entries = saved.entries;
      this.interrupt();
    } catch {
      this.rotate(newProducer());
    }
  }

  /** @returns {readonly Entry[]} */
  get entries() {
    return this.#entries;
  }

  /** @param {string} key */
  find(key) {
    return this.#entries.find((e) => e.key === key);
  }

  /** @param {string} room */
  last(room) {
    return this.#last.get(room) ?? 0;
  }

  /** @param {string} room @param {{ text?: string, data?: unknown }} body @param {number} at @returns {Entry | null} null when full */
  add(room, body, at) {
    if (this.#entries.length >= CAPACITY) return null;
    /** @type {Entry} */
    const entry = { key: `p${++this.#serial}`, room, ...body, at, seq: 0, tries: 0, state: 'queued' };
    this.#entries.push(entry);
    this.#save();
    return entry;
  }

  /** Whether the fate of anything is unknown. */
  get inDoubt() {
    return this.#entries.some((e) => e.tries > 0);
  }

  /** The next entry of a room to transmit, numbered; null while another is under way or waits.
   * @param {string} room @param {boolean} [onlyInDoubt] nothing new */
  take(room, onlyInDoubt = false) {
    const entry = this.#entries.find((e) => e.room === room && e.state !== 'failed');
    if (entry?.state !== 'queued' || (onlyInDoubt && !entry.tries)) return null;
    entry.seq = this.last(room) + 1;
    entry.tries++;
    entry.state = 'sending';
    this.#save();
    return entry;
  }

  /** Stored at `offset`, and with it all earlier messages: numbers are taken without holes. Kept a little longer, in
   * case the log loses its tail. @param {Entry} entry @param {number} offset @param {number} now @returns {Entry[]} the settled ones */
  settle(entry, offset, now) {
    const settled = this.#entries.filter((e) => e === entry || (e.room === entry.room && e.seq > 0 && e.seq < entry.seq));
    this.#last.set(entry.room, entry.seq);
    this.#entries = this.#entries.filter((e) => !settled.includes(e));
    this.#kept = [...this.#kept.filter((k) => k.until > now), { entry, offset, until: now + KEPT_FOR }].slice(-KEPT);
    this.#save();
    return settled;
  }

  /** @param {Entry} entry @param {string} code @param {number} retryAt */
  wait(entry, code, retryAt) {
    Object.assign(entry, { state: 'waiting', code, retryAt });
    this.#save();
  }

  /** @param {Entry} entry @param {string} code */
  fail(entry, code) {
    Object.assign(entry, { state: 'failed', code, seq: 0, tries: 0 });
    this.#save();
  }

  /** Back in line: in its own place, or last of all when it had failed. @param {Entry} entry */
  requeue(entry) {
    if (entry.state === 'failed') this.#entries = [...this.#entries.filter((e) => e !== entry), entry];
    entry.state = 'queued';
    delete entry.code;
    delete entry.retryAt;
    this.#save();
  }

  /** The link is gone: the message under way is in doubt and goes again, first and under the same seq. */
  interrupt() {
    for (const e of this.#entries) if (e.state === 'sending' || e.state === 'waiting') this.requeue(e);
  }

  /** @param {Entry} entry */
  discard(entry) {
    // Under way: its seq may be taken. If it is not, the server says so and the room is numbered anew.
    if (entry.state === 'sending') this.#last.set(entry.room, entry.seq);
    this.#entries = this.#entries.filter((e) => e !== entry);
    this.#save();
  }

  /** The log kept this sender only up to seq = `last`: the later messages still at hand go again, numbered from there.
   * @param {string} room @param {number} last @param {number} now @returns {Entry[]} brought back */
  resendAfter(room, last, now) {
    return this.#revive((k) => k.entry.room === room && k.entry.seq > last, room, last, now);
  }

  /** @param {string} room whose log began anew */
  forget(room) {
    this.#kept = this.#kept.filter((k) => k.entry.room !== room);
  }

  /** The log lost everything above `offset`: the first of ours in there goes again, and all behind it. (Of some the place is
   * not known, because they were acknowledged as repetitions; left out they would give their numbers to others.)
   * @param {string} room @param {number} offset @param {number} now @returns {Entry[]} brought back */
  resendAbove(room, offset, now) {
    const first = this.#kept.find((k) => k.entry.room === room && k.offset > offset && k.until > now)?.entry.seq;
    return first ? this.#revive((k) => k.entry.room === room && k.entry.seq >= first, room, first - 1, now) : [];
  }

  /** @param {(kept: { entry: Entry, offset: number, until: number }) => boolean} isLost @param {string} room @param {number} last @param {number} now */
  #revive(isLost, room, last, now) {
    const lost = this.#kept.filter((k) => isLost(k) && k.until > now).map((k) => k.entry);
    this.#kept = this.#kept.filter((k) => !isLost(k));
    for (const e of this.#entries) if (e.room === room && e.state === 'sending') e.state = 'queued';
    for (const e of lost) e.state = 'queued';
    this.#entries = [...lost, ...this.#entries];
    this.#last.set(room, last);
    this.#save();
    return lost;
  }

  /** The entry was never stored, and gets another number. @param {Entry} entry */
  unsend(entry) {
    Object.assign(entry, { state: 'queued', seq: 0, tries: 0 });
    this.#save();
  }

  /** @param {string} user id */
  own(user) {
    if (this.owner === user) return;
    this.owner = user;
    this.#save();
  }

  /** Starts over under a new name, numbers from 1. @param {string} producer */
  rotate(producer) {
    this.producer = producer;
    this.owner = '';
    this.#last = new Map();
    this.#kept = [];
    for (const e of this.#entries) Object.assign(e, { seq: 0, tries: 0 });
    this.#save();
  }

  #save() {
    const { producer, owner } = this;
    this.#storage.save(JSON.stringify({ producer, owner, serial: this.#serial, last: [...this.#last], entries: this.#entries }));
  }
}

// The common part of clients without the project's page: a name, a producer, and for each room a screen, a cursor and the sent
// messages. Subclasses connect, read and send: `greet`, `transmit`.
import { Random } from './random.mjs';
import { Tap } from './tap.mjs';

const KEPT = 64;               // acknowledged messages a person could still send again
const MOST_UNACKED = 16;

export class BarePerson {
  node = null;
  here = new Map();
  #timers = new Set();

  constructor({ name, from, history, random, rooms }) {
    this.name = name;
    this.random = random;
    this.history = history;
    this.index = history.person(name);
    this.tap = new Tap(from, history, new Random(random.seed()));
    this.identitySecret = random.hex(32);
    this.producer = random.hex(32);
    this.rooms = new Map(rooms.map((room) => [history.rooms[room], {
      name: history.rooms[room], screen: history.screen(this.index, room), cursor: null, joined: false, held: false,
      unacked: [], recent: [], nextN: 1,
    }]));
  }

  get joinedAll() { return this.here.size === this.rooms.size; }
  get id() { return this.history.people[this.index].id; }
  get waiting() { return [...this.rooms.values()].reduce((sum, room) => sum + room.unacked.length, 0); }

  say(room, text) {
    const place = this.rooms.get(this.history.rooms[room]);
    if (!this.id || place.unacked.length >= MOST_UNACKED) return;
    this.history.invoke(this.index, room, text);
    const entry = { text, seq: place.nextN++ };
    place.unacked.push(entry);
    if (place.joined && !place.held) this.transmit(place, entry);
  }

  /** Everything that is unacknowledged, again under the same numbers. */
  resume(room) {
    room.held = false;
    for (const entry of room.unacked) this.transmit(room, entry);
  }

  stored(room, entry) {
    if (!room.unacked.includes(entry)) return;
    room.unacked = room.unacked.filter((one) => one !== entry);
    room.recent = [...room.recent, entry].slice(-KEPT);
  }

  /** Unacknowledged messages are never sent again: a new producer from now on. */
  forget() {
    this.producer = this.random.hex(32);
    for (const room of this.rooms.values()) Object.assign(room, { unacked: [], recent: [], nextN: 1, held: false });
    this.greet();
  }

  welcomed(node, user) {
    this.node = node;
    this.history.people[this.index].id = user.id;
  }

  lost() {
    this.here.clear();
    for (const room of this.rooms.values()) room.joined = false;
  }

  /** A moment before the next attempt to connect. */
  moment() { return this.random.between(50, 400); }

  later(ms, run) {
    if (this.closed) return;
    const timer = setTimeout(() => { this.#timers.delete(timer); run(); }, ms);
    this.#timers.add(timer);
  }

  close() {
    this.closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

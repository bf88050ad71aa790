// A client of the bare protocol, written from its description alone: it sends without waiting for acks, joins with its cursor
// after every interruption, and shows exactly what comes in. What it may trust is what README.md promises.
import { Tap } from './tap.mjs';

const KEPT = 64;

export class RawPerson {
  node = null;
  here = new Map();
  #lastId = 0;
  #online = false;
  #requests = new Map();       // request id → { room } of a join or { room, entry } of a send
  #timers = new Set();

  constructor({ name, from, url, history, random, rooms }) {
    this.name = name;
    this.url = url;
    this.random = random;
    this.history = history;
    this.index = history.person(name);
    this.tap = new Tap(from, history);
    this.guest = random.hex(32);
    this.producer = random.hex(32);
    this.rooms = new Map(rooms.map((room) => [history.rooms[room], {
      name: history.rooms[room], number: room, screen: history.screen(this.index, room), cursor: null, joined: false, held: false,
      unacked: [], recent: [], nextN: 1,
    }]));
    this.#connect();
  }

  get joinedAll() { return this.here.size === this.rooms.size; }
  get id() { return this.history.people[this.index].id; }
  get waiting() { return [...this.rooms.values()].reduce((sum, room) => sum + room.unacked.length, 0); }

  // The connection

  #connect() {
    if (this.closed) return;
    const socket = new this.tap.WebSocket(this.url, 'chat.v1');
    this.socket = socket;
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.#online = true;
      this.#request({ type: 'hello', name: this.name, guest: this.guest, producer: this.producer });
      for (const room of this.rooms.values()) this.#join(room);
    };
    socket.onmessage = ({ data }) => { if (socket === this.socket) this.#heard(JSON.parse(data)); };
    socket.onclose = () => { if (socket === this.socket) this.#lost(); };
    // A link that is up and says nothing for long is given up, as any client must.
    this.#later(8000, () => { if (socket === this.socket && !this.joinedAll) socket.terminate(); });
  }

  #lost(pause = this.random.between(50, 400)) {
    this.#online = false;
    this.#requests.clear();
    this.here.clear();
    for (const room of this.rooms.values()) room.joined = false;
    this.#later(pause, () => this.#connect());
  }

  #later(ms, run) {
    const timer = setTimeout(() => { this.#timers.delete(timer); run(); }, ms);
    this.#timers.add(timer);
  }

  #request(fields, about) {
    if (!this.#online) return;
    const id = ++this.#lastId;
    if (about) this.#requests.set(id, about);
    try { this.socket.send(JSON.stringify({ ...fields, id })); } catch { /* closing */ }
  }

  #join(room) {
    this.#request({ type: 'join', room: room.name, ...(room.cursor && { cursor: room.cursor }) }, { room });
  }

  #heard(told) {
    const about = this.#requests.get(told.id);
    this.#requests.delete(told.id);
    const room = this.rooms.get(told.room) ?? about?.room;
    switch (told.type) {
      case 'welcome':
        this.node = told.node;
        this.history.people[this.index].id = told.user.id;
        return;
      case 'joined': return this.#joined(room, told);
      case 'message': if (room.joined) this.#show(room, told); return;
      case 'rewound':
        room.cursor = { epoch: told.epoch, offset: Math.min(room.cursor?.offset ?? 0, told.to) };
        return room.screen.rewound(told.to);
      case 'reset':
        room.cursor = null;
        room.screen.reset(told.reason);
        if (room.joined) this.#join(room);              // otherwise it stands before the answer to a join
        room.joined = false;
        return;
      case 'ack': return this.#stored(about);
      case 'error': return this.#refused(about, told);
      case 'reconnect': {
        const { socket } = this;
        this.#later(told.after_ms, () => { if (socket === this.socket) { this.socket = null; socket.close(); this.#lost(0); } });
      }
    }
  }

  // Reading

  #joined(room, { epoch, offset, recovered, messages }) {
    if (!recovered) room.screen.begin(messages.length > 0 ? messages[0].offset - 1 : offset, room.cursor !== null);
    room.cursor = { epoch, offset };
    room.joined = true;
    for (const message of messages) this.#show(room, message);
    this.here.set(room.name, performance.now());
    this.#resume(room);
  }

  #show(room, message) {
    room.screen.show(message);
    room.cursor = { epoch: message.epoch, offset: message.offset };
  }

  // Sending: everything that is unacknowledged may be under way at once; when one is refused, all from there go again.

  say(room, text) {
    const place = this.rooms.get(this.history.rooms[room]);
    if (!this.id || place.unacked.length >= 16) return;
    this.history.invoke(this.index, room, text);
    const entry = { text, n: place.nextN++ };
    place.unacked.push(entry);
    if (place.joined && !place.held) this.#transmit(place, entry);
  }

  #transmit(room, entry) { this.#request({ type: 'send', room: room.name, text: entry.text, n: entry.n }, { room, entry }); }

  /** Again under the same numbers, or — like somebody who closes the tab — never, and as a new producer from now on. */
  #resume(room) {
    room.held = false;
    if (room.unacked.length > 0 && this.random.chance(0.02)) return this.#forget();
    for (const entry of room.unacked) this.#transmit(room, entry);
  }

  #forget() {
    this.producer = this.random.hex(32);
    for (const room of this.rooms.values()) Object.assign(room, { unacked: [], recent: [], nextN: 1, held: false });
    this.#request({ type: 'hello', name: this.name, guest: this.guest, producer: this.producer });
  }

  #stored({ room, entry } = {}) {
    if (!room?.unacked.includes(entry)) return;
    room.unacked = room.unacked.filter((one) => one !== entry);
    room.recent = [...room.recent, entry].slice(-KEPT);
  }

  #refused({ room, entry } = {}, { code, temporary, retry_after_ms: pause = 200, last, message }) {
    if (!room) return;
    if (!entry) {                                      // a join
      if (!temporary) this.history.complain(`${this.name} may not join ${room.name}: ${code} ${message}`);
      return this.#later(pause, () => { if (this.#online && !room.joined) this.#join(room); });
    }
    if (room.held || !room.unacked.includes(entry)) return;
    room.held = true;
    if (code === 'out_of_sequence') {
      const again = room.recent.filter((one) => one.n > last);
      if (again.length > 0) {                          // acknowledged once, and lost with the tail of the log
        room.recent = room.recent.filter((one) => one.n <= last);
        room.unacked = [...again, ...room.unacked].sort((a, b) => a.n - b.n);
      }
      if (room.unacked.length > 0 && room.unacked[0].n > last + 1) return this.#forget();
    }
    // Those still under way are refused too, or were stored: their answers come before a second's end.
    this.#later(pause, () => { if (room.joined && room.held) this.#resume(room); });
  }

  close() {
    this.closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.socket?.close();
  }
}

// A client of the bare protocol, written from its description alone: it sends without waiting for acks, joins with its cursor
// after every interruption, and shows exactly the received messages. It trusts only the promises of README.md.
import { BarePerson } from './bare-person.mjs';

export class RawPerson extends BarePerson {
  #lastId = 0;
  #online = false;
  #requests = new Map();       // request id → { room } of a join or { room, entry } of a send

  constructor({ url, ...person }) {
    super(person);
    this.url = url;
    this.#connect();
  }

  // The connection

  #connect() {
    if (this.closed) return;
    const socket = new this.tap.WebSocket(this.url, 'chat.v1');
    this.socket = socket;
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.#online = true;
      this.greet();
      for (const room of this.rooms.values()) this.#join(room);
    };
    socket.onmessage = ({ data }) => { if (socket === this.socket) this.#heard(JSON.parse(data)); };
    socket.onclose = () => { if (socket === this.socket) this.#lost(); };
    // A link that is up and says nothing for long is given up, as any client must.
    this.later(8000, () => { if (socket === this.socket && !this.joinedAll) socket.terminate(); });
  }

  #lost(pause = this.moment()) {
    this.#online = false;
    this.#requests.clear();
    this.lost();
    this.later(pause, () => this.#connect());
  }

  greet() { this.#request({ type: 'hello', name: this.name, identity_secret: this.identitySecret, producer: this.producer }); }

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
      case 'welcome': return this.welcomed(told.node, told.user);
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
      case 'ack': if (about) this.stored(about.room, about.entry); return;
      case 'error': return this.#refused(about, told);
      case 'reconnect': {
        const { socket } = this;
        this.later(told.after_ms, () => { if (socket === this.socket) { this.socket = null; socket.close(); this.#lost(0); } });
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
    this.resume(room);
  }

  #show(room, message) {
    room.screen.show(message);
    room.cursor = { epoch: message.epoch, offset: message.offset };
  }

  // Sending: everything that is unacknowledged may be under way at once; when one is refused, all from there go again.

  transmit(room, entry) { this.#request({ type: 'send', room: room.name, text: entry.text, seq: entry.seq }, { room, entry }); }

  /** Or — like a user who closes the tab — never. */
  resume(room) {
    if (room.unacked.length > 0 && this.random.chance(0.02)) this.forget();
    else super.resume(room);
  }

  #refused({ room, entry } = {}, { code, temporary, retry_after_ms: pause = 200, last, message }) {
    if (!room) return;
    if (!entry) {                                      // a join
      if (!temporary) this.history.complain(`${this.name} may not join ${room.name}: ${code} ${message}`);
      const { socket } = this;                          // another one has joined again by itself
      return this.later(pause, () => { if (socket === this.socket && !room.joined) this.#join(room); });
    }
    if (room.held || !room.unacked.includes(entry)) return;
    room.held = true;
    if (code === 'out_of_sequence') {
      const again = room.recent.filter((one) => one.seq > last);
      if (again.length > 0) {                          // acknowledged once, and lost with the tail of the log
        room.recent = room.recent.filter((one) => one.seq <= last);
        room.unacked = [...again, ...room.unacked].sort((a, b) => a.seq - b.seq);
      }
      if (room.unacked.length > 0 && room.unacked[0].seq > last + 1) return this.forget();
    }
    // Those still under way are refused too, or were stored: their answers come before a second's end.
    this.later(pause, () => { if (room.joined && room.held) this.resume(room); });
  }

  close() {
    super.close();
    this.socket?.close();
  }
}

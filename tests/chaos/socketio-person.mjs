// A user of Socket.IO's official client, unchanged, that follows src/protocols/socketio/README.md: it joins its rooms with its
// cursors where the server has not recovered it, and sends unacknowledged messages again, under the same numbers.
import { io } from 'socket.io-client';
import { BarePerson } from './bare-person.mjs';
import { Random } from './random.mjs';
import { WireTap } from './wire-tap.mjs';

const AGAIN = 200;                 // milliseconds after a refusal
const ANSWER = 2000;               // until an event is repeated

/** One line for each way to connect. `retries`: the library repeats events, and a message has a mark of its own instead of a number. */
export const socketWays = [
  { transports: ['polling'] },
  { transports: ['websocket'] },
  { transports: ['polling', 'websocket'] },
  { transports: ['polling', 'websocket'], retries: true },
];

export class SocketPerson extends BarePerson {
  constructor({ url, way: { transports, retries }, ...person }) {
    super(person);
    this.retries = retries;
    this.tap = new WireTap(person.from, new Random(person.random.seed()));
    this.history.people[this.index].unordered = retries;       // a mark promises once, not an order
    this.socket = io(url, {
      transports, agent: this.tap.agent, forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 400, timeout: 4000,
      auth: (answer) => answer({ name: this.name, identity_secret: this.identitySecret, producer: this.producer }),
      ...(retries && { retries: Infinity, ackTimeout: ANSWER }),
    });
    this.socket.on('connect', () => this.#begin());
    this.socket.on('disconnect', (reason) => this.#lost(reason));
    this.socket.on('connect_error', ({ message, data }) => { if (data) this.history.complain(`${this.name} may not connect: ${message}`); });
    this.socket.on('welcome', ({ node, user }) => this.welcomed(node, user));
    for (const event of ['message', 'rewound', 'reset']) this.socket.on(event, (push) => this.#pushed(push));
  }

  // The connection

  #begin() {
    if (this.wasThere) this.history.returned(this.index, this.socket.recovered);
    this.wasThere = true;
    for (const room of this.rooms.values()) {
      if (this.socket.recovered && room.isMember) {
        room.screen.recovered();
        this.#goOn(room);
      } else {
        this.#join(room);
      }
    }
  }

  #lost(reason) {
    if (reason === 'io server disconnect') this.history.complain(`${this.name} was sent away`);
    this.lost();
  }

  /** A new producer begins with a new CONNECT. */
  greet() { this.socket.disconnect().connect(); }

  /** An event's answer, if the connection lasts until then. */
  #call(name, argument, answered) {
    const { id } = this.socket;
    const taken = (answer) => { if (this.retries || id === this.socket.id) answered(answer); };
    this.socket.emit(name, argument, ...(this.retries ? [(error, answer) => { if (!error) taken(answer); }] : [taken]));
  }

  // Reading

  /** The library may repeat a join of an earlier connection, too. */
  #join(room) {
    room.isMember = false;
    const join = room.joins = (room.joins ?? 0) + 1;
    const argument = { room: room.name, ...(room.cursor && { cursor: room.cursor }) };
    this.#call('join', argument, (answer) => {
      if (join !== room.joins) return;
      if (answer.type === 'joined') return this.#joined(room, answer);
      if (!answer.temporary) this.history.complain(`${this.name} may not join ${room.name}: ${answer.code} ${answer.message}`);
      this.later(answer.retry_after_ms ?? AGAIN, () => { if (this.socket.connected && !room.joined) this.#join(room); });
    });
  }

  #joined(room, { epoch, offset, recovered, messages }) {
    if (!recovered) room.screen.begin(messages.length > 0 ? messages[0].offset - 1 : offset, room.cursor !== null);
    room.cursor = { epoch, offset };
    room.isMember = true;
    for (const message of messages) this.#show(room, message);
    this.#goOn(room);
  }

  #goOn(room) {
    room.joined = true;
    this.here.set(room.name, performance.now());
    this.resume(room);
  }

  #show(room, message) {
    room.screen.show(message);
    room.cursor = { epoch: message.epoch, offset: message.offset };
  }

  #pushed(push) {
    const room = this.rooms.get(push.room);
    if (!room) return;                                  // the lobby
    switch (push.type) {
      case 'message': if (room.joined) this.#show(room, push); return;
      case 'rewound':
        room.cursor = { epoch: push.epoch, offset: Math.min(room.cursor?.offset ?? 0, push.to) };
        return room.screen.rewound(push.to);
      case 'reset':
        room.cursor = null;
        room.screen.reset(push.reason);
        if (!room.joined) return;                       // it came before the answer to a join
        room.joined = false;
        this.#join(room);
    }
  }

  // Sending

  transmit(room, entry) {
    if (entry.isQueued) return;                         // the library repeats it by itself
    entry.isQueued = this.retries;
    const id = this.retries ? entry.text.slice(0, 64) : entry.seq;
    this.#call('send', { room: room.name, text: entry.text, id }, (answer) => {
      entry.isQueued = false;
      if (answer.type !== 'ack') return this.#refused(room, entry, answer);
      this.history.acked(this.history.messageOf(entry.text), answer.epoch, answer.offset);
      this.stored(room, entry);
    });
  }

  #refused(room, entry, { code, temporary, retry_after_ms: pause = AGAIN, last, message }) {
    if (room.held || !room.unacked.includes(entry)) return;
    if (!temporary && !['out_of_sequence', 'not_joined'].includes(code)) this.history.complain(`${this.name} cannot send "${entry.text}": ${code} ${message}`);
    room.held = true;
    if (code === 'out_of_sequence') {
      const again = room.recent.filter((one) => one.seq > last);
      room.recent = room.recent.filter((one) => one.seq <= last);
      room.unacked = [...again, ...room.unacked].sort((a, b) => a.seq - b.seq);
      if (room.unacked[0].seq > last + 1) return this.forget();
    }
    this.later(pause, () => { if (room.joined && room.held) this.resume(room); });
  }

  close() {
    super.close();
    this.socket.disconnect();
    this.tap.agent.destroy();
  }
}

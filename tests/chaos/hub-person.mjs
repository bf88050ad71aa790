// A user of SignalR's official client, unchanged, that follows src/protocols/README.md: joins with its
// cursors after each start and reconnect, and sends unacknowledged messages again, under the same numbers.
import { HttpClient, HttpResponse, HttpTransportType, HubConnectionBuilder, HubConnectionState, JsonHubProtocol, LogLevel } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { http } from '../e2e/support/http.mjs';
import { BarePerson } from './bare-person.mjs';

const AGAIN = 200;                 // milliseconds after a refusal
const TEMPORARY = ['rate_limited', 'busy', 'unavailable', 'internal'];

/** One line for each way to connect. A client that does not reconnect starts again when the connection has closed. */
export const ways = [
  { protocol: JsonHubProtocol, skipNegotiation: true, reconnects: true },
  { protocol: MessagePackHubProtocol, reconnects: true },
  { protocol: JsonHubProtocol, stateful: true },
  { protocol: MessagePackHubProtocol, stateful: true, reconnects: true },
];

/** Negotiates from the address the socket will come from, as ip_hash expects. */
class Negotiator extends HttpClient {
  constructor(from) {
    super();
    this.from = from;
  }

  async send({ url, method, headers, content }) {
    const { status, text } = await http(url, { method, headers, body: content, from: this.from });
    return new HttpResponse(status, '', text);
  }
}

export class HubPerson extends BarePerson {
  constructor({ url, way, ...person }) {
    super(person);
    this.#noneUnderWay();
    this.connection = this.#build(url, person.from, way);
    this.#start();
  }

  /** No join, and so no push that waits for its answer. */
  #noneUnderWay() {
    for (const room of this.rooms.values()) Object.assign(room, { joining: false, early: [] });
  }

  lost() {
    super.lost();
    this.#noneUnderWay();
  }

  // The connection

  #build(url, from, { protocol, skipNegotiation = false, reconnects = false, stateful = false }) {
    const builder = new HubConnectionBuilder()
      .withUrl(url, { transport: HttpTransportType.WebSockets, skipNegotiation, WebSocket: this.tap.WebSocket, httpClient: new Negotiator(from) })
      .withHubProtocol(new protocol())
      .configureLogging(LogLevel.None);
    if (reconnects) builder.withAutomaticReconnect({ nextRetryDelayInMilliseconds: () => this.moment() });
    if (stateful) builder.withStatefulReconnect();
    const connection = builder.build();
    connection.on('ReceiveMessage', (name, text, id, node, details) => this.#pushed({ type: 'message', ...details, from: { id, name }, text, node }));
    connection.on('Rewound', (push) => this.#pushed(push));
    connection.on('Reset', (push) => this.#pushed(push));
    connection.onreconnecting(() => this.lost());
    connection.onreconnected(() => this.#begin());
    connection.onclose(() => {
      this.lost();
      this.later(this.moment(), () => this.#start());
    });
    return connection;
  }

  #start() {
    this.connection.start().then(() => this.#begin(), () => this.later(this.moment(), () => this.#start()));
  }

  /** A call's result, or its error's code to `refused`; a call that ends with the connection has no answer. */
  async #call(method, args, answered, refused) {
    let result;
    try {
      result = await this.connection.invoke(method, ...args);
    } catch ({ message }) {
      const [, code] = /^([a-z_]+): /.exec(message) ?? [];
      if (code) refused(code, message);
      return;
    }
    answered(result);
  }

  #begin() {
    this.greet();
    for (const room of this.rooms.values()) this.#join(room);
  }

  greet() {
    this.#call('Hello', [{ name: this.name, identity_secret: this.identitySecret, producer: this.producer }], ({ node, user }) => this.welcomed(node, user), (_code, message) => this.history.complain(`${this.name} may not say hello: ${message}`));
  }

  // Reading

  #join(room) {
    if (room.joining || this.connection.state !== HubConnectionState.Connected) return;
    room.joining = true;
    this.#call('JoinRoom', [room.name, room.cursor], (joined) => this.#joined(room, joined), (code, message) => {
      room.joining = false;
      if (!TEMPORARY.includes(code)) this.history.complain(`${this.name} may not join ${room.name}: ${message}`);
      this.later(AGAIN, () => { if (!room.joined) this.#join(room); });
    });
  }

  /** The library resolves a call after it has told everything else that came with the answer: that waits. */
  #pushed(push) {
    const room = this.rooms.get(push.room);
    if (!room) return;                                  // the lobby
    if (room.joined) this.#show(room, push);
    else room.early.push(push);
  }

  #joined(room, { epoch, offset, recovered, messages }) {
    const early = room.early;
    const last = early.findLastIndex((push) => push.type !== 'message' && push.epoch === epoch);
    for (const push of early.slice(0, last + 1)) if (push.type !== 'message') this.#show(room, push);
    if (!recovered) room.screen.begin(messages.length > 0 ? messages[0].offset - 1 : offset, room.cursor !== null);
    room.cursor = { epoch, offset };
    Object.assign(room, { joining: false, joined: true, early: [] });
    for (const message of messages) this.#show(room, message);
    for (const push of early.slice(last + 1)) if (push.type !== 'message' || push.offset > offset) this.#pushed(push);
    this.here.set(room.name, performance.now());
    this.resume(room);
  }

  #show(room, push) {
    switch (push.type) {
      case 'message':
        room.cursor = { epoch: push.epoch, offset: push.offset };
        return room.screen.show(push);
      case 'rewound':
        room.cursor = { epoch: push.epoch, offset: Math.min(room.cursor?.offset ?? 0, push.to) };
        return room.screen.rewound(push.to);
      case 'reset':
        room.cursor = null;
        room.screen.reset(push.reason);
        if (!room.joined) return;                       // it came with the answer to a join
        room.joined = false;
        this.#join(room);
    }
  }

  // Sending: as RawPerson does, but that a refusal does not say which message came last

  transmit(room, entry) {
    this.#call('SendToRoom', [room.name, this.name, entry.text, entry.seq], ({ epoch, offset }) => {
      this.history.acked(this.history.messageOf(entry.text), epoch, offset);
      this.stored(room, entry);
    }, (code) => this.#refused(room, entry, code));
  }

  #refused(room, entry, code) {
    if (room.held || !room.unacked.includes(entry)) return;
    room.held = true;
    if (code === 'out_of_sequence') {                   // acknowledged messages were lost with the tail of the log
      if (room.recent.length === 0) return this.forget();   // too much was lost to send it again
      room.unacked = [...room.recent, ...room.unacked].sort((a, b) => a.seq - b.seq);
      room.recent = [];
    }
    this.later(AGAIN, () => { if (room.joined && room.held) this.resume(room); });
  }

  close() {
    super.close();
    this.connection.stop().catch(() => {});
  }
}

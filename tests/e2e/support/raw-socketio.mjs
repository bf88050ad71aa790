import { RawEngine } from './raw-engine.mjs';

/** A client of bytes for Socket.IO 5, written from its specification, over a WebSocket or over polls. */
export class RawSocketIO {
  /** @param {{ transport?: 'websocket' | 'polling', auth?: object, query?: string, path?: string }} options `auth: null`: no CONNECT yet */
  static async connect(node, { transport = 'websocket', auth, query = '', path = '/socket.io/' } = {}) {
    const client = new RawSocketIO();
    client.events = [];
    client.acks = new Map();
    client.lastAck = 0;
    client.engine = await (transport === 'websocket' ? RawEngine.websocket : RawEngine.poll)(`${node.http}${path}`, query);
    client.transport = transport;
    if (auth === null) return client;
    client.send(`40${auth === undefined ? '' : JSON.stringify(auth)}`);
    const answer = await client.packet();
    client.answer = answer;
    if (answer.startsWith('40')) Object.assign(client, JSON.parse(answer.slice(2)));
    return client;
  }

  /** Sends a message of Engine.IO, or bytes. */
  send(packet) {
    if (this.transport === 'websocket') this.engine.send(packet);
    else this.posted = (this.posted ?? Promise.resolve()).then(() => this.engine.post(typeof packet === 'string' ? packet : `b${packet.toString('base64')}`));
  }
  /** The next message of Engine.IO. */
  async packet() {
    if (this.transport === 'websocket') return this.engine.message();
    while (!this.unread?.length) {
      this.unread = (await this.engine.packets()).filter((packet) => packet !== '2');
      if (this.unread.length === 0) await this.engine.post('3');
    }
    return this.unread.shift();
  }

  emit(name, ...args) { this.send(`42${JSON.stringify([name, ...args])}`); }
  /** Resolves to the arguments of the acknowledgement. */
  async call(name, ...args) {
    const id = ++this.lastAck;
    this.send(`42${id}${JSON.stringify([name, ...args])}`);
    return this.ack(id);
  }
  async ack(id) {
    for (;;) {
      if (this.acks.has(id)) return this.acks.get(id);
      this.take(await this.packet());
    }
  }
  /** The next event that matches, as [name, ...args]; others are kept. */
  async event(matches = () => true) {
    for (let from = 0; ; ++from) {
      while (from >= this.events.length) this.take(await this.packet());
      if (matches(this.events[from])) return this.events.splice(from, 1)[0];
    }
  }
  named(name) { return this.event(([one]) => one === name); }
  /** The messages that have come, by their text. */
  async says(text) { return this.event(([name, one]) => (name === 'messageToClient' && one.endsWith(`: ${text}`)) || (name === 'message' && one.text === text)); }

  take(packet) {
    const ack = /^43(\d+)(\[.*)$/s.exec(packet);
    if (ack) this.acks.set(Number(ack[1]), JSON.parse(ack[2]));
    else if (packet.startsWith('42')) this.events.push(JSON.parse(packet.slice(2)));
    else this.events.push([packet]);
  }

  get closed() { return this.engine.closed; }
  destroy() { this.engine.destroy(); }
}

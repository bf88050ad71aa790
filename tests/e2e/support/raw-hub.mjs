import { frame, op } from './frames.mjs';
import { RawSocket, handshake } from './raw.mjs';

const end = '\u001e';

/** A SignalR client of bytes, written from HubProtocol.md and TransportProtocols.md: JSON over a WebSocket without negotiation. */
export class RawHub {
  static handshake = `{"protocol":"json","version":1}${end}`;
  static record(message) { return JSON.stringify(message) + end; }
  static call(invocationId, target, ...args) { return RawHub.record({ type: 1, invocationId, target, arguments: args }); }

  /** @param {{ target?: string }} options  path and query */
  static async open(port, { target = '/chatHub', headers } = {}) {
    const hub = new RawHub();
    hub.raw = await RawSocket.connect(port);
    hub.raw.write(handshake(port, { target, headers }));
    hub.head = await hub.raw.head();
    hub.waiting = [];
    hub.completions = new Map();
    return hub;
  }
  /** The same, with the handshake done. */
  static async connect(port, options) {
    const hub = await RawHub.open(port, options);
    hub.write(RawHub.handshake);
    await hub.next();
    return hub;
  }

  write(bytes, { binary = false } = {}) { this.raw.frame({ payload: bytes, opcode: binary ? op.binary : op.text }); }
  writeInMessages(bytes, size) { for (let at = 0; at < bytes.length; at += size) this.write(bytes.slice(at, at + size)); }
  /** One message in as many fragments as allowed, the last with the rest. */
  writeInFragments(bytes, size) {
    const cuts = Array.from({ length: Math.min(60, Math.ceil(bytes.length / size)) }, (_, i) => i * size);
    cuts.forEach((at, i) => this.raw.write(frame({
      payload: i === cuts.length - 1 ? bytes.slice(at) : bytes.slice(at, at + size), opcode: i === 0 ? op.text : op.continuation, fin: i === cuts.length - 1,
    })));
  }

  /** The next record, in order. */
  async next() {
    while (this.waiting.length === 0) {
      const { opcode, payload } = await this.raw.next();
      if (opcode === op.text) this.waiting.push(...payload.toString('utf8').split(end).filter(Boolean).map((record) => JSON.parse(record)));
      if (opcode === op.close) this.waiting.push({ closed: payload.readUInt16BE(0) });
    }
    return this.waiting.shift();
  }
  /** The next that matches; others are passed over. */
  async find(matches) {
    for (;;) {
      const record = await this.next();
      if (matches(record)) return record;
      if (record.closed) throw new Error(`closed with ${record.closed}`);
    }
  }
  /** Completions come in any order. */
  async completion(id) {
    const kept = this.completions.get(id);
    if (kept) return kept;
    for (;;) {
      const record = await this.find(({ type }) => type === 3);
      if (record.invocationId === id) return record;
      this.completions.set(record.invocationId, record);
    }
  }
  destroy() { this.raw.destroy(); }
}

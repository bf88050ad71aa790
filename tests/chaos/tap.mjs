// A WebSocket as a browser has it, with a tap in the wire: it notes the acknowledgements, and can tear the connection at
// the worst moment. A SignalR client reports them by itself.
import WebSocket from 'ws';
import { frame, op } from '../e2e/support/frames.mjs';

const is = (text, type) => text.startsWith(`{"type":"${type}"`);
const callsSend = (data) => Buffer.from(data).includes('SendToRoom');      // of SignalR, in any encoding

/** One client's side of all its connections. `socket` is the one it has now. */
export class Tap {
  socket = null;
  torn = null;               // how the next send is torn
  #sent = new Map();         // request id → message
  #stopped = 0;              // faults that keep it from reading
  #readingSince = -Infinity;

  /** @param {string} from the source address  @param {import('./history.mjs').History} history
   * @param {import('./random.mjs').Random} random one of its own: when it draws depends on the network */
  constructor(from, history, random) {
    this.history = history;
    const tap = this;
    this.WebSocket = class extends WebSocket {
      constructor(url, protocol) {
        super(url, protocol, { localAddress: from, perMessageDeflate: false, handshakeTimeout: 8000 });
        tap.socket = this;
        this.on('error', () => {});                          // told by `close`
        this.on('upgrade', (response) => { this.wire = response.socket; });
        this.on('message', (bytes) => tap.#heard(bytes.toString()));
      }

      send(data) {
        const isText = typeof data === 'string';
        const isSend = isText && is(data, 'send');
        if (isSend) tap.#says(JSON.parse(data));
        if (!tap.torn || !(isSend || callsSend(data))) return super.send(data);
        const how = tap.torn;
        tap.torn = null;
        if (how === 'after the send') return super.send(data, () => setTimeout(() => this.cut(), random.between(0, 3)));
        const whole = frame({ opcode: isText ? op.text : op.binary, payload: data });
        this.wire.write(whole.subarray(0, whole.length >> 1), () => this.cut());
      }

      cut() { if (this.wire && !this.wire.destroyed) this.wire.resetAndDestroy(); }
    };
  }

  #says({ id, text }) { this.#sent.set(id, this.history.messageOf(text)); }

  #heard(text) {
    if (is(text, 'ack')) {
      const { id, epoch, offset } = JSON.parse(text);
      this.history.acked(this.#sent.get(id), epoch, offset);
      this.#sent.delete(id);
    } else if (is(text, 'error')) {
      this.#sent.delete(JSON.parse(text).id);
    }
  }

  cut() { this.socket?.cut(); }
  /** @param {'after the send' | 'within the send'} how */
  tearNext(how) { this.torn = how; }

  /** A client that does not read does not see that its connection has ended, either. */
  stopReading() {
    const { socket } = this;
    if (socket?.readyState === WebSocket.OPEN) socket.pause();
    this.#stopped += 1;
    return () => {
      this.#stopped -= 1;
      this.#readingSince = performance.now();
      if (socket?.isPaused) socket.resume();
    };
  }

  /** Since when it reads; null: it does not. */
  get readingSince() { return this.#stopped > 0 ? null : this.#readingSince; }
}

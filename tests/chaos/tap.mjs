// A WebSocket as a browser has it, with a tap in the wire: it notes what is acknowledged, and can tear the connection at
// the worst moment.
import WebSocket from 'ws';
import { frame } from '../e2e/support/frames.mjs';

const is = (text, type) => text.startsWith(`{"type":"${type}"`);

/** One client's side of all its connections. `socket` is the one it has now. */
export class Tap {
  socket = null;
  torn = null;               // how the next send is torn
  #sent = new Map();         // request id → message

  /** @param {string} from the source address  @param {import('./history.mjs').History} history */
  constructor(from, history) {
    this.history = history;
    const tap = this;
    this.WebSocket = class extends WebSocket {
      constructor(url, protocol) {
        super(url, protocol, { localAddress: from, perMessageDeflate: false, handshakeTimeout: 8000 });
        tap.socket = this;
        tap.socket = this;
        this.on('error', () => {});                          // told by `close`
        this.on('upgrade', (response) => { this.wire = response.socket; });
        this.on('message', (bytes) => tap.#heard(bytes.toString()));
      }

      send(text) {
        const isSend = is(text, 'send');
        if (isSend) tap.#says(JSON.parse(text));
        if (!isSend || !tap.torn) return super.send(text);
        const how = tap.torn;
        tap.torn = null;
        if (how === 'after the send') super.send(text, () => setTimeout(() => this.cut(), Math.random() * 3));
        else this.wire.write(frame({ payload: text }).subarray(0, text.length >> 1), () => this.cut());
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
  stopReading() { const { socket } = this; if (socket?.readyState === WebSocket.OPEN) socket.pause(); return () => { if (socket?.isPaused) socket.resume(); }; }
}

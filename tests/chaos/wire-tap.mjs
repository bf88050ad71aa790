// The TCP connections of one client, of its polls and its WebSocket alike: notes nothing, but can cut them, tear one at the
// worst moment, and stop reading.
import { Agent } from 'node:http';
import { connect } from 'node:net';

/** `agent` is for the client's library. */
export class WireTap {
  torn = null;               // how the next write is torn
  #sockets = new Set();
  #stopped = 0;              // faults that keep it from reading
  #readingSince = -Infinity;

  /** @param {string} from the source address  @param {import('./random.mjs').Random} random one of its own */
  constructor(from, random) {
    this.random = random;
    const tap = this;
    this.agent = new class extends Agent {
      createConnection(options) { return tap.#watch(connect({ ...options, localAddress: from })); }
    }();                                                     // without keep-alive: the library's XMLHttpRequest repeats a lost request and never ends it
  }

  #watch(socket) {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});                            // the library is told, too
    socket.once('close', () => this.#sockets.delete(socket));
    const write = socket.write.bind(socket);
    socket.write = (bytes, ...rest) => {
      const how = this.torn;
      if (!how) return write(bytes, ...rest);
      this.torn = null;
      if (how === 'within the send') return write(Buffer.from(bytes, 'latin1').subarray(0, bytes.length >> 1), () => cut(socket));
      setTimeout(() => cut(socket), this.random.between(0, 3));
      return write(bytes, ...rest);
    };
    return socket;
  }

  cut() { for (const socket of this.#sockets) cut(socket); }
  /** @param {'after the send' | 'within the send'} how */
  tearNext(how) { this.torn = how; }

  /** A client that does not read does not see that its connections have ended, either. */
  stopReading() {
    const sockets = [...this.#sockets];
    for (const socket of sockets) {
      socket.pause();
      socket.resume = () => socket;                          // the library asks for the rest of an answer
    }
    this.#stopped += 1;
    return () => {
      this.#stopped -= 1;
      this.#readingSince = performance.now();
      for (const socket of sockets) {
        delete socket.resume;
        socket.resume();
      }
    };
  }

  /** Since when it reads; null: it does not. */
  get readingSince() { return this.#stopped > 0 ? null : this.#readingSince; }
}

function cut(socket) { if (!socket.destroyed) socket.resetAndDestroy(); }

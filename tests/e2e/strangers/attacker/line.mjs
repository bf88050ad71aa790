import { connect } from 'node:net';

const TAIL = 127;               // bytes: the longest close frame

/** One TCP connection of the attacker. It counts errors and never throws. */
export class Line {
  /** @param {{ port: number, from: string, tally: object, deaf?: boolean, onText?: (text: string) => void }} options
   *   `deaf`: does not read */
  constructor({ port, from, tally, deaf = false, onText }) {
    this.tally = tally;
    this.closed = false;
    this.tail = Buffer.alloc(0);
    this.wakes = new Set();
    this.socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true });
    this.up = new Promise((resolve) => {
      this.socket.once('connect', () => { ++tally.opened; if (deaf) this.socket.pause(); resolve(true); });
      this.socket.once('close', () => { this.closed = true; this.#wake(); resolve(false); });
    });
    this.socket.on('error', (error) => tally.count('failed', error.code ?? 'error'));
    this.socket.on('drain', () => this.#wake());
    this.socket.on('data', (chunk) => {
      this.heard = true;
      const text = tally.read(chunk);
      this.tail = chunk.length >= TAIL ? chunk.subarray(-TAIL) : Buffer.concat([this.tail, chunk]).subarray(-TAIL);
      onText?.(text);
      this.#wake();
    });
  }

  #wake() {
    for (const wake of this.wakes) wake();
    this.wakes.clear();
  }

  /** Returns false if the socket is full because the server does not read. */
  write(bytes) {
    if (this.closed || this.socket.destroyed) return false;
    this.tally.bytes += bytes.length;
    return this.socket.write(bytes);
  }

  /** Waits for bytes, drain or the end of this connection, `milliseconds` at most. */
  news(milliseconds) {
    if (this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      const { wakes } = this;
      function done() { clearTimeout(timer); wakes.delete(done); resolve(); }
      wakes.add(done);
    });
  }

  /** Waits until `happened()` or the end of the connection. Returns false after `milliseconds`. */
  async until(happened, milliseconds) {
    const deadline = performance.now() + milliseconds;
    while (!happened() && !this.closed && performance.now() < deadline) await this.news(deadline - performance.now());
    return happened();
  }

  get clogged() { return this.socket.writableNeedDrain; }

  /** Closes with a reset: TIME_WAIT would use up the attacker's ports. */
  drop() { this.socket.resetAndDestroy(); }
}

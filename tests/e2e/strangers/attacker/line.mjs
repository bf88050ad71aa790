import { connect } from 'node:net';

const TAIL = 127;               // a close frame is not longer

/** One TCP connection of the attacker. It never throws: what goes wrong is counted. */
export class Line {
  /** @param {{ port: number, from: string, tally: object, deaf?: boolean, onText?: (text: string) => void }} options
   *   `deaf`: does not read what the server sends */
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

  /** False when the kernel takes no more: the server has stopped to read. */
  write(bytes) {
    if (this.closed || this.socket.destroyed) return false;
    this.tally.bytes += bytes.length;
    return this.socket.write(bytes);
  }

  /** Until something happens on this connection, `milliseconds` at most. */
  news(milliseconds) {
    if (this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      const { wakes } = this;
      function done() { clearTimeout(timer); wakes.delete(done); resolve(); }
      wakes.add(done);
    });
  }

  /** Until `happened()` or the connection closes; false after `milliseconds`. */
  async until(happened, milliseconds) {
    const deadline = performance.now() + milliseconds;
    while (!happened() && !this.closed && performance.now() < deadline) await this.news(deadline - performance.now());
    return happened();
  }

  get clogged() { return this.socket.writableNeedDrain; }

  /** Without TIME_WAIT, so that the attacker does not run out of ports. */
  drop() { this.socket.resetAndDestroy(); }
}

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { frame, op, parseFrame } from './frames.mjs';
import { within } from './until.mjs';

export const sampleKey = 'dGhlIHNhbXBsZSBub25jZQ==';                 // RFC 6455 §1.3

export function acceptFor(key) {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** The lines of a correct opening handshake; a test changes, adds or (by undefined) removes the one that it is about. */
export function handshake(port, { method = 'GET', target = '/ws', version = 'HTTP/1.1', headers = {} } = {}) {
  const all = {
    Host: `127.0.0.1:${port}`, Upgrade: 'websocket', Connection: 'Upgrade',
    'Sec-WebSocket-Key': sampleKey, 'Sec-WebSocket-Version': '13', ...headers,
  };
  const lines = Object.entries(all).filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
  return `${method} ${target} ${version}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** A TCP connection on which a test writes any bytes it likes and reads HTTP heads and WebSocket frames. */
export class RawSocket {
  static async connect(port, { from } = {}) {
    const raw = new RawSocket();
    raw.port = port;
    raw.bytes = Buffer.alloc(0);
    raw.ended = false;
    raw.wake = () => {};
    raw.socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true, allowHalfOpen: true });
    raw.socket.on('data', (chunk) => { raw.bytes = Buffer.concat([raw.bytes, chunk]); raw.wake(); });
    for (const event of ['end', 'close']) raw.socket.on(event, () => { raw.ended = true; raw.wake(); });
    raw.socket.on('error', (error) => { raw.error = error; raw.ended = true; raw.wake(); });
    await within('a TCP connection', new Promise((resolve, reject) => raw.socket.once('connect', resolve).once('error', reject)));
    return raw;
  }

  /** Connects and does a correct handshake. */
  static async open(port, options) {
    const raw = await RawSocket.connect(port);
    raw.write(handshake(port, options));
    const head = await raw.head();
    assert.equal(head.status, 101, head.text);
    return raw;
  }

  /** Closes the connection when the test is over. */
  static async forTest(t, port, options) {
    const raw = options === 'tcp' ? await RawSocket.connect(port) : await RawSocket.open(port, options);
    t.after(() => raw.destroy());
    return raw;
  }

  write(bytes) { if (!this.socket.destroyed) this.socket.write(bytes); }
  frame(options) { this.write(frame(options)); }
  text(payload) { this.frame({ payload }); }
  send(object) { this.text(JSON.stringify(object)); }
  destroy() { this.socket.destroy(); }

  /** Runs `take` on the received bytes until it returns a value; undefined means "more bytes, please". */
  async #read(what, take, milliseconds) {
    return within(what, (async () => {
      for (;;) {
        const got = take();
        if (got !== undefined) return got;
        if (this.ended) throw new Error(`the connection ended before ${what}${this.error ? ` (${this.error.message})` : ''}`);
        await new Promise((resolve) => { this.wake = resolve; });
      }
    })(), milliseconds);
  }

  /** The head of an HTTP response. */
  head(milliseconds = 10_000) {
    return this.#read('an HTTP response', () => {
      const end = this.bytes.indexOf('\r\n\r\n');
      if (end < 0) return undefined;
      const text = this.bytes.subarray(0, end).toString('latin1');
      this.bytes = this.bytes.subarray(end + 4);
      const [first, ...lines] = text.split('\r\n');
      const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
      return { status: Number(first.split(' ')[1]), headers, text };
    }, milliseconds);
  }

  /** The next server frame, which must be well formed in every test (§5.1, §5.2, §5.5). */
  async next(milliseconds = 10_000) {
    const got = await this.#read('a frame', () => {
      const parsed = parseFrame(this.bytes);
      if (!parsed) return undefined;
      this.bytes = this.bytes.subarray(parsed.size);
      return parsed;
    }, milliseconds);
    assert.equal(got.masked, false, 'a server never masks');
    assert.equal(got.rsv, 0, 'no extension was negotiated');
    assert.ok(got.shortestLength, 'the length is written in the shortest form');
    if (got.opcode >= 8) assert.ok(got.fin && got.payload.length <= 125, 'a control frame is whole and short');
    return got;
  }

  /** The next text frame that `matches`; other objects pushed in between are passed over. */
  async object(matches = () => true) {
    for (;;) {
      const got = await this.next();
      assert.equal(got.opcode, op.text, `expected text, got opcode ${got.opcode} ${got.payload.toString('hex').slice(0, 60)}`);
      const object = JSON.parse(got.payload.toString('utf8'));
      if (matches(object)) return object;
    }
  }

  /** The next control frame with this opcode. */
  async control(opcode) {
    for (;;) {
      const got = await this.next();
      if (got.opcode === opcode) return got.payload;
      assert.ok(got.opcode === op.text, `expected opcode ${opcode}, got ${got.opcode}`);
    }
  }

  /** The server's close frame: its code, or null for an empty one, and its reason. */
  async close(milliseconds = 10_000) {
    for (;;) {
      const got = await this.next(milliseconds);
      if (got.opcode !== op.close) continue;
      const code = got.payload.length ? got.payload.readUInt16BE(0) : null;
      return { code, reason: got.payload.subarray(2).toString('utf8') };
    }
  }

  /** The end of the connection, made by the server. */
  end(milliseconds = 10_000) {
    return within('the server ends the connection', (async () => {
      while (!this.ended) await new Promise((resolve) => { this.wake = resolve; });
    })(), milliseconds);
  }
}

import WebSocket from 'ws';
import { http } from './http.mjs';
import { within } from './until.mjs';

export const separator = '\u001e';

/** A client of bytes for Engine.IO 4, written from its specification: polls, and a WebSocket packet by packet. */
export class RawEngine {
  /** @param {string} base such as http://127.0.0.1:9001/engine.io/ */
  constructor(base, query = '') {
    this.base = base;
    this.query = query;
  }

  url(transport, more = '') { return `${this.base}?EIO=4&transport=${transport}${this.query}${this.sid ? `&sid=${this.sid}` : ''}${more}`; }

  /** Begins a connection with polls. */
  static async poll(base, query) {
    const engine = new RawEngine(base, query);
    const response = await http(engine.url('polling'));
    if (response.status !== 200) throw new Error(`${response.status} ${response.text}`);
    engine.open = JSON.parse(response.text.slice(1));
    engine.sid = engine.open.sid;
    return engine;
  }
  /** Begins one with a WebSocket, or (with a sid) offers one to the connection. */
  static async websocket(base, query) {
    const engine = new RawEngine(base, query);
    await engine.connect();
    engine.open = JSON.parse((await engine.next()).slice(1));
    return engine;
  }

  /** One poll; `at` is another node's base. */
  get(at = this.base, more = '') { return http(this.url('polling', more).replace(this.base, at), { milliseconds: 60_000 }); }
  post(body, at = this.base, headers = {}) {
    return http(this.url('polling').replace(this.base, at), { method: 'POST', body, headers: { 'Content-Type': 'text/plain;charset=UTF-8', ...headers } });
  }
  /** The packets of the next poll that has some. */
  async packets(at) {
    for (;;) {
      const { status, text } = await this.get(at);
      if (status !== 200) throw new Error(`${status} ${text}`);
      if (text !== '6') return text.split(separator);
    }
  }
  /** Polls until a packet matches; pings are answered. */
  async find(matches, at) {
    for (;;) {
      for (const packet of this.early ?? await this.packets(at)) {
        this.early = undefined;
        if (packet === '2') await this.post('3', at);
        else if (matches(packet)) return packet;
      }
    }
  }

  connect(at = this.base) {
    this.received = [];
    this.wake = () => {};
    this.socket = new WebSocket(this.url('websocket').replace(this.base, at).replace('http', 'ws'), { perMessageDeflate: false });
    this.socket.on('message', (bytes, binary) => { this.received.push(binary ? bytes : String(bytes)); this.wake(); });
    this.closed = new Promise((resolve) => this.socket.once('close', (code) => { this.closeCode = code; this.wake(); resolve(code); }));
    return within('a WebSocket', new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('unexpected-response', (_, response) => {
        let text = '';
        response.on('data', (bytes) => { text += bytes; });
        response.on('end', () => reject(Object.assign(new Error(`HTTP ${response.statusCode}`), { status: response.statusCode, text })));
      });
      this.socket.on('error', reject);
    }));
  }
  send(packet) { this.socket.send(packet); }
  /** The next packet over the WebSocket. */
  next(milliseconds = 10_000) {
    return within('a packet', (async () => {
      while (this.received.length === 0) {
        if (this.closeCode !== undefined) throw new Error(`closed with ${this.closeCode}`);
        await new Promise((resolve) => { this.wake = resolve; });
      }
      return this.received.shift();
    })(), milliseconds);
  }
  /** The next that is no ping, and that matches; pings are answered. */
  async message(matches = () => true) {
    for (;;) {
      const packet = await this.next();
      if (packet === '2') this.send('3');
      else if (matches(packet)) return packet;
    }
  }

  /** The upgrade, as a client makes it that has no poll under way. */
  async upgrade(at = this.base) {
    await this.connect(at);
    this.send('2probe');
    const answer = await this.next();
    if (answer !== '3probe') throw new Error(answer);
    this.send('5');
  }
  destroy() { this.socket?.terminate(); }
}

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { top } from './places.mjs';
import { until } from './until.mjs';

const require = createRequire(import.meta.url);
const ways = { polling: ['polling'], websocket: ['websocket'], upgrade: ['polling', 'websocket'] };

/** What the tests ask of a client, whichever library it has. */
class Client {
  events = [];
  connects = [];
  disconnects = [];
  refusals = [];

  /** The texts of the lobby, in order. */
  get heard() { return this.events.filter(([name]) => name === 'messageToClient').map(([, line]) => line.slice(line.indexOf(']: ') + 3)); }
  /** The texts among `said` that have come, in order, each as often as it came. */
  of(said) { return this.heard.filter((text) => said.includes(text)); }
  hears(said, milliseconds = 20_000) { return until(`${this.name} hears ${said.length} messages`, () => said.every((text) => this.heard.includes(text)), milliseconds); }
  online(count = 1, milliseconds = 20_000) { return until(`${this.name} connects`, () => this.connects.length >= count, milliseconds); }
}

class JavaScriptClient extends Client {
  constructor(name, library, url, way, options = {}) {
    super();
    this.name = `${name}, ${way}`;
    const { io } = require(library);
    this.socket = io(url, { transports: ways[way], forceNew: true, reconnectionDelay: 100, reconnectionDelayMax: 500, timeout: 5000, ...options });
    this.socket.on('connect', () => this.connects.push({ id: this.socket.id, recovered: this.socket.recovered === true }));
    this.socket.on('disconnect', (reason) => this.disconnects.push(reason));
    this.socket.on('connect_error', (error) => this.refusals.push(error));
    this.socket.onAny((...event) => this.events.push(event));
  }
  get isConnected() { return this.socket.connected; }
  transport() { return this.socket.io.engine?.transport.name; }
  emit(...event) { this.socket.emit(...event); }
  call(...event) { return new Promise((resolve) => this.socket.emit(...event, resolve)); }
  /** The connection breaks, and the library does not know why. */
  cut() { this.socket.io.engine.close(); }
  async close() { this.socket.disconnect(); }
}

class PythonClient extends Client {
  name = 'python3-socketio';
  pending = new Map();
  constructor(url, way, { namespace } = {}) {
    super();
    this.name = `python3-socketio, ${way}`;
    this.child = spawn('/usr/bin/python3', [join(top, 'tests/e2e/support/python_client.py'), url, ways[way].join(','), ...(namespace ? [namespace] : [])], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
    this.child.stdin.on('error', () => {});
    createInterface({ input: this.child.stdout }).on('line', (line) => this.#take(JSON.parse(line)));
  }
  #take({ connect, disconnect, refused, event, id, ack, transport }) {
    if (connect) this.connects.push({ id: connect, recovered: false });
    if (disconnect) this.disconnects.push('transport');
    if (refused !== undefined) this.refusals.push(refused);
    if (event) this.events.push(event);
    if (transport) this.way = transport;
    if (id) this.pending.get(id)(ack);
  }
  get isConnected() { return this.connects.length > this.disconnects.length; }
  transport() { return this.way; }
  #write(command) {
    const bytes = (one) => (Buffer.isBuffer(one) ? { bytes: one.toString('base64') } : one);
    this.child.stdin.write(`${JSON.stringify(command, (_, value) => (value?.type === 'Buffer' ? bytes(Buffer.from(value.data)) : value))}\n`);
  }
  emit(...event) { this.#write({ emit: event }); }
  call(...event) {
    const id = this.pending.size + 1;
    return new Promise((resolve) => { this.pending.set(id, resolve); this.#write({ id, call: event }); });
  }
  async close() {
    this.child.stdin.end();
    const deadline = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    await this.ended;
    clearTimeout(deadline);
  }
}

/** Each library: how a client of it is made. */
export const libraries = {
  'socket.io-client 4.8': (url, way, options) => new JavaScriptClient('socket.io-client 4.8', 'socket.io-client', url, way, options),
  'socket.io-client 3.1': (url, way, options) => new JavaScriptClient('socket.io-client 3.1', 'socket.io-client-3.1', url, way, options),
  'python3-socketio': (url, way) => new PythonClient(url, way),
};
export const pythonIn = (url, way, namespace) => new PythonClient(url, way, { namespace });
export const transports = Object.keys(ways);

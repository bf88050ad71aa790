import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import WebSocket from 'ws';
import { until, within } from './until.mjs';

/** An error reply as an exception. */
export class Refused extends Error {
  constructor(reply) {
    super(`${reply.code}: ${reply.message}`);
    this.reply = reply;
    this.code = reply.code;
  }
}

/** Awaits a refusal for the moment, which tells when to try again. */
export async function isRefused(request) {
  await assert.rejects(request, ({ reply }) => {
    assert.equal(reply?.code, 'unavailable');
    assert.equal(reply.temporary, true);
    assert.ok(reply.retry_after_ms > 0);
    return true;
  });
}

/** A chat.v1 client that keeps all that it receives, for assertions. It neither reconnects nor repairs. */
export class ChatClient {
  pushes = [];
  pending = new Map();
  lastId = 0;
  counters = new Map();

  /** Connects and says hello. `from` is the source address: 127.0.k.1 with another k may be another node behind ip_hash. */
  static async connect(url, { from, origin, host, name = 'tester', identitySecret, token, bearer, producer = randomBytes(16).toString('hex') } = {}) {
    const client = new ChatClient();
    client.producer = producer;
    client.socket = new WebSocket(url, ['chat.v1'], { localAddress: from, origin, headers: { ...(host && { host }), ...(bearer && { authorization: `Bearer ${bearer}` }) }, perMessageDeflate: false });
    client.socket.on('message', (bytes) => client.take(JSON.parse(String(bytes))));
    client.closed = new Promise((resolve) => {
      client.socket.once('close', (code, reason) => {
        client.closeCode = code;
        for (const { reject } of client.pending.values()) reject(new Error(`closed with ${code} before the reply`));
        client.pending.clear();
        resolve({ code, reason: String(reason) });
      });
    });
    await within(`${url} accepts a WebSocket`, new Promise((resolve, reject) => {
      client.socket.once('open', resolve);
      client.socket.once('error', reject);
    }));
    client.socket.on('error', () => {});     // an abrupt end is told by `closed`
    await client.hello({ name, identitySecret, token });
    return client;
  }

  async hello({ name, identitySecret, token }) {
    this.welcome = await this.request('hello', { name, producer: this.producer, ...(identitySecret && { identity_secret: identitySecret }), ...(token && { token }) });
    this.node = this.welcome.node;
    this.user = this.welcome.user;
  }

  take(object) {
    const waiting = object.id === undefined ? undefined : this.pending.get(object.id);
    if (!waiting) {
      this.pushes.push(object);
      return;
    }
    this.pending.delete(object.id);
    if (object.type === 'error') waiting.reject(new Refused(object));
    else waiting.resolve(object);
  }

  /** Sends a request and returns its reply; an error reply is thrown as Refused. */
  request(type, fields = {}) {
    const id = ++this.lastId;
    const reply = new Promise((resolve, reject) => this.pending.set(id, { resolve, reject }));
    this.socket.send(JSON.stringify({ type, id, ...fields }));
    return within(`a reply to ${type}`, reply);
  }

  /** Sends text exactly as it is, e.g. text that is not JSON. */
  raw(text) { this.socket.send(text); }

  join(room, fields = {}) { return this.request('join', { room, ...fields }); }
  leave(room) { return this.request('leave', { room }); }
  members(room) { return this.request('members', { room }); }
  history(room, fields = {}) { return this.request('history', { room, ...fields }); }
  typing(room) { this.socket.send(JSON.stringify({ type: 'typing', room })); }

  /** Sends with the next seq of this room, as a well-behaved client does. */
  say(room, text) {
    const n = (this.counters.get(room) ?? 0) + 1;
    this.counters.set(room, n);
    return this.request('send', { room, text, seq: n });
  }

  /** How many messages of this client are stored in a room. */
  stored(room) { return this.counters.get(room) ?? 0; }

  /** Sends a message until it is stored: after a temporary error again with the same seq, as the server asks. */
  async insist(room, text) {
    const n = (this.counters.get(room) ?? 0) + 1;
    this.counters.set(room, n);
    const outcome = await until(`"${text}" is stored`, async () => {
      try {
        return await this.request('send', { room, text, seq: n });
      } catch (error) {
        return error.reply?.temporary ? null : error;
      }
    }, 30_000);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  /** The messages of a room in the order they arrived live. */
  messages(room) { return this.pushes.filter((push) => push.type === 'message' && push.room === room); }

  /** The first push, past or future, of which `matches` is true. */
  async push(what, matches, milliseconds) {
    try {
      return await until(what, () => this.pushes.find(matches), milliseconds);
    } catch (error) {
      throw new Error(`${error.message}; the last of ${this.pushes.length} pushes: ${JSON.stringify(this.pushes.slice(-5))}`);
    }
  }

  hears(room, text, milliseconds) {
    return this.push(`"${text}" arrives in ${room}`, (push) => push.type === 'message' && push.room === room && push.text === text, milliseconds);
  }

  async close() {
    this.socket.close(1000);
    return within('the close handshake', this.closed);
  }

  terminate() { this.socket.terminate(); }
}

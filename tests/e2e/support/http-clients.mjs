import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { ChatClient } from './client.mjs';
import { http } from './http.mjs';
import { within } from './until.mjs';

/** A POST that was not taken: its HTTP status. */
export class NotTaken extends Error {
  constructor(status) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

/** The common part of clients without a WebSocket: they send by POST. `url` has no query: …/sse or …/poll. */
class HttpClient extends ChatClient {
  static async begin(client, url, { from, name = 'tester', identitySecret, token, bearer, producer = randomBytes(16).toString('hex') }) {
    Object.assign(client, { url, from, producer, bearer });
    client.closed = new Promise((resolve) => { client.onClosed = resolve; });
    await client.open();
    await client.hello({ name, identitySecret, token });
    return client;
  }

  get credentials() { return this.bearer ? { Authorization: `Bearer ${this.bearer}` } : {}; }

  /** Posts text as it is; resolves to the whole response. */
  post(body, token = this.token) {
    return http(`${this.url}?id=${token}`, { method: 'POST', body, from: this.from, headers: { 'Content-Type': 'application/json' } });
  }

  async request(type, fields = {}) {
    const id = ++this.lastId;
    const reply = new Promise((resolve, reject) => this.pending.set(id, { resolve, reject }));
    reply.catch(() => {});              // it may come before the POST is answered
    const { status } = await this.post(JSON.stringify({ type, id, ...fields }));
    if (status !== 202) {
      this.pending.delete(id);
      throw new NotTaken(status);
    }
    return within(`a reply to ${type}`, reply);
  }

  take(object) {
    if (object.type === 'connection') this.token = object.id;
    else if (object.type === 'close') this.onClosed({ code: object.code, reason: object.reason });
    else super.take(object);
  }
}

/** chat.v1 over Server-Sent Events. */
export class EventStreamClient extends HttpClient {
  static connect(url, options = {}) { return HttpClient.begin(new EventStreamClient(), url, options); }

  comments = 0;

  open() {
    let text = '';
    return within(`${this.url} begins an event stream`, new Promise((resolve, reject) => {
      this.call = request(this.url, { localAddress: this.from, agent: false, headers: this.credentials }, (response) => {
        this.status = response.statusCode;
        this.headers = response.headers;
        if (this.status !== 200) return reject(new NotTaken(this.status));
        response.setEncoding('utf8');
        response.on('error', () => {});
        response.on('close', () => { this.ended = true; });
        response.on('data', (chunk) => {
          text += chunk;
          for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
            this.#event(text.slice(0, end).split('\n'));
            text = text.slice(end + 2);
          }
          if (this.token) resolve();
        });
      });
      this.call.on('error', (error) => { this.ended = true; reject(error); });
      this.call.end();
    }));
  }

  #event(lines) {
    const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
    if (data.length === 1) this.take(JSON.parse(data[0]));
    else if (lines[0].startsWith(':')) ++this.comments;
  }

  terminate() { this.call.destroy(); }
}

/** chat.v1 over long polling. */
export class PollClient extends HttpClient {
  static connect(url, options = {}) { return HttpClient.begin(new PollClient(), url, options); }

  ack = 0;
  polling = true;

  async open() {
    const response = await http(this.url, { method: 'POST', from: this.from, headers: this.credentials });
    this.status = response.status;
    if (response.status !== 200) throw new NotTaken(response.status);
    this.take(response.json);
    this.done = this.#poll();
  }

  /** One poll; its answer is not processed. */
  ask(ack = this.ack) { return http(`${this.url}?id=${this.token}&ack=${ack}`, { from: this.from, milliseconds: 60_000 }); }

  async #poll() {
    while (this.polling) {
      const response = await this.ask().catch(() => ({ status: 0 }));
      this.lastStatus = response.status;
      if (response.status === 200) {
        const { ack, events } = response.json;
        if (ack !== this.ack) for (const event of events) this.take(event);
        this.ack = ack;
      } else if (response.status !== 204 && response.status !== 503 && response.status !== 504 && response.status !== 0) {
        break;
      }
    }
  }

  /** Polls no more once the poll under way is answered. */
  pause() { this.polling = false; }

  async end() {
    this.pause();
    return http(`${this.url}?id=${this.token}`, { method: 'DELETE', from: this.from });
  }

  terminate() { this.pause(); }
}

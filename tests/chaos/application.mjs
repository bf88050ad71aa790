// An application beside the cluster. It publishes through the server API of any node, keeps what is unconfirmed in a list, as a
// table in its database would, and repeats it under the same idempotency keys; and it decides on the messages of some rooms
// through a hook. A fault kills it: its connections end, and only the list is left.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiKeys, Application as ApiClient } from '../e2e/support/api.mjs';

const AGAIN = 100;                 // milliseconds after a failed call
const PATIENCE = 3_000;            // for an answer
const MOST_WAITING = 8;            // in a room
const LASTING = [101, 103, 104, 107];
const DECIDED = ['room-19', 'room-20'];

export class Application {
  name = 'application';
  node = null;                     // whom it asks
  #calls = new AbortController();
  #isUp = true;
  #stall = null;                   // resolves when a slow application goes on
  #rooms = new Map();              // room → { waiting, busy }

  /** @param {string} folder of its files */
  static async start(folder) {
    const application = new Application();
    application.keys = new ApiKeys(folder, { shop: ['publish'] });
    application.hooks = join(folder, 'hooks.json');
    await application.#serve();
    const secret = join(folder, 'hook-secret');
    writeFileSync(secret, `${application.keys.secret('shop')}\n`, { mode: 0o600 });
    const message = { url: `http://127.0.0.1:${application.port}/`, rooms: DECIDED, on_failure: 'allow', timeout_ms: 300 };
    writeFileSync(application.hooks, JSON.stringify({ secret_file: secret, hooks: { message } }));
    return application;
  }

  get settings() { return { ...this.keys.settings, hooks: this.hooks }; }
  get waiting() { return [...this.#rooms.values()].reduce((sum, { waiting }) => sum + waiting.length, 0); }

  /** @param {{ nodes: any[], history: import('./history.mjs').History, random: import('./random.mjs').Random }} world */
  enter({ nodes, history, random }) {
    Object.assign(this, { nodes, history, random, index: history.person('application'), node: random.pick(nodes) });
    history.people[this.index].id = 'app.shop';
    history.people[this.index].unordered = true;       // a key promises once, not an order
  }

  async #serve() {
    this.server = createServer(async (request, response) => {
      for await (const bytes of request) void bytes;
      await this.#stall?.promise;
      response.end('{}');
    });
    await new Promise((resolve) => this.server.listen(this.port ?? 0, '127.0.0.1', resolve));
    this.port = this.server.address().port;
  }

  say(room, text) {
    const place = this.#rooms.get(room) ?? { waiting: [], busy: false };
    this.#rooms.set(room, place);
    if (place.waiting.length >= MOST_WAITING) return;
    const message = this.history.invoke(this.index, room, text);
    place.waiting.push({ message, text, key: randomUUID() });
    this.#publish(room, place);
  }

  /** One after the other. */
  async #publish(room, place) {
    if (place.busy) return;
    place.busy = true;
    while (this.#isUp && !this.closed && place.waiting.length > 0) {
      const { message, text, key } = place.waiting[0];
      const stored = await this.#call({ room: this.history.rooms[room], text, idempotency_key: key });
      if (!stored) {
        await pause(AGAIN);
        continue;
      }
      this.history.acked(message, stored.epoch, stored.offset);
      place.waiting.shift();
    }
    place.busy = false;
  }

  /** The result; undefined: it is not known whether the message is stored. */
  async #call(parameters) {
    const { node } = this;
    const signal = AbortSignal.any([this.#calls.signal, AbortSignal.timeout(PATIENCE)]);
    try {
      const response = await fetch(`${new ApiClient(node).url}/api/publish`, {
        method: 'POST', signal, body: JSON.stringify(parameters), headers: { 'X-API-Key': this.keys.secret('shop') },
      });
      await this.#stall?.promise;
      const { result, error } = await response.json();
      if (result && !signal.aborted) return result;
      if (LASTING.includes(error?.code)) this.history.complain(`the application may not publish: ${error.message}`);
    } catch {}                                           // another node may answer
    if (node === this.node) this.node = this.random.pick(this.nodes);
    return undefined;
  }

  /** Its connections end, those of hooks too; answers that were on their way are lost. */
  kill() {
    this.#isUp = false;
    this.#calls.abort();
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  async restart() {
    await this.#serve();
    this.#calls = new AbortController();
    this.#isUp = true;
    for (const [room, place] of this.#rooms) this.#publish(room, place);
  }

  /** It reads no answer and gives none. */
  stall() {
    let resolve;
    const promise = new Promise((done) => { resolve = done; });
    this.#stall = { promise, resolve };
  }

  goOn() {
    this.#stall.resolve();
    this.#stall = null;
  }

  close() {
    this.closed = true;
    this.#calls.abort();
    this.server.closeAllConnections();
    this.server.close();
  }
}

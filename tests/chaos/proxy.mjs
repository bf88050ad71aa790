// The TCP proxy between one node and a server of its store, in which links fail on purpose. It forwards whole frames of the
// server's protocol (resp.mjs, pgwire.mjs), so a fault can be placed between a request and its reply, inside a frame, or on
// one single push.
//
// A *rule* lasts until it is lifted: bytes are held, delayed or thinned. A *trap* waits for one frame and springs once.
// Both say which connections they concern, by the name chatd gives each.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { resp } from './resp.mjs';

/** One direction of a connection: a queue of frames that leave when the rule lets them. */
class Pipe {
  #queue = [];
  #timer = null;
  #freeAt = 0;

  /** @param {() => object | undefined} rule the one that concerns this direction now */
  constructor(to, rule) {
    this.to = to;
    this.rule = rule;
  }

  push(bytes) {
    const rule = this.rule();
    if (!rule && this.#queue.length === 0) return void this.to.write(bytes);
    this.#queue.push({ bytes, dueAt: performance.now() + (rule?.delay?.() ?? 0) });
    this.pump();
  }

  /** Writes the bytes that may go now and looks again when the next may. */
  pump() {
    clearTimeout(this.#timer);
    while (this.#queue.length > 0) {
      const rule = this.rule();
      if (rule?.hold) return;                        // until the rule is lifted
      const [{ bytes, dueAt }] = this.#queue;
      const wait = rule ? Math.max(dueAt, this.#freeAt) - performance.now() : 0;
      if (wait > 0) {
        this.#timer = setTimeout(() => this.pump(), wait);
        return;
      }
      this.#queue.shift();
      this.to.write(bytes);
      if (rule?.bytesPerSecond) this.#freeAt = performance.now() + bytes.length / rule.bytesPerSecond * 1000;
    }
  }

  end() {
    clearTimeout(this.#timer);
    this.#queue = [];
  }
}

/** One connection of a node, joined to one of the server. */
class Connection {
  name = '';
  severed = false;
  /** Directions in which nothing follows any more. */
  ended = new Set();

  constructor(proxy, node, port) {
    this.proxy = proxy;
    this.node = node;
    this.server = connect({ port, host: '127.0.0.1', noDelay: true });
    this.pipes = {
      requests: new Pipe(this.server, () => this.#rule('requests')),
      replies: new Pipe(node, () => this.#rule('replies')),
    };
    const frames = proxy.protocol.frames();
    for (const [direction, socket] of [['requests', node], ['replies', this.server]]) {
      let rest = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        const split = frames[direction](rest.length ? Buffer.concat([rest, chunk]) : chunk);
        rest = split.rest;
        this.#forward(direction, split.frames);
      });
      socket.on('error', () => {});
      socket.on('close', () => this.sever());
    }
  }

  #rule(direction) {
    return this.proxy.rules.find((rule) => rule.of(this.name) && (!rule.direction || rule.direction === direction));
  }

  #forward(direction, frames) {
    for (const frame of frames) {
      if (this.severed || this.ended.has(direction)) return;
      if (direction === 'requests' && !this.name) this.name = this.proxy.protocol.nameIn(frame);
      const trap = this.proxy.traps.find((one) => one.direction === direction && one.of(this.name) && one.matches(frame, this));
      if (trap) trap.spring(this, frame);
      else this.pipes[direction].push(frame);
    }
  }

  /** Ends both halves with RST, as a firewall or a pulled machine does. */
  sever() {
    if (this.severed) return;
    this.severed = true;
    this.proxy.connections.delete(this);
    for (const pipe of Object.values(this.pipes)) pipe.end();
    for (const socket of [this.node, this.server]) if (!socket.destroyed) socket.resetAndDestroy();
  }
}

export class FaultProxy {
  connections = new Set();
  rules = [];
  traps = [];

  /** @param {number} port of the server  @param protocol of the server: resp or pgwire */
  static async start(port, protocol = resp) {
    const proxy = new FaultProxy();
    proxy.protocol = protocol;
    proxy.server = createServer({ noDelay: true }, (socket) => {
      if (proxy.rules.some((rule) => rule.refuse)) socket.resetAndDestroy();
      else proxy.connections.add(new Connection(proxy, socket, port));
    }).listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.port = proxy.server.address().port;
    proxy.address = `127.0.0.1:${proxy.port}`;
    return proxy;
  }

  /** For a node, if the server is a Redis. */
  get url() { return `redis://${this.address}`; }

  /**
   * Until lifted: `hold` keeps all bytes back (and lets them go afterwards, as TCP would), `delay()` milliseconds a frame,
   * `bytesPerSecond`, or `refuse` for new connections.
   * @param {'all' | 'appends' | 'writers' | 'subscriptions'} which
   * @param {{ direction?: 'requests' | 'replies', hold?: boolean, delay?: () => number, bytesPerSecond?: number, refuse?: boolean }} rule
   * @returns {() => void} lifts it
   */
  impose(which, rule) {
    const imposed = { ...rule, of: this.protocol.connections[which] };
    this.rules.push(imposed);
    return () => {
      this.rules = this.rules.filter((one) => one !== imposed);
      for (const { pipes } of this.connections) for (const pipe of Object.values(pipes)) pipe.pump();
    };
  }

  #trap(which, direction, matches, spring) {
    const trap = {
      of: this.protocol.connections[which], direction, matches, sprung: false,
      spring: (connection, frame) => {
        trap.sprung = true;
        disarm();
        spring(connection, frame);
      },
    };
    const disarm = () => { this.traps = this.traps.filter((one) => one !== trap); };
    this.traps.push(trap);
    return { disarm, get sprung() { return trap.sprung; } };
  }

  /** The k-th append reaches the server and is carried out; its reply, and everything behind it, is cut off. */
  cutAfterRequest(k) {
    const { endsCall, endsReply } = this.protocol;
    let seen = 0;
    return this.#trap('appends', 'requests', (frame) => endsCall(frame) && ++seen >= k, (connection, frame) => {
      connection.pipes.requests.push(frame);
      const eat = () => this.#trap('appends', 'replies', (_, other) => other === connection, (_, reply) => (endsReply(reply) ? connection.sever() : eat()));
      eat();
    });
  }

  /** Half of the k-th reply arrives, then the connection is gone. */
  cutMidReply(k) {
    let seen = 0;
    return this.#trap('writers', 'replies', (frame) => frame.length > 8 && ++seen >= k, severHalfway('replies'));
  }

  /** Half of the k-th request reaches the server, then the connection is gone. */
  cutMidRequest(k) {
    let seen = 0;
    return this.#trap('writers', 'requests', (frame) => this.protocol.beginsCall(frame) && ++seen >= k, severHalfway('requests'));
  }

  /** Eats the next push of messages, of one room or of any. */
  dropPush(room = '') {
    return this.#trap('subscriptions', 'replies', (frame) => this.protocol.isPush(frame, room), () => {});
  }

  /** Cuts the connections that are there now. */
  cut(which) {
    for (const connection of [...this.connections]) if (this.protocol.connections[which](connection.name)) connection.sever();
  }

  clear() {
    this.rules = [];
    this.traps = [];
    for (const { pipes } of this.connections) for (const pipe of Object.values(pipes)) pipe.pump();
  }

  stop() {
    this.clear();
    this.cut('all');
    this.server.close();
  }
}

/** Half of the frame goes out to its receiver, which sees the end of the connection next. */
function severHalfway(direction) {
  return (connection, frame) => {
    const { to } = connection.pipes[direction];
    connection.ended.add(direction);
    to.write(frame.subarray(0, frame.length >> 1), () => {
      to.end();                              // not RST, which would take back bytes under way
      setTimeout(() => connection.sever(), 20);
    });
  };
}

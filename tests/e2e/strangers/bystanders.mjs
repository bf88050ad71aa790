// Clients that chat while a stranger attacks, and measure their acknowledgements. On each node one of them sends every 50 ms.
import WebSocket from 'ws';
import { within } from '../support/until.mjs';

const ROOMS = 8;                // each client sends every 400 ms: below the limit of one address in one room
const EVERY = 50;
const RECENT = 600;

class Bystander {
  constructor(node, room, from) {
    Object.assign(this, { node, room, from, lastId: 0, samples: [], deliveries: [], refused: 0, pending: new Map() });
  }

  async enter() {
    this.socket = new WebSocket(this.node.ws, ['chat.v1'], { localAddress: this.from, perMessageDeflate: false });
    await within(`${this.from} reaches ${this.node.id}`, new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
    }));
    this.socket.on('error', () => {});
    this.socket.on('close', () => { this.cut = true; });
    const joined = new Promise((resolve) => { this.onJoined = resolve; });
    this.socket.on('message', (bytes) => this.#take(JSON.parse(String(bytes))));
    this.socket.send(JSON.stringify({ type: 'join', id: 0, room: this.room, history: 0 }));
    await within(`${this.from} is in ${this.room}`, joined);
  }

  #take(object) {
    const now = performance.now();
    if (object.type === 'joined') return this.onJoined();
    if (object.type === 'message') {
      const [from, sent] = object.text.split(' ');
      if (from !== this.from) this.deliveries.push({ sent: Number(sent), took: now - Number(sent) });
      return;
    }
    const sent = this.pending.get(object.id);
    if (sent === undefined) return;
    this.pending.delete(object.id);
    this.samples.push({ sent, took: now - sent });
    if (object.type === 'error') {
      ++this.refused;
      this.lastRefusal = object.code;
    }
  }

  speak() {
    if (this.cut) return;
    const sent = performance.now();
    this.pending.set(++this.lastId, sent);
    this.socket.send(JSON.stringify({ type: 'send', id: this.lastId, room: this.room, text: `${this.from} ${sent}` }));
  }

  /** The sends since `start`. A send without an answer counts with its age. */
  since(start) {
    const now = performance.now();
    const open = [...this.pending.values()].map((sent) => ({ sent, took: now - sent }));
    return [...this.samples, ...open].filter(({ sent }) => sent >= start);
  }
}

export class Bystanders {
  /** Two clients in each of eight rooms, one a node. Each client has an address of its own. */
  static async enter(nodes) {
    const all = new Bystanders();
    all.nodes = nodes;
    all.people = nodes.map((node, n) => Array.from({ length: ROOMS }, (_, i) => new Bystander(node, `bystanders-${i}`, `127.0.${9 + n}.${i + 1}`)));
    await Promise.all(all.people.flat().map((person) => person.enter()));
    let turn = 0;
    all.timer = setInterval(() => {
      ++turn;
      for (const some of all.people) some[turn % ROOMS].speak();
    }, EVERY);
    all.begin();
    return all;
  }

  /** Starts a new measurement. */
  begin() {
    this.start = performance.now();
    for (const person of this.people.flat()) {
      person.samples = [];
      person.deliveries = [];
      person.refused = 0;
    }
  }

  /** The result for the clients of one node: acknowledgements, and deliveries to the other node, in milliseconds. */
  of(node) {
    const people = this.people[this.nodes.indexOf(node)];
    const others = this.people.filter((some) => some !== people).flat();
    const acks = people.flatMap((person) => person.since(this.start)).map(({ took }) => took).sort((a, b) => a - b);
    const deliveries = others.flatMap((person) => person.deliveries).map(({ took }) => took).sort((a, b) => a - b);
    const refusal = people.find((person) => person.refused > 0);
    return {
      count: acks.length, worst: acks.at(-1) ?? Infinity, p99: acks[Math.ceil(acks.length * 0.99) - 1] ?? Infinity,
      delivered: deliveries.length, deliveryWorst: deliveries.at(-1) ?? Infinity,
      refused: people.reduce((total, person) => total + person.refused, 0), refusal: refusal?.lastRefusal,
      cut: people.filter((person) => person.cut).length,
    };
  }

  /** True if the node acknowledged each send of the last 600 ms within `milliseconds`. */
  areWell(node, milliseconds) {
    const people = this.people[this.nodes.indexOf(node)];
    const recent = people.flatMap((person) => person.since(Math.max(this.start, performance.now() - RECENT)));
    return recent.length >= 3 && recent.every(({ took }) => took <= milliseconds) && people.every((person) => !person.cut);
  }

  leave() {
    clearInterval(this.timer);
    for (const person of this.people.flat()) person.socket.terminate();
  }
}

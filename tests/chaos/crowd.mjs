// The people of the cluster and their talk: each room has two senders, observers, one client of the bare protocol, one of
// SignalR's and one of Socket.IO's. They come from different networks, because ip_hash looks at the first three octets only.
import { HubPerson, ways } from './hub-person.mjs';
import { Person } from './person.mjs';
import { RawPerson } from './raw-person.mjs';
import { SocketPerson, socketWays } from './socketio-person.mjs';
import { TokenPerson } from './token-person.mjs';
import { Random } from './random.mjs';
import { until } from '../e2e/support/until.mjs';

const ROOMS = 20;
const SILENT_ROOMS = 2;          // in which nothing is said unless a fault needs silence
const RAW = 5;
const FORGETFUL = 10;            // one of so many sessions with tokens never refreshes
const TICK = 20;
const WORDS = 'the quick brown fox jumps over the lazy dog while seven wizards box with quartz and jovial sphinxes watch';

export const roomNames = [
  ...Array.from({ length: ROOMS }, (_, i) => `room-${i + 1}`), ...Array.from({ length: SILENT_ROOMS }, (_, i) => `silent-${i + 1}`),
];
export const silentRooms = Array.from({ length: SILENT_ROOMS }, (_, i) => ROOMS + i);

export class Crowd {
  people = [];
  tokenPeople = [];            // they say nothing
  #said = 0;
  #timer = null;

  /** @param {{ clients: number, rate: number, nginx: import('../e2e/support/nginx.mjs').Nginx, history: import('./history.mjs').History, random: import('./random.mjs').Random,
   *   tokens: number, maker: import('../e2e/support/tokens.mjs').TokenMaker, application?: import('./application.mjs').Application, nodes: any[] }} options `tokens`: sessions with tokens, beside the clients */
  constructor({ clients, rate, nginx, history, random, tokens, maker, application, nodes }) {
    const url = nginx.ws;
    this.history = history;
    this.random = random;
    this.rate = rate;
    const library = clients - RAW - ways.length - socketWays.length;
    const member = (room, i) => (2 * room + [0, 1, 7, 18][i]) % library;
    const talks = [];            // [person, room], each pair once
    for (let k = 0; k < library; ++k) {
      const rooms = Array.from({ length: ROOMS }, (_, room) => room).filter((room) => [0, 1, 2, 3].some((i) => member(room, i) === k));
      if (k % 5 === 0) rooms.push(...silentRooms);
      const watches = rooms.find((room) => member(room, 2) === k);
      const person = new Person({ name: `person-${k + 1}`, from: `127.0.${k + 1}.1`, url, history, random, rooms, watches, crowd: this });
      this.people.push(person);
      for (const room of rooms) if (member(room, 0) === k || member(room, 1) === k) talks.push([person, room], [person, room]);
    }
    for (let k = 0; k < RAW; ++k) {
      const rooms = Array.from({ length: ROOMS / RAW }, (_, i) => i * RAW + k);
      const person = new RawPerson({ name: `raw-${k + 1}`, from: `127.0.${100 + k}.1`, url, history, random, rooms });
      this.people.push(person);
      talks.push(...rooms.map((room) => [person, room]));
    }
    for (const [k, way] of ways.entries()) {
      const rooms = Array.from({ length: ROOMS / ways.length }, (_, i) => i * ways.length + k);
      const person = new HubPerson({ name: `hub-${k + 1}`, from: `127.0.${120 + k}.1`, url: `${nginx.http}/chatHub?details=true`, way, history, random, rooms });
      this.people.push(person);
      talks.push(...rooms.map((room) => [person, room]));
    }
    for (const [k, way] of socketWays.entries()) {
      const rooms = Array.from({ length: ROOMS / socketWays.length }, (_, i) => i * socketWays.length + (k + 1) % socketWays.length);
      if (k % 2 === 0) rooms.push(...silentRooms);
      const person = new SocketPerson({ name: `io-${k + 1}`, from: `127.0.${140 + k}.1`, url: nginx.http, way, history, random, rooms });
      this.people.push(person);
      talks.push(...rooms.filter((room) => room < ROOMS).map((room) => [person, room]));
    }
    for (let k = 0; k < tokens; ++k) {
      const from = `127.1.${k % 200}.${1 + Math.floor(k / 200)}`;
      this.tokenPeople.push(new TokenPerson({ name: `user-${k + 1}`, keeps: k % FORGETFUL > 0, from, url, history, random: new Random(random.seed()), maker }));
    }
    this.application = application;
    this.others = application ? [application] : [];
    for (const other of this.others) {
      other.enter({ nodes, history, random: new Random(random.seed()) });
      for (let room = 0; room < ROOMS; ++room) talks.push([other, room]);
    }
    this.talks = random.shuffle(talks);
    this.screens = history.screens.filter(({ room }) => room < ROOMS);
  }

  /** Messages that are not known to be stored. */
  get waiting() { return [...this.people, ...this.others].reduce((sum, { waiting }) => sum + waiting, 0); }
  get library() { return this.people.filter((person) => person instanceof Person); }
  get rosters() { return this.library.flatMap(({ roster }) => roster ?? []); }
  find(id) { return this.people.find((person) => person.id === id); }
  everybodyIsIn(milliseconds = 20_000) { return until('everybody is in all rooms', () => this.people.every((person) => person.joinedAll) && this.tokenPeople.every((person) => person.wasGreeted), milliseconds); }

  /** Whether every screen shows a message sent after `at`; it has then shown all earlier ones. */
  caughtUp(at) { return this.late(at) === undefined; }

  /** A screen that shows no message sent after `at` yet. */
  late(at) { return this.screens.find((screen) => screen.freshest < at); }

  text() {
    const length = this.random.whole(10, WORDS.length);
    return `${++this.#said} ${WORDS.slice(0, length)}`;
  }

  /** All users send in turn, `rate` messages a second in all. */
  talk() {
    let due = 0;
    let turn = 0;
    let before = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      due = Math.min(due + (now - before) / 1000 * this.rate, this.rate / 4);     // after a stall of this process only a part is made up for
      before = now;
      for (; due >= 1; --due) {
        const [person, room] = this.talks[turn++ % this.talks.length];
        person.say(room, this.text());
      }
    }, TICK);
  }

  quiet() { clearInterval(this.#timer); }

  close() {
    this.quiet();
    for (const person of [...this.people, ...this.tokenPeople, ...this.others]) person.close();
  }
}

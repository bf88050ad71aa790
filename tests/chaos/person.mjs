// A person at the project's own page: web/client.js over real sockets, with everything it tells written down.
import { ChatClient } from '../../web/client.js';
import { Random } from './random.mjs';
import { Roster } from './roster.mjs';
import { Tap } from './tap.mjs';

const PATIENCE = 1_000;       // then the user presses "reconnect now"
const MOST_WAITING = 24;      // messages on their way in one client: more would only measure the queue

export class Person {
  node = null;
  /** room → since when it is joined */
  here = new Map();
  refusals = new Map();
  #unstored = new Map();      // the library's key → message

  /** @param {{ name: string, from: string, url: string, history: import('./history.mjs').History, random: import('./random.mjs').Random,
   *   rooms: number[], watches?: number, crowd: import('./crowd.mjs').Crowd }} options rooms by number; `watches`: of which room it follows the list of people */
  constructor({ name, from, url, history, random, rooms, watches, crowd }) {
    this.name = name;
    this.history = history;
    this.random = random;
    this.index = history.person(name);
    this.tap = new Tap(from, history, new Random(random.seed()));
    this.screens = new Map(rooms.map((room) => [history.rooms[room], history.screen(this.index, room)]));
    this.roster = watches === undefined ? null : new Roster(this, watches, crowd);
    this.chat = new ChatClient({
      url, name, identitySecret: random.hex(32),
      env: {
        WebSocket: this.tap.WebSocket, now: Date.now, random: () => random.next(), newId: () => random.hex(32),
        setTimeout: (run, ms) => setTimeout(run, ms), clearTimeout: (timer) => clearTimeout(timer),
      },
    });
    this.chat.subscribe((event) => this.#told(event));
    for (const room of rooms) this.chat.join(history.rooms[room]);
    this.chat.connect();
  }

  get waiting() { return this.#unstored.size; }
  get joinedAll() { return this.here.size === this.screens.size; }
  get id() { return this.history.people[this.index].id; }

  /** Says something, unless too much waits already. */
  say(room, text) {
    const name = this.history.rooms[room];
    if (this.waiting >= MOST_WAITING || !this.id) return;
    this.history.invoke(this.index, room, text);
    this.chat.send(name, text);
  }

  #told(event) {
    const screen = this.screens.get(event.room ?? event.message?.room);
    switch (event.type) {
      case 'state':
        this.here.clear();
        this.state = event;
        if (event.state === 'waiting' && event.retryAt - Date.now() > PATIENCE) this.#loseHeart(event);
        return;
      case 'welcome':
        this.node = event.node;
        this.history.people[this.index].id = event.user.id;
        return;
      case 'joined':
        if (event.fresh) screen.begin(event.messages.length > 0 ? event.messages[0].offset - 1 : event.offset, event.lost);
        for (const message of event.messages) screen.show(message);
        if (!this.here.has(event.room)) this.here.set(event.room, performance.now());
        this.roster?.joined(event.room);
        return;
      case 'message': return screen.show(event.message);
      case 'rewound': return screen.rewound(event.to);
      case 'reset': return screen.reset(event.reason);
      case 'presence': return this.roster?.changed(event);
      case 'entry': return this.#entry(event.entry);
      case 'sent':
        this.history.settle(this.#unstored.get(event.key));
        this.#unstored.delete(event.key);
        return;
      case 'refused':
        this.refusals.set(event.code, (this.refusals.get(event.code) ?? 0) + 1);
    }
  }

  /** Comes at first, at each change, and when a stored message is unsent again because the log lost it. */
  #entry({ key, text, state, code }) {
    this.#unstored.set(key, this.history.messageOf(text));
    if (state === 'failed') this.history.complain(`${this.name} cannot send "${text}": ${code}`);
  }

  /** The library waits ever longer from one loss to the next; people press the button. */
  #loseHeart(state) {
    setTimeout(() => { if (this.state === state) this.chat.connect(); }, this.random.between(PATIENCE / 2, PATIENCE));
  }

  close() { this.chat.close(); }
}

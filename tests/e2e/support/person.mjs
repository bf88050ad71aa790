import { randomBytes } from 'node:crypto';
import WebSocket from 'ws';
import { ChatClient } from '../../../web/client.js';
import { until } from './until.mjs';

/** A user of the page's own client (web/client.js) over real sockets: it reconnects, resumes and repeats by itself. */
export class Person {
  /** The messages on the screen, in order. */ screen = [];
  /** Every event of the client. */ events = [];
  /** All texts said, in order. */ said = [];
  /** Texts the server has acknowledged, by the bytes on the wire. */ acked = [];
  #unstored = new Set();
  #underWay = new Map();

  /** @param {{ url: string | (() => string), room: string, name: string }} options `url` is asked before each attempt to connect */
  constructor({ url, room, name }) {
    Object.assign(this, { room, name });
    this.chat = new ChatClient({
      url, name, identitySecret: randomId(),
      env: { WebSocket: this.#tapped(), now: Date.now, random: Math.random, newId: randomId, setTimeout, clearTimeout },
    });
    this.chat.subscribe((event) => { this.events.push(event); this.#told(event); });
    this.chat.join(room);
    this.chat.connect();
  }

  static async enters(options) {
    const person = new Person(options);
    await until(`${person.name} is in ${person.room}`, () => person.told('joined').length > 0);
    return person;
  }

  /** Sends `count` more texts, as fast as they are accepted. */
  say(count = 1) {
    for (let i = 0; i < count; ++i) {
      const text = `${this.name} ${this.said.length + 1}.`;
      this.said.push(text);
      this.chat.send(this.room, text);
    }
    return this.said.at(-1);
  }

  /** Until all sent messages are stored, as far as the client knows. */
  settled(milliseconds) { return until(`all of ${this.name} is stored`, () => this.#unstored.size === 0, milliseconds); }
  sees(text, milliseconds) { return until(`${this.name} sees "${text}"`, () => this.screen.some((message) => message.text === text), milliseconds); }
  /** All events of one type. */
  told(type) { return this.events.filter((event) => event.type === type); }
  close() { this.chat.close(); }

  #told(event) {
    switch (event.type) {
      case 'joined': this.screen = [...(event.fresh ? [] : this.screen), ...event.messages]; break;
      case 'message': this.screen.push(event.message); break;
      case 'rewound': this.screen = this.screen.filter(({ offset }) => offset <= event.to); break;
      case 'reset': this.screen = []; break;
      case 'entry': this.#unstored.add(event.entry.key); break;
      case 'sent': this.#unstored.delete(event.key);
    }
  }

  /** A WebSocket as a browser has it that reports acknowledgements. */
  #tapped() {
    const underWay = this.#underWay;
    const { acked } = this;
    return class extends WebSocket {
      constructor(url, protocol) {
        super(url, protocol, { perMessageDeflate: false });
        this.on('error', () => {});                          // told by `close`
        this.on('message', (bytes) => {
          const { type, id } = JSON.parse(String(bytes));
          if (type === 'ack') acked.push(underWay.get(id));
        });
      }

      send(text) {
        const { type, id, text: said } = JSON.parse(text);
        if (type === 'send') underWay.set(id, said);
        super.send(text);
      }
    };
  }
}

function randomId() { return randomBytes(16).toString('hex'); }

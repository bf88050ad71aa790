// The actions and the screens of all clients, in memory: the only input of the checker. Times are milliseconds of performance.now().

/** One client's screen of one room: the messages in the order they came, and the notices in between. */
export class Screen {
  offsets = [];
  epochs = [];
  messages = [];
  /** `index`: before which message of this screen it came. */
  marks = [];
  /** Before which messages the client came back and was told that it is recovered. */
  recoveries = [];
  /** When the latest message it shows was sent. */
  freshest = -Infinity;

  constructor(history, client, room) {
    this.history = history;
    this.client = client;
    this.room = room;
  }

  /** Its place in the log. A message of an earlier life of the log is no place in it. */
  get last() {
    let last = this.offsets.at(-1) ?? 0;
    for (const { index, type, base, to } of this.marks) {
      if (index === this.offsets.length) last = type === 'begin' ? base : type === 'reset' ? 0 : Math.min(last, to);
    }
    return last;
  }

  /** @param {{ text: string, epoch: string, offset: number, from: { id: string } }} told */
  show(told) {
    const { history } = this;
    const message = history.identify(told, this.room, this.client);
    this.offsets.push(told.offset);
    this.epochs.push(history.epochNumber(told.epoch));
    this.messages.push(message);
    if (message < 0) return;
    const { at } = history.sends[message];
    if (at > this.freshest) this.freshest = at;
    history.onShown(at);
  }

  /** The log lost the messages above `to`. */
  rewound(to) { this.#mark({ type: 'rewound', to }); }

  /** The server says: start again. */
  reset(reason) { this.#mark({ type: 'reset', reason }); }

  /** The server says: the client goes on where it was. */
  recovered() { this.recoveries.push(this.offsets.length); }

  /** The screen begins anew behind `base`. @param {boolean} lost there was something on it that is not continued */
  begin(base, lost) { this.#mark({ type: 'begin', base, lost }); }

  #mark(mark) { this.marks.push({ index: this.offsets.length, at: this.history.now(), ...mark }); }
}

export class History {
  sends = [];        // the place of a message in it is its number everywhere else
  acks = [];         // from the wire: message, epoch, offset, at
  settled = [];      // reports of a client library to its user: message, at
  inventions = [];   // shown or stored, but never said, or not by this author or not here
  screens = [];
  lives = [];        // the logs of all rooms at each wipe and at the end: { at, logs }
  faults = [];       // { name, kind, start, end, recovery, mayRewind, mayReset, hides, drains }
  presence = { left: [], ghosts: [], lists: [] };
  returns = [];      // of clients that the server recovers, if it can: client, at, recovered
  tokens = [];       // sessions with tokens: { person, keeps, offered, grants, asked, served, ended }, see token-person.mjs
  complaints = [];   // faults that other watchers found: crashes, leaks, a recovery that did not come
  people = [];       // name and user id of each client
  stored = new Set();   // messages of which their sender knows that they are stored
  onShown = () => {};
  onComplaint = () => {};
  #byText = new Map();
  #epochs = new Map();

  /** @param {string[]} rooms their names; elsewhere a room is its place in this list */
  constructor(rooms, now = () => performance.now()) {
    this.rooms = rooms;
    this.now = now;
  }

  person(name) { return this.people.push({ name, id: null }) - 1; }

  screen(client, room) {
    const screen = new Screen(this, client, room);
    this.screens.push(screen);
    return screen;
  }

  /** A client sends a message: its text must differ from every other. */
  invoke(client, room, text) {
    this.#byText.set(text, this.sends.length);
    return this.sends.push({ client, room, text, at: this.now() }) - 1;
  }

  returned(client, recovered) { this.returns.push({ client, at: this.now(), recovered }); }

  messageOf(text) { return this.#byText.get(text); }

  complain(sentence) {
    this.complaints.push(sentence);
    this.onComplaint(sentence);
  }

  acked(message, epoch, offset) {
    this.acks.push({ message, epoch: this.epochNumber(epoch), offset, at: this.now() });
    this.stored.add(message);
  }

  settle(message) {
    this.settled.push({ message, at: this.now() });
    this.stored.add(message);
  }

  epochNumber(epoch) {
    let number = this.#epochs.get(epoch);
    if (number === undefined) this.#epochs.set(epoch, number = this.#epochs.size);
    return number;
  }

  /** The number of a shown message, or -1 if no client sent it here. `where` is a client, or a word for a log. */
  identify({ text, offset, from }, room, where) {
    const message = this.#byText.get(text) ?? -1;
    const send = this.sends[message];
    if (send && send.room === room && from.id === this.people[send.client].id) return message;
    this.inventions.push({ room, offset, text, author: from.id, where });
    return -1;
  }

  /** The logs as they were when the store was emptied, or at the end. */
  life(logs, at = this.now()) {
    this.lives.push({
      at,
      logs: logs.map((log, room) => log.map((entry) => ({ offset: entry.offset, sender: entry.seq && (entry.sender ?? entry.from.id), seq: entry.seq, message: this.identify(entry, room, 'log') }))),
    });
  }

  /** For a reader with `jq`: one fact a line. */
  * lines() {
    const say = (type, fact) => JSON.stringify({ type, ...fact });
    yield say('rooms', { rooms: this.rooms, people: this.people, epochs: [...this.#epochs.keys()] });
    for (const fault of this.faults) yield say('fault', fault);
    for (const session of this.tokens) yield say('token', session);
    for (const [message, send] of this.sends.entries()) yield say('send', { message, ...send });
    for (const ack of this.acks) yield say('ack', ack);
    for (const one of this.settled) yield say('settled', one);
    for (const one of this.inventions) yield say('invention', one);
    for (const one of this.returns) yield say('return', one);
    for (const { client, room, offsets, epochs, messages, marks, recoveries } of this.screens) yield say('screen', { client, room, offsets, epochs, messages, marks, recoveries });
    for (const life of this.lives) yield say('life', life);
    yield say('presence', this.presence);
    for (const complaint of this.complaints) yield say('complaint', { complaint });
  }
}

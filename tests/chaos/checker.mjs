// Judges a history, in time linear in its length. Pure: no clock, no file, no network. The numbers are those of the
// invariants in README.md.
import { checkPresence } from './presence-check.mjs';
import { checkScreens } from './screen-check.mjs';
import { checkTokens } from './token-check.mjs';

const MOST_TOLD = 20;
const ENOUGH_RETURNS = 20;        // of which one at least is a recovery

/** Violations by kind. The first few of each kind are kept as sentences, all are counted. */
export class Verdict {
  counts = { lost: 0, duplicated: 0, reordered: 0, phantom: 0, silentGaps: 0, dropped: 0, kept: 0, other: 0 };
  sentences = [];
  /** Names of clients whose screens show violations. */
  seenBy = new Set();
  #seen = new Set();

  /** @param {string} [once] counted once under this name, however often it is found */
  add(kind, invariant, sentence, once = sentence) {
    const key = `${kind}:${once}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const [, client] = /^(\S+) \(client \d+\)/.exec(sentence) ?? [];
    if (client) this.seenBy.add(client);
    if (++this.counts[kind] <= MOST_TOLD) this.sentences.push(`[${invariant}] ${kind === 'silentGaps' ? 'silent-gaps' : kind}: ${sentence}`);
  }

  get passed() { return Object.values(this.counts).every((count) => count === 0); }
}

/** @param {import('./history.mjs').History} history @returns {Verdict} */
export function check(history) {
  const verdict = new Verdict();
  const index = indexLogs(history, verdict);
  checkInventions(history, verdict);
  checkAcks(history, index, verdict);
  checkAgreement(history, verdict);
  checkScreens(history, index, verdict);
  checkPresence(history, verdict);
  checkTokens(history, verdict);
  checkReturns(history, verdict);
  for (const complaint of history.complaints) verdict.add('other', 10, complaint);
  return verdict;
}

/** Recoveries are judged on the screens; a run without one shows nothing about them (14). */
function checkReturns({ returns }, verdict) {
  if (returns.length >= ENOUGH_RETURNS && !returns.some(({ recovered }) => recovered)) verdict.add('other', 14, `of ${returns.length} returns none was recovered`);
}

/** Messages that no client has sent, or not by this author, or not in this room (5). */
function checkInventions({ inventions, rooms }, verdict) {
  for (const { room, offset, text, author, where } of inventions) {
    verdict.add('phantom', 5, `${rooms[room]} ${offset}: "${text}" by ${author} (${where === 'log' ? 'in the log' : `shown to client ${where}`})`, `${room} ${text}`);
  }
}

/**
 * For each life and room, offset → message and message → offset, and the faults of a log by itself: holes (3), the
 * same message twice (2, 8), a sender whose numbers or words do not rise (4).
 */
function indexLogs({ lives, rooms, sends, people }, verdict) {
  return lives.map(({ logs }) => logs.map((log, room) => {
    const name = rooms[room];
    const offsetOf = new Map();
    const lastSeq = new Map();
    const lastSaid = new Map();
    const first = log[0]?.offset ?? 1;
    log.forEach(({ offset, sender, seq, message }, i) => {
      if (offset !== first + i) verdict.add('reordered', 3, `${name}: the log goes from ${log[i - 1].offset} to ${offset}`);
      if (message < 0) return;
      if (offsetOf.has(message)) verdict.add('duplicated', 2, `${name}: "${sends[message].text}" is in the log at ${offsetOf.get(message)} and at ${offset}`, message);
      offsetOf.set(message, offset);
      if (seq !== undefined) {
        if (seq <= (lastSeq.get(sender) ?? 0)) verdict.add('reordered', 4, `${name} ${offset}: sender ${sender} has seq ${seq} after ${lastSeq.get(sender)}`);
        lastSeq.set(sender, seq);
      }
      // A client with a new producer is another sender: messages of the old one that a node appends again may stand behind.
      const { client, text } = sends[message];
      if (people[client].unordered) return;
      const who = sender ?? client;
      const before = lastSaid.get(who) ?? -1;
      if (message < before) verdict.add('reordered', 4, `${name} ${offset}: "${text}" was said before "${sends[before].text}" and is stored behind it`);
      lastSaid.set(who, Math.max(message, before));
    });
    return { first, top: log.at(-1)?.offset ?? 0, offsetOf, messageAt: (offset) => log[offset - first]?.message };
  }));
}

/** An acknowledged message is in the log, or was there when the store was emptied and all clients were told (1); at the offset of the ack (7). */
function checkAcks(history, index, verdict) {
  const { acks, settled, sends, rooms } = history;
  const isTrimmed = (room) => index.at(-1)[room].first > 1;
  const shown = new Set(history.screens.filter(({ room }) => isTrimmed(room)).flatMap((screen) => screen.messages));
  const announced = resetsAfterWipes(history, index);
  const rewinds = rooms.map(() => Infinity);
  for (const { room, marks } of history.screens) for (const { type, to } of marks) if (type === 'rewound') rewinds[room] = Math.min(rewinds[room], to);

  const keeps = (message) => {
    const { room } = sends[message];
    const life = index.findLastIndex((logs) => logs[room].offsetOf.has(message));
    if (life === index.length - 1) return true;
    if (life >= 0) return announced[life][room];
    return isTrimmed(room) && shown.has(message);
  };
  for (const { message } of [...acks, ...settled]) {
    const { room, text } = sends[message];
    if (!keeps(message)) verdict.add('lost', 1, `${rooms[room]}: "${text}" was acknowledged and is gone`, message);
  }
  // The store died with the ack just out and the message not yet: it may come back elsewhere, and there is nothing to rewind.
  const diedWithIt = ({ message, offset, at }) => history.faults.some(({ mayRewind, start, end }) => mayRewind && start <= at && at <= end)
    && !history.screens.some((screen) => screen.messages.some((shownThere, i) => shownThere === message && screen.offsets[i] === offset));
  for (const ack of acks) {
    const { message, offset } = ack;
    if (offset === 0) continue;                                         // a repetition of which the place is forgotten
    const { room, text } = sends[message];
    const isThere = index.some((logs) => logs[room].messageAt(offset) === message || offset < logs[room].first);
    if (!isThere && rewinds[room] >= offset && !diedWithIt(ack)) verdict.add('other', 7, `${rooms[room]}: the ack of "${text}" says ${offset}, where it is not, and no rewind was announced`);
  }
}

/** For each wipe and room: whether every screen on which there was something was told to start again afterwards. */
function resetsAfterWipes({ lives, rooms, screens }, index) {
  return lives.map(({ at }, life) => {
    const announced = rooms.map(() => true);
    const isLater = (message, room) => index.slice(life + 1).some((logs) => logs[room].offsetOf.has(message));
    for (const { room, marks, messages } of screens) {
      if (marks.some((mark) => mark.type === 'reset' && mark.at >= at)) continue;
      const first = messages[marks.findLast(({ type }) => type !== 'rewound')?.index ?? 0];
      if (first !== undefined && !isLater(first, room)) announced[room] = false;
    }
    return announced;
  });
}

/** An (epoch, offset) never names two messages, at any client and time (6). */
function checkAgreement({ screens, acks, sends, rooms }, verdict) {
  const named = rooms.map(() => new Map());
  const agree = (room, epoch, offset, message) => {
    let offsets = named[room].get(epoch);
    if (!offsets) named[room].set(epoch, offsets = []);
    offsets[offset] ??= message;
    if (offsets[offset] !== message) {
      verdict.add('reordered', 6, `${rooms[room]}: offset ${offset} of one epoch is both "${sends[offsets[offset]].text}" and "${sends[message].text}"`);
    }
  };
  for (const { room, offsets, epochs, messages } of screens) {
    for (let i = 0; i < offsets.length; ++i) if (messages[i] >= 0) agree(room, epochs[i], offsets[i], messages[i]);
  }
  for (const { message, epoch, offset } of acks) if (offset > 0) agree(sends[message].room, epoch, offset, message);
}

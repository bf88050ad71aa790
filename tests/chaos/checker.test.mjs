// The checker is checked: a history without a fault passes, and each single thing planted in it is found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './checker.mjs';
import { History } from './history.mjs';

const ROOMS = ['kitchen', 'garden'];

/** Three users in two rooms; each sends five messages in each room, all are stored, acknowledged and shown. */
class Tale {
  clock = 0;
  epoch = 'first';
  logs = ROOMS.map(() => []);

  constructor() {
    this.history = new History(ROOMS, () => ++this.clock);
    this.people = ['ana', 'bia', 'leo'].map((name) => {
      const index = this.history.person(name);
      this.history.people[index].id = `id of ${name}`;
      return { index, id: `id of ${name}`, n: ROOMS.map(() => 0), screens: ROOMS.map((_, room) => this.history.screen(index, room)) };
    });
  }

  say(person, room, text) {
    this.history.invoke(person.index, room, text);
    return { room, text, from: { id: person.id }, sender: `sender ${person.index}`, seq: ++person.n[room] };
  }

  store(said) {
    const stored = { ...said, epoch: this.epoch, offset: this.logs[said.room].length + 1 };
    this.logs[said.room].push(stored);
    return stored;
  }

  ack({ text, epoch, offset }) { this.history.acked(this.history.messageOf(text), epoch, offset); }
  show(stored, people = this.people) { for (const { screens } of people) screens[stored.room].show(stored); }

  tell(person, room, text) {
    const stored = this.store(this.say(person, room, text));
    this.ack(stored);
    this.show(stored);
    return stored;
  }

  talk(word = 'hello') {
    for (let i = 1; i <= 5; ++i) for (const person of this.people) ROOMS.forEach((_, room) => this.tell(person, room, `${word} ${i} from ${person.id} in ${room}`));
    return this;
  }

  fault(more) { this.history.faults.push({ name: 'planted', kind: 'planted', start: this.clock, end: this.clock, ...more }); }

  wipe() {
    this.fault({ mayReset: true });
    this.history.life(this.logs);
    this.logs = ROOMS.map(() => []);
    this.epoch = 'second';
  }

  verdict() {
    this.history.life(this.logs);
    return check(this.history);
  }
}

const tale = () => new Tale().talk();

function assertFinds(told, kind, invariant) {
  const { counts, sentences } = told.verdict();
  assert.ok(counts[kind] > 0, `no ${kind} in ${JSON.stringify(counts)}: ${sentences.join('; ')}`);
  assert.ok(sentences.some((sentence) => sentence.startsWith(`[${invariant}]`)), `invariant ${invariant} in ${sentences.join('; ')}`);
}

function assertPasses(told) {
  const { sentences } = told.verdict();
  assert.deepEqual(sentences, []);
}

test('a history in which nothing goes wrong passes', () => assertPasses(tale()));

test('what a node brings back of an earlier producer may stand behind what its successor has said', () => {
  const told = tale();
  const [ana] = told.people;
  const [kept, late] = ['kept', 'late'].map((text) => told.say(ana, 0, text));
  const first = told.store(kept);
  const next = told.store({ ...told.say(ana, 0, 'from the next producer'), sender: 'sender 0 again', seq: 1 });
  const back = told.store(late);
  for (const stored of [first, next, back]) { told.ack(stored); told.show(stored); }
  assertPasses(told);
});

test('but what one producer said in another order is reordered', () => {
  const told = tale();
  const [ana] = told.people;
  const [early, late] = ['early', 'late'].map((text) => told.say(ana, 0, text));
  for (const said of [{ ...late, seq: early.seq }, { ...early, seq: late.seq }]) {
    const stored = told.store(said);
    told.ack(stored);
    told.show(stored);
  }
  assertFinds(told, 'reordered', 4);
});

test('a message that was acknowledged and is not in the log is lost', () => {
  const told = tale();
  const said = told.say(told.people[0], 0, 'lost');
  told.ack({ ...said, epoch: 'first', offset: 16 });
  assertFinds(told, 'lost', 1);
});

test('a message of which only the library said that it is stored is lost in the same way', () => {
  const told = tale();
  told.say(told.people[0], 0, 'lost');
  told.history.settle(told.history.messageOf('lost'));
  assertFinds(told, 'lost', 1);
});

test('a stored message that one screen never shows is lost', () => {
  const told = tale();
  const stored = told.store(told.say(told.people[0], 0, 'not for leo'));
  told.ack(stored);
  told.show(stored, told.people.slice(0, 2));
  assertFinds(told, 'lost', 1);
});

test('a message twice in the log is a duplicate', () => {
  const told = tale();
  const said = told.say(told.people[0], 0, 'again');
  told.show(told.store(said));
  told.show(told.store({ ...said, seq: said.seq + 1 }));
  assertFinds(told, 'duplicated', 2);
});

test('a message twice on one screen is a duplicate', () => {
  const told = tale();
  told.show(told.tell(told.people[0], 0, 'again'), [told.people[1]]);
  assertFinds(told, 'duplicated', 2);
});

test('two messages in another order than the log are out of order', () => {
  const told = tale();
  const [one, two] = ['one', 'two'].map((text) => told.store(told.say(told.people[0], 0, text)));
  told.show(one, told.people.slice(0, 2));
  told.show(two);
  told.show(one, [told.people[2]]);
  assertFinds(told, 'reordered', 3);
});

test('a screen that swaps two messages and their offsets too is out of order', () => {
  const told = tale();
  const [one, two] = ['one', 'two'].map((text) => told.store(told.say(told.people[0], 0, text)));
  told.show(one, told.people.slice(0, 2));
  told.show(two, told.people.slice(0, 2));
  told.show({ ...two, offset: one.offset }, [told.people[2]]);
  told.show({ ...one, offset: two.offset }, [told.people[2]]);
  assertFinds(told, 'reordered', 6);
});

test('a sender whose words are stored in another order than it said them is out of order', () => {
  const told = tale();
  const [one, two] = ['one', 'two'].map((text) => told.say(told.people[0], 0, text));
  for (const said of [two, one]) told.show(told.store(said));
  assertFinds(told, 'reordered', 4);
});

test('a message nobody said is a phantom', () => {
  const told = tale();
  told.show(told.store({ room: 0, text: 'boo', from: { id: told.people[0].id }, sender: 'sender 0', seq: 6 }));
  assertFinds(told, 'phantom', 5);
});

test('a message by another author, or in another room, is a phantom', () => {
  for (const change of [{ from: { id: 'id of leo' } }, { room: 1 }]) {
    const told = tale();
    told.show(told.store({ ...told.say(told.people[0], 0, 'mine'), ...change }));
    assertFinds(told, 'phantom', 5);
  }
});

test('an ack that names the place of another message is false', () => {
  const told = tale();
  const stored = told.store(told.say(told.people[0], 0, 'here'));
  told.show(stored);
  told.ack({ ...stored, epoch: 'other', offset: stored.offset - 3 });
  assertFinds(told, 'other', 7);
});

test('but nobody need be told of a place that the store took with it before anybody saw it', () => {
  for (const isSeen of [false, true]) {
    const told = tale();
    const said = told.say(told.people[0], 0, 'at the last moment');
    const gone = { ...said, epoch: 'first', offset: 16 };
    told.fault({ mayRewind: true, end: told.clock + 100 });
    told.ack(gone);
    if (isSeen) told.show(gone);
    const [other, back] = [told.say(told.people[1], 0, 'sooner'), said].map((one) => ({ ...told.store(one), epoch: 'second' }));
    for (const stored of [other, back]) { told.ack(stored); if (!isSeen) told.show(stored); }
    if (isSeen) assertFinds(told, 'other', 7);
    else assertPasses(told);
  }
});

test('an offset of one epoch that names two messages is a disagreement, although both were taken back', () => {
  const told = tale();
  told.fault({ mayRewind: true });
  for (const [text, people] of [['one', told.people.slice(0, 1)], ['two', told.people.slice(1)]]) {
    told.show({ ...told.say(told.people[0], 0, text), epoch: 'first', offset: 16 }, people);
  }
  for (const { screens } of told.people) screens[0].rewound(15);
  assertFinds(told, 'reordered', 6);
});

test('a hole on a screen is a silent gap', () => {
  const told = tale();
  told.show(told.store(told.say(told.people[0], 0, 'skipped')), told.people.slice(0, 2));
  told.tell(told.people[0], 0, 'after it');
  assertFinds(told, 'silentGaps', 3);
});

test('a screen that starts over without a word is a silent gap', () => {
  const told = tale();
  told.people[2].screens[0].begin(15, true);
  assertFinds(told, 'silentGaps', 9);
});

for (const [what, kind, shown] of [
  ['misses a message', 'silentGaps', (told, [, two]) => told.show(two, [told.people[2]])],
  ['shows a message again', 'duplicated', (told, [one]) => { told.show(one, [told.people[2]]); told.show(one, [told.people[2]]); }],
]) test(`a client that was recovered and ${what} breaks the promise of recovery`, () => {
  const told = tale();
  const said = ['one', 'two'].map((text) => told.store(told.say(told.people[0], 0, text)));
  for (const one of said) told.show(one, told.people.slice(0, 2));
  told.people[2].screens[0].recovered();
  shown(told, said);
  assertFinds(told, kind, 14);
});

test('the clients whose screens show a violation are named', () => {
  const told = tale();
  const stored = told.store(told.say(told.people[0], 0, 'not for leo'));
  told.show(stored, told.people.slice(0, 2));
  assert.deepEqual([...told.verdict().seenBy], ['leo']);
});

test('a client that was recovered and goes on where it was passes', () => {
  const told = tale();
  const [one, two] = ['one', 'two'].map((text) => told.store(told.say(told.people[0], 0, text)));
  told.show(one);
  told.people[2].screens[0].recovered();
  told.show(two);
  assertPasses(told);
});

test('clients that came back again and again and were never recovered prove nothing', () => {
  const told = tale();
  for (let i = 0; i < 20; ++i) told.history.returned(2, false);
  assertFinds(told, 'other', 14);
  const recovered = tale();
  for (let i = 0; i < 20; ++i) recovered.history.returned(2, i === 7);
  assertPasses(recovered);
});

test('a reset after no wipe, and a rewind after no loss, are violations', () => {
  const reset = tale();
  reset.people[0].screens[0].reset('wiped');
  reset.people[0].screens[0].begin(15, false);
  assertFinds(reset, 'other', 9);
  const rewound = tale();
  rewound.people[0].screens[0].rewound(15);
  assertFinds(rewound, 'other', 9);
});

test('what was acknowledged, lost with the tail and never repaired is lost, although the rewind was announced', () => {
  const told = tale();
  const [one, two] = ['one', 'two'].map((text) => told.store(told.say(told.people[0], 0, text)));
  for (const stored of [one, two]) { told.ack(stored); told.show(stored); }
  told.fault({ mayRewind: true });
  told.logs[0].length = 15;
  told.epoch = 'second';
  for (const { screens } of told.people) screens[0].rewound(15);
  const stored = told.store({ room: 0, text: 'two', from: one.from, sender: 'sender 9', seq: 1 });
  told.show(stored);
  assertFinds(told, 'lost', 1);
});

test('what was repaired after a rewind passes', () => {
  const told = tale();
  const lost = told.tell(told.people[0], 0, 'saved');
  told.fault({ mayRewind: true });
  told.logs[0].length = 15;
  told.epoch = 'second';
  for (const { screens } of told.people) screens[0].rewound(15);
  told.tell(told.people[1], 0, 'meanwhile');
  told.show(told.store(lost));
  assertPasses(told);
});

test('a wipe that everybody is told of passes, and one that somebody is not told of loses what was there', () => {
  const told = tale();
  told.wipe();
  for (const { screens } of told.people) for (const screen of screens) { screen.reset('wiped'); screen.begin(0, false); }
  assertPasses(told.talk('anew'));

  const untold = tale();
  untold.wipe();
  for (const { screens } of untold.people.slice(1)) for (const screen of screens) { screen.reset('wiped'); screen.begin(0, false); }
  assertFinds(untold, 'lost', 1);
});

test('a message that is appended again after each of two wipes, at the same place, does not make one life of both', () => {
  const told = new Tale();
  const [ana, bia] = told.people;
  const again = told.say(bia, 0, 'again');
  const begin = (epoch) => {
    told.wipe();
    told.epoch = epoch;
    for (const { screens } of told.people) for (const screen of screens) { screen.reset('wiped'); screen.begin(0, false); }
  };
  for (const [epoch, word] of [['first', 'one'], ['second', 'two']]) {
    if (epoch === 'second') begin(epoch);
    told.tell(ana, 0, word);
    told.show(told.store(again));
  }
  begin('third');
  assertPasses(told.talk());
});

test('a wipe need not be told to a screen on which there was nothing', () => {
  const told = new Tale();
  told.ack(told.store(told.say(told.people[0], 0, 'never shown')));
  told.wipe();
  assertPasses(told.talk('anew'));
});

test('people of a dead node who are seen for more than 8 s are a violation, and so is a living one seen leaving', () => {
  const late = tale();
  late.history.presence.ghosts.push({ watcher: 0, room: 0, diedAt: 0, goneAt: 8100 });
  assertFinds(late, 'other', 11);
  const timely = tale();
  timely.history.presence.ghosts.push({ watcher: 0, room: 0, diedAt: 0, goneAt: 7900 });
  assertPasses(timely);
  const flap = tale();
  flap.history.presence.left.push({ at: 5, room: 0, client: 1, watcher: 0, hereFor: 20_000 });
  assertFinds(flap, 'other', 11);
});

test('a list of people that is wrong in the end is a violation', () => {
  const told = tale();
  told.history.presence.lists.push({ watcher: 0, room: 0, missing: ['id of leo'], extra: [] });
  assertFinds(told, 'other', 11);
});

/** A session of a token that was accepted at 0 and ends at 20 s: the grace is over at 45 s. */
const session = (more) => ({ person: 'user-1', keeps: true, offered: 20_000, grants: [{ at: 0, expires: 20_000 }], asked: [], served: [], ended: null, ...more });
const withSessions = (...sessions) => {
  const told = tale();
  told.history.tokens.push(session({ keeps: false, ended: { code: 4501, at: 45_000 } }), ...sessions);
  return told;
};

for (const [what, more] of [
  ['is refreshed in time', { asked: [15_000], grants: [{ at: 0, expires: 20_000 }, { at: 15_010, expires: 35_000 }], ended: { code: 1006, at: 46_000 } }],
  ['asks too late for a refresh and is closed after the grace', { asked: [44_000], ended: { code: 4501, at: 45_000 } }],
  ['connects again when its token has ended and is refused', { grants: [], offered: 20_000, ended: { code: 4500, at: 51_000 } }],
  ['is answered once after the grace by a node that was stopped', { keeps: false, served: [47_500] }],
]) test(`a session that ${what} is as promised`, () => assert.deepEqual(withSessions(session(more)).verdict().sentences, []));

for (const [what, kind, more] of [
  ['is closed before the end of the grace', 'dropped', { ended: { code: 4501, at: 44_000 } }],
  ['is refreshed and closed at the end of its first token', 'dropped', { asked: [15_000], grants: [{ at: 0, expires: 20_000 }, { at: 15_010, expires: 35_000 }], ended: { code: 4501, at: 45_000 } }],
  ['is refused with a good token', 'dropped', { grants: [], ended: { code: 4500, at: 10 } }],
  ['asks in time for a refresh and gets none', 'dropped', { asked: [15_000], ended: { code: 4501, at: 45_000 } }],
  ['is served after the grace', 'kept', { keeps: false, served: [47_500, 48_500] }],
]) test(`a session that ${what} is a violation`, () => assertFinds(withSessions(session(more)), kind, 13));

test('a fault that lasts as long as the grace excuses a refresh without an answer', () => {
  const told = withSessions(session({ asked: [15_000], ended: { code: 4501, at: 45_000 } }));
  told.history.faults.push({ name: 'planted', kind: 'planted', start: 14_000, end: 44_000 });
  assert.deepEqual(told.verdict().sentences, []);
});

test('sessions of which none was ended by its token prove nothing', () => {
  const told = tale();
  told.history.tokens.push(session());
  assertFinds(told, 'other', 13);
});

test('whatever other watchers complain of fails the history', () => {
  const told = tale();
  told.history.complaints.push('chat-1 ended with SIGSEGV');
  assertFinds(told, 'other', 10);
});

test('a screen is where it has come to in the log of now', () => {
  const tale = new Tale().talk();
  const [ana] = tale.people;
  const screen = ana.screens[0];
  assert.equal(screen.last, 15);
  screen.rewound(12);
  assert.equal(screen.last, 12);
  tale.wipe();
  screen.reset('wiped');
  assert.equal(screen.last, 0);
  screen.begin(0, true);
  assert.equal(screen.last, 0);
  tale.tell(ana, 0, 'first of the second life');
  assert.equal(screen.last, 1);
});

// Faults between clients and NGINX.

const tear = (name, how, expected) => ({
  name, kind: `client cut ${how}`, lasts: [300, 800], expected,
  start({ crowd }, random) { for (const person of random.sample(crowd.people, random.whole(3, 8))) person.tap.tearNext(how); },
  stop({ crowd }) { for (const person of crowd.people) person.tap.tearNext(null); },
});

export const clientFaults = [
  tear('cut-after-send', 'after the send', 'whether it was stored nobody knows: sent again, one copy'),
  tear('cut-within-send', 'within the send', 'half a frame: not stored, sent again'),
  {
    name: 'cut-clients', kind: 'clients cut', lasts: [0, 300], expected: 'back at once, by cursor, twice in a row',
    start({ crowd }, random) {
      const some = random.sample(crowd.people, random.whole(5, 15));
      for (const person of some) person.tap.cut();
      return some;
    },
    stop(_, some) { for (const person of some) person.tap.cut(); },
  },
  {
    name: 'slow-clients', kind: 'slow clients', lasts: [1000, 4000], expected: 'late themselves, nobody else is; complete in the end',
    start: ({ crowd }, random) => random.sample(crowd.people, random.whole(1, 4)).map((person) => person.tap.stopReading()),
    stop(_, goOn) { for (const one of goOn) one(); },
  },
];

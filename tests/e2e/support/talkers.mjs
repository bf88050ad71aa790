import assert from 'node:assert/strict';
import { assertContiguous, conversation } from './people.mjs';
import { Person } from './person.mjs';
import { until } from './until.mjs';

/** Three people on three nodes talk while `work` is done, ten messages a second each; what each of them has seen then is every message
 * of the room once, in one order.
 * @returns {Promise<number>} how many messages they said */
export async function amongPeople(cluster, room, work) {
  const people = await Promise.all(['chat-1', 'chat-2', 'chat-3'].map((id, i) => {
    let tries = 0;                                     // its own node and any node, in turn
    return Person.enters({ url: () => (tries++ % 2 ? `ws://127.0.0.1:${cluster.port}/ws` : cluster.wsOf(id)), room, name: `P${i + 1}` });
  }));
  return (await talk(people, 100, work)).messages;
}

/** A hundred people in twenty rooms talk while `work` is done, each of them every two seconds; the members of each room have then seen
 * every message of it once, in one order.
 * @param {(i: number) => string | (() => string)} url of the i-th of them
 * @returns {Promise<{ messages: number, longestWait: number }>} how long a message waited for its acknowledgement, in milliseconds */
export async function amongCrowd(url, work) {
  const people = await Promise.all(Array.from({ length: 100 }, (_, i) => Person.enters({ url: url(i), room: `crowd-${i % 20}`, name: `P${i}` })));
  return talk(people, 2000, work);
}

async function talk(people, every, work) {
  const waits = people.map(waitsOf);
  const saying = people.map((one, i) => setTimeout(() => { saying[i] = setInterval(() => one.say(), every); }, (every * i) / people.length));
  try {
    await work();
    saying.forEach(clearInterval);
    for (const one of people) await one.settled(60_000);
    for (const room of new Set(people.map((one) => one.room))) await haveSeenAll(people.filter((one) => one.room === room));
    return { messages: people.reduce((sum, one) => sum + one.said.length, 0), longestWait: Math.max(...waits.flat()) };
  } finally {
    saying.forEach(clearInterval);
    people.forEach((one) => one.close());
  }
}

/** Fills with the times that messages of this person wait for their acknowledgements. */
function waitsOf(person) {
  const since = new Map(), waits = [];
  person.chat.subscribe(({ type, key, entry }) => {
    if (type === 'entry' && !since.has(entry.key)) since.set(entry.key, performance.now());
    if (type === 'sent' && since.has(key)) waits.push(performance.now() - since.get(key));
  });
  return waits;
}

async function haveSeenAll(people) {
  const said = people.flatMap((one) => one.said).sort();
  const texts = (one) => one.screen.map(({ text }) => text).filter((text) => /^P\d+ \d+\.$/.test(text));
  for (const one of people) await until(`${one.name} has everything`, () => texts(one).length >= said.length, 30_000);
  const last = Math.max(...people.map((one) => one.screen.at(-1).offset));
  for (const one of people) {
    await until(`${one.name} has offset ${last}`, () => one.screen.at(-1).offset >= last);
    assertContiguous(one.screen, 1, one.name);
    assert.deepEqual(texts(one).sort(), said, 'each text once');
    assert.deepEqual(conversation(one.screen.slice(0, last)), conversation(people[0].screen.slice(0, last)));
  }
}

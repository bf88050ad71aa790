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
  try {
    return await talk(people, work);
  } finally {
    people.forEach((one) => one.close());
  }
}

async function talk(people, work) {
  const saying = setInterval(() => people.forEach((one) => one.say()), 100);
  try {
    await work();
  } finally {
    clearInterval(saying);
  }
  for (const one of people) await one.settled(60_000);
  const said = people.flatMap((one) => one.said);
  const texts = (one) => one.screen.map(({ text }) => text).filter((text) => /^P\d \d+\.$/.test(text));
  for (const one of people) await until(`${one.name} has everything`, () => texts(one).length >= said.length, 30_000);
  const last = Math.max(...people.map((one) => one.screen.at(-1).offset));
  for (const one of people) {
    await until(`${one.name} has offset ${last}`, () => one.screen.at(-1).offset >= last);
    assertContiguous(one.screen, 1, one.name);
    assert.deepEqual(texts(one).sort(), [...said].sort(), 'each text once');
    assert.deepEqual(conversation(one.screen.slice(0, last)), conversation(people[0].screen.slice(0, last)));
  }
  return said.length;
}

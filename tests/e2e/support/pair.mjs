import assert from 'node:assert/strict';
import { ChatClient } from './client.mjs';
import { http } from './http.mjs';
import { Node } from './node.mjs';
import { assertContiguous, conversation } from './people.mjs';
import { Person } from './person.mjs';
import { freshFolder } from './places.mjs';
import { Redis } from './redis.mjs';
import { until } from './until.mjs';

/** Two nodes and their Redis for one test about Redis, and their users. Their files stay in build/e2e/redis/<name>. */
export class Pair {
  /** @param {{ store?: Redis | ((folder: string) => Promise<Redis>), redis?: object, settings?: object }} options
   *   `redis`: of Redis.start; or `store`: starts another one */
  static async start(t, name, { redis, store = (folder) => Redis.start(folder, redis), settings } = {}) {
    const pair = new Pair();
    pair.people = [];
    t.after(() => pair.#stop());
    pair.folder = freshFolder(`redis/${name}`);
    pair.redis = await store(pair.folder);
    pair.nodes = await Promise.all(['chat-1', 'chat-2'].map((id) => Node.start({ id, folder: pair.folder, redis: pair.redis, settings })));
    return pair;
  }

  /** A user with the page's client on each node. */
  couple(room) {
    return Promise.all(this.nodes.map((node, i) => this.person(node, room, ['Ana', 'Bia'][i])));
  }

  async person(node, room, name) {
    const person = await Person.enters({ url: node.ws, room, name });
    this.people.push(person);
    return person;
  }

  /** A client without logic of its own. */
  async client(node, options) {
    const client = await ChatClient.connect(node.ws, options);
    this.people.push(client);
    return client;
  }

  /** Until /ready answers so on both nodes. */
  answersReady(status) {
    return until(`/ready answers ${status}`, async () => {
      const answers = await Promise.all(this.nodes.map((node) => http(`${node.http}/ready`)));
      return answers.every((answer) => answer.status === status);
    }, 15_000);
  }

  /** All messages of the room are in the log, once, those of each user in the order of sending, above all the acknowledged ones;
   * and the screen of every user shows the log. Returns the log. */
  async isWhole(room) {
    const people = this.people.filter((person) => person.room === room);
    for (const person of people) await person.settled(20_000);
    const log = await this.redis.log(room);
    const texts = log.map(({ text }) => text);
    for (const { name, said, acked } of people) {
      assert.deepEqual(acked.filter((text) => !texts.includes(text)), [], `what ${name} was told is stored is in the log`);
      assert.deepEqual(texts.filter((text) => text.startsWith(`${name} `)), said, `what ${name} said is there once and in order`);
    }
    assertContiguous(log);
    for (const { name, screen } of await this.#caughtUp(people, log.length)) {
      assert.deepEqual(conversation(screen), conversation(log), `the screen of ${name} shows the log`);
    }
    return log;
  }

  async #caughtUp(people, count) {
    for (const person of people) await until(`${person.name} sees ${count} messages`, () => person.screen.at(-1)?.offset === count);
    return people;
  }

  async #stop() {
    for (const person of this.people) await person.close();
    await Promise.all((this.nodes ?? []).map((node) => node.stop()));
    await this.redis?.stop();
  }
}

// A thousand sessions whose tokens live 20 s, while nodes die and leave: a client that refreshes in time is never told that
// its token has expired, and one that does not is closed at the end of the grace.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { freshFolder } from './support/places.mjs';
import { TokenMaker } from './support/tokens.mjs';

const USERS = 1000;
const FORGETFUL = 100;          // the first ones: they never refresh
const LIFETIME = 20;            // seconds
const GRACE = 25_000;
const SLACK = 2500;             // the node looks once a second
const LASTS = 75_000;
const timeout = 240_000;

let cluster, maker;
before(async () => {
  maker = new TokenMaker(freshFolder('token-storm-keys'));
  cluster = await Cluster.start('token-storm', { settings: { auth: 'required', ...maker.settings } });
});
after(() => cluster?.stop());

/** Connects again after each loss, with a new token each time, and refreshes at 15 s of 20. */
class User {
  endings = [];
  stopped = false;

  constructor(number) {
    this.number = number;
    this.name = `user-${number}`;
    this.done = this.#live();
  }

  async #live() {
    while (!this.stopped) {
      try {
        const token = await maker.make(this.name, { seconds: LIFETIME });
        const born = Date.now();
        const client = this.client = await ChatClient.connect(cluster.nodes[this.number % 3].ws, { token });
        const refreshing = this.number < FORGETFUL ? null : setInterval(async () => {
          client.request('refresh', { token: await maker.make(this.name, { seconds: LIFETIME }) }).catch(() => {});
        }, LIFETIME * 750);
        const { code } = await client.closed;
        clearInterval(refreshing);
        this.endings.push({ code, after: Date.now() - born });
      } catch {
        await pause(300 + Math.random() * 400);
      }
    }
  }

  stop() {
    this.stopped = true;
    this.client?.socket.close();
  }
}

test('nobody that refreshed in time is dropped, and nobody is kept that did not', { timeout }, async () => {
  const users = Array.from({ length: USERS }, (_, number) => new User(number));
  const until = performance.now() + LASTS;
  let faults = 0;
  while (performance.now() < until) {
    await pause(6000);
    const node = cluster.nodes[1 + faults % 2];      // the first one lives, so that tokens there end
    await (faults % 2 ? node.stop() : node.kill());
    await node.start();
    ++faults;
  }
  const endings = users.flatMap(({ number, endings: all }) => all.map((ending) => ({ number, ...ending })));
  for (const user of users) user.stop();
  const expired = endings.filter(({ code }) => code === 4501);
  const dropped = expired.filter(({ number }) => number >= FORGETFUL);
  const early = expired.filter(({ after: ms }) => ms < LIFETIME * 1000 + GRACE - 1000);
  const kept = endings.filter(({ number, after: ms }) => number < FORGETFUL && ms > LIFETIME * 1000 + GRACE + SLACK);
  const refused = endings.filter(({ code }) => code === 4500);
  console.log(`${faults} nodes killed or stopped, ${endings.length} connections ended, ${expired.length} by an expired token: ${dropped.length} that refreshed, ${early.length} too early, ${kept.length} too late, ${refused.length} refused`);
  assert.ok(expired.length > 0, 'some forgot to refresh for long enough');
  assert.deepEqual([dropped, early, kept, refused], [[], [], [], []]);
});

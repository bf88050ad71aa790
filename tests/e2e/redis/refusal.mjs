// Redis accepts no writes, or does not answer: nodes refuse messages for the moment, and known messages can be read.
import assert from 'node:assert/strict';
import { isRefused } from '../support/client.mjs';
import { Pair } from '../support/pair.mjs';
import { until } from '../support/until.mjs';

const takesNothing = ({ name, folder, breaks, mends }) => ({
  name: `${name}: what is said is refused for the moment, people go on reading, and it goes on when there is space`,
  async run(t) {
    const pair = await Pair.start(t, folder);
    const people = await pair.couple('lobby');
    for (const person of people) person.say(5);
    await pair.isWhole('lobby');
    const client = await pair.client(pair.nodes[0]);
    await client.join('lobby');

    await breaks(pair.redis);
    await until('a message is refused', () => isRefused(client.say('lobby', 'x'.repeat(2000))).then(() => true));
    for (const person of people) person.say(5);
    const reader = await pair.client(pair.nodes[1]);
    const { messages } = await reader.join('lobby');
    assert.ok(messages.length >= 10, 'who comes now reads what was said');
    assert.ok((await client.history('lobby', { limit: 200 })).messages.length >= 10);
    await isRefused(reader.join('nobody-is-here'));
    await pair.answersReady(200);

    await mends(pair.redis);
    await reader.join('nobody-is-here');
    const before = client.stored('lobby') - 1;
    assert.equal((await pair.isWhole('lobby')).length, 20 + before, 'what was refused is not there');
    await pair.redis.kill();
    await pair.redis.start();
    for (const person of people) person.say();
    assert.equal((await pair.isWhole('lobby')).length, 22 + before, 'what was acknowledged meanwhile survives a restart');
  },
});

export const refusal = [
  takesNothing({
    name: 'its disk is full', folder: 'disk-full',
    breaks: (redis) => redis.fillDisk(), mends: (redis) => redis.freeDisk(),
  }),
  takesNothing({
    name: 'its memory is full', folder: 'memory-full',
    breaks: (redis) => redis.command('CONFIG', 'SET', 'maxmemory', '1'), mends: (redis) => redis.command('CONFIG', 'SET', 'maxmemory', '0'),
  }),
  {
    name: 'it stands still for 3 s: sockets stay open, open rooms are read, the rest is refused for the moment, and nothing comes twice',
    async run(t) {
      const pair = await Pair.start(t, 'still');
      const people = await pair.couple('lobby');
      for (const person of people) person.say(5);
      await pair.isWhole('lobby');
      const early = await pair.client(pair.nodes[0]);
      await early.join('lobby');

      pair.redis.pause();
      const paused = performance.now();
      for (const person of people) person.say(5);
      await isRefused(early.say('lobby', 'asked before anybody noticed'));
      await pair.answersReady(503);
      await isRefused(early.request('send', { room: 'lobby', text: 'refused at once', seq: 2 }));
      const late = await pair.client(pair.nodes[1]);
      assert.equal((await late.join('lobby')).messages.length, 10);
      assert.equal((await late.history('lobby')).messages.length, 10);
      await isRefused(late.join('nobody-is-here'));
      await until('3 s are over', () => performance.now() - paused > 3000);
      pair.redis.resume();

      await pair.answersReady(200);
      await late.join('nobody-is-here');
      await early.request('send', { room: 'lobby', text: 'asked before anybody noticed', seq: 1 });
      const log = await pair.isWhole('lobby');
      assert.equal(log.filter(({ text }) => text === 'asked before anybody noticed').length, 1);
      assert.equal(log.length, 21);
      for (const person of people) {
        assert.deepEqual(person.told('degraded').map(({ available }) => available), [false, true]);
        assert.deepEqual(person.told('state').filter(({ state }) => state === 'waiting'), [], 'its socket stayed open');
      }
    },
  },
];

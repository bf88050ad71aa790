// The primary dies and Sentinel puts its replica in its place.
import assert from 'node:assert/strict';
import { Pair } from '../support/pair.mjs';
import { Sentinels } from '../support/sentinels.mjs';
import { until } from '../support/until.mjs';

export const failover = [
  {
    name: 'Sentinel promotes the replica: the cluster goes on by itself, with everything that was acknowledged',
    async run(t) {
      const pair = await Pair.start(t, 'failover', { store: Sentinels.start, settings: { ack: 'replicated', 'ack-replicas': 1 } });
      const people = await pair.couple('lobby');
      for (const person of people) person.say(200);
      await until('half of it', () => people[0].acked.length > 100);
      await pair.redis.failOver();
      const promoted = (await pair.redis.log('lobby')).map(({ text }) => text);
      const acked = people.flatMap((person) => person.acked);
      assert.deepEqual(acked.filter((text) => !promoted.includes(text)), [], 'what was acknowledged before is in the promoted log');
      await pair.answersReady(200);
      const newcomer = await pair.client(pair.nodes[0]);
      assert.ok((await newcomer.join('lobby')).offset > 0, 'people come in and read');

      await pair.redis.rejoin();
      for (const person of people) person.say();
      await pair.isWhole('lobby');
      for (const person of people) {
        assert.deepEqual([...person.told('reset'), ...person.told('state').filter(({ state }) => state === 'waiting')], []);
      }
    },
  },
];

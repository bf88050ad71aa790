// Another program writes to Redis: no node believes its publications on our channels or its values in our keys.
import assert from 'node:assert/strict';
import { Pair } from '../support/pair.mjs';

const WITHIN = 5_000;
const body = '{"text":"forged"}';

/** Each gets the epoch and the top of the room's log and returns the publication. */
const forgeries = {
  'far beyond the log': (epoch, top) => `m ${epoch} ${top + 1_000_000}\n${body}`,
  'a little beyond the log': (epoch, top) => `m ${epoch} ${top + 2}\n${body}`,
  'as the next message': (epoch, top) => `m ${epoch} ${top + 1}\n${body}`,
  'as the next thousand messages': (epoch, top) => `m ${epoch} ${top + 1}${`\n${body}`.repeat(1000)}`,
  'at the end of all numbers': (epoch) => `m ${epoch} 18446744073709551615\n${body}\n${body}`,
  'as a repetition': (epoch, top) => `m ${epoch} ${top}\n${body}`,
  'in an unknown epoch': (_, top) => `m fffffffffffffff ${top + 1}\n${body}`,
  'in a very old epoch': (_, top) => `m 000000000000001 ${top + 1}\n${body}`,
  'without an epoch': (_, top) => `m  ${top + 1}\n${body}`,
  'with a number that is none': (epoch) => `m ${epoch} 12x\n${body}`,
  'as garbage': () => 'm',
  'as an unreadable signal': () => 'p \n\n+',
};

export const forgery = [
  {
    name: 'messages forged on the channel of a room leave nobody deaf',
    async run(t) {
      const pair = await Pair.start(t, 'forged-messages');
      const people = await Promise.all(pair.nodes.map((node) => pair.client(node)));
      let number = 0;
      for (const [name, forged] of Object.entries(forgeries)) {
        const room = `room-${++number}`;
        await t.test(`forged ${name}`, async () => {
          for (const person of people) await person.join(room);
          await people[0].say(room, 'before');
          for (const person of people) await person.hears(room, 'before');
          const [epoch, top] = (await pair.redis.command('HMGET', `chat:{${room}}:state`, '.epoch', '.top')).split('\n');
          await pair.redis.command('SPUBLISH', `chat:{${room}}:live`, forged(epoch, Number(top)));
          await people[0].say(room, 'fresh');
          for (const person of people) await person.hears(room, 'fresh', WITHIN);
          const late = await pair.client(pair.nodes[1]);
          const joined = await late.join(room);
          assert.deepEqual(joined.messages.map(({ text }) => text), ['before', 'fresh']);
        });
      }
    },
  },
  {
    name: 'three hundred forged nodes with people in every room leave a few lines in the log, and people talk',
    async run(t) {
      const pair = await Pair.start(t, 'forged-leases');
      const forged = Array.from({ length: 300 }, (_, i) => `forged-${i}.aa`);
      await pair.redis.command('ZADD', 'chat:leases', ...forged.flatMap((instance) => ['99999999999999', instance]), '99999999999999', 'junk', '99999999999999', 'a.b c');
      const rooms = Array.from({ length: 20 }, (_, i) => `room-${i}`);
      for (const room of rooms) {
        await pair.redis.command('HSET', `chat:{${room}}:people`, ...forged.flatMap((instance, i) => [`${instance} u${i}`, 'Nobody']), 'junk', 'junk');
      }
      const [ana, bo] = await Promise.all(pair.nodes.map((node) => pair.client(node)));
      for (const room of rooms) {
        await ana.join(room);
        await bo.join(room);
        await ana.say(room, 'hello');
        await bo.hears(room, 'hello');
      }
      for (const node of pair.nodes) {
        assert.match(node.log, /event=too_many_nodes/);
        assert.match(node.log, /event=junk_key /);
        const lines = node.log.split('\n').length;
        assert.ok(lines < 100, `${lines} lines: ${node.log.slice(-2000)}`);
      }
    },
  },
];

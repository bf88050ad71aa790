// Redis dies and comes back with all of its data, with a part, or with none.
import assert from 'node:assert/strict';
import { http } from '../support/http.mjs';
import { Pair } from '../support/pair.mjs';
import { libraries } from '../support/socketio-clients.mjs';
import { until } from '../support/until.mjs';

/** A client sends five messages on one node and five on the other; when `rewound` is called Redis loses all but the first two
 * to four of them, and resolves with how many are left. */
async function saidOverBothNodes(pair) {
  const texts = Array.from({ length: 10 }, (_, i) => `message ${i + 1}.`);
  let speaker = await pair.client(pair.nodes[0]);
  await speaker.join('lobby');
  for (const text of texts.slice(0, 5)) await speaker.say('lobby', text);
  const { producer, counters } = speaker;
  await speaker.close();
  speaker = Object.assign(await pair.client(pair.nodes[1], { producer }), { counters });
  await speaker.join('lobby');
  for (const text of texts.slice(5)) await speaker.say('lobby', text);
  const rewound = async () => {
    await pair.redis.kill();
    pair.redis.tear('message 3.', 'message 5.');
    await pair.redis.start();
    return (await speaker.push('what was lost is said', ({ type }) => type === 'rewound')).to;
  };
  return { texts, rewound };
}

export const loss = [
  {
    name: 'killed: nobody is cut off or told to start again, and all is well within 3 s',
    async run(t) {
      const pair = await Pair.start(t, 'killed');
      const [ana, bia] = await pair.couple('lobby');
      for (const person of [ana, bia]) person.say(120);
      await until('half of it', () => ana.screen.length > 100);
      await pair.redis.kill();
      await pair.redis.start();
      const answers = performance.now();
      const last = [ana, bia].map((person) => person.say());
      for (const text of last) for (const person of [ana, bia]) await person.sees(text);
      assert.ok(performance.now() - answers < 3000, `after ${performance.now() - answers} ms`);
      await pair.isWhole('lobby');
      for (const person of [ana, bia]) {
        assert.deepEqual([...person.told('reset'), ...person.told('state').filter(({ state }) => state === 'waiting')], []);
        assert.equal(new Set(person.screen.map(({ epoch }) => epoch)).size, 2, 'another life of the log');
      }
    },
  },
  {
    name: 'killed, and its last second is lost: everybody is told, and everything acknowledged is back, once, also after more restarts',
    async run(t) {
      const pair = await Pair.start(t, 'torn');
      const people = await pair.couple('lobby');
      for (const round of [1, 2, 3]) {
        for (const person of people) person.say(10);
        for (const person of people) await person.settled();
        const [{ said }] = people;
        await pair.redis.kill();
        pair.redis.tear(said.at(-6), said.at(-1));
        await pair.redis.start();
        for (const person of people) await until(`it is told that ${round} times`, () => person.told('rewound').length >= round);
        for (const person of people) person.say();
        await pair.isWhole('lobby');
      }
      await pair.redis.kill();
      await pair.redis.start();
      for (const person of people) person.say();
      await pair.isWhole('lobby');
      for (const person of people) assert.deepEqual(person.told('reset'), []);
    },
  },
  {
    name: 'killed, and its last second is lost: a Socket.IO client that was away is told of that before it hears what has come since',
    async run(t) {
      const pair = await Pair.start(t, 'torn-socketio');
      const { texts, rewound } = await saidOverBothNodes(pair);
      const reader = libraries['socket.io-client 4.8'](pair.nodes[0].http, 'websocket', { reconnection: false });
      t.after(() => reader.close());
      await reader.online();
      const speaker = await pair.client(pair.nodes[1]);
      await speaker.join('lobby');
      const last = await speaker.say('lobby', 'message 11.');
      await reader.hears(['message 11.']);
      reader.cut();
      await until('it is away', () => !reader.isConnected);
      const to = await rewound();
      await until('all is back', async () => (await pair.redis.log('lobby')).length > last.offset - 1);
      await speaker.say('lobby', 'message 12.');
      const before = reader.events.length;
      reader.socket.connect();
      await reader.hears(['message 12.']);
      assert.equal(reader.connects.at(-1).recovered, true);
      const told = reader.events.slice(before).filter(([event]) => ['rewound', 'messageToClient'].includes(event));
      assert.deepEqual([told[0][0], told[0][1]?.to], ['rewound', to], JSON.stringify(told.map(([event, one]) => [event, one])));
      assert.equal(told.filter(([event]) => event === 'rewound').length, 1);
      assert.deepEqual([...texts, 'message 11.', 'message 12.'].slice(to).sort(), reader.heard.slice(1).sort());
    },
  },
  {
    name: 'killed, and its last second is lost when everybody has left: the node appends it again as soon as Redis takes anything',
    async run(t) {
      const pair = await Pair.start(t, 'journal');
      const speaker = await pair.client(pair.nodes[0]);
      await speaker.join('lobby');
      let last;
      for (let i = 1; i <= 10; ++i) last = await speaker.say('lobby', `message ${i}.`);
      await speaker.close();
      await pair.redis.kill();
      pair.redis.tear('message 3.', 'message 9.');
      pair.redis.flags.push('--maxmemory', '1');
      await pair.redis.start();
      await pair.answersReady(200);
      const began = performance.now();
      await until('longer than a node keeps what was acknowledged', () => performance.now() - began > 6500);
      await pair.redis.command('CONFIG', 'SET', 'maxmemory', '0');
      const texts = Array.from({ length: 10 }, (_, i) => `message ${i + 1}.`);
      await until('the log is whole', async () => (await pair.redis.log('lobby')).length >= texts.length);
      assert.deepEqual((await pair.redis.log('lobby')).map(({ text }) => text), texts);
      const back = await pair.client(pair.nodes[1]);
      const { recovered, messages } = await back.join('lobby', { cursor: { epoch: last.epoch, offset: last.offset } });
      const { to } = await back.push('what was lost is said', ({ type }) => type === 'rewound');
      assert.equal(recovered, true);
      assert.deepEqual(messages.map(({ text }) => text), texts.slice(to));
    },
  },
  {
    name: 'killed, and its last second is lost with all that a new room had: it is back, and the sender goes on',
    async run(t) {
      const pair = await Pair.start(t, 'begun');
      const speaker = await pair.client(pair.nodes[0]);
      await speaker.join('older');
      await speaker.say('older', 'earlier.');
      await speaker.join('new');
      const texts = Array.from({ length: 5 }, (_, i) => `message ${i + 1}.`);
      for (const text of texts) await speaker.say('new', text);
      await pair.redis.kill();
      pair.redis.tear('earlier.', 'chat:{new}:state');
      await pair.redis.start();
      await speaker.push('what was lost is said', ({ type, room }) => type === 'reset' && room === 'new');
      const log = async () => (await pair.redis.log('new')).map(({ text }) => text);
      await until('the log is whole', async () => (await log()).length >= texts.length);
      await speaker.insist('new', 'and on.');
      assert.deepEqual(await log(), [...texts, 'and on.']);
    },
  },
  {
    name: 'killed, and its last second is lost together with the node that had it: what is gone is said',
    async run(t) {
      const pair = await Pair.start(t, 'both');
      const [node, other] = pair.nodes;
      const speaker = await pair.client(node);
      await speaker.join('lobby');
      let last;
      for (let i = 1; i <= 10; ++i) last = await speaker.say('lobby', `message ${i}.`);
      await Promise.all([node.kill(), pair.redis.kill()]);
      pair.redis.tear('message 3.', 'message 9.');
      await pair.redis.start();
      await until('the other node is ready', async () => (await http(`${other.http}/ready`)).status === 200);
      const back = await pair.client(other);
      const { recovered, messages } = await back.join('lobby', { cursor: { epoch: last.epoch, offset: last.offset } });
      const { to } = await back.push('what is gone is said', ({ type }) => type === 'rewound');
      assert.deepEqual([recovered, messages], [true, []]);
      assert.deepEqual((await pair.redis.log('lobby')).map(({ text }) => text), Array.from({ length: to }, (_, i) => `message ${i + 1}.`));
    },
  },
  {
    name: 'killed, and its last second is lost, in which somebody moved to another node: both parts are back, in order',
    async run(t) {
      const pair = await Pair.start(t, 'moved');
      const [slow, fast] = pair.nodes;
      const { texts, rewound } = await saidOverBothNodes(pair);
      slow.program.signal('SIGSTOP');
      await rewound();
      await fast.program.line(/restoring/);
      slow.program.signal('SIGCONT');
      const log = async () => (await pair.redis.log('lobby')).map(({ text }) => text);
      await until('the log is whole', async () => (await log()).length >= texts.length);
      assert.deepEqual(await log(), texts);
    },
  },
  {
    name: 'killed, and its last second is lost together with the node somebody moved from in it: the other one brings back its part',
    async run(t) {
      const pair = await Pair.start(t, 'moved-from');
      const { texts, rewound } = await saidOverBothNodes(pair);
      await pair.nodes[0].kill();
      const to = await rewound();
      const kept = [...texts.slice(0, to), ...texts.slice(5)];
      const log = async () => (await pair.redis.log('lobby')).map(({ text }) => text);
      await until('its part is back', async () => (await log()).length >= kept.length, 20_000);
      assert.deepEqual(await log(), kept);
    },
  },
  {
    name: 'emptied: everybody is told to start again, in a silent room and on the way back too',
    async run(t) {
      const pair = await Pair.start(t, 'emptied');
      const people = await pair.couple('lobby');
      const silent = await pair.person(pair.nodes[1], 'silent', 'Caio');
      const away = await pair.client(pair.nodes[0]);
      for (const room of ['lobby', 'silent']) {
        await away.join(room);
        for (const text of ['1', '2', '3']) await away.say(room, text);
      }
      for (const person of [...people, silent]) await person.sees('3');
      const { epoch, offset } = await away.hears('lobby', '3');
      await away.close();

      await pair.redis.command('FLUSHALL');
      for (const person of people) person.say();
      for (const person of [...people, silent]) {
        const { reason } = await until(`${person.name} is told`, () => person.told('reset')[0], 15_000);
        assert.equal(reason, 'wiped');
      }
      assert.equal((await pair.isWhole('lobby')).length, 2);
      assert.deepEqual(silent.screen, []);

      const back = await pair.client(pair.nodes[0]);
      const joined = await back.join('lobby', { cursor: { epoch, offset } });
      assert.equal(joined.recovered, false);
      assert.equal(joined.messages.length, 2);
      assert.equal((await back.push('a reset', ({ type }) => type === 'reset')).reason, 'wiped');
    },
  },
];

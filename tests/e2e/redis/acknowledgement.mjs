// Where a message is when it is acknowledged: --ack stored, durable and replicated, and a node alone.
import assert from 'node:assert/strict';
import { ChatClient, isRefused } from '../support/client.mjs';
import { http } from '../support/http.mjs';
import { Node } from '../support/node.mjs';
import { Pair } from '../support/pair.mjs';
import { freshFolder } from '../support/places.mjs';
import { Redis, durableRights, hasWaitaof } from '../support/redis.mjs';
import { until } from '../support/until.mjs';

/** A Redis with one replica. Paused and resumed is the replica. */
class WithReplica {
  static async start(folder) {
    const both = new WithReplica();
    both.primary = await Redis.start(folder);
    both.replica = await both.primary.replica('replica');
    return both;
  }

  get url() { return this.primary.url; }
  log(room) { return this.primary.log(room); }
  pause() { this.replica.pause(); }
  resume() { this.replica.resume(); }
  async stop() { await this.replica.stop(); await this.primary.stop(); }
}

const replicated = { store: WithReplica.start, settings: { ack: 'replicated', 'ack-replicas': 1 } };

const waitaof = {
  name: 'durable, with WAITAOF: nothing is acknowledged before it is on the disk',
  async run(t) {
    const pair = await Pair.start(t, 'waitaof', { redis: { fsync: 'no', rights: durableRights }, settings: { ack: 'durable' } });
    const client = await pair.client(pair.nodes[0]);
    await client.join('lobby');
    const send = () => client.request('send', { room: 'lobby', text: 'once', seq: 1 });
    await isRefused(send());
    await isRefused(send());
    await pair.redis.command('CONFIG', 'SET', 'appendfsync', 'everysec');
    assert.equal((await until('it is acknowledged', send)).duplicate, true);
    assert.equal((await pair.redis.log('lobby')).length, 1);
  },
};

export const acknowledgement = [
  {
    name: 'a node alone keeps messages in memory: when it comes back people are told to start again',
    async run(t) {
      const node = await Node.start({ id: 'alone', folder: freshFolder('redis/alone') });
      t.after(() => node.stop());
      const client = await ChatClient.connect(node.ws);
      await client.join('lobby');
      const { epoch, offset } = await client.say('lobby', 'before');
      await node.kill();
      await node.start();
      const back = await ChatClient.connect(node.ws);
      const { recovered, messages } = await back.join('lobby', { cursor: { epoch, offset } });
      assert.deepEqual([recovered, messages], [false, []]);
      assert.equal((await back.push('a reset', ({ type }) => type === 'reset')).reason, 'wiped');
      await back.close();
    },
  },
  {
    name: 'stored: what is acknowledged is in the log of Redis',
    async run(t) {
      const pair = await Pair.start(t, 'stored');
      const client = await pair.client(pair.nodes[0]);
      await client.join('lobby');
      for (let i = 1; i <= 20; ++i) {
        await client.say('lobby', `${i}`);
        assert.equal((await pair.redis.log('lobby')).at(-1).text, `${i}`);
      }
    },
  },
  {
    name: 'durable, with appendfsync always: what is acknowledged is there after a kill, and nobody is told of any loss',
    async run(t) {
      const pair = await Pair.start(t, 'durable', { redis: { fsync: 'always', rights: durableRights }, settings: { ack: 'durable' } });
      const people = await pair.couple('lobby');
      for (const person of people) person.say(100);
      await until('some of it', () => people[0].screen.length > 50);
      await pair.redis.kill();
      await pair.redis.start();
      await pair.isWhole('lobby');
      for (const person of people) assert.deepEqual([...person.told('rewound'), ...person.told('reset')], []);
    },
  },
  {
    name: 'durable, but Redis neither syncs always nor knows WAITAOF: the node says so, and is not ready until it does',
    async run(t) {
      const folder = freshFolder('redis/not-durable');
      const redis = await Redis.start(folder, { rights: durableRights });
      t.after(() => redis.stop());
      if (hasWaitaof) await redis.command('CONFIG', 'SET', 'appendonly', 'no');
      const node = await Node.start({ id: 'chat-1', folder, redis, settings: { ack: 'durable' }, ready: false });
      t.after(() => node.stop());
      await node.program.line(/why="--ack durable [^"]*"/);
      assert.equal((await http(`${node.http}/ready`)).status, 503);
      await redis.command('CONFIG', 'SET', 'appendonly', 'yes');
      await redis.command('CONFIG', 'SET', 'appendfsync', 'always');
      await until('it is ready', async () => (await http(`${node.http}/ready`)).status === 200);
      const client = await ChatClient.connect(node.ws);
      await client.join('lobby');
      await client.say('lobby', 'now it can');
      await client.close();
    },
  },
  ...(hasWaitaof ? [waitaof] : []),
  {
    name: 'replicated: nothing is acknowledged before the replica has it, a repetition neither, and it is there once',
    async run(t) {
      const pair = await Pair.start(t, 'replicated', replicated);
      const client = await pair.client(pair.nodes[0]);
      await client.join('lobby');
      await client.say('lobby', 'the replica follows');
      assert.equal((await pair.redis.replica.log('lobby')).length, 1, 'and has it when it is acknowledged');
      pair.redis.pause();
      const send = () => client.request('send', { room: 'lobby', text: 'the replica stands still', seq: 2 });
      await isRefused(send());
      await isRefused(send());
      await client.hears('lobby', 'the replica stands still');
      pair.redis.resume();
      assert.equal((await until('it is acknowledged', send)).duplicate, true);
      assert.equal((await pair.redis.replica.log('lobby')).length, 2);
    },
  },
  {
    name: 'replicated, and the replica stands still: nothing is acknowledged, but the node stays ready and lets people in',
    async run(t) {
      const pair = await Pair.start(t, 'replica-away', replicated);
      const [node] = pair.nodes;
      const clients = await Promise.all(Array.from({ length: 5 }, () => pair.client(node)));
      for (const client of clients) await client.join('lobby');
      pair.redis.pause();
      const send = (client) => client.request('send', { room: 'lobby', text: client.producer, seq: 1 });
      const refusals = [];
      for (const client of clients) {
        refusals.push(isRefused(send(client)));
        await http(`${node.http}/health`);                       // so that each is taken by itself
      }
      await clients[0].join('another');
      await Promise.all(refusals);
      assert.equal((await http(`${node.http}/ready`)).status, 200);
      assert.deepEqual(clients.flatMap((client) => client.pushes.filter(({ type }) => type === 'degraded')), []);
      pair.redis.resume();
      await Promise.all(clients.map((client) => until('it is acknowledged', () => send(client))));
      assert.equal((await pair.redis.log('lobby')).length, clients.length);
    },
  },
];

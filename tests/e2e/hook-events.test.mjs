// Events: the application hears at least once, and in order, of all that happens, while nodes, Redis and the application itself
// are killed. STOPPED_SECONDS=600 keeps the application away for ten minutes.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ChatClient } from './support/client.mjs';
import { EventApplication } from './support/event-application.mjs';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { Redis } from './support/redis.mjs';
import { until } from './support/until.mjs';

const stoppedSeconds = Number(process.env.STOPPED_SECONDS ?? 12);
const all = { connected: {}, disconnected: {}, room_occupied: {}, room_vacated: {}, message_posted: { concurrency: 8 } };

/** Redis, nodes and an application that hears of everything. */
async function start(suite, { nodes: count, hooks = all, members, settings }) {
  const folder = freshFolder(suite);
  const application = await EventApplication.start(folder, hooks, members);
  const redis = await Redis.start(folder);
  const nodes = await Promise.all(Array.from({ length: count }, (_, i) => Node.start({
    id: `chat-${i + 1}`, folder, redis, settings: { 'history-size': 1_000_000, ...application.settings, ...settings },
  })));
  const length = async (key) => Number(await redis.command('XLEN', key));
  return {
    application, redis, nodes, length,
    drained: (milliseconds = 60_000) => until('the application has all events', async () => await length('chat:hooks') === 0, milliseconds),
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await redis.stop();
      await application.kill();
    },
  };
}

/** A client that comes back through another node, and repeats what it is not sure of, until it is stored. */
class Writer {
  sessions = new Map();      // id of each session that joined → its user
  seq = 0;
  constructor(number, room, nodes) {
    Object.assign(this, { number, room, nodes, producer: randomBytes(16).toString('hex'), identitySecret: randomBytes(16).toString('hex') });
  }
  async connect() {
    const node = this.nodes[this.number++ % this.nodes.length];
    this.client = await ChatClient.connect(node.ws, { name: `writer`, producer: this.producer, identitySecret: this.identitySecret });
    await this.client.join(this.room);
    this.sessions.set(this.client.welcome.session, this.client.user.id);
  }
  async write(text) {
    this.seq += 1;
    for (const deadline = Date.now() + 60_000; ;) {
      try {
        if (!this.client || this.client.closeCode !== undefined) await this.connect();
        return await this.client.request('send', { room: this.room, text, seq: this.seq });
      } catch (error) {
        if (Date.now() > deadline) throw error;
        if (!error.reply) this.client?.terminate(), this.client = undefined;
        await pause(50);
      }
    }
  }
}

/** Each stored message of the rooms is an event, in order, and all its deliveries have one id. */
async function assertMessages(application, redis, rooms) {
  const posted = application.events('message_posted');
  for (const room of rooms) {
    const stored = (await redis.log(room)).map(({ offset, text }) => `${offset} ${text}`);
    const told = posted.filter((event) => event.room === room).map(({ offset, content }) => `${offset} ${content.text}`);
    assert.deepEqual(told, stored, room);
  }
  const ids = new Map();
  for (const { id, event, room, epoch, offset } of application.deliveries) {
    if (event !== 'message_posted') continue;
    const place = `${room} ${epoch} ${offset}`;
    assert.equal(id, ids.get(place) ?? id, `the deliveries of ${place}`);
    ids.set(place, id);
  }
  assert.ok(application.deliveries.every(({ signed }) => signed));
}

describe('the application hears', () => {
  let cluster, ana, bo;
  before(async () => { cluster = await start('hook-events', { nodes: 2 }); });
  after(() => cluster?.stop());
  const names = () => cluster.application.deliveries.map(({ event }) => event);

  test('of sessions, rooms and messages', async () => {
    const { application, nodes } = cluster;
    ana = await ChatClient.connect(nodes[0].ws, { name: 'Ana' });
    bo = await ChatClient.connect(nodes[1].ws, { name: 'Bo' });
    await ana.join('lobby');
    await bo.join('lobby');
    const { offset } = await ana.say('lobby', 'hi');
    await until('the message is told', () => names().includes('message_posted'));
    const [posted] = application.events('message_posted');
    assert.deepEqual([posted.room, posted.offset, posted.content, posted.user, posted.node], ['lobby', offset, { text: 'hi' }, ana.user, 'chat-1']);
    assert.match(posted.id, /^\d+-\d+$/);
    assert.equal(posted.id, posted.delivery);
    await until('both sessions are told', () => application.events('connected').length === 2);
    assert.deepEqual(new Set(application.events('connected').map(({ session }) => session)), new Set([ana.welcome.session, bo.welcome.session]));
    assert.deepEqual(application.events('room_occupied').map(({ room }) => room), ['lobby']);
    assert.deepEqual(application.events('room_vacated'), []);
  });

  test('that the last member has left, over all nodes', async () => {
    const { application } = cluster;
    await ana.close();
    await until('her session is told', () => application.events('disconnected').length === 1);
    assert.deepEqual(application.events('room_vacated'), []);
    await bo.leave('lobby');
    await until('the room is told', () => application.events('room_vacated').length === 1);
    await bo.close();
    await until('his session is told', () => application.events('disconnected').length === 2);
    const ended = application.events('disconnected');
    assert.deepEqual(ended.map(({ user }) => user.name), ['Ana', 'Bo']);
    assert.ok(ended.every(({ reason }) => reason.length > 0));
  });

  test('of the sessions of a killed node, through another one', async () => {
    const { application, nodes } = cluster;
    const cy = await ChatClient.connect(nodes[0].ws, { name: 'Cy' });
    await cy.join('den');
    await until('the room is told', () => application.events('room_occupied').some(({ room }) => room === 'den'));
    await nodes[0].kill();
    await until('the room is vacated', () => application.events('room_vacated').some(({ room }) => room === 'den'), 20_000);
    const ended = application.events('disconnected').filter(({ session }) => session === cy.welcome.session);
    assert.deepEqual(ended.map(({ node, reason }) => [node, reason]), [['chat-1', 'its node has died']]);
    await nodes[0].start();
  });

  test('of the sessions of a node that stops', async () => {
    const { application, nodes } = cluster;
    const guests = await Promise.all(Array.from({ length: 5 }, () => ChatClient.connect(nodes[0].ws)));
    await Promise.all(guests.map((guest) => guest.join('hall')));
    await nodes[0].stop();
    const isTold = (guest) => application.events('disconnected').filter(({ session }) => session === guest.welcome.session).length === 1;
    await until('all are told, once', () => guests.every(isTold));
    await until('the room is told', () => application.events('room_vacated').some(({ room }) => room === 'hall'));
    await nodes[0].start();
  });

  test('and metrics say how it goes', async () => {
    const { text } = await http(`${cluster.nodes[1].http}/metrics`);
    for (const name of ['chat_hook_events_waiting', 'chat_hook_events_dead', 'chat_hook_events_lost', 'chat_hook_events_in_hand']) {
      assert.match(text, new RegExp(`^${name} \\d+$`, 'm'));
    }
    assert.match(text, /^chat_hook_breaker_open\{hook="message_posted"\} 0$/m);
  });
});

describe('while nodes, Redis and the application are killed', () => {
  let cluster;
  before(async () => { cluster = await start('hook-events-kills', { nodes: 3 }); });
  after(() => cluster?.stop());

  test('the application hears of each message at least once, in order, and of the ends of all sessions', async (context) => {
    const { application, redis, nodes, drained } = cluster;
    const rooms = ['room-0', 'room-1', 'room-2'];
    const writers = Array.from({ length: 6 }, (_, i) => new Writer(i, rooms[i % rooms.length], nodes));
    let isOver = false;
    const writing = writers.map(async (writer, i) => {
      for (let n = 0; !isOver; n += 1) {
        await writer.write(`${i}-${n}`);
        await pause(5);
      }
      await writer.client.close().catch(() => {});
    });
    const again = async (victim) => {
      await victim.kill();
      await pause(700);
      await victim.start();
      await pause(700);
    };
    for (const victim of [application, nodes[0], application, redis, nodes[1], application, nodes[2], redis]) await again(victim);
    isOver = true;
    await Promise.all(writing);
    const sessions = new Map(writers.flatMap((writer) => [...writer.sessions]));
    const told = (event) => new Set(application.events(event).map(({ session }) => session));
    await until('all sessions are told', () => [...sessions.keys()].every((id) => told('connected').has(id) && told('disconnected').has(id)), 60_000);
    await drained();
    await assertMessages(application, redis, rooms);
    const { deliveries } = application;
    context.diagnostic(`${deliveries.length} deliveries of ${new Set(deliveries.map(({ id }) => id)).size} events, ${sessions.size} sessions`);
    for (const room of rooms) {
      const edges = application.deliveries.filter((event) => event.room === room && event.event !== 'message_posted').map(({ event }) => event);
      assert.equal(edges.at(0), 'room_occupied');
      assert.equal(edges.at(-1), 'room_vacated');
    }
  });
});

describe('after a crash in which Redis lost its last writes', () => {
  let cluster;
  before(async () => { cluster = await start('hook-events-torn', { nodes: 2 }); });
  after(() => cluster?.stop());

  test('the application hears how things are', async () => {
    const { application, redis, nodes, drained } = cluster;
    const ana = await ChatClient.connect(nodes[0].ws, { name: 'Ana' });
    await ana.join('torn');
    await drained();
    await redis.command('SET', 'mark', 'begin-of-the-lost');
    const bo = await ChatClient.connect(nodes[1].ws, { name: 'Bo' });
    await bo.join('torn-bo');
    for (const text of ['one', 'two', 'three']) await ana.say('torn', text);
    await bo.close();
    await until('the end of Bo is told', () => application.events('disconnected').length === 1);
    await drained();
    await redis.command('SET', 'mark', 'end-of-the-lost');
    await redis.kill();
    redis.tear('begin-of-the-lost', 'end-of-the-lost');
    await redis.start();
    await until('the node has stored the lost messages again', async () => (await redis.log('torn')).length === 3);
    await ana.insist('torn', 'afterwards');
    const last = (fits) => application.deliveries.filter(fits).at(-1)?.event;
    const isTold = ({ offset, text }) => application.deliveries.some((event) => event.offset === offset && event.content?.text === text);
    await until('each message is told at its place', async () => (await redis.log('torn')).every(isTold));
    await drained();
    assert.deepEqual((await redis.log('torn')).map(({ text }) => text), ['one', 'two', 'three', 'afterwards']);
    await until('the end of Bo is told last', () => last(({ session }) => session === bo.welcome.session) === 'disconnected');
    await until('the end of his room is told last', () => last(({ room, event }) => room === 'torn-bo' && event !== 'message_posted') === 'room_vacated');
    assert.equal(last(({ session }) => session === ana.welcome.session), 'connected');
    await ana.close();
  });
});

describe('an application that is away', () => {
  let cluster;
  before(async () => { cluster = await start('hook-events-away', { nodes: 2, hooks: { message_posted: { concurrency: 8 } } }); });
  after(() => cluster?.stop());

  test('costs the nodes a bounded memory, and gets everything when it is back', async (context) => {
    const { application, redis, nodes, length, drained } = cluster;
    const rooms = Array.from({ length: 10 }, (_, i) => `room-${i}`);
    const writers = rooms.map((room, i) => new Writer(i, room, nodes));
    await Promise.all(writers.map((writer) => writer.write('first')));
    await drained();
    await application.kill();
    const before = nodes.map((node) => node.memory);
    const text = 'x'.repeat(1000);
    const end = Date.now() + stoppedSeconds * 1000;
    let count = 0;
    await Promise.all(writers.map(async (writer) => {
      while (Date.now() < end) {
        await writer.write(`${count += 1} ${text}`);
        await pause(stoppedSeconds > 60 ? 100 : 4);
      }
    }));
    const waiting = await length('chat:hooks');
    assert.equal(waiting, count);
    const grown = nodes.map((node, i) => node.memory - before[i]);
    context.diagnostic(`${count} events waited; nodes grew by ${grown.map((mb) => mb.toFixed(1)).join(' and ')} MB`);
    assert.ok(Math.max(...grown) < 60, `nodes grew by ${grown} MB`);
    await application.start();
    await drained(120_000 + 200 * stoppedSeconds);
    await assertMessages(application, redis, rooms);
    assert.equal(await length('chat:hooks:dead'), 0);
    await Promise.all(writers.map((writer) => writer.client.close()));
  });
});

describe('an event that the application cannot take', () => {
  let cluster;
  before(async () => { cluster = await start('hook-events-poison', { nodes: 1, hooks: { message_posted: { attempts: 5 } } }); });
  after(() => cluster?.stop());

  test('holds back its own room for a moment, then it is a dead letter with the reason', async () => {
    const { application, redis, nodes, drained } = cluster;
    const ana = await ChatClient.connect(nodes[0].ws);
    await Promise.all(['sick', 'well'].map((room) => ana.join(room)));
    await ana.say('sick', 'poison');
    for (let i = 0; i < 1500; i += 1) await ana.say('sick', `behind it ${i}`);
    await ana.say('well', 'hello');
    await until('the other room is told', () => application.events('message_posted').some(({ room }) => room === 'well'));
    await drained();
    const [[, dead], ...others] = JSON.parse(await redis.command('--json', 'XRANGE', 'chat:hooks:dead', '-', '+'));
    assert.equal(others.length, 0);
    const [poison] = application.events('message_posted').filter(({ content }) => content.text === 'poison');
    assert.deepEqual(dead.slice(0, 4), ['id', poison.id, 'reason', 'given up after 5 attempts, the last: the answer has the status 500']);
    assert.equal(application.deliveries.filter(({ id }) => id === poison.id).length, 5);
    await assertMessages(application, redis, ['sick', 'well']);
    await ana.close();
  });
});

describe('a queue that is full', () => {
  let cluster;
  before(async () => { cluster = await start('hook-events-full', { nodes: 1, hooks: { message_posted: {} }, members: { max_events: 3 } }); });
  after(() => cluster?.stop());

  test('takes no more events, the node says so, and people go on', async () => {
    const { application, redis, nodes, drained } = cluster;
    await application.kill();
    const ana = await ChatClient.connect(nodes[0].ws);
    await ana.join('lobby');
    for (let i = 1; i <= 5; i += 1) assert.equal((await ana.say('lobby', `number ${i}`)).offset, i);
    await until('the metric counts them', async () => /^chat_hook_events_lost 2$/m.test((await http(`${nodes[0].http}/metrics`)).text));
    await until('the log says so', () => / error event=hook_events_lost /.test(nodes[0].log));
    assert.equal((await http(`${nodes[0].http}/ready`)).status, 200);
    await application.start();
    await drained();
    assert.deepEqual(application.events('message_posted').map(({ offset }) => offset), [1, 2, 3]);
    assert.equal((await redis.log('lobby')).length, 5);
    await ana.close();
  });
});

// The trace of a message: each node reports its hops, members read them, a collector of OpenTelemetry gets them as spans.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiKeys, Application } from './support/api.mjs';
import { ChatClient } from './support/client.mjs';
import { Collector } from './support/collector.mjs';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { Redis } from './support/redis.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
const MESSAGES = 1000;
const A_NODE_TRACES = 20;      // messages a second
let redis, nodes, collector, keys, folder;
before(async () => {
  folder = freshFolder('trace');
  redis = await Redis.start(folder);
  collector = await Collector.start();
  keys = new ApiKeys(folder, { shop: ['publish'] });
  const rooms = join(folder, 'rooms.json');
  writeFileSync(rooms, JSON.stringify({ rules: [{ rooms: 'deaf', guest: ['join', 'send'] }] }));
  const settings = { 'people-per-address': 0, rooms, ...keys.settings };
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
  nodes = await Promise.all(['chat-1', 'chat-2', 'chat-3'].map((id) => Node.start({ id, folder, redis, settings })));
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
});
after(async () => {
  await Promise.all((nodes ?? []).map((node) => node.stop()));
  await collector?.stop();
  await redis?.stop();
});

/** A client in a room, which knows to the microsecond when a message came. */
async function member(t, node, room, { traced = true } = {}) {
  const client = await ChatClient.connect(node.ws);
  t.after(() => client.terminate());
  const take = client.take.bind(client);
  client.take = (object) => take({ ...object, cameAt: clock() });
  if (traced) await client.request('hello', { trace: true });
  await client.join(room);
  return client;
}
const clock = () => (performance.timeOrigin + performance.now()) * 1000;
const taken = (hops) => hops.find((hop) => hop.received && !hop.duplicate);
const delivered = (hops, node) => hops.find((hop) => hop.framed && hop.node === node);
const stored = () => redis.command('--scan', '--pattern', 'chat:{trace.*');
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const share = (list, matches) => `${((100 * list.filter(matches).length) / list.length).toFixed(1)} %`;

/** The hops of a message, once the node that took it and these nodes have reported them. */
const hopsOf = (client, room, offset, ids) => until(`the hops of ${room} ${offset}`, async () => {
  const { hops } = await client.request('trace', { room, offset });
  return taken(hops) && ids.every((id) => delivered(hops, id)) && hops;
});
const all = ['chat-1', 'chat-2', 'chat-3'];

describe('a traced message', () => {
  test(`${MESSAGES} of them over three nodes have their hops in causal order, and their sum is what a client measures`, { timeout }, async (t) => {
    const clients = await Promise.all(nodes.map((node) => member(t, node, 'paced')));
    const sentAt = new Map();
    await Promise.all(clients.map(async (client, i) => {
      for (let n = i; n < MESSAGES; n += 3) {
        const at = clock();
        const { offset } = await client.say('paced', `message ${n}`);
        sentAt.set(offset, { at, by: i });
        await pause(1000 / A_NODE_TRACES);           // the rate that a node traces
      }
    }));
    const [reader] = clients;
    const figures = [];
    for (const [offset, { at, by }] of sentAt) {
      const hops = await hopsOf(reader, 'paced', offset, all);
      const intake = taken(hops);
      assert.equal(intake.node, nodes[by].id);
      for (const id of all) {
        const hop = delivered(hops, id);
        const slack = intake.error_us + hop.error_us;
        assert.ok(intake.received <= intake.appended && hop.heard <= hop.framed && hop.framed <= hop.written, JSON.stringify(hops));
        assert.ok(intake.received <= hop.heard + slack, `received, then heard by ${id}: ${JSON.stringify(hops)}`);
        assert.deepEqual([hop.sockets, hop.laggards, hop.incomplete], [1, 0, undefined]);
      }
      const to = clients[(by + 1) % 3];
      const came = to.pushes.find((push) => push.type === 'message' && push.offset === offset).cameAt;
      const hop = delivered(hops, to.node);
      figures.push({ measured: came - at, traced: hop.written - intake.received, error: intake.error_us + hop.error_us, first: intake.received - at, last: came - hop.written });
    }
    const outside = figures.map(({ measured, traced }) => measured - traced);
    const ms = (list) => `${(median(list) / 1000).toFixed(2)} ms`;
    console.log(`${figures.length} traces; median: measured ${ms(figures.map((f) => f.measured))}, in the cluster ${ms(figures.map((f) => f.traced))}, to the first node ${ms(figures.map((f) => f.first))}, ` +
      `from the last ${ms(figures.map((f) => f.last))}; clock error ${ms(figures.map((f) => f.error))}`);
    console.log(`the cluster's part of what the client measures: median ${(100 * median(figures.map((f) => f.traced / f.measured))).toFixed(0)} %; ` +
      `within 10 % of it: ${share(figures, ({ measured, traced }) => Math.abs(measured - traced) <= measured / 10)}, or within the clock error: ${share(figures, ({ measured, traced, error }) => Math.abs(measured - traced) <= measured / 10 + error)}`);
    assert.equal(figures.length, MESSAGES);
    assert.ok(median(outside) > -median(figures.map((f) => f.error)), 'the cluster takes no longer than the client measures');
    assert.ok(median(outside) < 5000, 'and what it does not see is two sockets of this machine');
  });

  test('is a duplicate on the node where its sender repeats it, and stored once', { timeout }, async (t) => {
    const first = await member(t, nodes[0], 'repeated');
    const { offset } = await first.request('send', { room: 'repeated', text: 'once', seq: 1 });
    const again = await first.request('send', { room: 'repeated', text: 'once', seq: 1 });
    assert.deepEqual([again.offset, again.duplicate], [offset, true]);
    const hops = await until('the duplicate is reported', async () => {
      const found = await hopsOf(first, 'repeated', offset, ['chat-1']);
      return found.some((hop) => hop.duplicate) && found;
    });
    assert.deepEqual(hops.map((hop) => [hop.node, Boolean(hop.duplicate), hop.ack ?? '']).sort(), [['chat-1', false, ''], ['chat-1', false, 'stored'], ['chat-1', true, 'stored']]);
  });

  test('is told only to those who may read the history of its room', { timeout }, async (t) => {
    const inside = await member(t, nodes[0], 'private');
    const { offset } = await inside.say('private', 'hi');
    await hopsOf(inside, 'private', offset, ['chat-1']);
    const stranger = await member(t, nodes[1], 'elsewhere');
    await assert.rejects(stranger.request('trace', { room: 'private', offset }), /not_joined/);
    const deaf = await member(t, nodes[1], 'deaf');
    const said = await deaf.say('deaf', 'hi');
    await assert.rejects(deaf.request('trace', { room: 'deaf', offset: said.offset }), /forbidden/);
  });

  test('is bounded in number: above its rate a node sends messages without a trace, and counts them', { timeout }, async (t) => {
    const client = await member(t, nodes[2], 'flooded');
    await Promise.all(Array.from({ length: 500 }, (_, i) => client.say('flooded', `${i}`)));
    await until('all have come', () => client.messages('flooded').length === 500);
    const traced = client.messages('flooded').filter((message) => message.trace).length;
    assert.ok(traced >= 1 && traced <= 200, `${traced}`);
    const metrics = (await http(`${nodes[2].http}/metrics`)).text;
    const refused = Number(/chat_traces_refused_total(?:\{[^}]*\})? (\d+)/.exec(metrics)[1]);
    assert.ok(refused >= 500 - traced, `${refused}`);
  });

  test('goes as the store lets it: its reports end after five minutes', { timeout }, async (t) => {
    const client = await member(t, nodes[0], 'ended');
    const { offset } = await client.say('ended', 'hi');
    await hopsOf(client, 'ended', offset, ['chat-1']);
    const lists = (await stored()).split('\n').filter(Boolean);
    const lives = await Promise.all(lists.map(async (key) => Number(await redis.command('PTTL', key))));
    assert.ok(lives.length > 0 && lives.every((life) => life > 0 && life <= 300_000), `${Math.min(...lives)} to ${Math.max(...lives)}`);
  });
});

describe('off', () => {
  test('nothing is marked and nothing is stored', { timeout }, async (t) => {
    const before = (await stored()).split('\n').length;
    const [client, other] = await Promise.all([nodes[0], nodes[1]].map((node) => member(t, node, 'plain', { traced: false })));
    for (let i = 0; i < 20; i++) await client.say('plain', `${i}`);
    await other.hears('plain', '19');
    assert.ok(other.messages('plain').every((message) => !('trace' in message)));
    assert.ok((await stored()).split('\n').length <= before);
    assert.deepEqual((await client.request('trace', { room: 'plain', offset: 5 })).hops, []);
  });
});

describe('a node', () => {
  test('traces one message in so many by itself', { timeout }, async (t) => {
    const alone = await Node.start({ id: 'alone', folder, settings: { 'trace-sample': 10, 'people-per-address': 0 } });
    t.after(() => alone.stop());
    const client = await member(t, alone, 'sampled', { traced: false });
    for (let i = 0; i < 50; i++) await client.say('sampled', `${i}`);
    await client.hears('sampled', '49');
    const traced = client.messages('sampled').filter((message) => message.trace);
    assert.equal(traced.length, 5);
    assert.ok(await hopsOf(client, 'sampled', traced[0].offset, ['alone']));
  });
});

describe('an application', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const parent = 'b7ad6b7169203331';

  test('has its trace go on: the node that takes the message is below it, those that deliver are linked', { timeout }, async (t) => {
    const readers = await Promise.all(nodes.map((node) => member(t, node, 'orders', { traced: false })));
    const app = new Application(nodes[0], keys.secret('shop'));
    const { offset } = await app.call('publish', { room: 'orders', text: 'order 7' }, { traceparent: `00-${traceId}-${parent}-01` });
    const hops = await hopsOf(readers[1], 'orders', offset, all);
    assert.equal(taken(hops).trace.slice(3, 35), traceId);
    const spans = await until('the collector has the spans of all nodes', () => {
      const found = collector.spans.filter(({ facts }) => facts['messaging.destination.name'] === 'orders');
      return found.length >= 4 && found;
    });
    const producer = spans.find(({ kind }) => kind === 4);
    assert.deepEqual([producer.node, producer.traceId, producer.parentSpanId, producer.name], ['chat-1', traceId, parent, 'send']);
    const consumers = spans.filter(({ kind }) => kind === 5);
    assert.deepEqual(consumers.map(({ node }) => node).sort(), all);
    for (const consumer of consumers) {
      assert.deepEqual(consumer.links, [{ traceId, spanId: producer.spanId }]);
      assert.notEqual(consumer.traceId, traceId);
      assert.equal(consumer.parentSpanId, undefined);
      assert.equal(consumer.facts['chat.sockets'], '1');
      assert.ok(BigInt(consumer.startTimeUnixNano) <= BigInt(consumer.endTimeUnixNano));
    }
    assert.deepEqual(collector.strangeRequests, []);
  });

  test('that does not record its trace gets none', { timeout }, async (t) => {
    const reader = await member(t, nodes[1], 'quiet', { traced: false });
    const app = new Application(nodes[0], keys.secret('shop'));
    const { offset } = await app.call('publish', { room: 'quiet', text: 'order 8' }, { traceparent: `00-${traceId}-${parent}-00` });
    await reader.hears('quiet', 'order 8');
    assert.deepEqual((await reader.request('trace', { room: 'quiet', offset })).hops, []);
  });
});

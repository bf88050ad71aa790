// Programs write into the inbox with XADD, while the nodes that consume it are killed. ENTRIES=100000 writes as many.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { freshFolder, top } from './support/places.mjs';
import { Redis } from './support/redis.mjs';
import { until } from './support/until.mjs';

const entries = Number(process.env.ENTRIES ?? 10_000);
const rooms = 20;
const roomOf = (i) => `room-${i % rooms}`;
const half = Math.floor(entries / 2);

describe('the inbox', () => {
  let redis, nodes;
  const folder = freshFolder('inbox');
  const length = async (key) => Number(await redis.command('XLEN', key));
  const add = (...fields) => redis.command('XADD', 'chat:inbox', '*', ...fields);
  const empty = (milliseconds) => until('the inbox is empty', async () => await length('chat:inbox') === 0, milliseconds);

  before(async () => {
    redis = await Redis.start(folder);
    nodes = await Promise.all([1, 2, 3].map((n) => Node.start({ id: `chat-${n}`, folder, redis, settings: { 'history-size': 1_000_000 } })));
  });
  after(async () => {
    await Promise.all((nodes ?? []).map((node) => node.stop()));
    await redis?.stop();
  });

  /** The node that became the consumer last, if it lives; a node's log begins anew with each of its lives. */
  function consumer() {
    const since = (node) => [...node.log.matchAll(/^(\S+) .*event=queue_consumer/gm)].at(-1)?.[1] ?? '';
    const last = [...nodes].sort((a, b) => (since(a) < since(b) ? 1 : -1))[0];
    return since(last) ? last : undefined;
  }

  /** redis-cli --pipe takes commands as Redis reads them. */
  async function pipe(from, to) {
    const cli = spawn('redis-cli', ['-p', String(redis.port), '--pipe'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const word = (text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
    for (let i = from; i < to; i += 1) {
      const words = ['XADD', 'chat:inbox', '*', 'room', roomOf(i), 'text', `c${i}`];
      if (!cli.stdin.write(`*${words.length}\r\n${words.map(word).join('')}`)) await once(cli.stdin, 'drain');
    }
    cli.stdin.end();
    const [code] = await once(cli, 'close');
    assert.equal(code, 0);
  }

  async function python(from, to) {
    const script = join(top, 'tests/e2e/support/inbox.py');
    const { stdout } = await promisify(execFile)('/usr/bin/python3', [script, ...[redis.port, from, to, rooms].map(String)]);
    assert.equal(Number(stdout), to - from);
  }

  test('one entry is a message of its room, for members on every node', async () => {
    await add('room', 'lobby', 'data', '{"text":"hi"}', 'name', 'Shop');
    await empty();
    const [message] = await redis.log('lobby');
    assert.deepEqual({ from: message.from, text: message.text }, { from: { id: 'app.inbox', name: 'Shop' }, text: 'hi' });
  });

  test(`${entries} entries of two programs are each stored once, in order, while consumers are killed`, { timeout: 600_000 }, async () => {
    const begun = performance.now();
    let writing = true, kills = 0;
    const killing = (async () => {
      for (let turn = 0; writing || await length('chat:inbox') > 0; turn += 1) {
        await pause(700);
        const node = turn % 4 === 3 ? nodes[turn % 3] : consumer() ?? nodes[turn % 3];
        await node.kill();
        kills += 1;
        await node.start();
      }
    })();
    // In slices, so that entries come during all of the kills.
    const slices = Array.from({ length: 11 }, (_, i) => Math.floor(half * i / 10));
    for (let i = 0; i < 10; i += 1) {
      await Promise.all([pipe(slices[i], slices[i + 1]), python(half + slices[i], half + slices[i + 1])]);
      await pause(500);
    }
    writing = false;
    await killing;
    await empty(120_000);
    const seconds = (performance.now() - begun) / 1000;

    let stored = 0, twice = 0, missing = 0, disordered = 0;
    for (let room = 0; room < rooms; room += 1) {
      const texts = (await redis.log(`room-${room}`)).map((message) => message.text);
      stored += texts.length;
      twice += texts.length - new Set(texts).size;
      for (const [writer, from, to] of [['c', 0, slices[10]], ['p', half, half + slices[10]]]) {
        const expected = [];
        for (let i = from; i < to; i += 1) if (i % rooms === room) expected.push(`${writer}${i}`);
        const got = texts.filter((text) => text.startsWith(writer));
        const present = new Set(got);
        missing += expected.filter((text) => !present.has(text)).length;
        for (let i = 1; i < got.length; i += 1) if (Number(got[i].slice(1)) < Number(got[i - 1].slice(1))) disordered += 1;
      }
    }
    console.log(`inbox: ${2 * half} entries, ${rooms} rooms, ${kills} kills, ${seconds.toFixed(1)} s | stored ${stored} missing ${missing} twice ${twice} disordered ${disordered}`);
    assert.deepEqual({ stored, missing, twice, disordered }, { stored: 2 * half, missing: 0, twice: 0, disordered: 0 });
    assert.ok(kills >= 5, `${kills} kills`);
    assert.equal(await length('chat:inbox:dead'), 0);
    assert.equal(await redis.command('--raw', 'XPENDING', 'chat:inbox', 'nodes').then((reply) => reply.split('\n')[0]), '0');
  });

  test('an entry that is wrong becomes a dead letter that says what to do, and the others go on', async () => {
    const wrong = [
      [['rom', 'lobby', 'text', 'hi'], /there is no field "rom".*room, text or data/],
      [['room', 'The Lobby', 'text', 'hi'], /no name of a room: use 1 to 64 of a-z/],
      [['room', 'lobby', 'data', '{hi}'], /data is no JSON/],
      [['room', 'lobby', 'text', 'x'.repeat(5000)], /a message may have 4096 bytes, this has 5000: split it/],
      [['room', 'lobby', 'text', 'x'.repeat(70_000)], /32 fields and 65536 bytes/],
      [['room', 'lobby'], /exactly one of them/],
    ];
    const ids = [];
    for (const [fields] of wrong) ids.push(await add(...fields));
    await add('room', 'lobby', 'text', 'after them');
    await empty();
    assert.equal((await redis.log('lobby')).at(-1).text, 'after them');
    const dead = JSON.parse(await redis.command('--json', 'XRANGE', 'chat:inbox:dead', '-', '+')).map(([, fields]) => fields);
    assert.equal(dead.length, wrong.length);
    for (const [i, [fields, reason]] of wrong.entries()) {
      assert.deepEqual(dead[i].slice(0, 3), ['id', ids[i], 'reason']);
      assert.match(dead[i][3], reason);
      if (fields.at(-1).length < 60_000) assert.deepEqual(dead[i].slice(4), fields);
    }
  });

  test('the same idempotency key twice is one message', async () => {
    for (let i = 0; i < 2; i += 1) await add('room', 'orders', 'text', 'order 7', 'idempotency_key', 'order-7', 'user', 'app.shop');
    await empty();
    const log = await redis.log('orders');
    assert.deepEqual(log.map(({ from, text }) => [from.id, text]), [['app.shop', 'order 7']]);
  });

  test('a node that stops hands over at once, and counts what it has done', async () => {
    const node = consumer();
    const metrics = (await http(`${node.http}/metrics`)).text;
    assert.match(metrics, /^chat_inbox_entries_total \d+$/m);
    assert.match(metrics, /^chat_inbox_buried_total \d+$/m);
    assert.match(metrics, /^chat_inbox_waiting 0$/m);
    await node.stop();
    await add('room', 'lobby', 'text', 'to the next');
    await empty();
    assert.equal((await redis.log('lobby')).at(-1).text, 'to the next');
    await node.start();
  });
});

// A sick application: whatever it does, rooms without a hook do not notice, and its calls fail as its rules say.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ChatClient } from './support/client.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { Redis } from './support/redis.mjs';

const messages = 400;
const head = (status, length) => `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
const megabyte = Buffer.alloc(2 ** 20, 'x');

/** What an application does with a request. */
const ways = {
  healthy: (socket) => socket.write(`${head(200, 2)}{}`),
  'never answers': () => {},
  'breaks the connection': (socket) => socket.resetAndDestroy(),
  'answers 500': (socket) => socket.write(head(500, 0)),
  'answers garbage': (socket) => socket.end(randomBytes(4096)),
  'answers 100 MB': (socket) => {
    socket.write(head(200, 100 * 2 ** 20));
    const more = () => { while (!socket.destroyed && socket.write(megabyte)) if (socket.bytesWritten > 100 * 2 ** 20) return; };
    socket.on('drain', more);
    more();
  },
  'answers a byte at a time': (socket) => {
    const bytes = head(200, 2) + '{}';
    let sent = 0;
    const timer = setInterval(() => (sent < bytes.length ? socket.write(bytes[sent++]) : clearInterval(timer)), 50);
    socket.on('close', () => clearInterval(timer));
  },
};

describe('a sick application', () => {
  let redis, node, server, way = ways.healthy;
  const sockets = new Set();
  const folder = freshFolder('sick-application');
  const healthy = {};

  before(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      socket.on('data', (bytes) => { if (String(bytes).endsWith('}')) way(socket); });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${server.address().port}/`;
    const rule = { url, timeout_ms: 500, breaker: { failures: 1_000_000 } };
    writeFileSync(join(folder, 'secret'), 'a secret of the tests\n');
    writeFileSync(join(folder, 'hooks.json'), JSON.stringify({
      secret_file: join(folder, 'secret'),
      hooks: {
        connect: { ...rule, on_failure: 'allow' },
        join: { ...rule, rooms: ['gate'], on_failure: 'allow' },
        message: { ...rule, rooms: ['hooked'] },
        message_posted: { ...rule, rooms: ['told'] },
      },
    }));
    redis = await Redis.start(folder);
    node = await Node.start({ id: 'chat-1', folder, redis, settings: { hooks: join(folder, 'hooks.json') } });
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    server?.close();
    await node?.stop();
    await redis?.stop();
  });

  /** The 99th percentile of the time until another client hears a message, in ms, while others wait for the application. */
  async function delays() {
    const [ana, bo, ...busy] = await Promise.all(Array.from({ length: 12 }, () => ChatClient.connect(node.ws)));
    await Promise.all([ana.join('free'), bo.join('free'), ...busy.flatMap((client) => [client.join('hooked'), client.join('told')])]);
    let isOver = false;
    const outcomes = new Map();
    let connected = 0;
    const others = busy.map(async (client, i) => {
      for (let n = 0; !isOver; n += 1) {
        const outcome = await client.request('send', { room: 'hooked', text: `${i} ${n}` }).then(() => 'stored', ({ code }) => code);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        await client.request('send', { room: 'told', text: `${i} ${n}` });
      }
    });
    const connecting = (async () => {
      for (; !isOver; connected += 1) await (await ChatClient.connect(node.ws)).close();
    })();
    const times = [];
    for (let n = 0; n < messages; n += 1) {
      const text = `free ${n}`;
      const heard = new Promise((resolve) => { bo.take = (push) => push.text === text && resolve(); });     // at once, until() looks each 20 ms
      const begun = performance.now();
      await ana.say('free', text);
      await heard;
      times.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    isOver = true;
    await Promise.all([...others, connecting]);
    assert.ok(connected > 0, 'clients are let in, as its rule says');
    await Promise.all([ana, bo, ...busy].map((client) => client.close()));
    times.sort((a, b) => a - b);
    return { p50: times[Math.floor(messages * 0.5)], p99: times[Math.floor(messages * 0.99)], outcomes };
  }

  test('compared with a healthy one', async (context) => {
    Object.assign(healthy, await delays());
    assert.deepEqual([...healthy.outcomes.keys()], ['stored']);
    context.diagnostic(`p50 ${healthy.p50.toFixed(1)} ms, p99 ${healthy.p99.toFixed(1)} ms`);
  });

  for (const [name, sick] of Object.entries(ways).slice(1)) {
    test(`that ${name} delays no message of another room, and its calls fail as configured`, async (context) => {
      way = sick;
      const { p50, p99, outcomes } = await delays();
      context.diagnostic(`p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
      assert.deepEqual([...outcomes.keys()], ['unavailable']);
      assert.ok(p99 < Math.max(2 * healthy.p99, healthy.p99 + 15), `p99 ${p99} ms, with a healthy application ${healthy.p99} ms`);
      const late = await ChatClient.connect(node.ws);
      await late.join('gate');                          // "on_failure": "allow"
      await late.close();
      assert.ok(node.memory < 200, `the node has ${node.memory} MB`);
    });
  }
});

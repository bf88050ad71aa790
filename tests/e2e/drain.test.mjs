// A node leaves while ten thousand clients talk: its clients move to the others a few at a time, nothing is lost or comes
// twice, and those on the other nodes do not notice. Pictures: build/e2e/drain/plot.svg, report.html.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { plot } from './drain/plot.mjs';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { freshFolder, top } from './support/places.mjs';
import { Program } from './support/program.mjs';
import { Redis } from './support/redis.mjs';
import { later, until, within } from './support/until.mjs';

const CLIENTS = 10_000;
const RATE = 500;                 // messages a second in 1000 rooms of 10
const BEFORE = 8;                 // seconds of peace
const DRAIN = 10;
const AFTER = 4;
const WARMUP = 2;                 // not compared
const DESCRIPTORS = 11_000;       // for the load tester; a node needs half
const NOISE = 20_000;             // µs: on two cores that also run the clients, a p99 below says little about the nodes

const chatLoad = process.env.CHAT_LOAD ?? join(top, 'build/release/bin/chat-load');
const folder = freshFolder('drain');
let redis;
let nodes = [];

function descriptors() {
  return Number(/Max open files\s+\d+\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))[1]);
}

function startNode(id, settings) {
  return Node.start({ id, folder, redis, settings: { threads: 1, 'drain-seconds': DRAIN, ...settings } });
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

before(async () => {
  assert.ok(descriptors() >= DESCRIPTORS, `a process may open ${descriptors()} files here and this test needs ${DESCRIPTORS}: raise the hard limit (ulimit -Hn)`);
  redis = await Redis.start(folder);
  nodes = await Promise.all([1, 2, 3].map((i) => startNode(`chat-${i}`)));
});
after(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await redis?.stop();
});

test('the clients of a node that leaves move one after the other, lose nothing, and disturb nobody', { timeout: 120_000 }, async (t) => {
  const results = join(folder, 'load.json');
  const load = new Program('chat-load', chatLoad, [
    '--url', nodes.map((node) => node.ws).join(), '--reconnect', '--rooms', CLIENTS / 10, '--clients-per-room', 10, '--rate', RATE,
    '--warmup', WARMUP, '--seconds', BEFORE - WARMUP + DRAIN + AFTER, '--json', results, '--html', join(folder, 'report.html'),
  ].map(String), { logFile: join(folder, 'load.log') });
  await load.line(new RegExp(`^${BEFORE} of `, 'm'), 60_000);

  const leaving = nodes.pop();
  const ended = later(leaving.stop());
  await until('it takes no new clients', () => http(`${leaving.http}/health`).then(() => false, () => true));
  nodes.push(await startNode('chat-4', { listen: leaving.settings.listen }));
  assert.equal(await ended, 0);
  await within('the load tester ends', load.exited, 60_000);

  const report = JSON.parse(readFileSync(results, 'utf8'));
  const { seconds: rows, reconnects } = report;
  writeFileSync(join(folder, 'plot.svg'), plot({
    title: `A node with ${report.clients_by_node['chat-3']} of ${CLIENTS} clients leaves within ${DRAIN} s`, rows, drain: [BEFORE, BEFORE + DRAIN],
  }));

  assert.equal(report.joined, CLIENTS);
  assert.equal(reconnects.count, report.clients_by_node['chat-3'], 'everybody came back, once');
  for (const checked of [report.by_offset, report.by_sender]) assert.deepEqual(checked, { lost: 0, duplicates: 0, out_of_order: 0 });
  assert.equal(report.clean, true, load.output);

  const share = reconnects.count / DRAIN;
  const most = Math.max(...rows.map((row) => row.reconnects));
  assert.ok(most <= 2.5 * share, `${most} came back in one second, an even share is ${share}`);
  const span = reconnects.last_at - reconnects.first_at;
  assert.ok(span >= 0.7 * DRAIN, `all came back within ${span} s`);

  // Medians of the seconds: one in which the machine did something else, or in which all clients are told, is not the drain.
  const before = rows.slice(WARMUP, BEFORE);
  const meanwhile = rows.slice(BEFORE, BEFORE + DRAIN);
  const calm = median(before.map((row) => row.undisturbed_p99));
  const moving = median(meanwhile.map((row) => row.undisturbed_p99));
  const late = median(meanwhile.map((row) => row.send_delay_p99));
  const figures = `p99 of those who stayed: ${calm} µs before, ${moving} µs meanwhile; the load tester itself was ${late} µs late`;
  t.diagnostic(`came back: ${reconnects.count} in ${span.toFixed(1)} s, at most ${most} a second, p99 ${reconnects.time_us.p99} µs; ${figures}`);
  assert.ok(moving <= Math.max(2 * calm, NOISE), figures);
});

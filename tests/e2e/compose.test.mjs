// The Docker cluster as a user starts it, under a project name and on a port of its own: up, 3 → 5 nodes, one is killed, → 2 nodes, each is replaced, down.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { ChatClient } from './support/client.mjs';
import { http } from './support/http.mjs';
import { assertContiguous, conversation } from './support/people.mjs';
import { freshFolder, top } from './support/places.mjs';
import { freePort } from './support/program.mjs';
import { withRequests } from './support/steady.mjs';
import { amongCrowd } from './support/talkers.mjs';
import { until } from './support/until.mjs';

const minutes = (n) => n * 60_000;
let port, env;

/** docker-compose (1.29 or 2) if it is there, otherwise docker compose. */
function compose(...words) {
  const [program, ...first] = hasStandalone() ? ['docker-compose'] : ['docker', 'compose'];
  return promisify(execFile)(program, [...first, '-p', 'chat-test', ...words], { cwd: top, env, maxBuffer: 2 ** 26 });
}

function hasStandalone() {
  try {
    execFileSync('docker-compose', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const site = () => `http://127.0.0.1:${port}`;
const nodes = async () => (await http(`${site()}/nodes`)).json;
const active = (count, milliseconds) => until(`${count} active nodes`, async () => { const list = await nodes(); return list.active_count === count && list.available_nodes.filter((node) => node.active); }, milliseconds);
const docker = (...words) => promisify(execFile)('docker', words);
const containerOf = async (service) => (await compose('ps', '-q', service)).stdout.trim();
const startOf = async (container) => (await docker('inspect', '-f', '{{.State.StartedAt}}', container)).stdout.trim();
const connect = (node) => ChatClient.connect(`ws://127.0.0.1:${port}${node.url}ws`, { name: `on ${node.id}` });

before(async () => {
  port = await freePort();
  env = { ...process.env, CHAT_PORT: String(port) };
  await compose('up', '--build', '-d', '--scale', 'chat=3');
}, { timeout: minutes(15) });
after(async () => {
  writeFileSync(join(freshFolder('compose'), 'compose.log'), (await compose('logs', '--no-color')).stdout);
  await compose('down', '-v', '-t', '15');
}, { timeout: minutes(3) });

/** Every client sends a message and receives all of them, in one order. */
async function talk(clients, room) {
  for (const client of clients) await client.join(room);
  await Promise.all(clients.map((client) => client.say(room, `from ${client.node}`)));
  for (const client of clients) await until('all of it', () => client.messages(room).length === clients.length);
  const [first, ...others] = clients.map((client) => conversation(client.messages(room)));
  assertContiguous(first);
  for (const other of others) assert.deepEqual(other, first);
}

test('three nodes come up and talk to each other', { timeout: minutes(3) }, async () => {
  const clients = await Promise.all((await active(3, minutes(2))).map(connect));
  assert.equal(new Set(clients.map(({ node }) => node)).size, 3);
  await talk(clients, 'three');
  assert.match((await http(`${site()}/`)).text, /<!doctype html>/i);
});

test('scaled to five: the new nodes are listed and reached without a reload, and no request fails', { timeout: minutes(5) }, async () => {
  await withRequests([`${site()}/nodes`], async () => {
    await compose('up', '-d', '--no-recreate', '--scale', 'chat=5');
    const clients = await Promise.all((await active(5, 10_000)).map(connect));
    assert.equal(new Set(clients.map(({ node }) => node)).size, 5);
    await talk(clients, 'five');
  });
});

test('a killed node: those who talk lose nothing and wait three seconds at most', { timeout: minutes(5) }, async (t) => {
  const { messages, longestWait } = await amongCrowd(() => `ws://127.0.0.1:${port}/ws`, async () => {
    const [node] = await active(5);
    const client = await connect(node);
    await docker('kill', node.id);                     // a node's id is the name of its container
    await client.closed;
    await active(4, 60_000);
    await compose('up', '-d', '--no-recreate', '--scale', 'chat=5');
    await active(5, 60_000);
  });
  t.diagnostic(`${messages} messages, the longest wait ${Math.round(longestWait)} ms`);
  assert.ok(longestWait <= 3_000, `a message waited ${longestWait} ms`);
});

test('scaled to two: those on the surviving nodes notice nothing, and no request fails', { timeout: minutes(5) }, async () => {
  const clients = await Promise.all((await active(5)).map(connect));
  for (const client of clients) await client.join('two');
  await withRequests([`${site()}/nodes`], async () => {
    await compose('up', '-d', '--no-recreate', '--scale', 'chat=2');
    const survivors = (await active(2, 10_000)).map(({ id }) => id);
    const staying = clients.filter(({ node }) => survivors.includes(node));
    assert.equal(staying.length, 2);
    await talk(staying, 'survivors');
    for (const client of staying) assert.equal(client.closeCode, undefined);
    for (const client of clients.filter((one) => !staying.includes(one))) assert.equal((await client.closed).code, 1012);
  });
});

test('rolled by compose-roll: those who talk lose nothing and wait two seconds at most, and NGINX stays', { timeout: minutes(8) }, async (t) => {
  const nginx = await startOf(await containerOf('nginx'));
  const before = (await active(2)).map(({ id }) => id);
  const { messages, longestWait } = await amongCrowd(() => `ws://127.0.0.1:${port}/ws`, async () => {
    await promisify(execFile)(join(top, 'deploy/compose-roll'), ['-p', 'chat-test'], { env });
  });
  t.diagnostic(`${messages} messages, the longest wait ${Math.round(longestWait)} ms`);
  assert.ok(longestWait <= 2_000, `a message waited ${longestWait} ms`);
  const after = (await active(2, 60_000)).map(({ id }) => id);
  assert.deepEqual(after.filter((id) => before.includes(id)), []);
  assert.equal(await startOf(await containerOf('nginx')), nginx);
});

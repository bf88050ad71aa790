// A new node gets its share of the clients.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { until } from './support/until.mjs';

const CLIENTS = 40;
const room = 'scale';
let cluster;
before(async () => { cluster = await Cluster.start('scale', { nodes: 1 }); });
after(() => cluster?.stop());

test('after a node has come, clients above the average are asked to connect again, and NGINX sends some of them to it', { timeout: 90_000 }, async () => {
  const people = await Promise.all(Array.from({ length: CLIENTS }, async (_, i) => {
    const client = await ChatClient.connect(cluster.nginx.ws, { from: `127.0.${i + 1}.1` });
    await client.join(room);
    return { client, from: `127.0.${i + 1}.1` };
  }));
  const asked = () => people.filter(({ client }) => client.pushes.some(({ type }) => type === 'reconnect'));
  await until('the list counts them', async () => (await cluster.list()).available_nodes[0].connections === CLIENTS);

  await cluster.grow();
  await until('the surplus is asked to move', () => asked().length >= CLIENTS / 5, 45_000);
  const moved = await Promise.all(asked().map(async ({ client, from }) => {
    const { after_ms: pause } = client.pushes.find(({ type }) => type === 'reconnect');
    assert.ok(pause <= CLIENTS * 10, `${pause} ms: a hundred clients a second`);
    await client.close();
    const again = await ChatClient.connect(cluster.nginx.ws, { from });
    await again.join(room);
    return again;
  }));
  assert.ok(asked().length < CLIENTS * 4 / 5, `${asked().length} of ${CLIENTS} were asked`);
  const newcomers = moved.filter(({ node }) => node === 'chat-2');
  assert.ok(newcomers.length > 0, `${moved.length} moved, none to chat-2`);
  await newcomers[0].insist(room, 'from the new node');
  for (const client of [...moved, ...people.filter((person) => !asked().includes(person)).map((person) => person.client)]) {
    await client.hears(room, 'from the new node');
  }
});

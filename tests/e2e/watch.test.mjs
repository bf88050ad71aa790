// The request `watch`: a client sees the cluster, pushed over its own connection. Three nodes with one Redis.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ChatClient } from './support/client.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { Redis } from './support/redis.mjs';
import { until } from './support/until.mjs';

const timeout = 60_000;
let redis, nodes, folder;
before(async () => {
  folder = freshFolder('watch');
  redis = await Redis.start(folder);
  nodes = await Promise.all(['chat-1', 'chat-2', 'chat-3'].map((id) => Node.start({ id, folder, redis, settings: { 'drain-seconds': 4, 'people-per-address': 0 } })));
});
after(async () => {
  await Promise.all((nodes ?? []).map((node) => node.stop()));
  await redis?.stop();
});

/** A client that watches, and what it was shown last. */
async function watcher(t, node = nodes[0]) {
  const client = await ChatClient.connect(node.ws);
  t.after(() => client.terminate());
  const { on } = await client.request('watch');
  assert.equal(on, true);
  const shown = () => client.pushes.filter(({ type }) => type === 'cluster');
  const state = (id) => shown().at(-1)?.nodes.find((one) => one.id === id)?.state;
  /** Seconds until the client is shown this. */
  const sees = async (what, matches) => {
    const from = performance.now();
    await until(what, () => shown().length > 0 && matches(), 10_000);
    return (performance.now() - from) / 1000;
  };
  return { client, shown, state, sees };
}

describe('a client that watches', () => {
  test('is shown all nodes and the store once a second', { timeout }, async (t) => {
    const { shown, sees, client } = await watcher(t);
    const from = performance.now();
    await sees('four pictures', () => shown().length >= 4);
    assert.ok(performance.now() - from > 2500, 'not more often');
    const { nodes: seen, store, time } = shown().at(-1);
    assert.deepEqual(seen.map(({ id, state }) => [id, state]), [['chat-1', 'ready'], ['chat-2', 'ready'], ['chat-3', 'ready']]);
    assert.ok(seen[0].connections >= 1);
    assert.match(seen[0].version, /^\d+\.\d+\.\d+/);
    assert.equal(store.answers, true);
    assert.ok(store.round_trip_ms >= 0);
    assert.ok(Math.abs(time - Date.now()) < 5000);
    const { on } = await client.request('watch', { on: false });
    assert.equal(on, false);
  });
  test('sees within 2 s (3 s on a busy machine) that a node was killed, and that it is back', { timeout }, async (t) => {
    const watchers = [await watcher(t), await watcher(t, nodes[2])];
    await Promise.all(watchers.map(({ sees, state }) => sees('chat-2 is ready', () => state('chat-2') === 'ready')));
    await nodes[1].kill();
    const seconds = await Promise.all(watchers.map(({ sees, state }) => sees('chat-2 is silent', () => state('chat-2') === 'silent')));
    await nodes[1].start();
    await Promise.all(watchers.map(({ sees, state }) => sees('chat-2 is back', () => state('chat-2') === 'ready')));
    assert.ok(Math.max(...seconds) < 3, `${seconds}`);
    console.log(`a kill was seen after ${seconds.map((s) => s.toFixed(2)).join(' and ')} s`);
  });
  test('sees a drain at once, and then that the node is gone', { timeout }, async (t) => {
    const { sees, state } = await watcher(t);
    const guest = await ChatClient.connect(nodes[2].ws);  // the node waits for
    t.after(() => guest.terminate());
    await sees('chat-3 is ready', () => state('chat-3') === 'ready');
    const stopped = nodes[2].stop();
    const seconds = await sees('chat-3 drains', () => state('chat-3') === 'draining');
    await stopped;
    await sees('chat-3 is gone', () => state('chat-3') === undefined);
    await nodes[2].start();
    assert.ok(seconds < 3, `${seconds}`);
    console.log(`a drain was seen after ${seconds.toFixed(2)} s`);
  });
  test('sees that the store stands still, keeps the picture of the nodes, and takes none for silent afterwards', { timeout }, async (t) => {
    const { client, shown, sees } = await watcher(t);
    await sees('the store answers', () => shown().at(-1).store.answers && shown().at(-1).nodes.length === 3);
    redis.pause();
    const seconds = await sees('the store is still', () => !shown().at(-1).store.answers);
    assert.equal(shown().at(-1).nodes.length, 3);
    client.pushes.length = 0;
    redis.resume();
    await sees('the store is back', () => shown().at(-1).store.answers);
    await sees('three more pictures', () => shown().length >= 4);
    assert.ok(shown().every(({ nodes: seen }) => seen.every(({ state }) => state === 'ready')));
    assert.ok(seconds < 3, `${seconds}`);
    console.log(`a store that stands still was seen after ${seconds.toFixed(2)} s`);
  });
  test('a wrong "on" is refused', { timeout }, async (t) => {
    const { client } = await watcher(t);
    await assert.rejects(client.request('watch', { on: 'yes' }), /on/);
  });
});

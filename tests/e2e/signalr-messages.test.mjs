// Hub messages one by one, however they were joined or split on their way: each is answered, none takes others with it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Subject } from '@microsoft/signalr';
import { Cluster } from './support/cluster.mjs';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { RawHub } from './support/raw-hub.mjs';
import { HubClient, pairs, protocols, transports } from './support/signalr.mjs';
import { until } from './support/until.mjs';

const timeout = 60_000;
let cluster, polite, nodes;
before(async () => {
  cluster = await Cluster.start('signalr-messages', { nodes: 2 });
  polite = await Cluster.start('signalr-messages-limits', { nodes: 1, settings: { 'messages-per-second': 10, 'joins-per-second': 20, 'people-per-address': 0 } });
  nodes = cluster.nodes;
});
after(async () => {
  await cluster?.stop();
  await polite?.stop();
});

const outcome = (promise) => promise.then((value) => ({ value }), (error) => ({ error: error.message }));
const unique = () => randomBytes(6).toString('hex');

describe('what is said in one turn', { concurrency: false }, () => {
  for (const { name, options, protocol } of pairs) {
    for (const [count, size] of [[36, 900], [300, 100], [600, 1]]) {
      test(`${count} messages of ${size} characters are answered one by one: ${name}`, { timeout }, async () => {
        const client = await HubClient.connect(cluster.nginx, { options, protocol: protocol() });
        const results = await Promise.all(Array.from({ length: count }, () => outcome(client.invoke('SendMessage', 'A', 'x'.repeat(size)))));
        assert.deepEqual(results.filter(({ error }) => error), []);
        assert.deepEqual(client.events, []);
        await client.stop();
      });
    }
  }

  test('of what is over the rate each is refused by itself, and the rest is stored', { timeout }, async () => {
    for (const [count, size] of [[36, 900], [300, 100], [600, 1]]) {
      const client = await HubClient.connect(polite.nginx, { hub: '/chatHub' });
      await client.invoke('Hello', { name: 'A', identity_secret: unique() + unique() });
      const results = await Promise.all(Array.from({ length: count }, () => outcome(client.invoke('SendMessage', 'A', 'x'.repeat(size)))));
      const refused = results.filter(({ error }) => error);
      assert.ok(refused.every(({ error }) => /rate_limited: .*retry_after_ms: \d+/.test(error)), refused[0]?.error);
      assert.ok(results.length - refused.length >= 20, `${results.length - refused.length} were stored`);
      assert.deepEqual(client.events, []);
      await client.stop();
    }
  });

  test('who is refused too often may come back', { timeout }, async () => {
    const client = await HubClient.connect(cluster.nginx, { retries: [0, 100, 500, 1000] });
    await Promise.all(Array.from({ length: 30 }, () => outcome(client.invoke('Nonsense'))));
    await client.happens('reconnected');
    await client.invoke('SendMessage', 'A', unique());
    await client.stop();
  });
});

describe('a message that no method can take', { concurrency: true }, () => {
  const deep = (depth) => (depth === 0 ? [] : [deep(depth - 1)]);
  const cases = {
    'half an emoji': '\ud83d',
    '600 numbers': Array.from({ length: 600 }, (_, i) => i),
    'nested ten deep': deep(10),
    'nested seventy deep': deep(70),
  };
  for (const { name, options, protocol } of pairs) {
    test(`is refused under its id, and what stands behind it is done: ${name}`, { timeout }, async () => {
      const client = await HubClient.connect(nodes[0], { options, protocol: protocol() });
      for (const [what, content] of Object.entries(cases)) {
        const text = unique();
        const [bad, good] = await Promise.all([outcome(client.invoke('SendMessage', 'A', content)), outcome(client.invoke('SendMessage', 'A', text))]);
        assert.match(bad.error ?? '', /bad_request: /, what);
        assert.ok(good.value?.offset > 0, `${what}: ${good.error}`);
        await client.hears('lobby', text);
      }
      assert.deepEqual(client.events, []);
      await client.stop();
    });
  }

  test('dates and bytes over MessagePack arrive as the texts that JSON has for them', { timeout }, async () => {
    const client = await HubClient.connect(nodes[0], { protocol: protocols.messagepack() });
    const date = new Date('2026-11-28T23:59:59.123Z');
    await client.invoke('SendMessage', 'A', date);
    await client.hears('lobby', date.toISOString());
    await client.invoke('SendMessage', 'A', { at: date, bytes: new Uint8Array([0, 1, 255]) });
    await client.hears('lobby', { at: date.toISOString(), bytes: 'AAH/' });
    await client.stop();
  });

  test('counts for a client that changes sockets: nothing comes twice, nothing that was refused comes at all', { timeout }, async () => {
    const [client, listener] = [await HubClient.connect(nodes[0], { stateful: true }), await HubClient.connect(nodes[1])];
    const say = (text) => outcome(client.invoke('SendMessage', 'A', text));
    const tag = unique();
    const said = [say('\ud83d'), say(['x', ...Array(600).fill(0)]), say(`B ${tag}`), say(`C ${tag}`), say(`D ${tag}`), say(`D ${tag}`)];
    await Promise.all(said);
    await client.cut();
    await say(`E ${tag}`);
    await listener.hears('lobby', `E ${tag}`);
    const heard = listener.messages('lobby').map(([, text]) => text).filter((text) => String(text).includes(tag)).map((text) => text[0]);
    assert.equal(heard.join(' '), 'B C D D E');
    assert.ok(listener.messages('lobby').every(([, text]) => text?.[0] !== 'x'));
    assert.deepEqual(client.events, []);
    await Promise.all([client.stop(), listener.stop()]);
  });
});

describe('a stream of the client\'s', { concurrency: true }, () => {
  for (const refusedLast of [false, true]) {
    test(`one of whose items is refused${refusedLast ? ', be it the last,' : ''} ends with an error`, { timeout }, async () => {
      const client = await HubClient.connect(nodes[0]);
      const subject = new Subject();
      const uploaded = outcome(client.invoke('UploadMessages', 'lobby', 'Ana', subject));
      const items = ['one', 'x'.repeat(5000), 'three'];
      for (const item of refusedLast ? [items[0], items[2], items[1]] : items) subject.next(item);
      subject.complete();
      assert.match((await uploaded).error ?? '', /too_large/);
      await client.stop();
    });
  }

  test('that is too fast ends with an error', { timeout }, async () => {
    const client = await HubClient.connect(polite.nodes[0]);
    const subject = new Subject();
    const uploaded = outcome(client.invoke('UploadMessages', 'lobby', 'Ana', subject));
    for (let i = 0; i < 50; ++i) subject.next(`item ${i}`);
    subject.complete();
    assert.match((await uploaded).error ?? '', /rate_limited/);
    await client.stop();
  });
});

describe('a raw client', { concurrency: true }, () => {
  for (const [what, write] of Object.entries({
    'in frames of seven bytes': (hub, bytes) => hub.writeInMessages(bytes, 7),
    'in fragments of seven bytes': (hub, bytes) => hub.writeInFragments(bytes, 7),
    'in binary frames': (hub, bytes) => hub.write(bytes, { binary: true }),
    'all in one frame': (hub, bytes) => hub.write(bytes),
  })) {
    test(`is understood ${what}`, { timeout }, async () => {
      const hub = await RawHub.open(nodes[0].port);
      const text = unique();
      write(hub, RawHub.handshake + RawHub.call('1', 'SendMessage', 'Raw', text) + RawHub.call('2', 'GetNodeInfo'));
      assert.deepEqual(await hub.next(), {});
      assert.ok((await hub.completion('1')).result.offset > 0);
      assert.match((await hub.completion('2')).result.nodeId, /^chat-/);
      hub.destroy();
    });
  }

  test('may split a handshake and a hub message over POSTs', { timeout }, async () => {
    const url = `${cluster.nginx.http}/chatHub`;
    const { connectionToken: id } = (await http(`${url}/negotiate?negotiateVersion=1`, { method: 'POST' })).json;
    const ask = (method, body) => http(`${url}?id=${id}`, { method, body });
    assert.equal((await ask('GET')).status, 200);
    const said = RawHub.handshake + RawHub.call('1', 'GetNodeInfo');
    for (let at = 0; at < said.length; at += 20) assert.equal((await ask('POST', said.slice(at, at + 20))).status, 200);
    let heard = '';
    await until('it is answered', async () => { heard += (await ask('GET')).text; return heard.includes('"invocationId":"1"'); });
    assert.ok(heard.startsWith('{}\u001e'));
  });

  test('must name its connection in requests that are of one: 400', { timeout }, async () => {
    for (const method of ['GET', 'POST', 'DELETE']) assert.equal((await http(`${nodes[0].http}/chatHub`, { method })).status, 400, method);
  });
});

test('a client that has said too much for the moment, and changes sockets, is read over the new one', { timeout }, async (t) => {
  const node = await Node.start({ id: 'frugal', folder: dirname(nodes[0].logFile), settings: { 'messages-per-second': 1, 'people-per-address': 1, 'joins-per-second': 100 } });
  t.after(() => node.stop());
  const { connectionToken } = (await http(`${node.http}/chatHub/negotiate?negotiateVersion=1&useStatefulReconnect=true`, { method: 'POST' })).json;
  const open = async () => {
    const hub = await RawHub.open(node.port, { target: `/chatHub?id=${connectionToken}` });
    t.after(() => hub.destroy());
    assert.equal(hub.head.status, 101);
    return hub;
  };
  const first = await open();
  first.write('{"protocol":"json","version":2}\u001e');
  assert.deepEqual(await first.next(), {});
  first.write(RawHub.call('1', 'GetNodeInfo'));
  await first.completion('1');
  for (let i = 0; i < 4; ++i) first.write('{"type":6}\u001e'.repeat(2500));    // three times the burst of its address
  const second = await open();
  second.write('{"type":9,"sequenceId":2}\u001e' + RawHub.call('2', 'GetNodeInfo'));
  assert.equal((await second.completion('2')).result.nodeId, 'frugal');
});

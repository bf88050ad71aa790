// Clients without a WebSocket: Server-Sent Events and long polling, on three nodes behind an NGINX that sends every request to
// the next node, so that a connection's requests land anywhere.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { EventStreamClient, PollClient } from './support/http-clients.mjs';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { RawSocket } from './support/raw.mjs';
import { later, until, within } from './support/until.mjs';

const timeout = 60_000;
const friend = 'https://friend.example';
let cluster;
let sse;
let poll;
before(async () => {
  cluster = await Cluster.start('http-transports', { nodes: 3, sticky: false, settings: { 'allowed-origins': friend } });
  sse = `${cluster.nginx.http}/sse`;
  poll = `${cluster.nginx.http}/poll`;
});
after(() => cluster?.stop());

/** A client that goes when the test is over. */
async function connect(t, kind, url, options) {
  const client = await kind.connect(url, options);
  t.after(() => client.terminate());
  return client;
}
const texts = (client, room) => client.messages(room).map(({ text }) => text);
const offsets = (client, room) => client.messages(room).map(({ offset }) => offset);
const upTo = (count) => Array.from({ length: count }, (_, i) => i + 1);

test('one chat of a WebSocket, an event stream and a polling client: all hear all of it in one order', { timeout }, async (t) => {
  const clients = await Promise.all([connect(t, ChatClient, cluster.nginx.ws), connect(t, EventStreamClient, sse), connect(t, PollClient, poll)]);
  for (const client of clients) await client.join('mixed');
  await Promise.all(clients.map(async (client, who) => {
    for (let i = 0; i < 20; ++i) await client.say('mixed', `${who} ${i}`);
  }));
  for (const client of clients) await until('60 messages', () => client.messages('mixed').length === 60);
  for (const client of clients) {
    assert.deepEqual(offsets(client, 'mixed'), upTo(60));
    assert.deepEqual(texts(client, 'mixed'), texts(clients[0], 'mixed'));
  }
});

test('requests of one connection reach all nodes', { timeout }, async (t) => {
  const client = await connect(t, PollClient, poll);
  for (let i = 0; i < 6; ++i) await client.request('node');
  const nodes = () => new Set(readFileSync(join(cluster.nginx.folder, 'log/access.log'), 'utf8').match(/(?<="POST \/poll" 202 .*node=)\S+/g));
  await until('three nodes took a POST', () => nodes().size === 3);
});

test('an event stream says what it is and is not kept back by NGINX', { timeout }, async (t) => {
  const client = await connect(t, EventStreamClient, sse);
  assert.match(client.headers['content-type'], /^text\/event-stream/);
  assert.equal(client.headers['cache-control'], 'no-cache, no-store');
  assert.match(client.token, /^[\w-]{60,70}$/);
});

describe('a node that holds connections is killed', () => {
  for (const [name, kind, path] of [['polling client', PollClient, 'poll'], ['event stream', EventStreamClient, 'sse']]) {
    test(`${name}: 404, then it starts again with its cursor and has everything once and in order`, { timeout }, async (t) => {
      const room = `killed-${path}`;
      const url = `${cluster.nginx.http}/${path}`;
      const client = await connect(t, kind, url, { identitySecret: `a guest of ${room}` });
      await client.join(room);
      const owner = cluster.node(client.node);
      const other = await connect(t, ChatClient, cluster.nodes.find((node) => node !== owner).ws);
      await other.join(room);
      for (let i = 0; i < 5; ++i) await other.say(room, `before ${i}`);
      await until('five messages', () => client.messages(room).length === 5);
      const { epoch, offset } = client.messages(room).at(-1);
      assert.ok(epoch);

      await owner.kill();
      for (let i = 0; i < 5; ++i) await other.insist(room, `after ${i}`);
      await until('nobody holds the connection', async () => (await client.post('{"type":"node"}')).status === 404);
      if (kind === PollClient) await until('a poll that is under way is told', () => client.lastStatus === 404);
      else await until('the stream has ended', () => client.ended);

      const again = await connect(t, kind, url, { identitySecret: `a guest of ${room}` });
      const back = await again.join(room, { cursor: { epoch, offset } });
      assert.equal(back.recovered, true);
      assert.deepEqual([...texts(client, room), ...back.messages.map(({ text }) => text)], ['before', 'after'].flatMap((when) => [0, 1, 2, 3, 4].map((i) => `${when} ${i}`)));
      await other.say(room, 'live');
      await again.hears(room, 'live');
      await owner.start();
      await cluster.active(3);
    });
  }
});

describe('polls', () => {
  /** A polling client that a test polls for by hand. */
  async function byHand(t, room) {
    const client = await connect(t, PollClient, poll);
    if (room) await client.join(room);
    client.pause();
    await client.post('{"type":"node"}');       // ends the poll under way
    await client.done;
    return client;
  }

  /** A poll that certainly waits: the one of two that has not sent the other away. */
  async function waiting(client, ack) {
    const polls = [0, 1].map((which) => later(client.ask(ack).then(({ status }) => ({ which, status }))));
    const { which, status } = await within('one poll is sent away', Promise.race(polls));
    assert.equal(status, 204);
    return { answer: polls[1 - which] };      // a promise by itself would be awaited with this
  }

  test('an answer that is lost on its way comes again, until it is acknowledged', { timeout }, async (t) => {
    const client = await byHand(t, 'lost');
    await client.post('{"type":"send","room":"lost","text":"once"}');
    const ack = client.ack;
    const raw = await RawSocket.connect(cluster.nginx.port);
    raw.write(`GET /poll?id=${client.token}&ack=${ack} HTTP/1.1\r\nHost: x\r\n\r\n`);
    raw.destroy();
    const first = (await client.ask(ack)).json;
    const second = (await client.ask(ack)).json;
    assert.deepEqual(second.events.slice(0, first.events.length), first.events);
    assert.equal(second.ack, first.ack);
    assert.ok(first.events.some(({ text }) => text === 'once'));
    await client.post('{"type":"send","room":"lost","text":"twice"}');
    const third = (await client.ask(first.ack)).json;
    assert.equal(third.ack, first.ack + 1);
    assert.ok(third.events.every(({ text }) => text !== 'once'));
  });

  test('of two polls the one that came first ends with 204, the other gets what comes', { timeout }, async (t) => {
    const client = await byHand(t);
    const other = await waiting(client);
    await client.post('{"type":"node","id":"x"}');
    assert.equal((await other.answer).status, 200);
  });

  test('DELETE ends the connection: a poll that waits gets 204, whatever comes later 404', { timeout }, async (t) => {
    const client = await byHand(t);
    const held = await waiting(client);
    assert.equal((await client.end()).status, 202);
    assert.equal((await held.answer).status, 204);
    await until('it is gone', async () => (await client.post('{"type":"node"}')).status === 404);
    assert.equal((await client.ask()).status, 404);
    assert.equal((await client.end()).status, 404);
  });

  test('who ends the connection leaves the rooms', { timeout }, async (t) => {
    const witness = await connect(t, ChatClient, cluster.nginx.ws);
    await witness.join('left');
    const client = await connect(t, PollClient, poll);
    await client.join('left');
    const about = (list) => list.some(({ id }) => id === client.user.id);
    await witness.push('the person has come', ({ type, joined }) => type === 'presence' && about(joined));
    assert.equal((await client.end()).status, 202);
    await witness.push('the person has left', ({ type, left }) => type === 'presence' && about(left));
  });

  test('a client too slow for its room gets close 4008 in its last answer', { timeout }, async (t) => {
    const client = await byHand(t, 'slow');
    const talker = await connect(t, ChatClient, cluster.nginx.ws);
    await talker.join('slow');
    const long = 'x'.repeat(4000);
    for (let i = 0; i < 15; ++i) await Promise.all(Array.from({ length: 20 }, () => talker.say('slow', long)));
    let ack = client.ack;
    let last;
    await until('the connection has ended', async () => {
      const response = await client.ask(ack);
      if (response.status !== 200) return response.status === 404;
      ack = response.json.ack;
      last = response.json.events.at(-1);
      return false;
    }, 20_000);
    assert.equal(last.type, 'close');
    assert.equal(last.code, 4008);
  });
});

describe('what is refused', () => {
  test('tokens that no node has made: 404 to every request', { timeout }, async (t) => {
    const client = await connect(t, PollClient, poll);
    const { token } = client;
    const other = (character) => (character === 'A' ? 'B' : 'A');
    const forged = [
      '', 'x', '../../etc', '%00', 'A'.repeat(4000), token.slice(0, -1), token.slice(0, 22), `${token}A`, `${token}%0A`, token.slice(0, -2) + other(token.at(-2)) + token.at(-1), other(token[0]) + token.slice(1),
    ];
    for (const id of forged) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        if (id === '' && method === 'POST') continue;       // begins a connection
        const { status } = await http(`${poll}?id=${id}`, { method, body: method === 'POST' ? '{}' : undefined });
        assert.equal(status, 404, `${method} ${id}`);
      }
      assert.equal((await http(`${sse}?id=${id}`, { method: 'POST', body: '{}' })).status, 404, id);
    }
    assert.equal((await client.post('{"type":"node"}')).status, 202);
  });

  test('a genuine token of a connection that does not exist: 404', { timeout }, async () => {
    const { token } = await PollClient.connect(poll).then(async (client) => { await client.end(); return client; });
    for (const method of ['GET', 'POST', 'DELETE']) {
      await until(`${method} is answered with 404`, async () => (await http(`${poll}?id=${token}`, { method })).status === 404);
    }
  });

  test('bodies that are too long, not UTF-8 or not JSON, and an ack that is no number', { timeout }, async (t) => {
    const client = await connect(t, PollClient, poll);
    assert.equal((await client.post('x'.repeat(16 * 1024 + 1))).status, 413);
    assert.equal((await client.post(Buffer.from([0x22, 0xff, 0x22]))).status, 400);
    assert.equal((await http(`${poll}?id=${client.token}&ack=x`)).status, 400);
    assert.equal((await client.post('not JSON')).status, 202);
    await client.push('an error', ({ type, code }) => type === 'error' && code === 'bad_request');
  });

  test('a poll of an event stream: 400', { timeout }, async (t) => {
    const client = await connect(t, EventStreamClient, sse);
    assert.equal((await http(`${poll}?id=${client.token}`)).status, 400);
  });

  test('methods that mean nothing here: 405', { timeout }, async () => {
    for (const [url, method] of [[sse, 'DELETE'], [sse, 'PUT'], [poll, 'PUT'], [poll, 'PATCH']]) {
      assert.equal((await http(url, { method })).status, 405, `${method} ${url}`);
    }
  });

  test('pages of other sites: 403; allowed ones get leave to read, after a preflight', { timeout }, async () => {
    for (const origin of ['https://evil.example', 'null', `${friend}.evil`]) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const { status, headers } = await http(sse, { method, headers: { Origin: origin } });
        assert.equal(status, 403);
        assert.equal(headers['access-control-allow-origin'], undefined);
      }
    }
    const leave = { 'access-control-allow-origin': friend, 'access-control-allow-credentials': 'true' };
    for (const [method, status] of [['OPTIONS', 204], ['POST', 200]]) {
      const response = await http(poll, { method, headers: { Origin: friend } });
      assert.equal(response.status, status);
      for (const [name, value] of Object.entries(leave)) assert.equal(response.headers[name], value);
    }
  });
});

test('the same send posted twice is stored once', { timeout }, async (t) => {
  const client = await connect(t, EventStreamClient, sse);
  await client.join('double');
  const post = (id) => client.post(JSON.stringify({ type: 'send', id, room: 'double', text: 'once', seq: 1 }));
  const reply = (id) => client.push(`the reply to ${id}`, (push) => push.id === id);
  const statuses = (await Promise.all([post('a'), post('b')])).map(({ status }) => status);
  assert.deepEqual(statuses, [202, 202]);
  const duplicates = (await Promise.all([reply('a'), reply('b')])).map(({ duplicate }) => duplicate);
  assert.deepEqual(duplicates.sort(), [false, true]);
  client.counters.set('double', 1);
  await client.say('double', 'end');
  await client.hears('double', 'end');
  assert.deepEqual(texts(client, 'double'), ['once', 'end']);
});

test('several requests in one body are answered in their order', { timeout }, async (t) => {
  const client = await connect(t, PollClient, poll);
  await client.post('[{"type":"node","id":"a"},{"type":"node","id":"b"},{"type":"node","id":"c"}]');
  await client.push('the last reply', ({ id }) => id === 'c');
  assert.deepEqual(client.pushes.map(({ id }) => id), ['a', 'b', 'c']);
});

test('tokens are in no log', { timeout }, async (t) => {
  const client = await connect(t, PollClient, poll);
  await client.request('node');
  assert.ok(!readFileSync(join(cluster.nginx.folder, 'log/access.log'), 'utf8').includes(client.token));
  for (const node of cluster.nodes) assert.ok(!node.log.includes(client.token));
});

describe('one node alone', { concurrency: true }, () => {
  const folder = freshFolder('http-transports-alone');
  const alone = async (t, settings) => {
    const node = await Node.start({ id: 'alone', folder, settings });
    t.after(() => node.kill());
    return node;
  };

  test('a place for each connection: 429 when an address has all of its own', { timeout }, async (t) => {
    const node = await alone(t, { 'max-connections-per-address': 2, secret: 'a secret of the operator' });
    const stream = await connect(t, EventStreamClient, `${node.http}/sse`);
    const polling = await connect(t, PollClient, `${node.http}/poll`);
    const refused = ({ status }) => status === 429;
    await assert.rejects(EventStreamClient.connect(`${node.http}/sse`), refused);
    await assert.rejects(PollClient.connect(`${node.http}/poll`), refused);
    await polling.end();
    stream.terminate();
    for (const [kind, path] of [[EventStreamClient, 'sse'], [PollClient, 'poll']]) {
      await until('there is room again', () => connect(t, kind, `${node.http}/${path}`));
    }
  });

  test('a node that drains asks its clients to come back and closes with 1012', { timeout }, async (t) => {
    const node = await alone(t, { 'drain-seconds': 1 });
    const clients = [await connect(t, EventStreamClient, `${node.http}/sse`), await connect(t, ChatClient, node.ws)];
    const stopped = node.stop();
    for (const client of clients) {
      await client.push('it is asked to come back', ({ type }) => type === 'reconnect');
      assert.equal((await client.closed).code, 1012);
    }
    assert.equal(await stopped, 0);
  });

  test('an event stream with nothing to tell stays, and comments go over it', { timeout: 120_000 }, async (t) => {
    const node = await alone(t);
    const client = await connect(t, EventStreamClient, `${node.http}/sse`);
    await until('three comments', () => client.comments === 3, 100_000);
    await client.request('node');
  });

  test('who says neither hello nor join within 10 s: 4408', { timeout }, async (t) => {
    const node = await alone(t);
    const opened = await http(`${node.http}/poll`, { method: 'POST' });
    const { status, json } = await http(`${node.http}/poll?id=${opened.json.id}`, { milliseconds: 20_000 });
    assert.equal(status, 200);
    assert.deepEqual(json.events.map(({ type, code }) => [type, code]), [['close', 4408]]);
    assert.equal((await http(`${node.http}/poll?id=${opened.json.id}`)).status, 404);
  });
});

test('clients of a node that drains come back through another and miss nothing', { timeout }, async (t) => {
  const client = await connect(t, PollClient, poll);
  await client.join('drained');
  const owner = cluster.node(client.node);
  const other = await connect(t, ChatClient, cluster.nodes.find((node) => node !== owner).ws);
  await other.join('drained');
  await other.say('drained', 'before');
  await client.hears('drained', 'before');
  const { epoch, offset } = client.messages('drained').at(-1);
  const stopped = owner.stop();
  await client.push('it is asked to come back', ({ type }) => type === 'reconnect');
  assert.equal((await client.closed).code, 1012);
  await other.say('drained', 'meanwhile');
  assert.equal(await stopped, 0);
  const again = await connect(t, PollClient, poll);
  const back = await again.join('drained', { cursor: { epoch, offset } });
  assert.deepEqual(back.messages.map(({ text }) => text), ['meanwhile']);
});

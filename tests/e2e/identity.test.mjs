// Users with tokens, on every protocol and transport: who they are, how long, and how a node or an operator ends that.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import WebSocket from 'ws';
import { chatctl } from './support/chatctl.mjs';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { EventStreamClient, NotTaken, PollClient } from './support/http-clients.mjs';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { HubClient, pairs } from './support/signalr.mjs';
import { TokenMaker } from './support/tokens.mjs';
import { until, within } from './support/until.mjs';

const timeout = 60_000;
let cluster, maker, folder;
before(async () => {
  folder = freshFolder('identity-keys');
  mkdirSync(folder, { recursive: true });
  maker = new TokenMaker(folder);
  cluster = await Cluster.start('identity', { settings: { auth: 'optional', ...maker.settings } });
});
after(() => cluster?.stop());

/** Ways in which a client of chat.v1 shows a token. */
const ways = {
  'WebSocket, hello': (node, token) => ChatClient.connect(node.ws, { token }),
  'WebSocket, header': (node, bearer) => ChatClient.connect(node.ws, { bearer }),
  'WebSocket, query': (node, token) => ChatClient.connect(`${node.ws}?access_token=${token}`),
  'event stream, hello': (node, token) => EventStreamClient.connect(`${node.http}/sse`, { token }),
  'event stream, header': (node, bearer) => EventStreamClient.connect(`${node.http}/sse`, { bearer }),
  'polls, hello': (node, token) => PollClient.connect(`${node.http}/poll`, { token }),
  'polls, header': (node, bearer) => PollClient.connect(`${node.http}/poll`, { bearer }),
};
const close = (client) => (client.socket ? client.socket.close() : client.terminate());

describe('a client of chat.v1', () => {
  for (const [way, connect] of Object.entries(ways)) {
    test(`is the user of its token: ${way}`, { timeout }, async () => {
      const client = await connect(cluster.nodes[0], await maker.make('ana', { name: 'Ana' }));
      assert.deepEqual(client.user, { id: 'ana', name: 'Ana' });
      assert.ok(client.welcome.expires > Date.now() + 3_500_000);
      await client.join('lobby');
      await client.say('lobby', way);
      const { from } = await client.push('its message', ({ type, text }) => type === 'message' && text === way);
      assert.deepEqual(from, { id: 'ana', name: 'Ana' });
      close(client);
    });
    test(`is turned away with a token that is not good: ${way}`, { timeout }, async () => {
      await assert.rejects(connect(cluster.nodes[0], `${await maker.make('ana')}x`), (error) => {
        if (error instanceof NotTaken) assert.equal(error.status, 401);
        else assert.match(error.message, /unauthorized|401|signature/);
        return true;
      });
    });
  }
  test('without a token is a guest, with an id that no token has', { timeout }, async () => {
    const guest = await ChatClient.connect(cluster.nodes[0].ws, { name: 'Ana' });
    assert.match(guest.user.id, /^[a-z2-7]{15}$/);
    const twin = await ChatClient.connect(cluster.nodes[1].ws, { token: await maker.make(guest.user.id) });
    assert.notEqual(twin.user.id, guest.user.id);
    guest.socket.close(); twin.socket.close();
  });
  test('cannot take another name than its token says', { timeout }, async () => {
    const client = await ChatClient.connect(cluster.nodes[0].ws, { name: 'Root', token: await maker.make('ana', { name: 'Ana' }) });
    assert.equal(client.user.name, 'Ana');
    await client.join('names');
    await client.request('send', { room: 'names', text: 'hello', name: 'Root' });
    assert.equal((await client.push('its message', ({ type }) => type === 'message')).from.name, 'Ana');
    client.socket.close();
  });
  test('with a bad token in hello is told why, and closed with 4500', { timeout }, async () => {
    const client = await ChatClient.connect(cluster.nodes[0].ws);
    await assert.rejects(client.request('hello', { token: 'a.b.c' }), { code: 'unauthorized' });
    assert.equal((await within('the close', client.closed)).code, 4500);
  });
  test('that shows the token of another user keeps the one it has', { timeout }, async () => {
    const client = await ChatClient.connect(cluster.nodes[0].ws, { token: await maker.make('ana') });
    for (const request of ['hello', 'refresh']) {
      await assert.rejects(client.request(request, { token: await maker.make('bob') }), { code: 'unauthorized' });
    }
    assert.equal((await client.request('hello', {})).user.id, 'ana');
    client.socket.close();
  });
});

describe('a token that ends', () => {
  test('is announced, replaced in the connection, and closed with 4501 after its grace', { timeout }, async () => {
    const client = await ChatClient.connect(cluster.nodes[0].ws, { token: await maker.make('ana', { seconds: 2 }) });
    const { expires } = await client.push('the warning', ({ type }) => type === 'token_expiring');
    assert.ok(Math.abs(expires - Date.now() - 2000) < 1500);
    const { expires: later } = await client.request('refresh', { token: await maker.make('ana', { seconds: -20 }) });
    assert.ok(later < Date.now(), 'within the skew');
    const { code } = await within('the close', client.closed, 12_000);
    assert.equal(code, 4501);
  });
  test('is refreshed in time, and the session goes on', { timeout }, async () => {
    const client = await ChatClient.connect(cluster.nodes[0].ws, { token: await maker.make('ana', { seconds: -20 }) });
    await client.join('going-on');
    await client.request('refresh', { token: await maker.make('ana') });
    const ended = client.closed.then(() => assert.fail('it was closed'));
    await Promise.race([ended, until('3 s have passed', async () => Date.now() > client.welcome.expires + 29_000)]);
    await client.say('going-on', 'still here');
    client.socket.close();
  });
});

describe('SignalR', () => {
  for (const { name, options, protocol } of pairs) {
    test(`is the user of its token: ${name}`, { timeout }, async () => {
      const token = await maker.make('carla', { name: 'Carla' });
      const client = await HubClient.connect(cluster.nodes[0], { options: { ...options, accessTokenFactory: () => token }, protocol: protocol() });
      const { user, expires } = await client.connection.invoke('Hello', {});
      assert.deepEqual(user, { id: 'carla', name: 'Carla' });
      assert.ok(expires > Date.now());
      await client.connection.stop();
    });
    test(`is turned away with 401 if the token is not good: ${name}`, { timeout }, async () => {
      await assert.rejects(HubClient.connect(cluster.nodes[0], { options: { ...options, accessTokenFactory: () => 'a.b.c' }, protocol: protocol() }), /401|Unauthorized|error|failed to connect/);
    });
  }
  test('goes on over another socket only for the same user', { timeout }, async () => {
    const [node] = cluster.nodes;
    const tokens = { ana: await maker.make('ana'), bob: await maker.make('bob') };
    const { json } = await http(`${node.http}/chatHub/negotiate?negotiateVersion=1&useStatefulReconnect=true`, { method: 'POST', headers: { Authorization: `Bearer ${tokens.ana}` } });
    const open = (token) => new Promise((resolve) => {
      const socket = new WebSocket(`${node.ws.replace(/\/ws$/, '/chatHub')}?id=${json.connectionToken}`, { headers: token ? { Authorization: `Bearer ${token}` } : {} });
      socket.on('open', () => resolve(socket));
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
      socket.on('error', () => {});
    });
    const first = await open(tokens.ana);
    first.send('{"protocol":"json","version":2}\u001e');
    await within('the handshake', new Promise((resolve) => { first.once('message', resolve); }));
    assert.equal(await open(tokens.bob), 403);
    assert.equal(await open(), 403);
    const second = await open(tokens.ana);
    assert.ok(second instanceof WebSocket, `${second}`);
    for (const socket of [first, second]) socket.terminate();
  });
  test('negotiates with the seconds that the token still lives', { timeout }, async () => {
    const headers = { Authorization: `Bearer ${await maker.make('carla', { seconds: 90 })}` };
    const { json } = await http(`${cluster.nodes[0].http}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST', headers });
    assert.ok(json.tokenLifetimeSeconds > 85 && json.tokenLifetimeSeconds <= 90, json.tokenLifetimeSeconds);
  });
});

describe('a cluster that requires tokens', () => {
  let node;
  before(async () => { node = await Node.start({ id: 'strict', folder, settings: { auth: 'required', ...maker.settings } }); });
  after(() => node?.stop());

  test('closes a chat.v1 client whose first request has none', { timeout }, async () => {
    await assert.rejects(ChatClient.connect(node.ws), /unauthorized/);
    await assert.rejects(EventStreamClient.connect(`${node.http}/sse`), /unauthorized/);
  });
  test('does not negotiate without one', { timeout }, async () => {
    const { status, headers } = await http(`${node.http}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST' });
    assert.equal(status, 401);
    assert.equal(headers['www-authenticate'], 'Bearer');
  });
  for (const [way, connect] of Object.entries(ways)) {
    test(`takes a user: ${way}`, { timeout }, async () => {
      const client = await connect(node, await maker.make('ana'));
      assert.equal(client.user.id, 'ana');
      close(client);
    });
  }
});

describe('an operator', () => {
  const connectAll = async (user, claims) => {
    const token = await maker.make(user, claims);
    return Promise.all(cluster.nodes.map((node) => ChatClient.connect(node.ws, { token })));
  };
  const order = async (...args) => {
    const { code, err } = await chatctl([...args, '--backplane', cluster.redis.url]);
    assert.equal(code, 0, err);
  };
  const ends = (clients, code) => Promise.all(clients.map(async (client) => assert.equal((await within('the close', client.closed, 3000)).code, code)));

  test('revokes a token: the sessions on all nodes end within a second, and the token opens no other', { timeout }, async () => {
    const clients = await connectAll('dora', { jti: 'token-1' });
    const from = performance.now();
    await order('revoke', '--token', 'token-1', '--for', '1h');
    const ordered = performance.now();
    await ends(clients, 4500);
    console.log(`revoked on three nodes ${Math.round(performance.now() - ordered)} ms after the order, which took ${Math.round(ordered - from)} ms`);
    assert.ok(performance.now() - ordered <= 1000);
    await assert.rejects(connectAll('dora', { jti: 'token-1' }), /unauthorized/);
    const [other] = await connectAll('dora', { jti: 'token-2' });
    other.socket.close();
  });
  test('revokes all tokens of a user from before now', { timeout }, async () => {
    const before = { issued: Math.floor(Date.now() / 1000) - 10 };
    const clients = await connectAll('emil', before);
    await order('revoke', '--user', 'emil', '--for', '1h');
    await ends(clients, 4500);
    await assert.rejects(connectAll('emil', before), /unauthorized/);
    const later = { issued: Math.floor(Date.now() / 1000) + 1 };
    for (const client of await connectAll('emil', later)) client.socket.close();
  });
  test('blocks a user, whom a restarted node still refuses, until that is lifted', { timeout }, async () => {
    const clients = await connectAll('finn');
    await order('block', 'finn', '--for', '1h');
    await ends(clients, 4500);
    const node = cluster.nodes[2];
    await node.stop();
    await node.start();
    await cluster.active(3);
    await assert.rejects(connectAll('finn'), /unauthorized|closed with 4500/);
    await order('unblock', 'finn');
    await until('finn may come back', async () => {
      for (const client of await connectAll('finn')) client.socket.close();
      return true;
    });
  });
  test('keeps a user out while the store is away', { timeout }, async () => {
    await order('block', 'gus', '--for', '1h');
    await until('the nodes know', async () => connectAll('gus').then(() => false, () => true));
    cluster.redis.pause();
    try {
      await assert.rejects(connectAll('gus'), /unauthorized|closed with 4500|503/);
    } finally {
      cluster.redis.resume();
    }
  });
});

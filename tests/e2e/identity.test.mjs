// Users with tokens, on every protocol and transport: who they are, how long, and how a node or an operator ends that.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  const rooms = join(folder, 'rooms.json');
  writeFileSync(rooms, JSON.stringify({ rules: [{ rooms: 'slow', slow_mode_seconds: 30 }, { rooms: 'moment', history_seconds: 2 }] }));
  cluster = await Cluster.start('identity', { settings: { auth: 'optional', rooms, ...maker.settings } });
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

describe('a room with settings', () => {
  test('holds a user to slow mode through all nodes', { timeout }, async () => {
    const token = await maker.make('sara');
    const clients = await Promise.all(cluster.nodes.map((node) => ChatClient.connect(node.ws, { token })));
    for (const client of clients) await client.join('slow');
    const sent = await Promise.allSettled(clients.map((client) => client.request('send', { room: 'slow', text: 'now' })));
    assert.deepEqual(sent.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
    for (const { reason } of sent.filter(({ status }) => status === 'rejected')) {
      assert.equal(reason.code, 'rate_limited');
      assert.ok(reason.reply.retry_after_ms > 25_000 && reason.reply.retry_after_ms <= 30_000, reason.reply.retry_after_ms);
    }
    const other = await ChatClient.connect(cluster.nodes[0].ws, { token: await maker.make('tom') });
    await other.join('slow');
    await other.say('slow', 'another user');
    for (const client of [...clients, other]) client.socket.close();
  });
  test('loses messages that are too old from the store, and goes on with its offsets', { timeout }, async () => {
    const client = await ChatClient.connect(cluster.nodes[0].ws);
    await client.join('moment');
    await client.say('moment', 'one');
    await until('the log is gone', async () => (await cluster.redis.command('EXISTS', 'chat:{moment}:log')) === '0');
    const late = await ChatClient.connect(cluster.nodes[1].ws);
    const { offset, messages } = await late.join('moment');
    assert.deepEqual([offset, messages], [1, []]);
    await client.say('moment', 'two');
    assert.equal((await late.push('the message', ({ type }) => type === 'message')).offset, 2);
    for (const one of [client, late]) one.socket.close();
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

describe('POST {hub}/refresh', () => {
  const refresh = (node, id, bearer, method = 'POST') => http(`${node.http}/chatHub/refresh?id=${id}`, { method, headers: bearer ? { Authorization: `Bearer ${bearer}` } : {} });
  for (const { name, options, protocol } of pairs.filter(({ options: { skipNegotiation } }) => !skipNegotiation)) {
    test(`renews the token of a connection that another node holds: ${name}`, { timeout }, async () => {
      const first = await maker.make('nora', { seconds: 90 });
      const client = await HubClient.connect(cluster.nodes[0], { options: { ...options, accessTokenFactory: () => first }, protocol: protocol() });
      const { token } = client;
      const other = cluster.nodes[1];
      const { status, json } = await until('the connection is addressed', async () => {
        const answer = await refresh(other, token, await maker.make('nora', { seconds: 900 }));
        return answer.status !== 404 && answer;
      });
      assert.equal(status, 200);
      assert.ok(json.tokenLifetimeSeconds > 890 && json.tokenLifetimeSeconds <= 900, json.tokenLifetimeSeconds);
      assert.ok((await client.invoke('Hello', {})).expires > Date.now() + 800_000, 'the session has the new token');
      const stranger = await refresh(other, token, await maker.make('otto'));
      assert.equal(stranger.status, 403);
      assert.equal(stranger.json.error, "the token is another user's");
      const bad = await refresh(other, token, 'a.b.c');
      assert.equal(bad.status, 401);
      assert.equal(bad.headers['www-authenticate'], 'Bearer error="invalid_token"');
      assert.equal((await refresh(other, token)).status, 401, 'without a token');
      assert.equal((await client.invoke('Hello', {})).user.id, 'nora', 'a refusal changes nothing');
      await client.stop();
      await until('a connection that is gone is not found', async () => (await refresh(other, token, first)).status === 404);
    });
  }
  test('answers 404 to a token that no node made, 400 without one, and 405 to other methods', { timeout }, async () => {
    const token = await maker.make('nora');
    assert.equal((await refresh(cluster.nodes[0], 'forged', token)).status, 404);
    assert.equal((await refresh(cluster.nodes[0], '', token)).status, 400);
    assert.equal((await refresh(cluster.nodes[0], 'forged', token, 'GET')).status, 405);
  });
});

describe('a refusal of a token', () => {
  const negotiate = async (token) => (await http(`${cluster.nodes[0].http}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST', headers: { Authorization: `Bearer ${token}` } })).json.connectionToken;
  const upgrade = (id, token) => new Promise((resolve) => {
    const socket = new WebSocket(`${cluster.nodes[1].ws.replace(/\/ws$/, '/chatHub')}?id=${id}`, { headers: { Authorization: `Bearer ${token}` } });
    socket.on('open', () => { socket.close(); resolve(101); });
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
    socket.on('error', () => {});
  });
  const get = async (id, token) => (await http(`${cluster.nodes[1].http}/chatHub?id=${id}`, { headers: { Authorization: `Bearer ${token}` } })).status;
  for (const [way, begin, good] of [['WebSocket', upgrade, 101], ['long polling', get, 200]]) {
    test(`leaves the connection token for another try: ${way}`, { timeout }, async () => {
      const token = await maker.make('pia');
      const id = await negotiate(token);
      assert.equal(await begin(id, 'a.b.c'), 401);
      assert.equal(await begin(id, token), good);
    });
  }
});

describe('an address that shows bad tokens', () => {
  const from = '127.0.31.1';
  const ask = (token, address = from) => http(`${cluster.nodes[2].http}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST', from: address, headers: { Authorization: `Bearer ${token}` } });
  const tally = async (tokens) => {
    const counts = {};
    for (const { status } of await Promise.all(tokens.map((token) => ask(token)))) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };
  test('is told to wait after fifty, without a look at its tokens; a user known to the node and other addresses go on', { timeout }, async () => {
    const known = await maker.make('quinn');
    assert.equal((await ask(known)).status, 200);
    const counts = await tally(Array.from({ length: 300 }, (_, i) => `a.b.c${i}`));
    assert.ok(counts[401] >= 50 && counts[401] < 100, JSON.stringify(counts));
    assert.equal(counts[401] + counts[429], 300);
    const unknown = await maker.make('ruth');
    const { headers, json } = await until('a token that the node has not seen has to wait behind bad ones', async () => {
      const [, answer] = await Promise.all([tally(Array.from({ length: 20 }, (_, i) => `d.e.f${i}`)), ask(unknown)]);
      return answer.status === 429 && answer;
    });
    assert.ok(Number(headers['retry-after']) >= 1);
    assert.match(json.error, /tokens of this address/);
    assert.equal((await ask(known)).status, 200);
    assert.equal((await ask(await maker.make('ruth'), '127.0.32.1')).status, 200);
    await until('the address may show a new one', async () => (await ask(await maker.make('ruth'))).status === 200);
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
  test('keeps a user out although the store has lost all it had, also at a node that starts then', { timeout }, async () => {
    await order('block', 'ivo', '--for', '1h');
    await order('block', 'jan', '--for', '1h');
    await until('the nodes know', async () => connectAll('ivo').then(() => false, () => true));
    await until('the nodes know', async () => connectAll('jan').then(() => false, () => true));
    await order('unblock', 'jan');
    await until('jan may come back', async () => {
      for (const client of await connectAll('jan')) client.socket.close();
      return true;
    });
    await cluster.redis.command('FLUSHALL');
    const listed = async () => (await chatctl(['sanctions', '--backplane', cluster.redis.url])).out;
    await until('a node writes it back', async () => (await listed()).includes('ivo'), 15_000);
    assert.ok(!(await listed()).includes('jan'), 'not what was lifted');
    const node = cluster.nodes[1];
    await node.stop();
    await node.start();
    await cluster.active(3);
    await assert.rejects(connectAll('ivo'), /unauthorized|closed with 4500/);
    await order('unblock', 'ivo');
  });
  for (const { name, options, protocol } of pairs) {
    test(`bans a user from the lobby, who starts and uses other rooms: SignalR, ${name}`, { timeout }, async () => {
      const token = await maker.make('hugo');
      await order('ban', 'hugo', '--room', 'lobby', '--for', '1h');
      await until('the node knows', async () => {
        const client = await ChatClient.connect(cluster.nodes[0].ws, { token });
        const joined = await client.join('lobby').then(() => true, () => false);
        client.socket.close();
        return !joined;
      });
      const client = await HubClient.connect(cluster.nodes[0], { options: { ...options, accessTokenFactory: () => token }, protocol: protocol() });
      await until('the refusal', () => client.heard.Failure.length === 1);
      const [[{ code, message }]] = client.heard.Failure;
      assert.deepEqual([code, message], ['not_found', 'lobby: this room is not open to you']);
      await client.invoke('JoinRoom', 'garden', null);
      await client.invoke('SendToRoom', 'garden', 'Hugo', name, null);
      await client.hears('garden', name);
      await assert.rejects(client.invoke('SendMessage', 'Hugo', 'hello'), /not_joined/);
      await client.stop();
      await order('unban', 'hugo', '--room', 'lobby');
    });
  }
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

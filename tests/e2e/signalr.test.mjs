// SignalR's official clients, unchanged, in rooms they share with chat.v1: every way to connect in every encoding.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect as dial, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Subject } from '@microsoft/signalr';
import WebSocket from 'ws';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { http } from './support/http.mjs';
import { Nginx } from './support/nginx.mjs';
import { HubClient, pairs, protocols, transports } from './support/signalr.mjs';
import { until } from './support/until.mjs';

const timeout = 60_000;
const page = 'https://chat.example';
let cluster, nodes, robin;
before(async () => {
  cluster = await Cluster.start('signalr', { nodes: 3, settings: { 'allowed-origins': page } });
  nodes = cluster.nodes;
  robin = await Nginx.start(join(dirname(cluster.nginx.folder), 'round-robin'), nodes, { sticky: false });
});
after(async () => {
  await robin?.stop();
  await cluster?.stop();
});

/** The proxies in front of the nodes: one that keeps a client on a node, and one that gives each request to the next. */
const doors = { 'ip_hash': () => cluster.nginx, 'round robin': () => robin };
const matrix = Object.entries(doors).flatMap(([door, at]) => pairs.map((pair) => ({ ...pair, name: `${pair.name}, ${door}`, at })));

const room = (name) => `${name}-${randomBytes(4).toString('hex')}`;
const refused = (code) => (error) => {
  assert.match(error.message, new RegExp(`^${code}: `));
  return true;
};

describe('clients at peace', { concurrency: true }, () => {
  for (const { name: pair, options, protocol, at } of matrix) {
    describe(pair, { concurrency: false }, () => {
      const connect = (more = {}) => HubClient.connect(at(), { options, protocol: protocol(), ...more });

      test('a client learns who it is and on which node', { timeout }, async () => {
        const client = await connect();
        const info = await client.invoke('GetNodeInfo');
        assert.match(info.nodeId, /^chat-[123]$/);
        if (!options.skipNegotiation) assert.equal(info.connectionId, client.id);
        await until('NodeInfo is called', () => client.heard.NodeInfo.length === 1);
        assert.deepEqual(client.heard.NodeInfo[0], [info.nodeId, info.connectionId]);
        await client.stop();
        assert.equal(client.events.at(-1).error, undefined);
      });

      test('what is said in the lobby reaches everybody on every node, whatever they speak', { timeout }, async () => {
        const [ana, bo] = [await connect(), await connect({ hub: '/hub' })];
        const chat = await ChatClient.connect(nodes[1].ws, { name: 'Chris' });
        await chat.join('lobby');
        const text = `hello ${room('x')}`;
        await ana.invoke('SendMessage', 'Ana', text);
        const { connectionId, nodeId } = await ana.invoke('GetNodeInfo');
        for (const client of [ana, bo]) {
          const [user, message, from, node, details] = await client.hears('lobby', text);
          assert.deepEqual([user, message, from, node], ['Ana', text, connectionId, nodeId]);
          assert.ok(details.offset > 0 && details.epoch);
        }
        await chat.hears('lobby', text);
        await chat.say('lobby', `${text} from chat.v1`);
        await bo.hears('lobby', `${text} from chat.v1`);
        await chat.request('send', { room: 'lobby', data: { dice: [1, 2.5, null, text] } });
        await ana.hears('lobby', { dice: [1, 2.5, null, text] });
        await Promise.all([ana.stop(), bo.stop(), chat.close()]);
      });

      test('a room has members, history, hints and an end', { timeout }, async () => {
        const [ana, bo] = [await connect(), await connect()];
        const name = room('Room 1');
        const joined = await ana.invoke('JoinRoom', name);
        assert.deepEqual([joined.room, joined.offset, joined.recovered, joined.messages], [name, 0, false, []]);
        await bo.invoke('JoinRoom', name);
        for (const text of ['one', 'two', 'three']) await ana.invoke('SendToRoom', name, 'Ana', text);
        await bo.hears(name, 'three');
        assert.deepEqual(bo.messages(name).map(([, message]) => message), ['one', 'two', 'three']);
        const history = await bo.invoke('History', name, 3, 1);
        assert.deepEqual(history.messages.map(({ text }) => text), ['two']);
        assert.equal(history.more, true);
        await until('both are members', async () => (await ana.invoke('Members', name)).count === 2);
        await bo.invoke('Typing', name);
        await until('typing is shown', () => ana.heard.Typing.some(([hint]) => hint.room === name));
        const later = await ana.invoke('JoinRoom', name, { epoch: history.epoch, offset: 1 });
        assert.equal(later.recovered, true);
        assert.deepEqual(later.messages.map(({ text }) => text), ['two', 'three']);
        await bo.invoke('LeaveRoom', name);
        await assert.rejects(bo.invoke('SendToRoom', name, 'Bo', 'four'), /not_joined: /);
        await Promise.all([ana.stop(), bo.stop()]);
      });

      test('streams go both ways', { timeout }, async () => {
        const client = await connect();
        const name = room('stream');
        await client.invoke('JoinRoom', name);
        const subject = new Subject();
        const uploaded = client.invoke('UploadMessages', name, 'Ana', subject);
        const texts = Array.from({ length: 10 }, (_, i) => `item ${i}`);
        for (const text of texts) subject.next(text);
        subject.complete();
        await uploaded;
        await client.hears(name, texts.at(-1));
        assert.deepEqual((await client.stream('StreamHistory', name)).map(({ text }) => text), texts);
        assert.deepEqual((await client.stream('StreamHistory', name, 7)).map(({ text }) => text), texts.slice(7));
        await assert.rejects(client.stream('StreamHistory', room('never-joined')), refused('not_joined'));
        await assert.rejects(client.invoke('StreamHistory', name), refused('bad_request'));
        const lost = new Subject();
        const refusal = client.invoke('UploadMessages', room('never-joined'), 'Ana', lost);
        lost.next('to nobody');
        await assert.rejects(refusal, refused('not_joined'));
        await client.stop();
      });

      test('what cannot be done is answered', { timeout }, async () => {
        const client = await connect();
        await assert.rejects(client.invoke('Nonsense', 1), /^Error: Failed to invoke 'Nonsense' due to an error on the server. HubException: Method does not exist.$/);
        await assert.rejects(client.invoke('JoinRoom', 'no\nname'), refused('bad_room'));
        await assert.rejects(client.invoke('JoinRoom'), /InvalidDataException: Invocation provides 0 argument\(s\) but target expects 1\.$/);
        await assert.rejects(client.invoke('SendMessage', '', 'hi'), refused('bad_request'));
        await assert.rejects(client.invoke('SendMessage', 'Ana', 'x'.repeat(5000)), refused('too_large'));
        await client.connection.send('SendToRoom', room('never-joined'), 'Ana', 'hi');
        await until('Failure is called', () => client.heard.Failure.length === 1);
        assert.equal(client.heard.Failure[0][0].code, 'not_joined');
        await client.connection.send('Nonsense');
        await client.invoke('GetNodeInfo');
        assert.equal(client.heard.Failure.length, 1, 'a method that is not there is nothing to talk about');
        await client.stop();
      });

      test('a send repeated after a reconnect is stored once', { timeout }, async () => {
        const client = await connect({ retries: [0, 50, 100, 500] });
        const name = room('again');
        const producer = randomBytes(16).toString('hex');
        const hello = async () => {
          await client.invoke('Hello', { name: 'Ana', producer });
          return client.invoke('JoinRoom', name);
        };
        await hello();
        assert.equal((await client.invoke('SendToRoom', name, 'Ana', 'once', 1)).duplicate, false);
        await client.cut();
        await client.happens('reconnected');
        await hello();
        assert.equal((await client.invoke('SendToRoom', name, 'Ana', 'once', 1)).duplicate, true);
        assert.equal((await client.invoke('History', name)).messages.length, 1);
        await client.stop();
      });

    });
  }

  test('pings keep silent clients, and those who send none are given up', { timeout }, async () => {
    const polls = ({ options }) => options === transports.LongPolling;
    const talking = await Promise.all(matrix.map(async ({ options, protocol, at }) => {
      const client = HubClient.of(at(), { options, protocol: protocol() });
      client.connection.serverTimeoutInMilliseconds = 15_000;       // two of the server's pings, and some
      await client.connection.start();
      return client;
    }));
    const mute = await Promise.all(matrix.filter((pair) => !polls(pair)).map(async ({ options, protocol, at }) => {
      const client = HubClient.of(at(), { options, protocol: protocol() });
      client.connection.keepAliveIntervalInMilliseconds = 3_600_000;
      await client.connection.start();
      return client;
    }));
    await Promise.all(mute.map((client) => client.happens('closed', 50_000)));
    for (const client of talking) assert.equal(client.connection.state, 'Connected');
    await Promise.all(talking.map((client) => client.stop()));
  });
});

describe('clients whose node goes', { concurrency: false }, () => {
  const settled = () => cluster.active(3, 20_000);
  const comeBack = async (leave, expected) => {
    const clients = await Promise.all(matrix.map(({ options, protocol, at }) =>
      HubClient.connect(at(), { options, protocol: protocol(), retries: Array(100).fill(200) })));
    const name = room('moving');
    for (const client of clients) {
      client.joined = await client.invoke('JoinRoom', name);
      client.node = (await client.invoke('GetNodeInfo')).nodeId;
    }
    const leaving = cluster.node(clients[0].node);
    const leavers = clients.filter(({ node }) => node === leaving.id);
    const stayer = await HubClient.connect(nodes.find((node) => node !== leaving));
    await stayer.invoke('JoinRoom', name);
    await leave(leaving);
    await stayer.invoke('SendToRoom', name, 'Bo', 'meanwhile');
    const catchesUp = async (client) => {
      expected(client, await client.happens('reconnecting', 20_000));
      await client.happens('reconnected', 20_000);
      const back = await client.invoke('JoinRoom', name, { epoch: client.joined.epoch, offset: client.joined.offset });
      assert.equal(back.recovered, true);
      if (back.messages.length === 0) await until('its node has it, too', () => client.messages(name).length > 0);
      else assert.deepEqual(back.messages.map(({ text }) => text), ['meanwhile']);
    };
    for (const client of leavers) await catchesUp(client);
    for (const client of clients.filter((one) => !leavers.includes(one))) {
      // A poll that went by way of the node that is gone may have had the answer: then its connection is ended.
      await until('it hears it, or is cut off', () => client.messages(name).length > 0 || client.events.length > 0);
      if (client.events.length > 0) await catchesUp(client);
      else assert.equal(client.messages(name).length, 1);
    }
    await Promise.all([...clients, stayer].map((client) => client.stop()));
    await leaving.start();
    await settled();
  };

  test('a node that leaves closes its clients, which come back by themselves and miss nothing', { timeout }, () =>
    comeBack((node) => node.stop(), (client, { error }) => {
      assert.equal(error, undefined);
      assert.ok(client.heard.Reconnect.length <= 1);
    }));

  test('the clients of a node that is killed come back by themselves and miss nothing', { timeout }, () => comeBack((node) => node.kill(), () => {}));
});

for (const [encoding, protocol] of Object.entries(protocols)) {
  describe(`stateful reconnect, ${encoding}`, { concurrency: false }, () => {
    const connect = (at, more = {}) => HubClient.connect(at, { protocol: protocol(), stateful: true, ...more });

    test('a cut socket costs nothing: no reconnect, no message lost or doubled', { timeout }, async () => {
      const [client, other] = [await connect(cluster.nginx), await HubClient.connect(nodes[1])];
      const name = room('stateful');
      await client.invoke('JoinRoom', name);
      await other.invoke('JoinRoom', name);
      const expected = [];
      for (let round = 0; round < 5; ++round) {
        const mine = client.invoke('SendToRoom', name, 'Ana', `mine ${round}`);
        client.cut();
        const during = client.invoke('SendToRoom', name, 'Ana', `during ${round}`);
        await other.invoke('SendToRoom', name, 'Bo', `theirs ${round}`);
        await Promise.all([mine, during]);
        expected.push(`mine ${round}`, `during ${round}`, `theirs ${round}`);
      }
      await other.invoke('SendToRoom', name, 'Bo', 'end');
      await client.hears(name, 'end');
      await other.hears(name, 'end');
      const texts = (hub) => hub.messages(name).map(([, message]) => message);
      assert.deepEqual(texts(client), texts(other));
      assert.deepEqual(texts(client).slice().sort(), [...expected, 'end'].sort());
      assert.deepEqual(client.events, []);
      assert.equal(client.sockets.length, 6);
      await Promise.all([client.stop(), other.stop()]);
      assert.equal(client.sockets.length, 6, 'a client that leaves does not come back');
    });

    test('of a node that leaves no socket stays behind that the client has forgotten', { timeout }, async () => {
      const clients = await Promise.all(nodes.map(() => connect(robin, { retries: Array(100).fill(100) })));
      for (const client of clients) client.node = (await client.invoke('GetNodeInfo')).nodeId;
      const leaving = cluster.node(clients[0].node);
      const leavers = clients.filter(({ node }) => node === leaving.id);
      await leaving.stop();
      for (const client of leavers) {
        await client.happens('reconnected', 20_000);
        await client.invoke('SendMessage', 'Ana', 'back');
        assert.equal(client.sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length, 1);
      }
      await Promise.all(clients.map((client) => client.stop()));
      await leaving.start();
      await cluster.active(3, 20_000);
    });

    test('where another node gets the next socket, or the same one that was killed, the client starts again', { timeout }, async () => {
      const elsewhere = await connect(robin, { retries: Array(100).fill(100) });
      await elsewhere.cut();
      const here = await connect(nodes[2], { retries: Array(100).fill(100) });
      await nodes[2].kill();
      await nodes[2].start();
      await here.happens('reconnected', 20_000);
      for (const client of [elsewhere, here]) {
        await until('it is connected', () => client.connection.state === 'Connected');
        await client.invoke('SendMessage', 'Ana', 'still here');
        await client.stop();
      }
      await cluster.active(3, 20_000);
    });

    test('on another node it starts again at once, also when the store has lost which tokens were used', { timeout }, async (t) => {
      let target = nodes[0];
      const gate = createServer((socket) => {
        const there = dial(target.port, '127.0.0.1');
        socket.pipe(there).pipe(socket);
        for (const [one, other] of [[socket, there], [there, socket]]) one.on('error', () => {}).on('close', () => other.destroy());
      });
      await new Promise((done) => gate.listen(0, '127.0.0.1', done));
      t.after(() => gate.close());
      const client = await connect({ http: `http://127.0.0.1:${gate.address().port}` }, { retries: Array(100).fill(100) });
      await cluster.redis.command('FLUSHALL');
      target = nodes[1];
      await client.cut();
      await client.happens('reconnected', 5_000);
      await client.invoke('SendMessage', 'Ana', 'here again');
      await client.stop();
    });
  });
}

test('negotiation offers what there is and lets only pages of allowed sites read it', { timeout }, async () => {
  const negotiate = (headers = {}, method = 'POST', query = 'negotiateVersion=1') =>
    http(`${nodes[0].http}/chatHub/negotiate?${query}`, { method, headers: { 'content-length': 0, ...headers } });
  const answer = await negotiate();
  assert.equal(answer.status, 200);
  assert.equal(answer.json.negotiateVersion, 1);
  assert.notEqual(answer.json.connectionId, answer.json.connectionToken);
  assert.equal('useStatefulReconnect' in answer.json, false);
  assert.deepEqual(answer.json.availableTransports, [
    { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
    { transport: 'ServerSentEvents', transferFormats: ['Text'] },
    { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
  ]);
  assert.equal((await negotiate({}, 'POST', 'negotiateVersion=1&useStatefulReconnect=true')).json.useStatefulReconnect, true);

  const allowed = await negotiate({ origin: page });
  assert.equal(allowed.headers['access-control-allow-origin'], page);
  assert.equal(allowed.headers['access-control-allow-credentials'], 'true');
  const asked = await negotiate({ origin: page, 'access-control-request-method': 'POST' }, 'OPTIONS');
  assert.equal(asked.status, 204);
  assert.equal(asked.headers['access-control-allow-methods'], 'POST');
  assert.match(asked.headers['access-control-allow-headers'], /X-SignalR-User-Agent/);
  const wishes = { origin: page, 'access-control-request-method': 'POST', 'access-control-request-headers': 'cache-control,x-tenant' };
  assert.equal((await negotiate(wishes, 'OPTIONS')).headers['access-control-allow-headers'], 'cache-control,x-tenant');
  for (const door of [nodes[0], cluster.nginx]) {
    assert.equal((await http(`${door.http}/chatHub/negotiate?negotiateVersion=1`, { method: 'POST', headers: { authorization: `Bearer ${'x'.repeat(24_000)}` } })).status, 200);
  }
  const tooLong = await negotiate({ origin: page, authorization: `Bearer ${'x'.repeat(40_000)}` });
  assert.equal(tooLong.status, 431);
  assert.equal(tooLong.headers['access-control-allow-origin'], page);
  assert.equal((await negotiate({ origin: 'https://evil.example' })).status, 403);
  assert.equal((await negotiate({}, 'GET')).status, 405);
});

test('a token opens one socket, and only if the cluster made it', { timeout }, async () => {
  const upgrade = (query) => http(`${nodes[0].http}/chatHub?${query}`, {
    headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' },
  });
  const client = await HubClient.connect(nodes[0]);
  const token = new URL(client.sockets[0].url).searchParams.get('id');
  assert.equal((await upgrade(`id=${token}`)).status, 409);
  assert.equal((await upgrade(`id=${token.slice(0, -1)}`)).status, 404);
  assert.equal((await upgrade('id=guessed')).status, 404);
  assert.equal((await upgrade('id=')).status, 101);
  await client.stop();
  assert.ok(!nodes[0].log.includes(token), 'tokens are not logged');

  const stateful = await HubClient.connect(nodes[0], { stateful: true });
  const used = new URL(stateful.sockets[0].url).searchParams.get('id');
  await stateful.stop();
  assert.equal((await upgrade(`id=${used}`)).status, 409, 'and so is one that is over');
});

describe('hub messages by POST', { concurrency: true }, () => {
  const url = () => `${robin.http}/chatHub`;
  const handshake = '{"protocol":"json","version":1}\u001e';
  const negotiated = async () => (await http(`${url()}/negotiate?negotiateVersion=1`, { method: 'POST', headers: { 'content-length': 0 } })).json.connectionToken;
  const ask = (token, method, body, headers) => http(`${url()}?id=${token}`, { method, body, headers });
  const call = (id, target, ...args) => `${JSON.stringify({ type: 1, invocationId: id, target, arguments: args })}\u001e`;
  const begun = async () => {
    const token = await negotiated();
    const first = await ask(token, 'GET');
    assert.deepEqual([first.status, first.text], [200, '']);
    assert.equal((await ask(token, 'POST', handshake)).status, 200);
    assert.ok((await ask(token, 'GET')).text.startsWith('{}\u001e'));
    return token;
  };
  /** Polls until `text` is there; everything heard. */
  const heard = async (token, ...texts) => {
    let all = '';
    await until(texts.join(' and '), async () => {
      all += (await ask(token, 'GET')).text;
      return texts.every((text) => all.includes(text));
    });
    return all;
  };

  test('two POSTs at once are both taken', { timeout }, async () => {
    const token = await begun();
    const posts = await Promise.all(['a', 'b'].map((id) => ask(token, 'POST', call(id, 'GetNodeInfo'))));
    assert.deepEqual(posts.map(({ status }) => status), [200, 200]);
    await heard(token, '"invocationId":"a"', '"invocationId":"b"');
    assert.equal((await ask(token, 'DELETE')).status, 202);
  });

  test('256 KiB at most, in hub messages of 32 KiB at most', { timeout }, async () => {
    const token = await begun();
    assert.equal((await ask(token, 'POST', 'x'.repeat(256 * 1024 + 1))).status, 413);
    assert.equal((await ask(token, 'POST', call('a', 'GetNodeInfo').padStart(32 * 1024).repeat(8))).status, 200);
    await heard(token, '"invocationId":"a"');
    assert.equal((await ask(token, 'POST', 'x'.repeat(32 * 1024 + 1))).status, 200);
    assert.match(await heard(token, '"type":7'), /32 KiB","allowReconnect":true/);
  });

  test('what cannot be read is answered, and who goes on like that is closed with 204', { timeout }, async () => {
    const token = await begun();
    assert.equal((await ask(token, 'POST', Buffer.from([0x22, 0xff, 0x1e]))).status, 200);
    assert.match(await heard(token, '"target":"Failure"'), /bad_request/);
    await until('it is not there any more', async () => (await ask(token, 'POST', 'nonsense\u001e')).status === 404);
    await until('204', async () => (await ask(token, 'GET')).status === 204);
    assert.equal((await ask(token, 'DELETE')).status, 404);
  });

  test('whoever has not shaken hands is told so in one word', { timeout }, async () => {
    const token = await negotiated();
    await ask(token, 'GET');
    await ask(token, 'POST', call('a', 'GetNodeInfo'));
    assert.match((await ask(token, 'GET')).text, /^\{"error":"[^"]+"\}\u001e$/);
    assert.equal((await ask(token, 'GET')).status, 204);
  });

  test('MessagePack does not go over an event stream', { timeout }, async () => {
    await assert.rejects(HubClient.connect(robin, { options: transports.ServerSentEvents, protocol: protocols.messagepack() }), /ServerSentEvents|text/);
  });

  test('a token has one connection: a second stream is refused with 409, a poll of a stream with 400', { timeout }, async () => {
    const client = await HubClient.connect(robin, { options: transports.ServerSentEvents });
    const { token } = client;
    assert.equal((await ask(token, 'GET', undefined, { accept: 'text/event-stream' })).status, 409);
    assert.equal((await ask(token, 'GET')).status, 400);
    assert.match((await client.invoke('GetNodeInfo')).nodeId, /^chat-/);
    await client.stop();
  });

  test('ids that no node has given, or whose connection is over: 404', { timeout }, async () => {
    const token = await begun();
    await ask(token, 'DELETE');
    for (const id of ['x', token.slice(0, -1), `${token}A`, token.slice(0, 22)]) {
      for (const method of ['GET', 'POST', 'DELETE']) assert.equal((await ask(id, method, method === 'POST' ? 'x' : undefined)).status, 404, `${method} ${id}`);
    }
    for (const method of ['POST', 'DELETE']) assert.equal((await ask(token, method)).status, 404);
    for (const method of ['PUT', 'PATCH']) assert.equal((await ask(token, method)).status, 405);
  });

  test('pages of other sites: 403', { timeout }, async () => {
    const token = await negotiated();
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) assert.equal((await ask(token, method, undefined, { origin: 'https://evil.example' })).status, 403);
    const asked = await ask(token, 'OPTIONS', undefined, { origin: page });
    assert.equal(asked.headers['access-control-allow-methods'], 'GET, POST, DELETE');
  });

  test('tokens are in no log', { timeout }, async () => {
    const token = await begun();
    for (const node of nodes) assert.ok(!node.log.includes(token));
    for (const door of [robin, cluster.nginx]) assert.ok(!readFileSync(join(door.folder, 'log/access.log'), 'utf8').includes(token));
  });
});

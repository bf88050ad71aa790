// SignalR's official clients, unchanged, in rooms they share with chat.v1: every way to connect in every encoding.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Subject } from '@microsoft/signalr';
import { ChatClient } from './support/client.mjs';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { Redis } from './support/redis.mjs';
import { HubClient, protocols, transports } from './support/signalr.mjs';
import { until } from './support/until.mjs';

const timeout = 60_000;
const folder = freshFolder('signalr');
const page = 'https://chat.example';
let redis, nodes;
before(async () => {
  redis = await Redis.start(folder);
  nodes = await Promise.all(['chat-1', 'chat-2'].map((id) => Node.start({ id, folder, redis, settings: { 'allowed-origins': page } })));
});
after(async () => {
  await Promise.all((nodes ?? []).map((node) => node.stop()));
  await redis?.stop();
});

const room = (name) => `${name}-${randomBytes(4).toString('hex')}`;
const refused = (code) => (error) => {
  assert.match(error.message, new RegExp(`^${code}: `));
  return true;
};

for (const [way, options] of Object.entries(transports)) {
  for (const [encoding, protocol] of Object.entries(protocols)) {
    describe(`${way}, ${encoding}`, { concurrency: false }, () => {
      const connect = (node, more = {}) => HubClient.connect(node, { options, protocol: protocol(), ...more });

      test('a client learns who it is and on which node', { timeout }, async () => {
        const client = await connect(nodes[0]);
        const info = await client.invoke('GetNodeInfo');
        assert.equal(info.nodeId, 'chat-1');
        if (!options.skipNegotiation) assert.equal(info.connectionId, client.id);
        await until('NodeInfo is called', () => client.heard.NodeInfo.length === 1);
        assert.deepEqual(client.heard.NodeInfo[0], ['chat-1', info.connectionId]);
        await client.stop();
        assert.equal(client.events.at(-1).error, undefined);
      });

      test('what is said in the lobby reaches everybody on every node, whatever they speak', { timeout }, async () => {
        const [ana, bo] = [await connect(nodes[0]), await connect(nodes[1], { hub: '/hub' })];
        const chat = await ChatClient.connect(nodes[1].ws, { name: 'Chris' });
        await chat.join('lobby');
        const text = `hello ${room('x')}`;
        await ana.invoke('SendMessage', 'Ana', text);
        const { connectionId } = await ana.invoke('GetNodeInfo');
        for (const client of [ana, bo]) {
          const [user, message, from, node, details] = await client.hears('lobby', text);
          assert.deepEqual([user, message, from, node], ['Ana', text, connectionId, 'chat-1']);
          assert.deepEqual(details.from, { id: connectionId, name: 'Ana' });
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
        const [ana, bo] = [await connect(nodes[0]), await connect(nodes[1])];
        const name = room('room');
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
        const later = await ana.invoke('JoinRoom', name, { epoch: joined.epoch, offset: 1 });
        assert.equal(later.recovered, true);
        assert.deepEqual(later.messages.map(({ text }) => text), ['two', 'three']);
        await bo.invoke('LeaveRoom', name);
        await assert.rejects(bo.invoke('SendToRoom', name, 'Bo', 'four'), /not_joined: /);
        await Promise.all([ana.stop(), bo.stop()]);
      });

      test('streams go both ways', { timeout }, async () => {
        const client = await connect(nodes[0]);
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
        const client = await connect(nodes[0]);
        await assert.rejects(client.invoke('Nonsense', 1), refused('unknown_type'));
        await assert.rejects(client.invoke('JoinRoom', 'No Such Name'), refused('bad_room'));
        await assert.rejects(client.invoke('JoinRoom'), refused('bad_request'));
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
        const client = await connect(nodes[0], { retries: [0, 50, 100, 500] });
        const name = room('again');
        const producer = randomBytes(16).toString('hex');
        const hello = async () => {
          await client.invoke('Hello', { name: 'Ana', producer });
          return client.invoke('JoinRoom', name);
        };
        await hello();
        assert.equal((await client.invoke('SendToRoom', name, 'Ana', 'once', 1)).duplicate, false);
        client.cut();
        await client.happens('reconnected');
        await hello();
        assert.equal((await client.invoke('SendToRoom', name, 'Ana', 'once', 1)).duplicate, true);
        assert.equal((await client.invoke('History', name)).messages.length, 1);
        await client.stop();
      });

      test('a node that leaves closes its clients, which come back by themselves', { timeout }, async () => {
        const leaving = await Node.start({ id: 'chat-3', folder, redis, settings: { 'drain-seconds': 2 } });
        const clients = await Promise.all([0, 1, 2].map(() => connect(leaving, { retries: Array(100).fill(100) })));
        const quitting = await connect(leaving);
        await leaving.stop();
        for (const client of clients) {
          assert.equal((await client.happens('reconnecting')).error, undefined);
          assert.ok(client.heard.Reconnect.length <= 1);
        }
        assert.equal((await quitting.happens('closed')).error, undefined);
        await leaving.start();
        for (const client of clients) {
          await client.happens('reconnected');
          assert.equal((await client.invoke('GetNodeInfo')).nodeId, 'chat-3');
          await client.stop();
        }
        await leaving.stop();
      });
    });
  }
}

test('pings keep a silent pair together, and a client that sends none is given up', { timeout }, async () => {
  const talking = HubClient.of(nodes[0]), mute = HubClient.of(nodes[0], { protocol: protocols.messagepack() });
  talking.connection.serverTimeoutInMilliseconds = 15_000;       // two of the server's pings, and some
  mute.connection.keepAliveIntervalInMilliseconds = 3_600_000;
  await talking.connection.start();
  await mute.connection.start();
  await mute.happens('closed', 50_000);
  assert.equal(talking.connection.state, 'Connected');
  await talking.stop();
});

for (const [encoding, protocol] of Object.entries(protocols)) {
  describe(`stateful reconnect, ${encoding}`, { concurrency: false }, () => {
    const connect = (node, more = {}) => HubClient.connect(node, { protocol: protocol(), stateful: true, ...more });

    test('a cut socket costs nothing: no reconnect, no message lost or doubled', { timeout }, async () => {
      const [client, other] = [await connect(nodes[0]), await HubClient.connect(nodes[1])];
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

    test('a node that was killed knows nothing of it, and the client starts again', { timeout }, async () => {
      const node = await Node.start({ id: 'chat-4', folder, redis });
      const client = await connect(node, { retries: Array(100).fill(100) });
      await node.kill();
      await node.start();
      await client.happens('reconnected', 20_000);
      assert.equal((await client.invoke('GetNodeInfo')).connectionId, client.id);
      await client.invoke('SendMessage', 'Ana', 'still here');
      await client.stop();
      await node.stop();
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
  assert.deepEqual(answer.json.availableTransports, [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }]);
  assert.equal((await negotiate({}, 'POST', 'negotiateVersion=1&useStatefulReconnect=true')).json.useStatefulReconnect, true);

  const allowed = await negotiate({ origin: page });
  assert.equal(allowed.headers['access-control-allow-origin'], page);
  assert.equal(allowed.headers['access-control-allow-credentials'], 'true');
  const asked = await negotiate({ origin: page, 'access-control-request-method': 'POST' }, 'OPTIONS');
  assert.equal(asked.status, 204);
  assert.equal(asked.headers['access-control-allow-methods'], 'POST');
  assert.match(asked.headers['access-control-allow-headers'], /X-SignalR-User-Agent/);
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
  await until('a resumable connection that is over is not there', async () => (await upgrade(`id=${used}`)).status === 404);
});

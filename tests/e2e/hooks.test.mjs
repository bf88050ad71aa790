// Hooks: the application decides on connections, joins and messages, and has methods of its own.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join as path } from 'node:path';
import { describe, test } from 'node:test';
import WebSocket from 'ws';
import { ChatClient, Refused } from './support/client.mjs';
import { hookedCluster } from './support/hooked-cluster.mjs';
import { EventStreamClient, PollClient } from './support/http-clients.mjs';
import { http } from './support/http.mjs';
import { later, until } from './support/until.mjs';

const stage = hookedCluster('hooks', {
  connect: { headers: ['Cookie'], timeout_ms: 500, breaker: { open_ms: 50 } },
  join: { rooms: ['club-*'], timeout_ms: 500 },
  message: { rooms: ['club-*', 'kind'], timeout_ms: 500 },
  call: { methods: ['Add', 'Announce', 'Slow'], timeout_ms: 500 },
}, {
  settings: (folder) => {
    const rooms = path(folder, 'rooms.json');
    writeFileSync(rooms, JSON.stringify({ rules: [{ rooms: 'vip', guest: [], user: [] }] }));
    return { rooms };
  },
});
const { client, hub } = stage;
const isDenied = (text) => (error) => error instanceof Refused && error.code === 'forbidden' && error.message.includes(text);

describe('The hook connect', () => {
  const asUser = () => ({ user: { id: 'ana@example.org', name: 'Ana' } });
  const transports = {
    'a WebSocket': (node) => ChatClient.connect(node.ws, { name: 'not Ana' }),
    'an event stream': (node) => EventStreamClient.connect(`${node.http}/sse`, { name: 'not Ana' }),
    'polls': (node) => PollClient.connect(`${node.http}/poll`, { name: 'not Ana' }),
  };
  /** The answer to an upgrade, with these headers. */
  const upgrade = (query = '', headers = {}) => new Promise((resolve, reject) => {
    const socket = new WebSocket(`${stage.cluster.nodes[0].ws}${query}`, ['chat.v1'], { headers });
    socket.once('open', () => resolve({ status: 101 }) ?? socket.terminate());
    socket.once('unexpected-response', (request, response) => {
      let text = '';
      response.on('data', (bytes) => { text += bytes; });
      response.on('end', () => resolve({ status: response.statusCode, text, retryAfter: response.headers['retry-after'] }));
    });
    socket.once('error', reject);
  });

  for (const [name, connect] of Object.entries(transports)) {
    test(`names the user of ${name}`, async () => {
      stage.application.answers.connect = asUser;
      const ana = await connect(stage.cluster.nodes[0]);
      stage.closers.push(() => ana.terminate());
      assert.equal(ana.user.name, 'Ana');
      const [question, ...others] = stage.application.asked('connect');
      assert.deepEqual(others, []);
      assert.deepEqual([question.protocol, question.address, question.session, question.user], ['chat.v1', '127.0.0.1', undefined, undefined]);
      assert.ok(question.signed);
      const again = await client(2);
      assert.equal(again.user.id, ana.user.id, 'the same user on another node');
    });
  }

  test('names the user of a SignalR client, whose negotiation is asked for, too', async () => {
    stage.application.answers.connect = asUser;
    const ana = await hub(1);
    await ana.invoke('JoinRoom', 'hub-names');
    const questions = stage.application.asked('connect');
    assert.deepEqual(questions.map(({ protocol, path: at }) => [protocol, at]), [['signalr', '/chatHub/negotiate'], ['signalr', '/chatHub']]);
    stage.application.answers = {};
    const bo = await client(2, { name: 'Bo' });
    await bo.join('hub-names');
    const names = async () => (await bo.members('hub-names')).members.map(({ name }) => name).sort();
    await until('both are there', async () => String(await names()) === 'Ana,Bo');
  });

  test('is told by what the application may know the user, and no more', async () => {
    await upgrade('?room=lobby&access_token=secret&shop=7', { Cookie: 'sid=1', Origin: stage.cluster.nodes[0].http, 'User-Agent': 'tests', 'X-Other': 'no' });
    const [{ path: at, query, headers }] = stage.application.asked('connect');
    assert.deepEqual([at, query], ['/ws', 'room=lobby&shop=7']);
    assert.deepEqual(headers, { cookie: 'sid=1', origin: stage.cluster.nodes[0].http, 'user-agent': 'tests' });
  });

  test('refuses with the words and the status of the application', async () => {
    stage.application.answers.connect = () => ({ deny: 'pay first', status: 402 });
    const { status, text } = await upgrade();
    assert.deepEqual([status, JSON.parse(text).error], [402, 'pay first']);
    for (const url of ['/sse', '/poll', '/chatHub/negotiate?negotiateVersion=1']) {
      assert.equal((await http(stage.cluster.nodes[0].http + url, { method: url === '/sse' ? 'GET' : 'POST' })).status, 402, url);
    }
    stage.application.answers.connect = () => ({ deny: '' });
    assert.equal((await upgrade()).status, 403);
  });

  test('gives rights in rooms that the rules close', async () => {
    await assert.rejects((await client(1)).join('vip'), { code: 'not_found' });
    stage.application.answers.connect = () => ({ ...asUser(), rooms: { vip: ['join', 'history'] } });
    const ana = await client(1);
    await ana.join('vip');
    await assert.rejects(ana.say('vip', 'hi'), { code: 'forbidden' });
  });

  test('ends a session at its time', async () => {
    stage.application.answers.connect = () => ({ ...asUser(), expires_at: Date.now() - 24_000 });
    const ana = await client(1);
    assert.equal((await ana.closed).code, 4501);
  });

  test('refuses for now while the application does not answer, and those who are here go on', async () => {
    const [ana, bo] = [await client(1), await client(1)];
    await Promise.all([ana.join('free'), bo.join('free')]);
    stage.application.answers.connect = () => new Promise(() => {});
    const waiting = Promise.all(Array.from({ length: 20 }, () => upgrade()));
    await until('the application is asked', () => stage.application.asked('connect').length >= 20);
    await ana.say('free', 'nobody waits here');
    await bo.hears('free', 'nobody waits here');
    for (const { status, text, retryAfter } of await waiting) {
      assert.deepEqual([status, JSON.parse(text).error, retryAfter], [503, 'The application gave no usable answer', '1']);
    }
    stage.application.answers = {};
    await until('clients come again', async () => (await upgrade()).status === 101);
  });
});

describe('The hook join', () => {
  test('lets a client in, and is asked with a signature', async () => {
    const ana = await client(1, { name: 'Ana' });
    await ana.join('club-open');
    const [question, ...others] = stage.application.asked('join');
    assert.deepEqual(others, []);
    assert.equal(question.room, 'club-open');
    assert.deepEqual(question.user, ana.user);
    assert.equal(question.session, ana.welcome.session);
    assert.ok(question.signed, 'the signature is that of the secret');
  });

  test('keeps a client out with the words of the application', async () => {
    stage.application.answers.join = () => ({ deny: 'members only' });
    const bo = await client(1);
    await assert.rejects(bo.join('club-closed'), isDenied('members only'));
    stage.application.answers.join = () => ({});
    await bo.join('club-closed');            // is asked anew
    assert.equal(stage.application.asked('join').length, 2);
  });

  test('leaves a client some of its rights', async () => {
    stage.application.answers.join = () => ({ rights: ['join', 'history'] });
    const reader = await client(2);
    await reader.join('club-readers');
    await assert.rejects(reader.say('club-readers', 'hi'), { code: 'forbidden' });
    assert.equal(stage.application.asked('message').length, 0);
  });

  test('keeps requests that stand behind the join out, too', async () => {
    const member = await client(1, { name: 'Ana' });
    await member.join('club-safe');
    await member.say('club-safe', 'the code of the safe is 1234');
    const held = [];
    stage.application.answers.join = () => new Promise((resolve) => held.push(resolve));
    const eve = await client(1, { name: 'Eve' });
    const requests = ['join', 'history', 'members', 'typing'].map((type) => later(eve.request(type, { room: 'club-safe' })));
    await eve.request('node');                 // the node has them all
    await until('the application is asked', () => held.length === 1);
    held[0]({ deny: 'members only' });
    for (const request of requests) await assert.rejects(request, isDenied('members only'));
    assert.ok(!eve.pushes.concat(member.pushes).some(({ type }) => type === 'typing'));
  });

  test('brings no message to a client whose right to read it takes away, at no join', async () => {
    const member = await client(1);
    await member.join('club-past');
    await member.say('club-past', 'before');
    stage.application.answers.join = () => ({ rights: ['join', 'send'] });
    const { epoch } = await member.say('club-past', 'later');
    const guest = await client(2);
    for (const fields of [{ history: 10 }, { history: 10 }, { cursor: { epoch, offset: 0 } }]) {
      const { messages, recovered } = await guest.join('club-past', fields);
      assert.deepEqual(messages, []);
      assert.ok(!recovered);
    }
    await assert.rejects(guest.history('club-past'), { code: 'forbidden' });
  });

  test('is not asked for other rooms', async () => {
    const cy = await client(1);
    await cy.join('elsewhere');
    assert.equal(stage.application.asked('join').length, 0);
  });

  test('counts nobody who leaves while the application thinks', async () => {
    const dora = await client(1, { name: 'Dora' });
    await dora.join('club-count');
    const held = [];
    stage.application.answers.join = () => new Promise((resolve) => held.push(resolve));
    const eve = await client(1, { name: 'Eve' });
    const joining = eve.join('club-count').catch(() => {});
    await until('the application is asked', () => held.length === 1);
    const connections = async () => Number(/^chat_connections (\d+)/m.exec((await http(`${stage.cluster.nodes[0].http}/metrics`)).text)[1]);
    const withEve = await connections();
    eve.terminate();
    await until('the node sees that Eve is gone', async () => (await connections()) < withEve);
    held[0]({});
    await joining;
    stage.application.answers = {};
    const fay = await client(1, { name: 'Fay' });
    await fay.join('club-count');                    // decided after Eve's join, so that one has had its effect
    const names = () => dora.request('members', { room: 'club-count' }).then(({ members }) => members.map(({ name }) => name));
    await until('Fay is counted', async () => (await names()).includes('Fay'));
    assert.deepEqual(await names(), ['Dora', 'Fay']);
  });
});

describe('The hook message', () => {
  test('refuses a message with the words of the application', async () => {
    stage.application.answers.message = ({ content }) => (content.text.includes('damn') ? { deny: 'mind your words' } : {});
    const ana = await client(1);
    await ana.join('kind');
    const say = (text) => ana.request('send', { room: 'kind', text, seq: 1 });     // a refused message uses up no number
    await assert.rejects(say('damn'), isDenied('mind your words'));
    assert.equal((await say('hello')).offset, 1);
    assert.deepEqual(stage.application.asked('message').map(({ content }) => content.text), ['damn', 'hello']);
  });

  test('never refuses the repetition of a stored message, whose number is used up', async () => {
    const ana = await client(1);
    await ana.join('club-again');
    const send = (text, seq) => ana.request('send', { room: 'club-again', text, seq });
    const stored = await send('first', 1);
    stage.application.answers.message = () => ({ deny: 'not now' });
    const again = await send('first', 1);
    assert.equal(again.duplicate, true);
    assert.equal(again.offset, stored.offset);
    await assert.rejects(send('second', 2), isDenied('not now'));
    stage.application.answers.message = () => ({});
    assert.equal((await send('third', 2)).offset, stored.offset + 1);
    const fresh = await client(1);
    await fresh.join('club-fresh');
    stage.application.answers.message = () => ({ deny: 'not now' });
    await assert.rejects(fresh.request('send', { room: 'club-fresh', text: 'hi', seq: 1 }), isDenied('not now'));
    assert.equal(await stage.cluster.redis.command('EXISTS', 'chat:{club-fresh}:state'), '0');
  });

  test('replaces the content, and nothing else', async () => {
    stage.application.answers.message = ({ content }) => ({ content: { text: content.text.replaceAll('secret', '******') } });
    const [ana, bo] = [await client(1, { name: 'Ana' }), await client(2)];
    await Promise.all([ana.join('club-words'), bo.join('club-words')]);
    await ana.say('club-words', 'the secret "word"');
    await bo.hears('club-words', 'the ****** "word"');
    const [message] = bo.messages('club-words');
    assert.deepEqual(message.from, ana.user);
    assert.equal(message.node, 'chat-1');
  });

  test('keeps the order of a client, however long each answer takes', async () => {
    let turn = 0;
    stage.application.answers.message = () => new Promise((resolve) => setTimeout(resolve, ++turn % 3 === 1 ? 30 : 1, {}));
    const [ana, bo] = [await client(1), await client(2)];
    await Promise.all([ana.join('club-order'), bo.join('club-order')]);
    const texts = Array.from({ length: 12 }, (_, i) => `number ${i}`);
    await Promise.all(texts.map((text) => ana.say('club-order', text)));
    await bo.hears('club-order', texts.at(-1));
    assert.deepEqual(bo.messages('club-order').map(({ text }) => text), texts);
  });

  test('refuses while the application does not answer, and other rooms go on', async () => {
    stage.application.answers.message = () => new Promise(() => {});
    const ana = await client(1);
    await Promise.all([ana.join('kind'), ana.join('free')]);
    const late = assert.rejects(ana.say('kind', 'hello?'), { code: 'unavailable' });
    assert.ok((await ana.say('free', 'hello')).offset > 0);
    await late;
  });
});

describe('The hook call', () => {
  test('answers the methods of the application, in chat.v1 and in SignalR', async () => {
    stage.application.answers.call = ({ method, arguments: [a, b] }) => ({ result: { method, sum: a + b } });
    const ana = await client(1);
    const { type, result } = await ana.request('call', { method: 'Add', arguments: [2, 3] });
    assert.deepEqual([type, result], ['result', { method: 'Add', sum: 5 }]);
    assert.deepEqual(await (await hub(2)).invoke('Add', 20, 22), { method: 'Add', sum: 42 });
    assert.equal(stage.application.asked('call')[0].user.id, ana.user.id);
  });

  test('does not exist for other methods', async () => {
    const [ana, bo] = [await client(1), await hub(1)];
    await assert.rejects(ana.request('call', { method: 'Fly' }), { code: 'unknown_type' });
    await assert.rejects(bo.invoke('Fly'), /Method does not exist/);
    assert.equal(stage.application.asked('call').length, 0);
  });

  test('tells the client why the application refused', async () => {
    stage.application.answers.call = () => ({ error: 'not on Sundays' });
    await assert.rejects((await client(1)).request('call', { method: 'Add', arguments: [] }), isDenied('not on Sundays'));
  });

  test('publishes and notifies before the client has its result', async () => {
    const [ana, bo] = [await client(1), await client(3)];
    await bo.join('news');
    const notices = () => bo.pushes.filter(({ type }) => type === 'notice');
    stage.application.answers.call = () => ({
      result: 'done',
      publish: [{ room: 'news', text: 'one', name: 'Shop' }, { room: 'news', data: { two: 2 } }],
      notify: [{ users: [bo.user.id], event: 'ring', data: [1] }, { rooms: ['news'], event: 'flash', data: null }],
    });
    assert.equal((await ana.request('call', { method: 'Announce' })).result, 'done');
    await until('Bo has all of it', () => bo.messages('news').length === 2 && notices().length === 2);
    assert.deepEqual(bo.messages('news').map(({ from, text, data }) => [from.id, from.name, text ?? data]),
      [['app.hooks', 'Shop', 'one'], ['app.hooks', 'App', { two: 2 }]]);
    assert.deepEqual(new Set(notices().map(({ event }) => event)), new Set(['ring', 'flash']));
  });

  test('fails in time when the application breaks the connection', async () => {
    stage.application.answers.call = () => undefined;
    await assert.rejects((await client(2)).request('call', { method: 'Slow' }), { code: 'unavailable' });
  });
});

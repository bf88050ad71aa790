// Socket.IO 5, from the text of its specification (docs/socket.io-protocol/v5-current.md in socketio/socket.io), by a client of
// bytes: the protocol at a node that echoes, then the chat on two nodes with one Redis.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { AuthNodes } from './support/auth-nodes.mjs';
import { HookedApplication } from './support/application.mjs';
import { ChatClient } from './support/client.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { RawEngine } from './support/raw-engine.mjs';
import { RawHub } from './support/raw-hub.mjs';
import { RawSocketIO } from './support/raw-socketio.mjs';
import { Redis } from './support/redis.mjs';
import { until, within } from './support/until.mjs';

const timeout = 30_000;
const unique = () => randomBytes(6).toString('hex');
let redis, nodes, echo, application, folder;
before(async () => {
  folder = freshFolder('socketio');
  redis = await Redis.start(folder);
  application = await HookedApplication.start(folder, { 'call': { methods: ['add', 'fail'] } });
  application.answers.call = ({ method, arguments: args }) => (method === 'add' ? { result: args[0] + args[1] } : { deny: 'no' });
  const settings = { 'people-per-address': 0, ...application.settings };
  nodes = await Promise.all(['chat-1', 'chat-2'].map((id) => Node.start({ id, folder, redis, settings })));
  echo = await Node.start({ id: 'echo', folder, settings: { 'socketio-conformance': 'on', 'socketio-ping-interval': 20, 'people-per-address': 0 } });
});
after(async () => {
  await Promise.all([...(nodes ?? []), echo].map((node) => node?.stop()));
  await application?.stop();
  await redis?.stop();
});

const connect = async (t, options, node = nodes[0]) => {
  const client = await RawSocketIO.connect(node, options);
  t.after(() => client.destroy());
  return client;
};
const ends = (client) => within('the node ends the connection', client.closed, 5000);

describe('the protocol', { concurrency: 8 }, () => {
  const fresh = (t, options) => connect(t, options, echo);
  const waiting = (t) => connect(t, { auth: null }, echo);
  test('CONNECT is answered with an sid that is not that of the transport', { timeout }, async (t) => {
    const client = await fresh(t);
    assert.deepEqual(Object.keys(JSON.parse(client.answer.slice(2))), ['sid']);
    assert.notEqual(client.sid, client.engine.open.sid);
  });
  test('the payload of CONNECT arrives', { timeout }, async (t) => {
    const client = await fresh(t, { auth: { token: '123' } });
    assert.deepEqual(await client.event(), ['auth', { token: '123' }]);
  });
  for (const [what, packet, answer] of [['a namespace', '40/custom,', '40/custom,'], ['one without a comma', '40/custom', '40/custom,'], ['one with a payload', '40/custom,{"a":1}', '40/custom,']]) {
    test(`CONNECT to ${what}`, { timeout }, async (t) => {
      const client = await waiting(t);
      client.send(packet);
      assert.ok((await client.packet()).startsWith(answer));
    });
  }
  test('an unknown namespace is refused with CONNECT_ERROR, and the connection stays', { timeout }, async (t) => {
    const client = await waiting(t);
    client.send('40/random');
    assert.equal(await client.packet(), '44/random,{"message":"Invalid namespace"}');
    client.send('40');
    assert.ok((await client.packet()).startsWith('40{'));
  });
  test('a client without a CONNECT is closed', { timeout }, async (t) => ends(await waiting(t)));
  for (const [what, packet] of [['letters', '4abc'], ['type 7', '47'], ['a CONNECT with a broken payload', '40{'], ['an event before CONNECT', '42["message"]'], ['an empty one', '4']]) {
    test(`the first packet is ${what}: the connection is closed`, { timeout }, async (t) => {
      const client = await waiting(t);
      client.send(packet);
      await ends(client);
    });
  }
  for (const [what, packet] of [
    ['an object as the payload', '42{}'], ['a text as the payload', '42"abc"'], ['no payload', '42'], ['an empty array', '42[]'], ['letters as the ack id', '42abc["message-with-ack",1]'],
    ['JSON that is none', '42["message",]'], ['an unknown type', '49["message"]'], ['an attachment that is not announced', Buffer.from([1])],
    ['attachments without a count', '45["message",{"_placeholder":true,"num":0}]'], ['a count without a dash', '451["message",{"_placeholder":true,"num":0}]'],
    ['a million attachments', '45999999-["message"]'], ['an event of another namespace', '42/other,["message"]'],
  ]) {
    test(`${what}: the connection is closed`, { timeout }, async (t) => {
      const client = await fresh(t);
      client.send(typeof packet === 'string' ? packet.replace(/^4?/, '4') : packet);
      await ends(client);
    });
  }
  test('a text packet between attachments closes the connection', { timeout }, async (t) => {
    const client = await fresh(t);
    client.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
    client.send(Buffer.from([1]));
    client.send('42["message"]');
    await ends(client);
  });
  test('DISCONNECT leaves the namespace, not the connection', { timeout }, async (t) => {
    const client = await fresh(t);
    client.send('41');
    client.send('40');
    assert.ok((await client.packet()).startsWith('42["auth"'));
    assert.ok((await client.packet()).startsWith('40{'));
  });
  for (const transport of ['websocket', 'polling']) {
    test(`an event with any JSON comes back (${transport})`, { timeout }, async (t) => {
      const client = await fresh(t, { transport });
      client.send('42["message",1,"2",{"3":[true]},null]');
      assert.deepEqual(await client.named('message-back'), ['message-back', 1, '2', { 3: [true] }, null]);
    });
    test(`an acknowledgement has the id and the arguments (${transport})`, { timeout }, async (t) => {
      const client = await fresh(t, { transport });
      assert.deepEqual(await client.call('message-with-ack', 1, '2', { 3: [false] }), [1, '2', { 3: [false] }]);
    });
    test(`binary attachments come back behind their packet (${transport})`, { timeout }, async (t) => {
      const client = await fresh(t, { transport });
      await client.named('auth');
      client.send('452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
      client.send(Buffer.from([1, 2, 3]));
      client.send(Buffer.from([4]));
      assert.equal(await client.packet(), '452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]');
      const bytes = [await client.packet(), await client.packet()];
      assert.deepEqual(bytes.map((one) => (typeof one === 'string' ? one : `b${one.toString('base64')}`)), ['bAQID', 'bBA==']);
    });
  }
});

describe('the chat', { concurrency: 8 }, () => {
  for (const transport of ['websocket', 'polling']) {
    test(`sendMessage reaches everybody as messageToClient with "[id]: text", on the other node, too (${transport})`, { timeout }, async (t) => {
      const [ana, bo] = [await connect(t, { transport }), await connect(t, {}, nodes[1])];
      const text = unique();
      ana.emit('sendMessage', text);
      for (const one of [ana, bo]) assert.equal((await one.says(text))[1], `[${ana.sid}]: ${text}`);
    });
  }
  for (const [what, content, line] of [['{text}', (text) => ({ text }), (text) => text], ['{message}', (message) => ({ message }), (text) => text], ['other JSON', (text) => [text, 1], (text) => `["${text}",1]`]]) {
    test(`sendMessage takes ${what}`, { timeout }, async (t) => {
      const ana = await connect(t);
      const text = unique();
      ana.emit('sendMessage', content(text));
      await ana.event(([name, one]) => name === 'messageToClient' && one === `[${ana.sid}]: ${line(text)}`);
    });
  }
  test('sendMessage is acknowledged with the place of the message', { timeout }, async (t) => {
    const [ack] = await (await connect(t)).call('sendMessage', unique());
    assert.deepEqual([ack.type, ack.room, ack.duplicate], ['ack', 'lobby', false]);
    assert.ok(ack.offset > 0 && ack.epoch);
  });
  test('sendMessage without an argument is an error', { timeout }, async (t) => {
    const ana = await connect(t);
    assert.equal((await ana.call('sendMessage'))[0].code, 'bad_request');
    ana.emit('sendMessage');
    assert.deepEqual((await ana.named('exception'))[1].status, 'error');
  });
  test('what cannot be sent is refused in the acknowledgement: empty, too long, too deep', { timeout }, async (t) => {
    const ana = await connect(t);
    assert.equal((await ana.call('sendMessage', ''))[0].code, 'bad_request');
    assert.equal((await ana.call('sendMessage', 'x'.repeat(5000)))[0].code, 'too_large');
    assert.equal((await ana.call('sendMessage', 'x'.repeat(40_000)))[0].code, 'too_large');
    assert.equal((await ana.call('sendMessage', { data: JSON.parse('['.repeat(9) + ']'.repeat(9)) }))[0].code, 'bad_request');
  });
  test('a repeated member of an object is an error of its event alone', { timeout }, async (t) => {
    const ana = await connect(t);
    ana.send('427["send",{"room":"lobby","room":"lobby","text":"x"}]');
    assert.equal((await ana.ack(7))[0].code, 'bad_request');
    assert.equal((await ana.call('node'))[0].type, 'node');
  });
  test('join, send, leave: messages of a room come as objects with their place', { timeout }, async (t) => {
    const [ana, bo] = [await connect(t), await connect(t, {}, nodes[1])];
    const room = `room-${unique()}`;
    for (const one of [ana, bo]) assert.equal((await one.call('join', room))[0].type, 'joined');
    const [ack] = await ana.call('send', { room, text: 'hi' });
    const [, message, place] = await bo.says('hi');
    assert.deepEqual([message.room, message.offset, message.from.id], [room, 1, ana.sid]);
    assert.ok(place.endsWith(`${room}:${ack.epoch}:1`));
    assert.equal((await bo.call('leave', room))[0].type, 'left');
    assert.equal((await bo.call('send', { room, text: 'x' }))[0].code, 'not_joined');
  });
  test('joined and left come as events, too, before their acknowledgements', { timeout }, async (t) => {
    const ana = await connect(t);
    const room = unique();
    await ana.call('join', room);
    assert.deepEqual(ana.events.find(([name]) => name === 'joined')?.[1].room, room);
    ana.emit('leave', room);
    assert.deepEqual((await ana.named('left'))[1].room, room);
  });
  test('join with history, and history page by page', { timeout }, async (t) => {
    const ana = await connect(t);
    const room = unique();
    await ana.call('join', room);
    for (const text of ['1', '2', '3']) await ana.call('send', { room, text });
    const bo = await connect(t);
    assert.deepEqual((await bo.call('join', { room, history: 2 }))[0].messages.map(({ text }) => text), ['2', '3']);
    const [page] = await bo.call('history', { room, before: 3, limit: 1 });
    assert.deepEqual([page.type, page.messages.map(({ text }) => text), page.more], ['page', ['2'], true]);
  });
  test('a room may have any name', { timeout }, async (t) => {
    const ana = await connect(t);
    const room = `Team Ä ${unique()}`;
    assert.equal((await ana.call('join', room))[0].room, room);
    await ana.call('send', { room, text: 'x' });
    assert.equal((await ana.says('x'))[1].room, room);
  });
  test('members and typing', { timeout }, async (t) => {
    const [ana, bo] = [await connect(t, { auth: { name: 'Ana' } }), await connect(t, {}, nodes[1])];
    const room = unique();
    for (const one of [bo, ana]) await one.call('join', { room });
    await bo.event(([name, one]) => name === 'presence' && one.room === room && one.joined.some(({ name }) => name === 'Ana'));
    const [{ members }] = await ana.call('members', room);
    assert.ok(members.some(({ name }) => name === 'Ana'));
    assert.deepEqual(await ana.call('typing', room), []);
    assert.equal((await bo.named('typing'))[1].from.name, 'Ana');
  });
  test('a name, and one identity for several connections, by CONNECT', { timeout }, async (t) => {
    const auth = { name: 'Ana', identity_secret: unique() + unique(), theme: 'dark' };
    const [one, two] = [await connect(t, { auth }), await connect(t, { auth }, nodes[1])];
    assert.equal(one.sid, two.sid);
    assert.equal((await one.named('welcome'))[1].user.name, 'Ana');
  });
  for (const [what, auth] of [['a name that is none', { name: '' }], ['a secret anybody can guess', { identity_secret: 'short' }], ['a name of another type', { name: 5 }]]) {
    test(`CONNECT with ${what} is refused with CONNECT_ERROR; another CONNECT may follow`, { timeout }, async (t) => {
      const ana = await connect(t, { auth });
      const { message, data } = JSON.parse(ana.answer.slice(2));
      assert.match(message, /^bad_request: /);
      assert.equal(data.code, 'bad_request');
      ana.send('40');
      assert.ok((await ana.packet()).startsWith('40{'));
    });
  }
  test('CONNECT to another namespace is refused; a flood of them ends the connection', { timeout }, async (t) => {
    const ana = await connect(t, { auth: null });
    ana.send('40/admin,');
    assert.equal(await ana.packet(), '44/admin,{"message":"Invalid namespace"}');
    for (let i = 0; i < 200; ++i) ana.send(`40/n${i},`);
    assert.equal(await ends(ana), 1008);
  });
  for (const [what, packet] of [['a second CONNECT', '40'], ['an event that belongs to the libraries', '42["disconnect"]'], ['CONNECT_ERROR of a client', '44{}'], ['an event whose payload is an object', '42{}'], ['a namespace too long', `42/${'x'.repeat(200)},["a"]`]]) {
    test(`${what} closes the connection`, { timeout }, async (t) => {
      const ana = await connect(t);
      ana.send(packet);
      assert.equal(await ends(ana), 1002);
    });
  }
  test('an acknowledgement of the client that nothing waits for is ignored', { timeout }, async (t) => {
    const ana = await connect(t);
    ana.send('4399[1]');
    assert.equal((await ana.call('node'))[0].type, 'node');
  });
  test('DISCONNECT of the client ends the connection', { timeout }, async (t) => {
    const ana = await connect(t);
    ana.send('41');
    assert.equal(await ends(ana), 1000);
  });
  test('an unknown event is an error, with an acknowledgement or without', { timeout }, async (t) => {
    const ana = await connect(t);
    assert.equal((await ana.call('nonsense', 1))[0].code, 'unknown_type');
    ana.emit('nonsense');
    assert.equal((await ana.named('exception'))[1].code, 'unknown_type');
  });
  test('an event of the application is called with its arguments; the answer is the acknowledgement', { timeout }, async (t) => {
    const ana = await connect(t);
    assert.deepEqual(await ana.call('add', 2, 3), [5]);
    assert.equal((await ana.call('fail'))[0].type, 'error');
  });
  test('unknown events without end close the connection', { timeout }, async (t) => {
    const ana = await connect(t);
    for (let i = 0; i < 500; ++i) ana.emit('nonsense');
    assert.equal(await ends(ana), 1008);
  });
  test('bytes arrive as base64 text', { timeout }, async (t) => {
    const ana = await connect(t);
    const bytes = randomBytes(9);
    ana.send('451-1["sendMessage",{"_placeholder":true,"num":0}]');
    ana.send(bytes);
    assert.equal((await ana.ack(1))[0].type, 'ack');
    await ana.says(bytes.toString('base64'));
  });
  for (const [what, packet, attachments] of [
    ['a placeholder without an attachment', '451-["sendMessage",{"_placeholder":true,"num":7}]', 1], ['an attachment without a placeholder', '451-["sendMessage","x"]', 1],
    ['one attachment named twice', '451-["sendMessage",[{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]]', 1], ['17 attachments', '4517-["sendMessage","x"]', 0],
    ['999999 attachments', '45999999-["sendMessage","x"]', 0], ['an attachment of 40 KiB', '451-["sendMessage",{"_placeholder":true,"num":0}]', 40_000],
  ]) {
    test(`${what} closes the connection`, { timeout }, async (t) => {
      const ana = await connect(t);
      ana.send(packet);
      if (attachments) ana.send(Buffer.alloc(attachments));
      assert.ok([1002, 1009].includes(await ends(ana)));
    });
  }
  test('messages with one id are stored once, over a new connection of the same user on another node, too', { timeout }, async (t) => {
    const auth = { identity_secret: unique() + unique() };
    const [ana, again] = [await connect(t, { auth }), await connect(t, { auth }, nodes[1])];
    const send = { room: 'lobby', text: unique(), id: unique() };
    const [[first], [second], [other]] = [await ana.call('send', send), await again.call('send', send), await (await connect(t)).call('send', send)];
    assert.deepEqual([first.duplicate, second.duplicate, second.offset], [false, true, first.offset]);
    assert.equal(other.duplicate, false, 'another user has ids of its own');
  });
  test('a number as the id counts as seq: a jump is refused', { timeout }, async (t) => {
    const ana = await connect(t);
    const send = (id) => ana.call('send', { room: 'lobby', text: unique(), id });
    assert.equal((await send(1))[0].duplicate, false);
    assert.equal((await send(1))[0].duplicate, true);
    assert.deepEqual([(await send(5))[0].code, (await send(0))[0].code], ['out_of_sequence', 'bad_request']);
  });
  for (const id of ['', 'x'.repeat(65), {}, true]) {
    test(`an id that is none (${JSON.stringify(id).slice(0, 8)}) is refused`, { timeout }, async (t) => {
      assert.equal((await (await connect(t)).call('send', { room: 'lobby', text: 'x', id }))[0].code, 'bad_request');
    });
  }
  test('with details=true the lobby has objects, too', { timeout }, async (t) => {
    const ana = await connect(t, { query: '&details=true' });
    const text = unique();
    ana.emit('sendMessage', text);
    const [name, message] = await ana.says(text);
    assert.deepEqual([name, message.room], ['message', 'lobby']);
  });
  test('with recovery=false there is no pid, and messages have no further argument', { timeout }, async (t) => {
    const ana = await connect(t, { query: '&recovery=false' });
    assert.equal(ana.pid, undefined);
    const text = unique();
    ana.emit('sendMessage', text);
    assert.equal((await ana.says(text)).length, 2);
  });
  for (const [where, there] of [['the connection\'s node', 0], ['another node', 1]]) {
    test(`half an upgrade at ${where}: the socket is closed after 10 s, and polls go on`, { timeout }, async (t) => {
      const engine = await RawEngine.poll(`${nodes[0].http}/socket.io/`);
      t.after(() => engine.destroy());
      await engine.connect(`${nodes[there].http}/socket.io/`);
      const begun = performance.now();
      await within('the socket is closed', engine.closed, 15_000);
      assert.ok(performance.now() - begun > 8000);
      await engine.post('40');
      assert.ok((await engine.find((packet) => packet.startsWith('40'))).includes('"sid"'));
    });
  }
  test('one room, three protocols: each hears the others, in one order', { timeout }, async (t) => {
    const ana = await connect(t);
    const hub = await RawHub.connect(nodes[1].port);
    t.after(() => hub.destroy());
    const bo = await ChatClient.connect(nodes[0].ws);
    t.after(() => bo.socket.terminate());
    await bo.join('lobby');
    const texts = [unique(), unique(), unique()];
    await ana.call('sendMessage', texts[0]);
    hub.write(RawHub.call('1', 'SendMessage', 'Hub', texts[1]));
    await hub.completion('1');
    await bo.say('lobby', texts[2]);
    for (const text of texts) await ana.says(text);
    await bo.hears('lobby', texts[2]);
    const at = texts.map((text) => bo.messages('lobby').findIndex((message) => message.text === text));
    assert.ok(at[0] >= 0 && at[0] < at[1] && at[1] < at[2], String(at));
  });
});

describe('recovery', { concurrency: 8 }, () => {
  const lastOffset = (client) => client.place;
  /** Reads until a text comes and keeps the place, as a client does. */
  const hear = async (client, text) => { const event = await client.says(text); client.place = event.at(-1); return event; };
  const back = (t, client, node, more = {}) => connect(t, { auth: { pid: client.pid, offset: lastOffset(client), ...more } }, node);
  test('on another node: the same pid and sid, then what was missed, once and in order, then what follows', { timeout }, async (t) => {
    const [ana, bo] = [await connect(t), await connect(t)];
    const texts = Array.from({ length: 6 }, unique);
    await bo.call('sendMessage', texts[0]);
    await hear(ana, texts[0]);
    ana.destroy();
    for (const text of texts.slice(1, 4)) await bo.call('sendMessage', text);
    const again = await back(t, ana, nodes[1]);
    assert.deepEqual([again.pid, again.sid], [ana.pid, ana.sid]);
    for (const text of texts.slice(4)) await bo.call('sendMessage', text);
    const heard = [];
    while (!heard.includes(texts[5])) heard.push((await again.named('messageToClient'))[1].split(': ')[1]);
    assert.deepEqual(heard.filter((text) => texts.includes(text)), texts.slice(1));
  });
  test('of several rooms: each goes on behind its own place', { timeout }, async (t) => {
    const [ana, bo] = [await connect(t), await connect(t, {}, nodes[1])];
    const rooms = [unique(), unique(), unique()];
    for (const one of [ana, bo]) for (const room of rooms) await one.call('join', room);
    for (const room of rooms) await bo.call('send', { room, text: `${room} 1` });
    for (const room of rooms) await hear(ana, `${room} 1`);
    ana.destroy();
    for (const n of [2, 3]) for (const room of rooms) await bo.call('send', { room, text: `${room} ${n}` });
    const again = await back(t, ana, nodes[1]);
    assert.equal(again.pid, ana.pid);
    const missed = rooms.flatMap((room) => [2, 3].map((n) => `${room} ${n}`));
    const heard = [];
    while (heard.length < missed.length) heard.push((await again.event(([name]) => name === 'message'))[1].text);
    assert.deepEqual([...heard].sort(), [...missed].sort());
    for (const room of rooms) assert.ok(heard.indexOf(`${room} 2`) < heard.indexOf(`${room} 3`));
  });
  test('the place of each message while several rooms are replayed is enough to go on from there', { timeout }, async (t) => {
    const [ana, bo] = [await connect(t), await connect(t, {}, nodes[1])];
    const rooms = [unique(), unique()];
    for (const one of [ana, bo]) for (const room of rooms) await one.call('join', room);
    for (const room of rooms) await bo.call('send', { room, text: `${room} 1` });
    for (const room of rooms) await hear(ana, `${room} 1`);
    ana.destroy();
    for (const n of [2, 3]) for (const room of rooms) await bo.call('send', { room, text: `${room} ${n}` });
    const heard = [];
    for (let i = 0; i < 4; ++i) {           // each time the connection breaks behind one message
      const again = await back(t, ana, nodes[i % 2]);
      assert.equal(again.pid, ana.pid);
      const [, { text }, place] = await again.event(([name]) => name === 'message');
      heard.push(text);
      ana.place = place;
      again.destroy();
    }
    assert.deepEqual([...heard].sort(), rooms.flatMap((room) => [2, 3].map((n) => `${room} ${n}`)).sort());
  });
  test('more than a page is missed: all of it comes', { timeout }, async (t) => {
    const [ana, bo] = [await connect(t), await connect(t)];
    const room = unique();
    for (const one of [ana, bo]) await one.call('join', room);
    ana.place = ana.events.find(([name]) => name === 'joined').at(-1);
    ana.destroy();
    const texts = Array.from({ length: 250 }, (_, i) => `n${i}`);
    for (const text of texts) await bo.call('send', { room, text });
    const again = await back(t, ana, nodes[1]);
    assert.equal(again.pid, ana.pid);
    const heard = [];
    while (heard.length < texts.length) heard.push((await again.event(([name]) => name === 'message'))[1].offset);
    assert.deepEqual(heard, texts.map((_, i) => i + 1));
  });
  test('over polls that become a WebSocket before CONNECT', { timeout }, async (t) => {
    const [ana, bo] = [await connect(t), await connect(t)];
    const texts = [unique(), unique()];
    await bo.call('sendMessage', texts[0]);
    await hear(ana, texts[0]);
    ana.destroy();
    await bo.call('sendMessage', texts[1]);
    for (const there of nodes) {              // its own node's socket, and one of another node
      const again = await connect(t, { transport: 'polling', auth: null });
      await again.engine.upgrade(`${there.http}/socket.io/`);
      again.transport = 'websocket';
      again.send(`40${JSON.stringify({ pid: ana.pid, offset: ana.place })}`);
      assert.equal(JSON.parse((await again.packet()).slice(2)).pid, ana.pid);
      await again.says(texts[1]);
    }
  });
  test('a client that has heard nothing yet goes on where it connected', { timeout }, async (t) => {
    const ana = await connect(t);
    ana.destroy();
    const bo = await connect(t);
    const text = unique();
    await bo.call('sendMessage', text);
    const again = await connect(t, { auth: { pid: ana.pid } }, nodes[1]);
    assert.equal(again.pid, ana.pid);
    await again.says(text);
  });
  test('a left room is not joined again', { timeout }, async (t) => {
    const ana = await connect(t);
    const room = unique();
    await ana.call('join', room);
    await ana.call('leave', room);
    ana.place = (await ana.named('left')).at(-1);
    ana.destroy();
    const again = await back(t, ana, nodes[1]);
    assert.equal(again.pid, ana.pid);
    assert.equal((await again.call('send', { room, text: 'x' }))[0].code, 'not_joined');
  });
  test('the guest is the same, with the same name, and its ids of messages still count', { timeout }, async (t) => {
    const ana = await connect(t, { auth: { name: 'Ana' } });
    const send = { room: 'lobby', text: unique(), id: unique() };
    await ana.call('send', send);
    await hear(ana, send.text);
    ana.destroy();
    const again = await back(t, ana, nodes[1]);
    assert.equal((await again.call('send', send))[0].duplicate, true);
    await until('its name is told', async () => (await again.call('members', 'lobby'))[0].members.find(({ id }) => id === ana.sid)?.name === 'Ana');
  });
  for (const [what, change] of [
    ['a forged pid', (ana) => { ana.pid = `${ana.pid.slice(0, -4)}AAAA`; }], ['an offset that says nothing', (ana) => { ana.place = 'nonsense'; }],
    ['an empty offset', (ana) => { ana.place = ''; }], ['an offset that is no text', (ana) => { ana.place = 5; }],
    ['the offset of more rooms than are kept', (ana) => { ana.place = '-'; }], ['a place that the log does not have', (ana) => { ana.place = 'lobby:no-such-epoch:5'; }],
    ['a room that is not open to the client', (ana) => { ana.place += ';dm.aaa.bbb:e:1'; }],
  ]) {
    test(`${what}: the client is told that it begins anew`, { timeout }, async (t) => {
      const [ana, text] = [await connect(t), unique()];
      await ana.call('sendMessage', text);
      await hear(ana, text);
      ana.destroy();
      change(ana);
      const again = await back(t, ana, nodes[1]);
      assert.ok(again.pid && again.pid !== ana.pid);
      const next = unique();
      await again.call('sendMessage', next);
      await again.says(next);
    });
  }
  test('a place from before the session of the pid does not count', { timeout }, async (t) => {
    const ana = await connect(t);
    const texts = [unique(), unique(), unique()];
    await ana.call('sendMessage', texts[0]);
    await hear(ana, texts[0]);
    await ana.call('sendMessage', texts[1]);
    const bo = await connect(t);                       // it was not recovered, and keeps the old place
    bo.place = ana.place;
    await ana.call('sendMessage', texts[2]);
    const again = await back(t, bo, nodes[1]);
    assert.equal(again.pid, bo.pid);
    assert.ok(!(await again.named('messageToClient'))[1].endsWith(texts[1]));
  });
  test('17 rooms are too many: their messages say so', { timeout }, async (t) => {
    const ana = await connect(t);
    for (let i = 0; i < 16; ++i) await ana.call('join', unique());
    const text = unique();
    ana.emit('sendMessage', text);
    assert.equal((await ana.says(text)).at(-1), '-');
  });
});

describe('users', { concurrency: 8 }, () => {
  let auth;
  before(async () => { auth = await AuthNodes.start('socketio-users'); });
  after(() => auth?.stop());
  test('a token in CONNECT shows the user', { timeout }, async (t) => {
    const ana = await connect(t, { auth: { token: await auth.ana() } }, auth.required);
    assert.equal(ana.sid, 'ana');
    assert.equal((await ana.named('welcome'))[1].user.name, 'Ana Sousa');
  });
  test('a guest over polls is refused the same way', { timeout }, async (t) => {
    const guest = await connect(t, { transport: 'polling' }, auth.required);
    assert.equal(JSON.parse(guest.answer.slice(2)).data.code, 'unauthorized');
    assert.deepEqual(guest.unread, ['41', '1']);
  });
  test('a guest is refused where tokens are required, with CONNECT_ERROR, and stays away', { timeout }, async (t) => {
    const guest = await connect(t, {}, auth.required);
    assert.equal(JSON.parse(guest.answer.slice(2)).data.code, 'unauthorized');
    assert.equal(await guest.packet(), '41');
    assert.equal(await ends(guest), 4500);
  });
  test('a token that is not good is refused with CONNECT_ERROR', { timeout }, async (t) => {
    const ana = await connect(t, { auth: { token: 'x.y.z' } }, auth.optional);
    assert.equal(JSON.parse(ana.answer.slice(2)).data.code, 'unauthorized');
  });
  test('a user is recovered with pid and token; with the pid alone it is a guest that begins anew', { timeout }, async (t) => {
    const token = await auth.ana();
    const ana = await connect(t, { auth: { token } }, auth.optional);
    ana.destroy();
    assert.equal((await connect(t, { auth: { pid: ana.pid, token } }, auth.optional)).pid, ana.pid);
    const guest = await connect(t, { auth: { pid: ana.pid } }, auth.optional);
    assert.notEqual(guest.pid, ana.pid);
    assert.notEqual(guest.sid, 'ana');
  });
  test('refresh takes a newer token', { timeout }, async (t) => {
    const ana = await connect(t, { auth: { token: await auth.ana() } }, auth.optional);
    assert.equal((await ana.call('refresh', await auth.ana()))[0].type, 'refreshed');
  });
});

// Bad input of every kind. Each gets its documented answer, and after each the others on the node chat on as if nothing had been.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import WebSocket from 'ws';
import { badRooms, badSettings, goodRooms, malformed, wrongFields } from './hostile/requests.mjs';
import { Bystanders } from './support/bystanders.mjs';
import { ChatClient } from './support/client.mjs';
import { op } from './support/frames.mjs';
import { http } from './support/http.mjs';
import { Node, cleanEnvironment } from './support/node.mjs';
import { chatd, freshFolder } from './support/places.mjs';
import { Program } from './support/program.mjs';
import { RawSocket, handshake } from './support/raw.mjs';
import { until, within } from './support/until.mjs';

const timeout = 30_000;
const folder = freshFolder('hostile');
let node;
let bystanders;
before(async () => {
  node = await Node.start({ id: 'chat-1', folder, settings: { 'allowed-origins': 'https://chat.example.com,http://localhost:3000' } });
  bystanders = await Bystanders.on(node);
});
after(() => node?.stop());
afterEach(() => bystanders.stillChat());

describe('what is said wrongly is answered by an error, and the connection stays open', () => {
  for (const [name, [text, code]] of Object.entries(malformed)) {
    test(`${name}: ${code}`, { timeout }, async (t) => {
      const raw = await RawSocket.forTest(t, node.port);
      raw.text(text);
      const error = await raw.object(({ type }) => type === 'error' || type === 'node');
      assert.equal(error.type, 'error', JSON.stringify(error));
      assert.equal(error.code, code);
      assert.equal(error.temporary, false);
      assert.equal(typeof error.message, 'string');
      if (code === 'unknown_type') assert.equal(error.id, 1);
      raw.send({ type: 'node', id: 'still here' });
      assert.equal((await raw.object(({ type }) => type === 'node')).id, 'still here');
    });
  }
  for (const request of wrongFields) {
    test(`${JSON.stringify(request)}: an error with its id`, { timeout }, async (t) => {
      const raw = await RawSocket.forTest(t, node.port);
      raw.send({ type: 'join', id: 'j', room: 'lobby' });
      await raw.object(({ id }) => id === 'j');
      raw.send({ ...request, id: 'asked' });
      raw.send({ type: 'node', id: 'after' });
      const answer = await raw.object(({ id }) => id === 'asked' || id === 'after');
      assert.equal(answer.type, 'error', JSON.stringify(answer));
      assert.ok(['bad_request', 'bad_room'].includes(answer.code), answer.code);
      await raw.object(({ id }) => id === 'after');
    });
  }
  test('a bad object in an array of good ones is answered alone', { timeout }, async () => {
    const client = await ChatClient.connect(node.ws);
    const ids = ['one', 'two'].map((id) => new Promise((resolve) => client.pending.set(id, { resolve, reject: resolve })));
    client.raw('[{"type":"node","id":"one"},{"type":"fly","id":"bad"},{"type":"node","id":"two"}]');
    for (const reply of await Promise.all(ids)) assert.equal(reply.type, 'node');
    assert.equal((await client.push('the error', ({ id }) => id === 'bad')).code, 'unknown_type');
  });
});

describe('rooms', () => {
  for (const [name, room] of Object.entries(badRooms)) {
    for (const type of ['join', 'send', 'history', 'members', 'leave']) {
      test(`${type} with ${name} as room: bad_room`, { timeout }, async () => {
        const client = await ChatClient.connect(node.ws);
        await assert.rejects(client.request(type, { room, text: 'x' }), { code: 'bad_room' });
        await client.close();
      });
    }
  }
  for (const room of goodRooms) {
    test(`${room} is a room`, { timeout }, async () => {
      const client = await ChatClient.connect(node.ws);
      assert.equal((await client.join(room)).room, room);
      await client.say(room, 'x');
      await client.close();
    });
  }
  test('what is said to a room one is not in: not_joined', { timeout }, async () => {
    const client = await ChatClient.connect(node.ws);
    for (const type of ['send', 'members', 'history', 'leave']) await assert.rejects(client.request(type, { room: 'elsewhere', text: 'x' }), { code: 'not_joined' }, type);
  });
  test('the 101st room: too_many_rooms, and leaving one makes place', { timeout }, async () => {
    const client = await ChatClient.connect(node.ws);
    assert.equal(client.welcome.limits.rooms, 100);
    for (let i = 0; i < 100; ++i) await client.join(`many-${i}`);
    await assert.rejects(client.join('many-100'), { code: 'too_many_rooms' });
    await client.join('many-5');
    await client.leave('many-5');
    await client.join('many-100');
    await client.close();
  });
});

describe('text and names', () => {
  test('4,096 bytes of text are taken, one more is too_large', { timeout }, async () => {
    const client = await ChatClient.connect(node.ws);
    await client.join('sizes');
    await client.say('sizes', 'x'.repeat(4096));
    for (const text of ['x'.repeat(4097), '€'.repeat(1366), '😀'.repeat(1025)]) {
      await assert.rejects(client.request('send', { room: 'sizes', text, seq: 2 }), { code: 'too_large' });
    }
    await client.say('sizes', 'the refused ones used up no number');
  });
  test('author, time, node and offset are the server\'s, whatever the client claims', { timeout }, async () => {
    const client = await ChatClient.connect(node.ws, { name: 'Mallory' });
    await client.join('spoof');
    await client.request('send', { room: 'spoof', text: 'trust me', from: { id: 'root', name: 'Root' }, time: 1, node: 'chat-9', offset: 999, epoch: 'x', sender: 'other' });
    const message = await client.hears('spoof', 'trust me');
    assert.deepEqual(message.from, client.user);
    assert.equal(message.node, 'chat-1');
    assert.equal(message.offset, 1);
    assert.ok(Math.abs(message.time - Date.now()) < 5000);
  });
  test('a name that would forge a log line, fill the screen or pass for another is refused', { timeout }, async () => {
    for (const name of ['a\n2026-01-01T00:00:00.000Z info event=forged', '\x1b[31mred', 'x'.repeat(5000), '\u202egnp.exe', 'An\u200ba', '\u3164', '']) {
      const client = await ChatClient.connect(node.ws);
      await assert.rejects(client.request('hello', { name }), { code: 'bad_request' }, JSON.stringify(name));
      await client.join('names');
      await assert.rejects(client.request('send', { room: 'names', text: 'x', name }), { code: 'bad_request' }, JSON.stringify(name));
      await client.close();
    }
    assert.doesNotMatch(node.log, /^\S+ info event=forged/m);
    assert.doesNotMatch(node.log, /\x1b\[31mred/);
  });
  test('a name is kept in normal form C: welcome and messages have that', { timeout }, async () => {
    const client = await ChatClient.connect(node.ws);
    assert.equal((await client.request('hello', { name: 'Jose\u0301' })).user.name, 'Jos\u00e9');
    await client.join('names');
    await client.request('send', { room: 'names', text: 'by another name', name: 'A\u030ake' });
    assert.equal((await client.hears('names', 'by another name')).from.name, '\u00c5ke');
    await client.close();
  });
  test('what people say and the secrets they keep are in no log', { timeout }, async () => {
    const identitySecret = '0123456789abcdef0123456789abcdef';
    const client = await ChatClient.connect(node.ws, { identitySecret });
    await client.join('secrets');
    await client.say('secrets', 'not for the operator');
    await client.close();
    await assert.rejects(ChatClient.connect(`${node.ws}?token=hidden-in-query`, { origin: 'http://evil.example' }));
    assert.doesNotMatch(node.log, /not for the operator|0123456789abcdef0123456789abcdef|hidden-in-query/);
  });
});

describe('frames and sizes, seen by an ordinary client (rfc6455.test.mjs has the rest)', () => {
  for (const [name, code, send] of [
    ['a frame of 1 MiB', 1009, (socket) => socket.send('x'.repeat(2 ** 20))],
    ['a binary message', 1003, (socket) => socket.send(Buffer.from('{"type":"node"}'))],
    ['text that is not UTF-8', 1007, (socket) => socket.send(Buffer.from('ff', 'hex'), { binary: false })],
  ]) {
    test(`${name}: ${code}`, { timeout }, async () => {
      const socket = new WebSocket(node.ws, 'chat.v1');
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      socket.on('error', () => {});
      const closed = new Promise((resolve) => socket.once('close', resolve));
      send(socket);
      assert.equal(await within('the close', closed), code);
    });
  }
  test('headers that announce 2^63-1 bytes cost no memory', { timeout }, async () => {
    const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${node.program.child.pid}/status`, 'latin1'))[1]);
    const before = resident();
    for (let i = 0; i < 50; ++i) {
      const raw = await RawSocket.open(node.port);
      raw.frame({ claimedLength: 2n ** 63n - 1n });
      assert.equal((await raw.close()).code, 1009);
      raw.destroy();
    }
    assert.ok(resident() - before < 16 * 1024, `grew from ${before} to ${resident()} KiB`);
  });
  test('a thousand connections that are dropped without a word leave nothing behind', { timeout }, async () => {
    const folder = `/proc/${node.program.child.pid}/fd`;
    const isSocket = (descriptor) => { try { return readlinkSync(`${folder}/${descriptor}`).startsWith('socket:'); } catch { return false; } };
    const sockets = () => readdirSync(folder).filter(isSocket).length;
    const before = sockets();
    for (let i = 0; i < 20; ++i) {
      const some = await Promise.all(Array.from({ length: 50 }, () => RawSocket.open(node.port)));
      for (const raw of some) { raw.frame({ opcode: op.text, fin: false, payload: '{' }); raw.socket.resetAndDestroy(); }
    }
    await until('their sockets are closed', () => sockets() <= before);
  });
});

describe('who may open a WebSocket', () => {
  const open = async (headers) => {
    const raw = await RawSocket.connect(node.port);
    raw.write(handshake(node.port, { headers }));
    const { status } = await raw.head();
    raw.destroy();
    return status;
  };
  for (const origin of ['http://evil-example.com', 'https://chat.example.com.evil.org', 'https://evil.org/https://chat.example.com', 'https://xchat.example.com', 'http://chat.example.com', 'https://chat.example.com:8443',
    'https://chat.example.com@evil.org', 'http://localhost:3001', 'http://127.0.0.1:1', 'null', 'file://', '', '*']) {
    test(`a page of "${origin}": 403 before any upgrade`, { timeout }, async () => assert.equal(await open({ Origin: origin }), 403));
  }
  for (const origin of ['https://chat.example.com', 'http://localhost:3000']) {
    test(`a page of the allowed ${origin} may`, { timeout }, async () => assert.equal(await open({ Origin: origin }), 101));
  }
  test('a page of the node\'s own host may', { timeout }, async () => assert.equal(await open({ Origin: node.http }), 101));
  test('a program without Origin may', { timeout }, async () => assert.equal(await open({}), 101));
  test('two Origins, of which one is allowed: 403', { timeout }, async () => assert.ok([400, 403].includes(await open({ Origin: ['https://chat.example.com', 'http://evil.org'] }))));
});

describe('plain HTTP', () => {
  for (const target of ['/../../etc/passwd', '/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/js/../../CMakeLists.txt', '//etc/passwd', '/.git/config', '/index.html%00.js', '/nothing', '/wp-login.php']) {
    test(`GET ${target} shows no file`, { timeout }, async (t) => {
      const raw = await RawSocket.forTest(t, node.port, 'tcp');
      raw.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      assert.ok([400, 403, 404].includes((await raw.head()).status));
    });
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'TRACE', 'FLY']) {
    test(`${method} /nodes: 405 or 400`, { timeout }, async () => assert.ok([400, 405].includes((await http(`${node.http}/nodes`, { method })).status)));
  }
  test('the page comes with a strict policy and without sniffing', { timeout }, async () => {
    const { status, headers } = await http(`${node.http}/`);
    assert.equal(status, 200);
    assert.match(headers['content-security-policy'], /default-src 'none'/);
    assert.doesNotMatch(headers['content-security-policy'], /unsafe/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });
});

describe('settings that cannot be meant', () => {
  for (const [name, [flags, environment, named]] of Object.entries(badSettings)) {
    test(`${name}: chatd names ${named} and ends with 2`, { timeout }, async () => {
      const program = new Program('chatd', chatd, ['--listen', '127.0.0.1:0', ...flags].filter((_, i) => i > 1 || !(flags.includes('--listen') || 'CHAT_LISTEN' in environment)), { env: cleanEnvironment(environment) });
      const code = await within('it ends', program.exited, 5000).catch(() => program.stop('SIGKILL'));
      assert.equal(code, 2, program.output);
      assert.ok(program.output.includes(named), program.output);
    });
  }
  test('an unknown key in the settings file: chatd names it and ends with 2', { timeout }, async () => {
    const file = join(folder, 'bad.conf');
    writeFileSync(file, 'fly=1\n');
    const program = new Program('chatd', chatd, ['--config', file], { env: cleanEnvironment() });
    assert.equal(await within('it ends', program.exited, 5000).catch(() => program.stop('SIGKILL')), 2, program.output);
    assert.match(program.output, /fly/);
  });
  test('--help lists every setting, --version the version and what is built in; both end with 0', { timeout }, async () => {
    const help = new Program('chatd', chatd, ['--help'], { env: cleanEnvironment() });
    assert.equal(await help.exited, 0);
    for (const name of ['listen', 'redis', 'node-id', 'node-name', 'node-description', 'web-root', 'threads', 'allowed-origins', 'trusted-proxies', 'history-size', 'drain-seconds', 'log-level', 'log-format', 'max-connections', 'max-connections-per-address', 'messages-per-second', 'message-burst', 'joins-per-second', 'config']) {
      assert.ok(help.output.includes(`--${name}`), `--${name} in --help`);
    }
    const version = new Program('chatd', chatd, ['--version'], { env: cleanEnvironment() });
    assert.equal(await version.exited, 0);
    assert.match(version.output, /^chatd \d+\.\d+\.\d+(\+[0-9a-f]{7})?\nprotocols: [^\n]+\nbackplanes: [^\n]+\nbuild: [^\n]+\n$/);
  });
});

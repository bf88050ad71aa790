// Engine.IO 4, from the text of its specification (docs/engine.io-protocol/v4-current.md in socketio/socket.io): the nodes
// answer each message with itself (--socketio-conformance). Two nodes with one Redis: what is asked of one connection comes
// to either.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { RawEngine, separator } from './support/raw-engine.mjs';
import { Redis } from './support/redis.mjs';
import { RawSocket, handshake } from './support/raw.mjs';
import { until, within } from './support/until.mjs';

const timeout = 30_000;
const origin = 'https://pages.example';
// Longer than the 300 and 200 ms of the public suites, so that a slow machine ends no connection in the middle of a test.
const pings = { 'socketio-ping-interval': 1, 'socketio-ping-timeout': 2 };
let redis, nodes, ordinary;
const base = (node = nodes[0]) => `${node.http}/engine.io/`;
before(async () => {
  const folder = freshFolder('engineio');
  redis = await Redis.start(folder);
  const settings = { 'socketio-conformance': 'on', 'people-per-address': 0, ...pings };
  nodes = await Promise.all(['chat-1', 'chat-2'].map((id) => Node.start({ id, folder, redis, settings })));
  ordinary = await Node.start({ id: 'chat-3', folder, settings: { 'people-per-address': 0, 'allowed-origins': origin } });
});
after(async () => {
  await Promise.all([...(nodes ?? []), ordinary].map((node) => node?.stop()));
  await redis?.stop();
});

const forTest = (t, engine) => { t.after(() => engine.destroy()); return engine; };
/** Awaits the node's end of the connection. */
const ends = (engine) => within('the node ends the socket', engine.closed, 15_000);
const isRefused = async (promise, code) => {
  const { status, text } = await promise;
  assert.deepEqual([status, JSON.parse(text).code], [code === 4 ? 403 : 400, code]);
};

describe('handshake', { concurrency: 8 }, () => {
  test('a GET without sid begins a connection: the open packet has sid, upgrades, times and maxPayload', { timeout }, async () => {
    const { status, text, headers } = await http(`${base()}?EIO=4&transport=polling`);
    assert.equal(status, 200);
    assert.equal(text[0], '0');
    const { sid, ...rest } = JSON.parse(text.slice(1));
    assert.match(sid, /^[\w-]{20,}$/);
    assert.deepEqual(rest, { upgrades: ['websocket'], pingInterval: 1000, pingTimeout: 2000, maxPayload: 1000000 });
    assert.match(headers['content-type'], /^text\/plain; *charset=utf-8$/i);
  });
  test('conformance mode has the times that the public suites expect', { timeout }, async () => {
    const node = await Node.start({ id: 'echo', folder: freshFolder('engineio-echo'), settings: { 'socketio-conformance': 'on' } });
    const { open } = await RawEngine.poll(base(node));
    await node.stop();
    assert.deepEqual([open.pingInterval, open.pingTimeout], [300, 200]);
  });
  test('defaults: a ping every 25 s, 20 s for the answer, payloads of 256 KiB', { timeout }, async () => {
    const { open } = await RawEngine.poll(`${ordinary.http}/socket.io/`);
    assert.deepEqual([open.pingInterval, open.pingTimeout, open.maxPayload], [25000, 20000, 262144]);
  });
  test('a WebSocket begins with the same packet, without upgrades', { timeout }, async (t) => {
    const engine = forTest(t, await RawEngine.websocket(base()));
    assert.deepEqual(engine.open.upgrades, []);
    assert.equal(engine.open.pingInterval, 1000);
  });
  test('each connection has an sid of its own', { timeout }, async () => {
    const sids = await Promise.all(Array.from({ length: 20 }, async () => (await RawEngine.poll(base())).sid));
    assert.equal(new Set(sids).size, 20);
  });
  for (const [what, query, code] of [
    ['no EIO', 'transport=polling', 5], ['EIO=3', 'EIO=3&transport=polling', 5], ['EIO=abc', 'EIO=abc&transport=polling', 5],
    ['EIO=5', 'EIO=5&transport=polling', 5], ['an empty EIO', 'EIO=&transport=polling', 5],
    ['no transport', 'EIO=4', 0], ['an unknown transport', 'EIO=4&transport=abc', 0], ['webtransport', 'EIO=4&transport=webtransport', 0],
    ['a forged sid', 'EIO=4&transport=polling&sid=forged', 1], ['a WebSocket without Upgrade', 'EIO=4&transport=websocket', 3],
  ]) {
    test(`${what}: HTTP 400 with code ${code}`, { timeout }, () => isRefused(http(`${base()}?${query}`), code));
  }
  test('the refusal of EIO=3 names the version that is spoken', { timeout }, async () => {
    assert.match((await http(`${base()}?EIO=3&transport=polling`)).json.message, /EIO=4/);
  });
  for (const method of ['POST', 'PUT', 'DELETE']) {
    test(`${method} without sid: code 2`, { timeout }, () => isRefused(http(`${base()}?EIO=4&transport=polling`, { method }), 2));
  }
  for (const method of ['PUT', 'DELETE']) {
    test(`${method} with an sid: code 2`, { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      await isRefused(http(engine.url('polling'), { method }), 2);
    });
  }
  for (const [what, query, status] of [
    ['no EIO', 'transport=websocket', 400], ['EIO=3', 'EIO=3&transport=websocket', 400], ['no transport', 'EIO=4', 400],
    ['an unknown transport', 'EIO=4&transport=abc', 400], ['transport=polling', 'EIO=4&transport=polling', 400],
    ['a forged sid', 'EIO=4&transport=websocket&sid=forged', 400],
  ]) {
    test(`a WebSocket with ${what} is refused with HTTP ${status}`, { timeout }, async (t) => {
      const raw = await RawSocket.forTest(t, nodes[0].port, 'tcp');
      raw.write(handshake(nodes[0].port, { target: `/engine.io/?${query}` }));
      assert.equal((await raw.head()).status, status);
    });
  }
  test('the path is found without the slash at its end and in any case', { timeout }, async () => {
    for (const path of ['/socket.io', '/Socket.IO/']) assert.equal((await http(`${ordinary.http}${path}?EIO=4&transport=polling`)).status, 200);
  });
  test('further members of the query are ignored', { timeout }, async () => {
    assert.equal((await http(`${base()}?EIO=4&t=abc&transport=polling&b64=1&foo=%20`)).status, 200);
  });
  test('the setting of the path moves it', { timeout }, async (t) => {
    const node = await Node.start({ id: 'moved', folder: join(freshFolder('engineio-moved')), settings: { 'socketio-path': '/talk/', 'socketio-ping-interval': 3, 'socketio-ping-timeout': 2 } });
    t.after(() => node.stop());
    const { open } = await RawEngine.poll(`${node.http}/talk/`);
    assert.deepEqual([open.pingInterval, open.pingTimeout], [3000, 2000]);
    assert.equal((await http(`${node.http}/socket.io/?EIO=4&transport=polling`)).status, 404);
  });
});

describe('pages of other origins', { concurrency: 8 }, () => {
  const url = () => `${ordinary.http}/socket.io/?EIO=4&transport=polling`;
  test('an allowed one may read answers, with credentials', { timeout }, async () => {
    const { headers } = await http(url(), { headers: { origin } });
    assert.deepEqual([headers['access-control-allow-origin'], headers['access-control-allow-credentials']], [origin, 'true']);
  });
  test('an allowed one may read refusals, too', { timeout }, async () => {
    const { status, headers } = await http(`${url()}&sid=forged`, { headers: { origin } });
    assert.deepEqual([status, headers['access-control-allow-origin']], [400, origin]);
  });
  test('its preflight is answered', { timeout }, async () => {
    const { status, headers } = await http(url(), { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-any' } });
    assert.equal(status, 204);
    assert.match(headers['access-control-allow-methods'], /POST/);
    assert.match(headers['access-control-allow-headers'], /x-any/);
  });
  test('another one is refused', { timeout }, async () => {
    assert.equal((await http(url(), { headers: { origin: 'https://evil.example' } })).status, 403);
  });
  test('another one gets no WebSocket', { timeout }, async (t) => {
    const raw = await RawSocket.forTest(t, ordinary.port, 'tcp');
    raw.write(handshake(ordinary.port, { target: '/socket.io/?EIO=4&transport=websocket', headers: { Origin: 'https://evil.example' } }));
    assert.equal((await raw.head()).status, 403);
  });
});

for (const [where, there] of [['at one node', 0], ['each request at the other node', 1]]) {
  describe(`polls, ${where}`, { concurrency: 8 }, () => {
    const at = () => base(nodes[there]);
    const echoed = (engine) => engine.find((packet) => packet !== '6', at());
    test('a message comes back; a POST is answered with ok', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      const { status, text } = await engine.post('4hello', at());
      assert.deepEqual([status, text], [200, 'ok']);
      assert.equal(await echoed(engine), '4hello');
    });
    test('packets of one payload come back in order, joined by 0x1E', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      await engine.post(['4one', '4two', '4', '4three'].join(separator), at());
      const { text } = await engine.get(at());
      assert.equal(text, ['4one', '4two', '4', '4three'].join(separator));
    });
    test('binary packets are b and base64', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      await engine.post(['4text', 'bAQIDBA=='].join(separator), at());
      assert.equal((await engine.get(at())).text, ['4text', 'bAQIDBA=='].join(separator));
    });
    test('base64 without padding is read', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      await engine.post('bAQ', at());
      assert.equal(await echoed(engine), 'bAQ==');
    });
    test('UTF-8 comes back as it is', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      await engine.post('4€ 🙂', at());
      assert.equal(await echoed(engine), '4€ 🙂');
    });
    test('a poll waits for a message', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      const poll = engine.get(at());
      await engine.post('4later', at());
      assert.equal((await poll).text, '4later');
    });
    test('a payload of 100 KiB comes back', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      const text = `4${'x'.repeat(100_000)}`;
      await engine.post(text, at());
      assert.equal(await echoed(engine), text);
    });
    test('what is said between two polls is not lost', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      const heard = [];
      for (let i = 0; i < 10; ++i) {
        await engine.post(`4${i}`, at());
        if (i % 3 === 2) heard.push(...(await engine.packets(at())).filter((packet) => packet !== '2'));
      }
      while (heard.length < 10) heard.push(...(await engine.packets(at())).filter((packet) => packet !== '2'));
      assert.deepEqual(heard, Array.from({ length: 10 }, (_, i) => `4${i}`));
    });
    test('the server pings, and a client that answers stays', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      for (let i = 0; i < 2; ++i) {
        assert.equal((await engine.get(at())).text, '2');
        assert.equal((await engine.post('3', at())).status, 200);
      }
    });
    test('a packet that is none ends the connection', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      await engine.post('abc', at());
      await isRefused(engine.get(at()), 1);
    });
    test('"1" ends it: the poll that waits gets a noop, the next one code 1', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      const poll = engine.get(at());
      await engine.post('1', at());
      assert.equal((await poll).text, '6');
      await isRefused(engine.get(at()), 1);
    });
    test('a pong after the end gets HTTP 200, because the poll tells of the end; a message gets code 1', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      const poll = engine.get(at());
      await engine.post('1', at());
      await poll;
      await isRefused(engine.get(at()), 1);
      assert.deepEqual(await engine.post('3', at()).then(({ status, text }) => [status, text]), [200, 'ok']);
      await isRefused(engine.post('4x', at()), 1);
      engine.sid = `${engine.sid.slice(0, -4)}AAAA`;
      await isRefused(engine.post('3', at()), 1);
    });
    test('two polls at once end it: the first gets "1", the second HTTP 400', { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      const polls = [engine.get(at()), engine.get(at(), '&t=2')];
      const answers = (await Promise.all(polls)).map(({ status, text }) => (status === 200 ? text : status)).sort();
      assert.deepEqual(answers, ['1', 400]);
      await isRefused(engine.get(at()), 1);
    });
  });

  test(`a POST while another one is still arriving ends it, with HTTP 400, ${where}`, { timeout }, async (t) => {
    const engine = await RawEngine.poll(base());
    const { port } = nodes[there];
    const slow = await RawSocket.forTest(t, port, 'tcp');
    slow.write(`POST /engine.io/?EIO=4&transport=polling&sid=${engine.sid} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: 6\r\n\r\n4hal`);
    await until('the second POST is refused', async () => (await engine.post('4whole')).status === 400);
    await until('the connection is gone', async () => { const { status, text } = await engine.get(); return status === 400 && JSON.parse(text).code === 1; });
  });
  test(`POSTs whose body comes behind the head are taken, one after the other, ${where}`, { timeout }, async (t) => {
    const engine = await RawEngine.poll(base());
    const { port } = nodes[there];
    for (const body of ['4one', '4two']) {
      const slow = await RawSocket.forTest(t, port, 'tcp');
      slow.write(`POST /engine.io/?EIO=4&transport=polling&sid=${engine.sid} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: 4\r\n\r\n`);
      await new Promise((resolve) => { setImmediate(resolve); });
      slow.write(body);
      assert.equal((await slow.head()).status, 200);
    }
    assert.deepEqual((await engine.packets()).filter((packet) => packet !== '2'), ['4one', '4two']);
  });

  describe(`upgrade, ${where}`, { concurrency: 8 }, () => {
    const at = () => base(nodes[there]);
    test('2probe is answered with 3probe, and after 5 messages go over the WebSocket', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.upgrade(at());
      engine.send('4hello');
      assert.equal(await engine.message(), '4hello');
    });
    test('the poll that waits is answered with a noop', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      const poll = engine.get();
      await engine.connect(at());
      engine.send('2probe');
      assert.equal(await engine.next(), '3probe');
      assert.equal((await poll).text, '6');
    });
    test('a poll that comes while the socket is tried is answered soon', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.connect(at());
      engine.send('2probe');
      await engine.next();
      assert.match((await engine.get()).text, /^(6|2)$/);
      engine.send('5');
      engine.send('4x');
      assert.equal(await engine.message(), '4x');
    });
    test('what was not polled before comes over the WebSocket', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.post(['4one', '4two'].join(separator));
      await engine.upgrade(at());
      assert.deepEqual([await engine.message(), await engine.message()], ['4one', '4two']);
    });
    test('binary messages go both ways', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.upgrade(at());
      engine.send(Buffer.from([1, 2, 3]));
      assert.deepEqual([...await engine.message()], [1, 2, 3]);
    });
    test('a thousand messages right behind the 5 come back in order, none twice', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.upgrade(at());
      const said = Array.from({ length: 1000 }, (_, i) => `4${i}`);
      for (const packet of said) engine.send(packet);
      const heard = [];
      while (heard.length < said.length) heard.push(await engine.message());
      assert.deepEqual(heard, said);
    });
    test('the server pings over the WebSocket, and a client that answers stays', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.upgrade(at());
      for (let i = 0; i < 2; ++i) {
        assert.equal(await engine.next(), '2');
        engine.send('3');
      }
    });
    test('a client that does not answer pings is cut off', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.upgrade(at());
      await ends(engine);
    });
    test('polls and POSTs of an upgraded connection get HTTP 400, and it goes on', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.upgrade(at());
      engine.send('4first');
      await engine.message();
      assert.equal((await engine.get()).status, 400);
      assert.equal((await engine.post('4x')).status, 400);
      engine.send('4hello');
      assert.equal(await engine.message(), '4hello');
    });
    test('a second WebSocket is closed, and the first goes on', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.upgrade(at());
      engine.send('4first');
      await engine.message();
      const second = forTest(t, new RawEngine(base()));
      second.sid = engine.sid;
      await second.connect();
      await ends(second);
      engine.send('4hello');
      assert.equal(await engine.message(), '4hello');
    });
    test('a first packet other than 2probe closes the socket, and polls go on', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.connect(at());
      engine.send('4hello');
      await ends(engine);
      await engine.post('4still here');
      assert.equal(await engine.find((packet) => packet[0] === '4'), '4still here');
    });
    test('a socket that is tried and closed leaves the polls as they are', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.connect(at());
      engine.send('2probe');
      await engine.next();
      engine.destroy();
      await engine.post('4still here');
      assert.equal(await engine.find((packet) => packet[0] === '4'), '4still here');
    });
    test('"1" over the upgraded WebSocket ends the connection', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.upgrade(at());
      engine.send('1');
      await ends(engine);
      await until('the connection is gone', async () => JSON.parse((await engine.get()).text).code === 1);
    });
    test('a WebSocket that breaks takes its connection along', { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.poll(base()));
      await engine.upgrade(at());
      engine.send('4x');
      await engine.message();
      engine.socket.terminate();
      await until('the connection is gone', async () => JSON.parse((await engine.get()).text).code === 1);
    });
  });
}

describe('WebSocket alone', { concurrency: 8 }, () => {
  test('a text message comes back', { timeout }, async (t) => {
    const engine = forTest(t, await RawEngine.websocket(base()));
    engine.send('4hello');
    assert.equal(await engine.message(), '4hello');
  });
  test('a binary message comes back', { timeout }, async (t) => {
    const engine = forTest(t, await RawEngine.websocket(base()));
    engine.send(Buffer.from([0, 255, 30]));
    assert.deepEqual([...await engine.message()], [0, 255, 30]);
  });
  for (const [what, packet] of [['letters', 'abc'], ['an unknown type', '7'], ['an empty one', ''], ['a ping of the client', '2']]) {
    test(`a packet that is none (${what}) ends the connection`, { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.websocket(base()));
      engine.send(packet);
      await ends(engine);
    });
  }
  for (const packet of ['6', '5', '0{}', '3']) {
    test(`"${packet}" means nothing here`, { timeout }, async (t) => {
      const engine = forTest(t, await RawEngine.websocket(base()));
      engine.send(packet);
      engine.send('4still here');
      assert.equal(await engine.message(), '4still here');
    });
  }
  test('"1" ends the connection', { timeout }, async (t) => {
    const engine = forTest(t, await RawEngine.websocket(base()));
    engine.send('1');
    assert.equal(await ends(engine), 1000);
  });
  test('the server pings, and a client that answers stays', { timeout }, async (t) => {
    const engine = forTest(t, await RawEngine.websocket(base()));
    for (let i = 0; i < 2; ++i) {
      assert.equal(await engine.next(), '2');
      engine.send('3');
    }
  });
  test('a client that does not answer pings is cut off', { timeout }, async (t) => {
    const engine = forTest(t, await RawEngine.websocket(base()));
    const begun = performance.now();
    await ends(engine);
    assert.ok(performance.now() - begun > 2900);
  });
  test('a message above 256 KiB ends the connection with 1009', { timeout }, async (t) => {
    const engine = forTest(t, await RawEngine.websocket(base()));
    engine.send(`4${'x'.repeat(300_000)}`);
    assert.equal(await ends(engine), 1009);
  });
  test('half a character of UTF-8 ends it with 1007', { timeout }, async (t) => {
    const raw = await RawSocket.forTest(t, nodes[0].port, { target: '/engine.io/?EIO=4&transport=websocket' });
    raw.frame({ payload: Buffer.from([0x34, 0xe2, 0x82]) });
    assert.equal((await raw.close()).code, 1007);
  });
  test('polls with its sid get code 1', { timeout }, async (t) => {
    const engine = forTest(t, await RawEngine.websocket(base()));
    const other = new RawEngine(base());
    other.sid = engine.open.sid;
    await isRefused(other.get(), 1);
  });
});

describe('bad requests of a polled connection', { concurrency: 8 }, () => {
  test('a POST of application/octet-stream: code 3', { timeout }, async () => {
    const engine = await RawEngine.poll(base());
    await isRefused(engine.post('4x', base(), { 'Content-Type': 'application/octet-stream' }), 3);
  });
  test('a POST that is not UTF-8: code 3, and the connection goes on', { timeout }, async () => {
    const engine = await RawEngine.poll(base());
    await isRefused(engine.post(Buffer.from([0x34, 0xff])), 3);
    assert.equal((await engine.post('4x')).status, 200);
  });
  test('a POST above 256 KiB: 413', { timeout }, async () => {
    const engine = await RawEngine.poll(base());
    assert.equal((await engine.post('4'.repeat(256 * 1024 + 1))).status, 413);
  });
  for (const [what, body] of [['nothing', ''], ['an empty packet', `4x${separator}`], ['base64 that is none', 'b***'], ['one letter of base64', 'bA']]) {
    test(`a payload with ${what} ends the connection`, { timeout }, async () => {
      const engine = await RawEngine.poll(base());
      await engine.post(body);
      await isRefused(engine.get(), 1);
    });
  }
  test('a client that does not answer a ping is given up', { timeout }, async () => {
    const engine = await RawEngine.poll(base());
    await until('the connection is gone', async () => (await engine.get()).status === 400, 15_000);
  });
  test('a poll that is broken off and made again ends the connection', { timeout }, async (t) => {
    const engine = await RawEngine.poll(base());
    const raw = await RawSocket.forTest(t, nodes[0].port, 'tcp');
    raw.write(`GET ${new URL(engine.url('polling')).pathname}${new URL(engine.url('polling')).search} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until('the poll waits', async () => { raw.destroy(); return true; });
    await until('the connection is gone', async () => (await engine.get()).status === 400, 15_000);
  });
  test('of a node that does not answer: 504, which takes no node out of NGINX', { timeout }, async () => {
    const still = await Node.start({ id: 'chat-4', folder: freshFolder('engineio-still'), redis, settings: { 'socketio-conformance': 'on', ...pings } });
    const engine = await RawEngine.poll(base(still));
    still.program.signal('SIGSTOP');
    const asked = engine.url('polling').replace(base(still), base());
    const { status, headers } = await http(asked, { method: 'POST', body: '4x', headers: { 'Content-Type': 'text/plain' }, milliseconds: 20_000 });
    await still.kill();
    assert.deepEqual([status, headers['retry-after']], [504, '1']);
  });
  test('the sid of a node with another secret is not known', { timeout }, async () => {
    const engine = await RawEngine.poll(`${ordinary.http}/socket.io/`);
    await isRefused(engine.get(base()), 1);
  });
});

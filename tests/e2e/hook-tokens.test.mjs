// Hooks and tokens: the application is asked about a user whose token comes after the connection, and what it has given stays.
// And one client whose calls fail leaves the application to the others.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import WebSocket from 'ws';
import { hookedCluster } from './support/hooked-cluster.mjs';
import { RawSocketIO } from './support/raw-socketio.mjs';
import { TokenMaker } from './support/tokens.mjs';
import { until, within } from './support/until.mjs';

let maker;
const stage = hookedCluster('hook-tokens', { connect: { headers: ['Cookie'] }, call: { methods: ['Add', 'Break'] } }, {
  nodes: 1,
  settings: (folder) => {
    maker = new TokenMaker(folder);
    const rooms = join(folder, 'rooms.json');
    writeFileSync(rooms, JSON.stringify({ rules: [{ rooms: 'vip', guest: [], user: [] }] }));
    return { auth: 'optional', rooms, ...maker.settings };
  },
});
const client = (options) => stage.client(1, options);
const claimed = () => stage.application.asked('connect').map(({ claims }) => claims?.sub);

describe('A token that comes after the connection', () => {
  test('is shown to the application: hello of chat.v1', async () => {
    stage.application.answers.connect = ({ claims }) => (claims ? { user: { id: claims.sub, name: 'Ana of the shop' }, rooms: { vip: ['join'] } } : {});
    const ana = await client({ token: await maker.make('ana') });
    assert.deepEqual(claimed(), [undefined, 'ana']);
    const [first, second] = stage.application.asked('connect');
    assert.deepEqual([second.address, second.path, second.protocol], [first.address, first.path, first.protocol]);
    assert.equal(ana.user.name, 'Ana of the shop');
    await ana.join('vip');
  });

  test('is shown to the application: CONNECT of Socket.IO', async () => {
    stage.application.answers.connect = ({ claims }) => (claims ? { user: { id: claims.sub, name: 'Bo of the shop' } } : {});
    const bo = await RawSocketIO.connect(stage.cluster.nodes[0], { auth: { token: await maker.make('bo') } });
    stage.closers.push(() => bo.destroy());
    assert.deepEqual(claimed(), [undefined, 'bo']);
    assert.match(bo.answer, /^40\{/);
    const watcher = await client();
    await watcher.join('lobby');
    const { members } = await watcher.members('lobby');
    assert.ok(members.some(({ name }) => name === 'Bo of the shop'), JSON.stringify(members));
  });

  test('of a user whom the application refuses ends the session', async () => {
    stage.application.answers.connect = ({ claims }) => (claims ? { deny: 'pay first' } : {});
    const socket = new WebSocket(stage.cluster.nodes[0].ws, ['chat.v1']);
    const frames = [];
    socket.on('message', (bytes) => frames.push(JSON.parse(String(bytes))));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'hello', id: 'h', token: await maker.make('eve') }));
    socket.send(JSON.stringify({ type: 'join', id: 'j', room: 'lobby' }));
    assert.equal(await within('the end', closed), 4500);
    assert.deepEqual(frames.map(({ type, id, code, message }) => [type, id, code, message]), [['error', 'h', 'forbidden', 'pay first']]);
  });

  test('of a user whom the application refuses: CONNECT_ERROR', async () => {
    stage.application.answers.connect = ({ claims }) => (claims ? { deny: 'pay first' } : {});
    const eve = await RawSocketIO.connect(stage.cluster.nodes[0], { auth: { token: await maker.make('eve') } });
    stage.closers.push(() => eve.destroy());
    assert.match(eve.answer, /^44\{.*pay first/);
  });
});

test('The info of a user is shown to others, of a token and of the hook', async () => {
  stage.application.answers.connect = ({ claims }) => (claims?.sub === 'ana' ? { user: { id: 'ana', name: 'Ana', info: { level: 3 } } } : {});
  const watcher = await client({ token: await maker.make('watcher') });
  await watcher.join('infos');
  const ana = await client({ token: await maker.make('ana') });
  const bo = await client({ token: await maker.make('bo', { name: 'Bo', info: ['x', { y: 1 }] }) });
  await Promise.all([ana.join('infos'), bo.join('infos')]);
  const infos = (list) => list.filter(({ info }) => info !== undefined).map(({ name, info }) => [name, info]).sort();
  const expected = [['Ana', { level: 3 }], ['Bo', ['x', { y: 1 }]]];
  await until('all are there', async () => infos((await watcher.members('infos')).members).length === 2);
  assert.deepEqual(infos((await watcher.members('infos')).members), expected);
  const told = () => infos(watcher.pushes.filter(({ type }) => type === 'presence').flatMap(({ joined }) => joined));
  await until('the watcher is told', () => told().length === 2);
  assert.deepEqual(told(), expected);
  await bo.request('refresh', { token: await maker.make('bo', { name: 'Bo' }) });
  await until('the newer token has none', async () => infos((await watcher.members('infos')).members).length === 1);
});

describe('A newer token', () => {
  test('leaves the end and the rooms that the application has given', async () => {
    const end = Date.now() + 90_000;
    stage.application.answers.connect = ({ claims }) => (claims ? { rooms: { vip: ['join', 'history'] }, expires_at: end } : {});
    const ana = await client({ token: await maker.make('ana') });
    await ana.join('vip');
    const { expires } = await ana.request('refresh', { token: await maker.make('ana', { seconds: 7200 }) });
    assert.equal(expires, end);
    assert.equal(stage.application.asked('connect').length, 2);
    await ana.request('leave', { room: 'vip' });
    await ana.join('vip');
  });

  test('is that of the user under whose other name the application knows it', async () => {
    stage.application.answers.connect = ({ claims }) => (claims ? { user: { id: `shop-${claims.sub}` } } : {});
    const ana = await client({ token: await maker.make('17') });
    assert.equal((await ana.request('refresh', { token: await maker.make('17', { seconds: 7200 }) })).type, 'refreshed');
    await assert.rejects(ana.request('refresh', { token: await maker.make('18') }), { code: 'unauthorized' });
    await ana.request('node');
  });
});

describe('A stranger on whose requests the application fails', () => {
  const from = '127.0.9.1';
  test('is left alone, and methods go on for everybody else', async () => {
    stage.application.answers.call = ({ method, arguments: [a, b] }) => (method === 'Break' ? 500 : { result: a + b });
    const [stranger, ana] = [await client({ from }), await client()];
    for (let i = 0; i < 20; ++i) await assert.rejects(stranger.request('call', { method: 'Break', arguments: [] }), { code: 'unavailable' });
    assert.equal(stage.application.asked('call').length, 5, 'the sixth is not asked');
    assert.equal((await ana.request('call', { method: 'Add', arguments: [2, 3] })).result, 5);
  });

  test('is left alone, and clients connect', async () => {
    stage.application.answers.connect = ({ query }) => (query ? 500 : {});
    const tries = (count, options, query = '') => Promise.all(Array.from({ length: count }, () => new Promise((resolve) => {
      const socket = new WebSocket(`${stage.cluster.nodes[0].ws}${query}`, ['chat.v1'], options);
      socket.once('open', () => resolve(101) ?? socket.terminate());
      socket.once('unexpected-response', (request, response) => resolve(response.statusCode) ?? response.resume());
    })));
    for (let i = 0; i < 10; ++i) assert.deepEqual(await tries(1, { localAddress: from }, '?break=1'), [503]);
    assert.equal(stage.application.asked('connect').length, 5);
    assert.deepEqual(await tries(3), [101, 101, 101]);
    await until('its time is over', async () => (await tries(1, { localAddress: from }))[0] === 101, 15_000);
  });
});

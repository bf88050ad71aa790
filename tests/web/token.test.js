// Tokens in client.js: the requests that carry one, the questions to the application, the end of a token.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { message, stage } from './fakes.js';

/** Lets promises settle. */
const settle = () => new Promise((done) => setImmediate(done));

/** An application that gives the tokens t1, t2, …; `fails` of its next answers are errors. */
function application() {
  const app = {
    asked: 0,
    fails: 0,
    ask: async () => {
      app.asked++;
      if (app.fails-- > 0) throw new Error('no network');
      return `t${app.asked}`;
    },
  };
  return app;
}

/** A client in the lobby whose application gave it t1. */
async function enter(app = application(), more = {}) {
  const s = stage({ token: app.ask });
  s.client.join('lobby');
  s.client.connect();
  await settle();
  const hello = s.server.accept({ expires: 2_000_000, ...more });
  s.server.answerJoin();
  /** The server warns, 60 s before the end of a token that lives longer. @param {number} expires */
  const warn = (expires) => {
    s.clock.now = expires - 60_000;
    s.server.push({ type: 'token_expiring', expires });
  };
  return { ...s, app, hello, warn };
}

/** How often the client refreshes within five minutes, if the server takes each token for `life` ms and warns 60 s before its
 * end: at once if it lives less than that. `ahead`: the client's clock before the server's.
 * @param {number} life @param {number} [ahead] @returns {Promise<{ refreshes: number[], late: number }>} when; and the longest time after an end */
async function livesOn(life, ahead = 0) {
  const { clock, server } = await enter(application(), { expires: 1_000_000 - ahead + life });
  let expires = clock.now - ahead + life;
  let warned = false;
  let late = -Infinity;
  /** @type {number[]} */ const refreshes = [];
  for (const begin = clock.now; clock.now < begin + 300_000; clock.advance(500)) {
    if (!warned && expires - (clock.now - ahead) <= 60_000) {
      warned = true;
      server.push({ type: 'token_expiring', expires });
    }
    await settle();
    const ping = server.take('node');
    if (ping) server.push({ type: 'node', id: ping.id, node: 'chat-1', session: 's' });
    const refresh = server.take('refresh');
    if (!refresh) continue;
    late = Math.max(late, clock.now - ahead - expires);
    refreshes.push(clock.now - begin);
    expires = clock.now - ahead + life;
    warned = false;
    server.push({ type: 'refreshed', id: refresh.id, expires });
    await settle();
  }
  return { refreshes, late };
}

test('a token is in the first hello of each connection, and in no other', () => {
  const { client, clock, server } = stage({ token: 'secret' });
  client.connect();
  assert.equal(server.accept({ expires: 5 }).token, 'secret');
  client.rename('Bia');
  assert.equal(server.take('hello').token, undefined);
  server.lose();
  clock.advance(250);
  assert.equal(server.accept().token, 'secret');
});

test('without a token none is sent, and the end of one is told', () => {
  const guest = stage();
  guest.client.connect();
  assert.ok(!('token' in guest.server.accept()));
  assert.equal(guest.told('welcome')[0].expires, 0);
  const user = stage({ token: 'secret' });
  user.client.connect();
  user.server.accept({ expires: 1_700_000_000_000 });
  assert.equal(user.told('welcome')[0].expires, 1_700_000_000_000);
});

test('the application is asked before each connection, and no socket is opened before it answers', async () => {
  const app = application();
  const { client, clock, server, sockets } = stage({ token: app.ask });
  client.connect();
  assert.equal(sockets.length, 0);
  await settle();
  assert.equal(server.accept().token, 't1');
  server.lose();
  clock.advance(250);
  await settle();
  assert.equal(server.accept().token, 't2');
  assert.equal(app.asked, 2);
});

test('one question at a time, however often it connects', async () => {
  /** @type {(token: string) => void} */ let answer = () => {};
  let asked = 0;
  const { client, clock, server, sockets } = stage({ token: () => { asked++; return new Promise((done) => { answer = done; }); } });
  client.connect();
  client.connect();
  await settle();
  for (let i = 0; i < 60; i++) { clock.advance(1000); await settle(); }
  assert.deepEqual([asked, sockets.length], [1, 0]);
  answer('late');
  await settle();
  for (let i = 0; i < 20 && !sockets.length; i++) { clock.advance(1000); await settle(); }
  assert.equal(server.accept().token, 'late');
  assert.equal(asked, 1);
});

test('an application that fails is asked again after a pause, as for a connection that fails', async () => {
  const app = application();
  app.fails = 3;
  const { client, clock, sockets, told } = stage({ token: app.ask });
  client.connect();
  for (let i = 0; i < 30 && !sockets.length; i++) { await settle(); clock.advance(250); }
  assert.deepEqual([app.asked, sockets.length], [4, 1]);
  assert.equal(told('state').filter((e) => e.state === 'waiting').length, 3);
});

test('a token that no connection could use serves the next attempts for 20 s, then the application is asked again', async () => {
  const app = application();
  const { client, clock, server, sockets } = stage({ token: app.ask });
  client.connect();
  await settle();
  server.lose();
  clock.advance(250);
  await settle();
  assert.deepEqual([app.asked, sockets.length], [1, 2]);
  client.close();
  clock.advance(20_001);
  client.connect();
  await settle();
  assert.deepEqual([app.asked, sockets.length], [2, 3]);
});

test('when the token ends soon the application is asked, and the new one refreshes the session', async () => {
  const { app, server, sockets, told, warn } = await enter();
  warn(2_000_000);
  assert.deepEqual(told('expiring').map((e) => e.expires), [2_000_000]);
  await settle();
  const { id, token } = server.take('refresh');
  assert.equal(token, 't2');
  server.push({ type: 'refreshed', id, expires: 3_000_000 });
  await settle();
  assert.deepEqual(told('refreshed').map((e) => e.expires), [3_000_000]);
  assert.deepEqual([app.asked, sockets.length], [2, 1]);
});

test('a refresh that fails is tried again while the session lasts, and not after it', async () => {
  const { app, clock, server, warn } = await enter();
  app.fails = 2;
  warn(2_000_000);
  for (let i = 0; i < 3; i++) { await settle(); clock.advance(2000); }
  await settle();
  server.push({ type: 'error', id: server.take('refresh').id, code: 'unauthorized', temporary: false, message: '' });
  await settle();
  clock.advance(2000);
  await settle();
  assert.equal(server.take('refresh').token, `t${app.asked}`);
  server.lose(4503);
  const { asked } = app;
  for (let i = 0; i < 10; i++) { await settle(); clock.advance(2000); }
  assert.equal(app.asked, asked);
});

test('a token that lives less than a minute is refreshed once in half of its life, not at once', async () => {
  for (const life of [5_000, 20_000, 59_000, 60_000]) {
    const { refreshes, late } = await livesOn(life);
    const gaps = refreshes.map((at, i) => at - (refreshes[i - 1] ?? 0));
    assert.ok(Math.min(...gaps) >= life / 2, `${life}: ${gaps}`);
    assert.ok(Math.max(...gaps) <= life / 2 + 1_000, `${life}: ${gaps}`);
    assert.ok(late < 0, `${life}: ${late}`);
  }
});

test('a token that lives some more than a minute is refreshed after half of its life, a long one when the server warns', async () => {
  assert.deepEqual((await livesOn(80_000)).refreshes, [40_000, 80_000, 120_000, 160_000, 200_000, 240_000, 280_000]);
  assert.deepEqual((await livesOn(140_000)).refreshes, [80_000, 160_000, 240_000]);
});

test('with a wrong clock, too, it refreshes in time for the server, which waits for 25 s, and not in a loop', async () => {
  for (const ahead of [-3_600_000, -40_000, -10_000, 10_000, 40_000, 3_600_000]) {
    for (const life of [10_000, 20_000, 50_000, 90_000, 140_000]) {
      const { refreshes, late } = await livesOn(life, ahead);
      assert.ok(refreshes.length > 0 && refreshes.length <= 300_000 / 2_000, `${ahead} ${life}: ${refreshes}`);
      assert.ok(late < 25_000, `${ahead} ${life}: ${late}`);
    }
  }
});

test('an application that gives the same token again and again is asked at most once in 2 s', async () => {
  const { app, clock, server } = await enter(application(), { expires: 1_030_000 });
  for (; clock.now < 1_050_000; clock.advance(500)) {
    server.push({ type: 'token_expiring', expires: 1_030_000 });
    await settle();
    const refresh = server.take('refresh');
    if (refresh) server.push({ type: 'refreshed', id: refresh.id, expires: 1_030_000 });
    await settle();
  }
  assert.ok(app.asked > 2 && app.asked <= 12, String(app.asked));
});

test('a client that is closed while it waits to refresh leaves no timer behind', async () => {
  const { client, clock, server } = await enter(application(), { expires: 1_030_000 });
  server.push({ type: 'token_expiring', expires: 1_030_000 });
  client.close();
  assert.equal(clock.waiting, 0);
});

test('after 4501 the application is asked once, and with its token the client comes back', async () => {
  const { server, sockets, told } = await enter();
  server.push(message(1));
  server.lose(4501, 'the token has expired');
  assert.equal(told('state').at(-1).state, 'connecting');
  await settle();
  assert.equal(server.accept().token, 't2');
  assert.deepEqual(server.take('join').cursor, { epoch: 'e1', offset: 1 });
  assert.equal(sockets.length, 2);
});

test('after 4501 without another token it stays away, and says why', async () => {
  for (const token of [undefined, 'old']) {
    const { client, clock, server, sockets, told } = stage({ token });
    client.connect();
    server.accept();
    server.lose(4501, 'the token has expired');
    clock.advance(100_000);
    assert.deepEqual([sockets.length, told('state').at(-1)], [1, { at: 1_000_000, type: 'state', state: 'stopped', code: 4501, reason: 'the token has expired' }]);
  }
  const { app, clock, server, sockets, told } = await enter();
  app.fails = 1;
  server.lose(4501);
  for (let i = 0; i < 10; i++) { await settle(); clock.advance(20_000); }
  assert.deepEqual([app.asked, sockets.length, told('state').at(-1).code], [2, 1, 4501]);
});

test('a client that was closed meanwhile does not come back', async () => {
  const { client, server, sockets } = await enter();
  server.lose(4501);
  client.close();
  await settle();
  assert.equal(sockets.length, 1);
});

test('a refused token is said and ends it, also with an application that has more', async () => {
  const { app, clock, server, sockets, told } = await enter();
  server.push({ type: 'error', code: 'unauthorized', temporary: false, message: 'this cluster needs a valid token' });
  server.lose(4500);
  for (let i = 0; i < 10; i++) { await settle(); clock.advance(20_000); }
  assert.equal(told('refused')[0].code, 'unauthorized');
  assert.deepEqual([app.asked, sockets.length, told('state').at(-1).code], [1, 1, 4500]);
});

test('a move to another node takes a new token along', async () => {
  const { client, server, sockets } = await enter();
  const moved = client.move('ws://other/ws');
  await settle();
  assert.deepEqual([sockets.length, server.socket.url], [2, 'ws://other/ws']);
  assert.equal(server.accept().token, 't2');
  assert.equal(await moved, true);
});

test('a token given by hand refreshes the session, or is refused and leaves the old one', async () => {
  const { client, clock, server } = stage({ token: 'old' });
  client.connect();
  server.accept();
  const bad = client.refresh('bad');
  server.push({ type: 'error', id: server.take('refresh').id, code: 'unauthorized', temporary: false, message: '' });
  await assert.rejects(bad, { code: 'unauthorized' });
  const good = client.refresh('new');
  server.push({ type: 'refreshed', id: server.take('refresh').id, expires: 7 });
  await good;
  server.lose();
  clock.advance(250);
  assert.equal(server.accept().token, 'new');
});

test('another token connects again, also after the end', () => {
  const { client, server, sockets } = stage();
  client.connect();
  server.accept();
  server.lose(4500);
  client.setToken('mine');
  assert.equal(server.accept().token, 'mine');
  client.setToken('');
  assert.ok(!('token' in server.accept()));
  assert.equal(sockets.length, 3);
});

test('after any events a token is in no event, no address and no storage', async () => {
  const moves = fc.array(fc.constantFrom('welcome', 'expiring', 'refuse', 'refreshed', 'lose', 'expired', 'refused', 'wait', 'again', 'send'), { maxLength: 30 });
  await fc.assert(fc.asyncProperty(moves, fc.boolean(), async (steps, asks) => {
    const secret = 'eyJ.the-secret.part';
    const { client, clock, server, sockets, events, storage } = stage({ token: asks ? async () => secret : secret });
    client.join('lobby');
    client.connect();
    await settle();
    for (const step of steps) {
      const alive = sockets.length > 0 && !server.socket.closed;
      const open = alive && server.socket.open;
      if (step === 'welcome' && alive && !open) server.accept({ expires: 9 });
      else if (step === 'expiring' && open) server.push({ type: 'token_expiring', expires: 9 });
      else if (step === 'refuse' && open) server.push({ type: 'error', id: server.take('refresh')?.id, code: 'unauthorized', message: 'no' });
      else if (step === 'refreshed' && open) server.push({ type: 'refreshed', id: server.take('refresh')?.id, expires: 9 });
      else if (step === 'lose' && alive) server.lose();
      else if (step === 'expired' && alive) server.lose(4501);
      else if (step === 'refused' && alive) server.lose(4500);
      else if (step === 'wait') clock.advance(3000);
      else if (step === 'again') client.setToken(asks ? async () => secret : secret);
      else if (step === 'send') client.send('lobby', 'hi');
      await settle();
    }
    assert.ok(!JSON.stringify(events).includes('secret'));
    assert.ok(!String(storage.text).includes('secret'));
    for (const { url } of sockets) assert.ok(!url.includes('secret'));
  }), { numRuns: 200 });
});

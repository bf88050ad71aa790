import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { until } from '../support/until.mjs';

const timeout = 30_000;

export default (shared) => describe('an application asks one client', () => {
  const refusal = (parameters) => shared.app(3).refusal('ask', parameters);
  /** A node that has just begun takes orders of others half a second later. */
  before(async () => {
    const clients = await Promise.all([1, 2, 3].map((number) => shared.client(number)));
    const sessions = clients.map(({ welcome }) => welcome.session);
    for (const number of [1, 2, 3]) {
      await until(`node ${number} reaches all`, async () => (await shared.app(number).call('notify', { sessions, event: 'Begin' })).sessions === 3);
    }
  });
  /** The session of a SignalR client, which the call of a method tells nobody but chat.v1's `node`; hooks tell it, too. */
  const sessionOf = async (hub) => (await hub.invoke('Hello', {})).session;

  test('of chat.v1, through each node', { timeout }, async () => {
    const ana = await shared.client(1);
    for (const number of [1, 2, 3]) {
      const asked = shared.app(number).call('ask', { session: ana.welcome.session, method: 'Where', arguments: ['now', number] });
      const ask = await ana.push('the question', ({ type, method, arguments: args }) => type === 'ask' && method === 'Where' && args[1] === number);
      assert.deepEqual(ask.arguments, ['now', number]);
      ana.raw(JSON.stringify({ type: 'answer', id: ask.id, result: { at: ['here', number] } }));
      assert.deepEqual(await asked, { answer: { at: ['here', number] } });
    }
  });

  test('of SignalR: the result of its handler is the answer, in JSON and in MessagePack', { timeout }, async () => {
    const { protocols } = await import('../support/signalr.mjs');
    for (const protocol of [protocols.json(), protocols.messagepack()]) {
      const hub = await shared.hub(2, { protocol });
      hub.connection.on('GetMessage', async (a, b) => ({ sum: a + b, text: 'é', none: null }));
      const session = await sessionOf(hub);
      assert.deepEqual(await shared.app(1).call('ask', { session, method: 'GetMessage', arguments: [2, 3] }), { answer: { sum: 5, text: 'é', none: null } });
      assert.deepEqual(await shared.app(2).call('ask', { client: session, method: 'GetMessage', arguments: [1, 1], timeout_ms: 5000 }), { answer: { sum: 2, text: 'é', none: null } });
    }
  });

  test('of Socket.IO: by the event "answer"', { timeout }, async (t) => {
    const socket = io(shared.cluster.nodes[1].http, { forceNew: true });
    t.after(() => socket.close());
    const { session } = await new Promise((resolve) => socket.once('welcome', resolve));
    socket.on('ask', ({ id, method, arguments: args }) => socket.emit('answer', { id, result: [method, ...args] }));
    assert.deepEqual(await shared.app(1).call('ask', { session, method: 'Where', arguments: ['now'] }), { answer: ['Where', 'now'] });
  });

  test('and hears the words with which it refuses', { timeout }, async () => {
    const ana = await shared.client(2);
    const error = refusal({ session: ana.welcome.session, method: 'Where' });
    ana.raw(JSON.stringify({ type: 'answer', id: (await ana.push('the question', ({ type }) => type === 'ask')).id, error: 'not today' }));
    assert.deepEqual([(await error).code, (await error).sentence], [114, 'not today']);
    const hub = await shared.hub(3);
    hub.connection.on('Throws', () => { throw new Error('broken'); });
    const session = await sessionOf(hub);
    const thrown = await refusal({ session, method: 'Throws' });
    assert.deepEqual([thrown.code, /broken/.test(thrown.sentence)], [114, true]);
    assert.equal((await refusal({ session, method: 'Unknown' })).code, 114);
  });

  test('and learns that it does not answer, has gone, or is not there', { timeout }, async () => {
    const ana = await shared.client(1);
    const { session } = ana.welcome;
    const begun = performance.now();
    assert.equal((await refusal({ session, method: 'Where', timeout_ms: 300 })).code, 113);
    assert.ok(performance.now() - begun < 2000);
    const late = await ana.push('the question', ({ type }) => type === 'ask');
    for (const result of [1, 2]) ana.raw(JSON.stringify({ type: 'answer', id: late.id, result }));      // the first changes nothing, and there is no second
    assert.deepEqual(await ana.push('a refusal', ({ type, id }) => type === 'error' && id === late.id).then(({ code }) => code), 'not_found');
    const left = refusal({ session, method: 'Leave' });
    await ana.push('the question', ({ type, method }) => type === 'ask' && method === 'Leave');
    ana.terminate();
    assert.equal((await left).code, 102);
    assert.equal((await refusal({ session, method: 'Where' })).code, 102);
    assert.equal((await refusal({ session: 'nobody', method: 'Where' })).code, 102);
  });

  test('at most 16 questions at a time', { timeout }, async () => {
    const ana = await shared.client(1);
    const parameters = { session: ana.welcome.session, method: 'Many', timeout_ms: 10_000 };
    const asked = Array.from({ length: 16 }, () => shared.app(2).call('ask', parameters));
    const questions = await until('sixteen are there', () => {
      const found = ana.pushes.filter(({ type }) => type === 'ask');
      return found.length === 16 && found;
    });
    assert.equal((await refusal(parameters)).code, 111);
    questions.forEach(({ id }, i) => ana.raw(JSON.stringify({ type: 'answer', id, result: i })));
    assert.deepEqual((await Promise.all(asked)).map(({ answer }) => answer).sort((a, b) => a - b), questions.map((_, i) => i));
    const again = shared.app(3).call('ask', parameters);
    const next = await ana.push('one more', ({ type, id }) => type === 'ask' && !questions.some((question) => question.id === id));
    ana.raw(JSON.stringify({ type: 'answer', id: next.id, result: null }));
    assert.deepEqual(await again, { answer: null });
  });

  test('with parameters that are checked', { timeout }, async () => {
    for (const [parameters, sentence] of [
      [{ method: 'A' }, /"session" is missing/],
      [{ session: 's' }, /"method" is missing/],
      [{ session: 's', method: 'two\nlines' }, /"method" is 1 to 64 bytes without control characters/],
      [{ session: 's', method: 'A', arguments: 5 }, /"arguments" must be a list/],
      [{ session: 's', method: 'A', timeout_ms: 5 }, /"timeout_ms" is 100 to 60000/],
      [{ session: 's', method: 'A', more: 5 }, /"more" is no parameter/],
    ]) {
      const error = await refusal(parameters);
      assert.equal(error.code, 107);
      assert.match(error.sentence, sentence);
    }
    const as = await import('../support/api.mjs').then(({ Application }) => new Application(shared.cluster.nodes[0], shared.keys.secret('reader')));
    assert.equal((await as.refusal('ask', { session: 's', method: 'A' })).code, 103);
  });
});

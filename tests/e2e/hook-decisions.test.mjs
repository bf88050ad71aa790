// Hooks: what happens to a request while the application thinks about it, and to one that comes twice.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiKeys, Application } from './support/api.mjs';
import { Refused } from './support/client.mjs';
import { hookedCluster } from './support/hooked-cluster.mjs';
import { until, within } from './support/until.mjs';

let keys;
const stage = hookedCluster('hook-decisions', {
  join: { rooms: ['club-*'], timeout_ms: 10_000 },
  message: { rooms: ['club-*', 'open-*'], timeout_ms: 10_000 },
}, { nodes: 2, settings: (folder) => (keys = new ApiKeys(folder, { shop: ['publish', 'read', 'admin'] })).settings });
const { client } = stage;

/** The application answers the hook when the test says so. */
const holds = (event) => {
  const held = [];
  stage.application.answers[event] = () => new Promise((resolve) => held.push(resolve));
  return held;
};
const isRefusedWith = (code, text) => (error) => error instanceof Refused && error.code === code && error.message.includes(text);

const api = { call: (...request) => new Application(stage.cluster.nodes[1], keys.secret('shop')).call(...request) };

describe('The repetition of a message', () => {
  const announce = () => ({ publish: [{ room: 'notices', text: 'one' }, { room: 'notices', text: 'two' }] });
  const notices = async () => (await api.call('history', { room: 'notices', limit: 100 })).publications.length;

  test('that is stored is not decided again', async () => {
    stage.application.answers.message = announce;
    const ana = await client(1);
    await ana.join('open-again');
    const before = await notices();
    const fields = { room: 'open-again', text: 'hello', seq: 1 };
    const stored = await ana.request('send', fields);
    const again = await ana.request('send', fields);
    assert.deepEqual([again.duplicate, again.offset], [true, stored.offset]);
    assert.equal(stage.application.asked('message').length, 1);
    assert.equal(await notices(), before + 2);
  });

  test('that comes through another node is not decided again', async () => {
    const fields = { room: 'open-moved', text: 'hello', seq: 1 };
    const producer = 'a-producer-of-this-test-0001', identitySecret = 'an-identity-of-this-test-0001';
    for (const number of [1, 2]) {
      const ana = await client(number, { producer, identitySecret });
      await ana.join('open-moved');
      assert.equal((await ana.request('send', fields)).duplicate ?? false, number === 2);
    }
    assert.equal(stage.application.asked('message').length, 1);
  });

  test('that is decided at the same time stores the messages of the application once', async () => {
    const held = holds('message');
    const producer = 'a-producer-of-this-test-0002', identitySecret = 'an-identity-of-this-test-0002';
    const clients = [await client(1, { producer, identitySecret }), await client(2, { producer, identitySecret })];
    for (const one of clients) await one.join('open-twice');
    const before = await notices();
    const sent = clients.map((one) => one.request('send', { room: 'open-twice', text: 'hello', seq: 1 }));
    await until('the application is asked twice', () => held.length === 2);
    for (const answer of held) answer(announce());
    const acks = await Promise.all(sent);
    assert.deepEqual(acks.map(({ duplicate }) => duplicate ?? false).sort(), [false, true]);
    assert.equal(await notices(), before + 2);
  });
});

describe('A message that waits for the application', () => {
  const sanctions = {
    'is muted': ['mute', (user) => ({ user, room: 'open-waiting' }), 'unmute'],
    'is banned': ['ban', (user) => ({ user, room: 'open-waiting' }), 'unban'],
    'is blocked': ['block', (user) => ({ user }), 'unblock'],
    'is taken out of the room': ['unsubscribe', (user) => ({ user, room: 'open-waiting' })],
  };
  for (const [name, [order, parameters, lift]] of Object.entries(sanctions)) {
    test(`is not stored if its sender ${name} meanwhile`, async () => {
      const bo = await client(2);
      await bo.join('open-waiting');
      const ana = await client(1);
      await ana.join('open-waiting');
      const held = holds('message');
      const sent = ana.say('open-waiting', `said before: ${name}`).then(() => 'stored', ({ code }) => code ?? 'closed');
      await until('the application is asked', () => held.length === 1);
      await api.call(order, parameters(ana.user.id));
      if (order === 'block') await within('the session ends', ana.closed);
      else if (order === 'mute') {
        await until('the node knows it', async () => {
          await pause(200);                        // below the rate of requests, above which all get `rate_limited`
          await assert.rejects(ana.request('typing', { room: 'open-waiting' }), isRefusedWith('forbidden', ''));
          return true;
        });
      } else await ana.push('it is out', ({ type }) => type === 'removed');
      held[0]({});
      assert.match(await sent, /^(forbidden|closed)$/);
      stage.application.answers = {};
      await bo.say('open-waiting', 'after it');
      await bo.hears('open-waiting', 'after it');
      assert.ok(!bo.messages('open-waiting').some(({ text }) => text.includes('said before')));
      if (lift) await api.call(lift, parameters(ana.user.id));
    });
  }
});

describe('A join that waits for the application', () => {
  test('is answered if the user is banned meanwhile', async () => {
    const ana = await client(1);
    const held = holds('join');
    const joining = ana.join('club-gate');
    await until('the application is asked', () => held.length === 1);
    const refused = assert.rejects(within('the answer', joining), isRefusedWith('forbidden', 'spam'));
    await api.call('ban', { user: ana.user.id, room: 'club-gate', reason: 'spam' });
    await refused;
    held[0]({});
    await ana.request('node');
    assert.ok(!ana.pushes.some(({ type }) => type === 'joined'));
  });

  test('is answered if the application takes the session out of the room meanwhile', async () => {
    const ana = await client(1);
    const held = holds('join');
    const joining = ana.join('club-gate');
    await until('the application is asked', () => held.length === 1);
    const refused = assert.rejects(within('the answer', joining), isRefusedWith('forbidden', 'the application has taken you out'));
    await api.call('unsubscribe', { user: ana.user.id, room: 'club-gate' });
    await refused;
    held[0]({});
  });

  test('and the leave behind it are answered, each once', async () => {
    const ana = await client(1);
    const held = holds('join');
    const joining = ana.join('club-gate');
    const leaving = ana.request('leave', { room: 'club-gate' });
    await until('the application is asked', () => held.length === 1);
    held[0]({});
    assert.equal((await within('joined', joining)).type, 'joined');
    assert.equal((await within('left', leaving)).type, 'left');
  });
});

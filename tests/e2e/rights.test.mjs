// Who may do what in a room, on every protocol and transport: a matrix of rights, users and ways to connect. Rules come
// from a file, rights of moderators from their tokens.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join as path } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ChatClient } from './support/client.mjs';
import { EventStreamClient, PollClient } from './support/http-clients.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { randomFor } from './support/seed.mjs';
import { HubClient } from './support/signalr.mjs';
import { TokenMaker } from './support/tokens.mjs';
import { until } from './support/until.mjs';

const timeout = 60_000;
const rights = ['join', 'history', 'send', 'typing', 'presence', 'moderate'];
const ordinary = rights.filter((right) => right !== 'moderate');
const without = (right) => rights.filter((other) => other !== right);

/** Rooms RIGHT-allowed and RIGHT-denied; one for Ana alone; one for each setting. */
const rules = [
  ...rights.flatMap((right) => [
    { rooms: `${right}-denied`, guest: without(right), user: without(right) },
    { rooms: `${right}-allowed`, guest: rights, user: right === 'moderate' ? rights : ordinary },
  ]),
  { rooms: 'private-*', guest: [], user: [], users: { ana: rights } },
  { rooms: 'short', message_bytes: 10 },
  { rooms: 'slow', slow_mode_seconds: 30 },
  { rooms: 'small', max_members: 1 },
  { rooms: 'counts', presence: 'counts' },
  { rooms: 'off', presence: 'off' },
  { rooms: 'brief', history_size: 3 },
  { rooms: 'moment', history_seconds: 2 },
  { rooms: 'made-*', create: ['members', 'users'], users: { ana: [] } },
];

let node, maker;
before(async () => {
  const folder = freshFolder('rights');
  maker = new TokenMaker(folder);
  const file = path(folder, 'rooms.json');
  writeFileSync(file, JSON.stringify({ rules }));
  node = await Node.start({ id: 'chat-1', folder, settings: { auth: 'optional', rooms: file, ...maker.settings } });
});
after(() => node?.stop());

const users = {
  guest: () => undefined,
  user: () => maker.make('bob'),
  moderator: () => maker.make('mia', { rooms: { '*-allowed': ['moderate'] } }),
  stranger: () => maker.make('sam'),
};

/** A client of chat.v1, over any transport, as the matrix uses it: each call settles as the server answers. */
const ofChat = (client) => ({
  join: (room) => client.join(room),
  history: (room) => client.history(room),
  send: (room) => client.request('send', { room, text: 'hello' }),
  // There is no answer to typing but a refusal: the next request is answered after it.
  typing: (room) => Promise.race([client.request('typing', { room }), client.request('node').then((answer) => client.request('node').then(() => answer))]),
  presence: (room) => client.members(room),
  moderate: (room) => client.request('moderate', { room, user: 'nobody-here', action: 'kick' }),
  close: () => (client.socket ? client.socket.close() : client.terminate()),
});

/** The same for the official SignalR client: the code of a refusal stands first in its error. */
const ofHub = ({ connection }) => {
  const call = (method, ...args) => connection.invoke(method, ...args).catch((error) => {
    throw Object.assign(error, { code: /([a-z_]+): /.exec(error.message.replace(/^.*HubException: /, ''))?.[1] });
  });
  return {
    join: (room) => call('JoinRoom', room, null),
    history: (room) => call('History', room, null, 10),
    send: (room) => call('SendToRoom', room, 'name', 'hello', null),
    typing: (room) => call('Typing', room),
    presence: (room) => call('Members', room),
    moderate: (room) => call('Moderate', { room, user: 'nobody-here', action: 'kick' }),
    close: () => connection.stop(),
  };
};

const ways = {
  WebSocket: async (token) => ofChat(await ChatClient.connect(node.ws, { token })),
  'event stream': async (token) => ofChat(await EventStreamClient.connect(`${node.http}/sse`, { token })),
  polls: async (token) => ofChat(await PollClient.connect(`${node.http}/poll`, { token })),
  SignalR: async (token) => ofHub(await HubClient.connect(node, { options: { accessTokenFactory: () => token ?? '' } })),
};

describe('the matrix', () => {
  for (const [way, connect] of Object.entries(ways)) {
    for (const [who, tokenOf] of Object.entries(users)) {
      for (const right of rights) {
        for (const allowed of [true, false]) {
          // A stranger is denied everything in a room of others. A moderator has the right by its token, where that says so.
          const closed = !allowed && who === 'stranger';
          const room = closed ? 'private-room' : `${right}-${allowed ? 'allowed' : 'denied'}`;
          const code = right === 'join' ? 'not_found' : closed ? 'not_joined' : 'forbidden';
          test(`${way}: a ${who} ${allowed ? 'may' : 'may not'} ${right}`, { timeout }, async () => {
            const client = await connect(await tokenOf());
            if (right !== 'join' && !closed) await client.join(room);
            if (allowed) await client[right](room);
            else await assert.rejects(client[right](room), (error) => assert.equal(error.code, code, error.message) ?? true);
            await client.close();
          });
        }
      }
    }
  }
});

describe('direct messages', () => {
  const attacks = {
    join: (client, room) => client.join(room),
    history: (client, room) => client.history(room),
    send: (client, room) => client.send(room),
    typing: (client, room) => client.typing(room),
    members: (client, room) => client.presence(room),
    moderate: (client, room) => client.moderate(room),
  };
  for (const [way, connect] of Object.entries(ways)) {
    test(`of two users are closed to a third that knows their ids: ${way}`, { timeout }, async () => {
      const ana = await ChatClient.connect(node.ws, { token: await maker.make('ana') });
      await ana.join('dm.ana.bob');
      await ana.say('dm.ana.bob', 'between us');
      const third = await connect(await maker.make('sam', { rooms: { '*': rights } }));
      for (const [name, attack] of Object.entries(attacks)) {
        for (const room of ['dm.ana.bob', 'dm.bob.ana']) {
          await assert.rejects(attack(third, room), ({ code }) => assert.ok(['not_found', 'not_joined'].includes(code), `${name}: ${code}`) ?? true);
        }
      }
      await assert.rejects(third.join('inbox.ana'), { code: 'not_found' });
      await third.close();
      ana.socket.close();
    });
  }
  test('of guests are closed to other guests', { timeout }, async () => {
    const [ana, bob, sam] = await Promise.all([1, 2, 3].map(() => ChatClient.connect(node.ws)));
    const room = `dm.${[ana.user.id, bob.user.id].sort().join('.')}`;
    await ana.join(room);
    await bob.join(room);
    await ana.say(room, 'between us');
    await bob.push('the message', ({ type, text }) => type === 'message' && text === 'between us');
    await assert.rejects(sam.join(room), { code: 'not_found' });
    for (const client of [ana, bob, sam]) client.socket.close();
  });
  test('reach an inbox, which only its owner reads', { timeout }, async () => {
    const [ana, bob] = await Promise.all(['ana', 'bob'].map(async (user) => ChatClient.connect(node.ws, { token: await maker.make(user) })));
    await ana.join('inbox.ana');
    await bob.say('inbox.ana', 'knock');
    assert.equal((await ana.push('the message', ({ type }) => type === 'message')).from.id, 'bob');
    await assert.rejects(bob.history('inbox.ana'), { code: 'not_joined' });
    for (const client of [ana, bob]) client.socket.close();
  });
});

describe('a room that is closed to a user', () => {
  test('answers as one that does not exist: no byte differs, and time by no more than chance', { timeout }, async () => {
    const ana = await ChatClient.connect(node.ws, { token: await maker.make('ana') });
    await ana.join('private-there');
    await ana.say('private-there', 'hello');
    const token = await maker.make('sam');
    let sam;
    const samples = { there: [], missing: [] }, random = randomFor('which room is asked for');
    const answers = new Set();
    for (let i = 0; i < 400; ++i) {
      const kind = random.chance(0.5) ? 'there' : 'missing';
      if (i % 20 === 0) {                                     // more refusals than that would end a connection
        sam?.socket.close();
        sam = await ChatClient.connect(node.ws, { token });
      }
      const from = performance.now();
      const { reply } = await sam.join(`private-${kind}`).catch((error) => error);
      samples[kind].push(performance.now() - from);
      answers.add(JSON.stringify({ ...reply, id: 0 }));
    }
    assert.equal(answers.size, 1, [...answers].join('\n'));
    const z = mannWhitney(samples.there, samples.missing);
    console.log(`denied or missing: z = ${z.toFixed(2)} over ${samples.there.length} + ${samples.missing.length} answers`);
    assert.ok(Math.abs(z) < 3.3, `z = ${z}`);
    for (const client of [ana, sam]) client.socket.close();
  });
});

/** The standard score of the Mann–Whitney U of two samples. */
function mannWhitney(a, b) {
  const all = [...a.map((value) => ({ value, first: true })), ...b.map((value) => ({ value, first: false }))].sort((x, y) => x.value - y.value);
  const ranks = all.reduce((sum, { first }, i) => sum + (first ? i + 1 : 0), 0);
  const u = ranks - a.length * (a.length + 1) / 2;
  const mean = a.length * b.length / 2;
  return (u - mean) / Math.sqrt(a.length * b.length * (a.length + b.length + 1) / 12);
}

describe('the settings of a room', () => {
  const guest = () => ChatClient.connect(node.ws);
  test('limit the bytes of a message', { timeout }, async () => {
    const client = await guest();
    await client.join('short');
    await client.say('short', 'ten bytes!');
    await assert.rejects(client.request('send', { room: 'short', text: 'eleven byte' }), { code: 'too_large' });
    client.socket.close();
  });
  test('let a user send once in a while: slow mode, also over another connection', { timeout }, async () => {
    const token = await maker.make('ana');
    const first = await ChatClient.connect(node.ws, { token });
    await first.join('slow');
    await first.say('slow', 'one');
    const second = await ChatClient.connect(node.ws, { token });
    await second.join('slow');
    await assert.rejects(second.request('send', { room: 'slow', text: 'two' }), ({ reply }) => {
      assert.equal(reply.code, 'rate_limited');
      assert.ok(reply.retry_after_ms > 20_000 && reply.retry_after_ms <= 30_000, reply.retry_after_ms);
      return true;
    });
    const other = await guest();
    await other.join('slow');
    await other.say('slow', 'three');
    for (const client of [first, second, other]) client.socket.close();
  });
  test('are told with the rights when a client joins, also to a moderator by the rules alone', { timeout }, async () => {
    const [bob, ana] = await Promise.all(['bob', 'ana'].map(async (user) => ChatClient.connect(node.ws, { token: await maker.make(user) })));
    assert.deepEqual((await bob.join('typing-denied')).rights, without('typing'));
    assert.deepEqual((await ana.join('private-room')).rights, rights);
    const hub = await HubClient.connect(node);
    assert.deepEqual((await hub.invoke('JoinRoom', 'brief', null)).rights, ordinary);
    await hub.stop();
    for (const client of [bob, ana]) client.socket.close();
  });
  test('forget messages that are too old', { timeout }, async () => {
    const first = await guest();
    await first.join('moment');
    await first.say('moment', 'one');
    await until('it is told to nobody', async () => {
      const second = await guest();
      const { messages, offset } = await second.join('moment');
      second.socket.close();
      assert.equal(offset, 1);
      return messages.length === 0;
    });
    await first.say('moment', 'two');
    assert.deepEqual((await first.history('moment')).messages.map(({ text, offset }) => [text, offset]), [['two', 2]]);
    first.socket.close();
  });
  test('say who may begin a room', { timeout }, async () => {
    const ana = await ChatClient.connect(node.ws, { token: await maker.make('ana') });
    const bob = await ChatClient.connect(node.ws, { token: await maker.make('bob') });
    const closed = { code: 'not_found' };
    await assert.rejects(bob.join('made-by-ana'), closed);
    await assert.rejects(bob.join('private-room'), closed);
    await ana.join('made-by-ana');
    await assert.rejects(bob.join('made-by-ana'), closed, 'it has no message yet');
    await ana.say('made-by-ana', 'welcome');
    await bob.join('made-by-ana');
    await bob.say('made-by-ana', 'thanks');
    for (const client of [ana, bob]) client.socket.close();
  });
  test('limit the people', { timeout }, async () => {
    const [first, second] = [await guest(), await guest()];
    await first.join('small');
    await until('it is known who is there', async () => (await first.members('small')).count === 1);
    await assert.rejects(second.join('small'), { code: 'forbidden' });
    for (const client of [first, second]) client.socket.close();
  });
  test('tell how many people there are, but not which', { timeout }, async () => {
    const [first, second] = [await guest(), await guest()];
    await first.join('counts');
    await second.join('counts');
    const push = await first.push('the count', ({ type, count }) => type === 'presence' && count === 2);
    assert.deepEqual([push.joined, push.left], [[], []]);
    assert.deepEqual((await first.members('counts')).members, []);
    for (const client of [first, second]) client.socket.close();
  });
  test('tell nothing of the people', { timeout }, async () => {
    const [first, second] = [await guest(), await guest()];
    await first.join('off');
    assert.equal((await second.join('off')).members, 0);
    await assert.rejects(first.members('off'), { code: 'forbidden' });
    await second.say('off', 'hello');
    await first.push('the message', ({ type }) => type === 'message');
    assert.deepEqual(first.pushes.filter(({ type }) => type === 'presence'), []);
    for (const client of [first, second]) client.socket.close();
  });
  test('keep fewer messages', { timeout }, async () => {
    const client = await guest();
    await client.join('brief');
    for (let i = 1; i <= 9; ++i) await client.say('brief', `${i}`);
    assert.deepEqual((await client.history('brief', { limit: 50 })).messages.map(({ text }) => text), ['7', '8', '9']);
    client.socket.close();
  });
});

/** As until(), but few enough times not to be closed for too many refusals. */
function patiently(what, probe) {
  let next = 0;
  return until(what, () => {
    if (performance.now() < next) return false;
    next = performance.now() + 500;
    return probe();
  });
}

describe('a moderator', () => {
  const room = 'moderate-allowed';
  const connect = async (user, claims) => {
    const client = await ChatClient.connect(node.ws, { token: await maker.make(user, claims) });
    await client.join(room);
    return client;
  };
  const moderator = () => connect('mia', { rooms: { '*-allowed': ['moderate'] } });

  test('bans a user, who is told why, is out of the room, and comes back when that is lifted', { timeout }, async () => {
    const [mia, tom] = [await moderator(), await connect('tom')];
    await mia.request('moderate', { room, user: 'tom', action: 'ban', seconds: 600, reason: 'advertising' });
    assert.deepEqual(await tom.push('the news', ({ type }) => type === 'removed'), { type: 'removed', room, reason: 'advertising' });
    await assert.rejects(tom.say(room, 'still here?'), { code: 'not_joined' });
    await assert.rejects(tom.join(room), { code: 'not_found' });
    await mia.request('moderate', { room, user: 'tom', action: 'kick' });
    await assert.rejects(tom.join(room), { code: 'not_found' });
    await mia.request('moderate', { room, user: 'tom', action: 'unban' });
    await patiently('tom is let in', () => tom.join(room));
    for (const client of [mia, tom]) client.socket.close();
  });
  test('mutes a user, who reads on', { timeout }, async () => {
    const [mia, uma] = [await moderator(), await connect('uma')];
    await mia.request('moderate', { room, user: 'uma', action: 'mute', seconds: 600 });
    await patiently('uma may not send', () => uma.request('send', { room, text: 'x' }).then(() => false, ({ code }) => code === 'forbidden'));
    await mia.say(room, 'quiet please');
    await uma.push('the message', ({ type, text }) => type === 'message' && text === 'quiet please');
    await mia.request('moderate', { room, user: 'uma', action: 'unmute' });
    await patiently('uma may send', () => uma.request('send', { room, text: 'x' }).then(() => true, () => false));
    for (const client of [mia, uma]) client.socket.close();
  });
  test('mutes a user for a second: that ends by itself', { timeout }, async () => {
    const [mia, ugo] = [await moderator(), await connect('ugo')];
    await mia.request('moderate', { room, user: 'ugo', action: 'mute', seconds: 1 });
    await patiently('ugo may send again', () => ugo.request('send', { room, text: 'x' }).then(() => true, () => false));
    for (const client of [mia, ugo]) client.socket.close();
  });
  test('kicks a user, who may come back', { timeout }, async () => {
    const [mia, vic] = [await moderator(), await connect('vic')];
    await mia.request('moderate', { room, user: 'vic', action: 'kick' });
    await vic.push('the news', ({ type }) => type === 'removed');
    await patiently('vic is let in', () => vic.join(room));
    for (const client of [mia, vic]) client.socket.close();
  });
});

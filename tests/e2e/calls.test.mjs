// Methods of the application as a hub's methods: results as streams in pages, and sends to Clients.Caller, User, Group, Others.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ChatClient } from './support/client.mjs';
import { hookedCluster } from './support/hooked-cluster.mjs';
import { pairs } from './support/signalr.mjs';
import { until } from './support/until.mjs';

const timeout = 60_000;
const stage = hookedCluster('calls', { call: { methods: ['Numbers', 'Send', 'Broken'] }, message: { rooms: ['watched'] } }, { nodes: 2 });

const hub = async (number, how) => {
  const made = await stage.hub(number, how);
  made.calls = [];
  made.connection.on('told', (...args) => { made.calls.push(args); });
  return made;
};

describe('a streamed result', () => {
  /** Counts up to `end`, a few a page. */
  const numbers = (end, size = 3) => ({ arguments: [from], page }) => {
    const first = Number(page ?? from);
    const results = Array.from({ length: Math.min(size, end - first) }, (_, i) => first + i);
    return { results, ...(first + size < end && { next: String(first + size) }) };
  };

  for (const { name, options, protocol } of pairs) {
    test(`comes in order, page by page, over ${name}`, { timeout }, async () => {
      stage.application.answers.call = numbers(20);
      assert.deepEqual(await (await hub(1, { options, protocol: protocol() })).stream('Numbers', 10), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
      assert.deepEqual(stage.application.asked('call').map(({ page }) => page), [undefined, '13', '16', '19']);
    });
  }

  test('stops when the client cancels', { timeout }, async () => {
    const client = await hub(2);
    const held = [];
    stage.application.answers.call = ({ page }) => (page ? new Promise((resolve) => held.push(resolve)) : { results: [1], next: 'p2' });
    const items = [];
    await new Promise((resolve) => {
      const subscription = client.connection.stream('Numbers', 1).subscribe({ next: (item) => { items.push(item); subscription.dispose(); resolve(); }, complete: () => {}, error: assert.fail });
    });
    await until('the second page is asked for', () => held.length === 1);
    await client.invoke('GetNodeInfo');      // the cancel has arrived
    held[0]({ results: [2], next: 'p3' });
    await client.invoke('GetNodeInfo');
    stage.application.answers.call = numbers(3);
    assert.deepEqual(await client.stream('Numbers', 0), [0, 1, 2]);
    assert.deepEqual(items, [1]);
    assert.equal(stage.application.asked('call').filter(({ page }) => page === 'p3').length, 0);
  });

  test('ends with the words of the application, and after 64 pages', { timeout }, async () => {
    const client = await hub(1);
    stage.application.answers.call = ({ page }) => (page ? { error: 'no more today' } : { results: [1], next: 'p2' });
    await assert.rejects(client.stream('Numbers', 1), /no more today/);
    stage.application.answers.call = () => ({ results: [0], next: 'for ever' });
    await assert.rejects(client.stream('Numbers', 1), /more than 64 pages/);
    assert.equal(stage.application.asked('call').filter(({ page }) => page === 'for ever').length, 63);
  });

  test('is for a chat.v1 client a list and the page that follows', { timeout }, async () => {
    stage.application.answers.call = numbers(5);
    const client = await ChatClient.connect(stage.cluster.nodes[1].ws);
    stage.closers.push(() => client.terminate());
    const first = await client.request('call', { method: 'Numbers', arguments: [0] });
    assert.deepEqual([first.result, first.next], [[0, 1, 2], '3']);
    const last = await client.request('call', { method: 'Numbers', arguments: [0], page: first.next });
    assert.deepEqual([last.result, last.next], [[3, 4], undefined]);
    assert.deepEqual(await (await hub(1)).invoke('Numbers', 3), [3, 4]);
  });
});

describe('a method of the application sends', () => {
  /** One user in two sessions, another user, and a member of the group: on both nodes. */
  async function people(group) {
    const secret = { identity_secret: 'the secret of Ana, long enough' };
    const [ana, twin, bo, member] = [await hub(1), await hub(2), await hub(2), await hub(1)];
    for (const one of [ana, twin]) await one.invoke('Hello', secret);
    for (const one of [ana, twin, member]) await one.invoke('JoinRoom', group);
    return { ana, twin, bo, member };
  }
  /** Which of them the application's call has reached, when all that was sent has arrived. */
  async function reached(who, send) {
    stage.application.answers.call = ({ session, user }) => ({ notify: [send({ session, user }), { rooms: ['lobby'], event: 'end', data: null }] });
    const ended = Object.values(who).map((one) => new Promise((resolve) => { one.connection.on('end', resolve); }));
    await who.ana.invoke('Send');
    await Promise.all(ended);
    await until('the last has arrived', () => Object.values(who).some(({ calls }) => calls.length > 0));
    return Object.entries(who).filter(([, { calls }]) => calls.length > 0).map(([name]) => name);
  }
  const told = { event: 'told', data: ['hello', 7] };

  test('to Clients.Caller: its session alone', { timeout }, async () => {
    const who = await people('aisle-1');
    assert.deepEqual(await reached(who, ({ session }) => ({ sessions: [session], ...told })), ['ana']);
    assert.deepEqual(who.ana.calls, [['hello', 7]]);
  });

  test('to Clients.User: all its sessions', { timeout }, async () => {
    const who = await people('aisle-2');
    await reached(who, ({ user }) => ({ users: [user.id], ...told }));
    await until('both have it', () => who.ana.calls.length === 1 && who.twin.calls.length === 1);
    assert.deepEqual([who.bo.calls, who.member.calls], [[], []]);
  });

  test('to Clients.Group, and to the others in it', { timeout }, async () => {
    const who = await people('aisle-3');
    await reached(who, () => ({ rooms: ['aisle-3'], ...told }));
    await until('each member has it', () => [who.ana, who.twin, who.member].every(({ calls }) => calls.length === 1));
    assert.deepEqual(who.bo.calls, []);
    const others = await people('aisle-4');
    assert.deepEqual(await reached(others, ({ user }) => ({ rooms: ['aisle-4'], except: user.id, ...told })), ['member']);
  });

  test('to Clients.All and to the others', { timeout }, async () => {
    const who = await people('aisle-5');
    await reached(who, ({ user }) => ({ rooms: ['lobby'], except: user.id, ...told }));
    await until('the others have it', () => who.bo.calls.length === 1 && who.member.calls.length === 1);
    assert.deepEqual([who.ana.calls, who.twin.calls], [[], []]);
  });

  test('from the hook of a message, too, if it is allowed', { timeout }, async () => {
    const [ana, bo] = [await hub(1), await hub(2)];
    for (const one of [ana, bo]) await one.invoke('JoinRoom', 'watched');
    await bo.invoke('JoinRoom', 'log');
    stage.application.answers.message = ({ content: { text }, user }) => (text === 'no' ? { deny: 'no' }
      : { content: { text: `${text}!` }, publish: [{ room: 'log', text: `${user.name} writes` }], notify: [{ users: [user.id], ...told }] });
    await assert.rejects(ana.invoke('SendToRoom', 'watched', 'Ana', 'no'), /forbidden: no/);
    assert.deepEqual(await ana.invoke('History', 'log').catch(() => 'not a member'), 'not a member');
    await ana.invoke('SendToRoom', 'watched', 'Ana', 'hi');
    await bo.hears('watched', 'hi!');
    await bo.hears('log', 'Ana writes');
    await until('the author is told', () => ana.calls.length === 1);
    assert.equal(bo.messages('log').length, 1);
  });

  test('stops at a message that cannot be stored, and the caller learns of it', { timeout }, async () => {
    stage.application.answers.call = () => ({ result: 1, publish: [{ room: 'log', text: 'x'.repeat(5000) }] });
    await assert.rejects((await hub(1)).invoke('Broken'), /unavailable/);
  });
});

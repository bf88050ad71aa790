// chatctl with the store of a cluster: sanctions are imposed, listed and lifted, and end by themselves; rooms, the users in them and
// nodes are listed, and a node is asked to leave.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chatctl } from './support/chatctl.mjs';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { freePort } from './support/program.mjs';
import { Redis } from './support/redis.mjs';
import { until, within } from './support/until.mjs';

const timeout = 30_000;
const folder = freshFolder('chatctl');
const file = (name, text) => { const path = join(folder, name); writeFileSync(path, text); return path; };

describe('sanctions', () => {
  let redis;
  before(async () => { redis = await Redis.start(folder); });
  after(() => redis?.stop());

  const run = (...args) => chatctl([...args, '--backplane', redis.url]);
  async function done(...args) {
    const { code, out, err } = await run(...args);
    assert.equal(code, 0, err);
    return out;
  }
  /** One line each, blanks of the columns made one. */
  const sanctions = async () => (await done('sanctions')).split('\n').filter(Boolean).map(line => line.replace(/ {2,}/g, ' | '));

  test('a token is revoked by its id, and the older tokens of a user', { timeout }, async () => {
    await done('revoke', '--token', 't-1', '--for', '30d');
    await done('revoke', '--user', 'ana@example.org', '--issued-before', '2026-11-21T13:40:00Z', '--reason', 'lost her phone');
    const [token, user, ...more] = await sanctions();
    assert.match(token, /^revoke_token \| t-1 \| - \| until 20\d\d-\d\d-\d\dT[\d:.]+Z \| by chatctl$/);
    assert.match(user, /^revoke_user \| [a-z2-7]{15} \| - \| for good \| tokens before 2026-11-21T13:40:00.000Z \| "lost her phone" \| by chatctl$/);
    assert.deepEqual(more, []);
    await redis.command('DEL', 'chat:{sanctions}:entries', 'chat:{sanctions}:ends');
  });

  test('a person is blocked, banned and muted, in a room or everywhere, and that is lifted', { timeout }, async () => {
    await done('block', 'cy');
    await done('ban', 'ana', '--room', 'lobby');
    await done('ban', 'ana');
    await done('mute', 'ana', '--room', 'Room 1');
    assert.deepEqual((await sanctions()).map(line => line.replace(' | for good | by chatctl', '')),
      ['block_user | cy | -', 'ban | ana | *', 'ban | ana | lobby', 'mute | ana | Room 1']);
    assert.equal(await done('unban', 'ana', '--room', 'lobby'), 'lifted\n');
    assert.equal(await done('unmute', 'ana', '--room', 'Room 1'), 'lifted\n');
    assert.equal(await done('unblock', 'cy'), 'lifted\n');
    assert.equal((await sanctions()).length, 1);
    assert.equal(await done('unban', 'ana'), 'lifted\n');
    const { code, out } = await run('unban', 'ana');
    assert.deepEqual({ code, out }, { code: 1, out: 'there was none\n' });
    assert.deepEqual(await sanctions(), []);
  });

  test('a later sanction takes the place of the earlier one, and ends by itself', { timeout }, async () => {
    await done('ban', 'ana');
    await done('ban', 'ana', '--for', '1s');
    await until('the ban has ended', async () => (await sanctions()).length === 0);
  });

  test('the setting and the password come from the environment and a file, too', { timeout }, async () => {
    const url = `redis://chat@127.0.0.1:${redis.port}`;
    const { code, err } = await chatctl(['sanctions', '--redis', url, '--redis-password-file', file('password', 'PASSWORD\n')]);
    assert.equal(code, 0, err);
  });

  for (const [what, args, message] of [
    ['no token and no user', ['revoke'], /--token,--user/],
    ['both', ['revoke', '--token', 't', '--user', 'u'], /--token,--user/],
    ['a time of issue for one token', ['revoke', '--token', 't', '--issued-before', '7'], /--issued-before requires --user/],
    ['a time that is none', ['revoke', '--user', 'u', '--issued-before', 'now'], /--issued-before needs a time, for example 2026/],
    ['a duration that is none', ['ban', 'ana', '--for', 'ever'], /--for needs a number and s, m, h or d/],
    ['no time at all', ['ban', 'ana', '--for', '0s'], /it would end before it begins/],
    ['a reason that is too long', ['ban', 'ana', '--reason', 'a'.repeat(201)], /the reason is one line of at most 200 bytes/],
    ['nobody', ['ban'], /USER is required/],
    ['a user without an id', ['block', ''], /USER: a user's id has 1 to 64 bytes without blanks/],
    ['a user with blanks', ['ban', 'ana b'], /USER: a user's id has 1 to 64 bytes without blanks/],
    ['a user that is too long', ['mute', 'a'.repeat(65)], /USER: a user's id has 1 to 64 bytes without blanks/],
    ['an empty user of tokens', ['revoke', '--user', ''], /--user: a user's id has 1 to 64 bytes without blanks/],
    ['an empty token', ['revoke', '--token', ''], /--token: a token's id has 1 to 128 bytes without blanks/],
    ['an empty room, which would be all', ['ban', 'ana', '--room', ''], /--room: a room's name has 1 to 128 bytes without control characters/],
    ['an empty room to lift a ban in', ['unban', 'ana', '--room', ''], /--room: a room's name has 1 to 128 bytes/],
    ['an empty user to lift a ban of', ['unban', ''], /USER: a user's id has 1 to 64 bytes/],
    ['an empty duration, which would be for good', ['ban', 'ana', '--for', ''], /--for: it is empty/],
    ['an empty time of issue', ['revoke', '--user', 'u', '--issued-before', ''], /--issued-before: it is empty/],
    ['a pattern to mute in', ['mute', 'ana', '--room', 'team.*'], /--room: name one room; a pattern is for rules and tokens/],
    ['a pattern to ban in', ['ban', 'ana', '--room', '*'], /--room: name one room; a pattern is for rules and tokens/],
  ]) test(`${what}: an error that says what is needed`, { timeout }, async () => {
    const { code, err } = await run(...args);
    assert.equal(code, 2);
    assert.match(err, message);
    assert.match(err, /^chatctl: /);
    assert.deepEqual(await sanctions(), []);
  });
});

describe('a running cluster', () => {
  let cluster;
  before(async () => { cluster = await Cluster.start('chatctl-cluster'); });
  after(() => cluster?.stop());

  const run = (...args) => chatctl([...args, '--backplane', cluster.redis.url]);
  async function done(...args) {
    const { code, out, err } = await run(...args);
    assert.deepEqual({ code, err }, { code: 0, err: '' });
    return out;
  }
  const on = (number, name) => ChatClient.connect(cluster.nodes[number - 1].ws, { name, identitySecret: `the secret of ${name}` });

  test('rooms: lists rooms with messages or members, all or those that begin alike', { timeout }, async () => {
    const [ana, bo] = await Promise.all([on(1, 'Ana'), on(2, 'Bo')]);
    await ana.join('team.a');
    await ana.say('team.a', 'hello');
    await bo.join('team-b');
    await until('the users of both rooms are stored', async () => (await done('rooms')) === 'team-b\nteam.a\n');
    assert.equal(await done('rooms', 'team.'), 'team.a\n');
    assert.equal(await done('rooms', 'x'), '');
    const { code, out } = await chatctl(['rooms', '--backplane', cluster.redis.url, '--', 'check']);
    assert.deepEqual({ code, out }, { code: 0, out: '' }, 'a prefix that is also a command');
    assert.deepEqual(JSON.parse(await done('rooms', 'team', '--json')), { rooms: ['team-b', 'team.a'] });
    await Promise.all([ana.close(), bo.close()]);
  });

  test('the connections of nodes to Redis are named after chatd', { timeout }, async () => {
    const names = [...(await cluster.redis.command('CLIENT', 'LIST')).matchAll(/ name=(\S+)/g)].map(([, name]) => name);
    assert.deepEqual([...new Set(names)].sort(), ['chatd-appends', 'chatd-commands', 'chatd-subscriptions']);
  });

  test('rooms: a group of another protocol has its name beside that of its room', { timeout }, async () => {
    const room = 'x--kjxw63jaii';                       // "Room B"
    const ana = await on(1, 'Ana');
    await ana.join(room);
    await ana.say(room, 'hello');
    assert.equal(await done('rooms', 'x--'), `${room}  Room B\n`);
    await ana.close();
  });

  test('rooms: a thousand rooms and more are listed once, sorted', { timeout }, async () => {
    await cluster.redis.command('EVAL', "for i = 1000, 3499 do redis.call('XADD', 'chat:{many-' .. i .. '}:log', '0-1', 'm', '{}') end", '0');
    const names = Array.from({ length: 2500 }, (_, i) => `many-${1000 + i}`);
    assert.deepEqual((await done('rooms', 'many-')).trimEnd().split('\n'), names);
  });

  test('rooms: without the right to SCAN it says which rights Redis needs', { timeout }, async () => {
    await cluster.redis.command('ACL', 'SETUSER', 'chat', '-scan');
    const { code, out, err } = await run('rooms');
    assert.deepEqual({ code, out }, { code: 2, out: '' });
    assert.match(err, /^chatctl: Redis does not permit SCAN: give its user the rights of deploy\/redis.acl$/m);
    // Redis notes the name of the connection that it refused.
    assert.match(await cluster.redis.command('ACL', 'LOG'), / name=chatctl-commands /);
    await cluster.redis.command('ACL', 'LOG', 'RESET');
    await cluster.redis.command('ACL', 'SETUSER', 'chat', '+scan');
  });

  test('people: lists the users in a room with all of their nodes', { timeout }, async () => {
    const clients = await Promise.all([on(1, 'Ana'), on(3, 'Ana'), on(2, 'Bo')]);
    await Promise.all(clients.map((client) => client.join('lobby')));
    const [ana, , bo] = clients.map(({ user }) => user.id);
    const wanted = [{ id: ana, name: 'Ana', nodes: ['chat-1', 'chat-3'] }, { id: bo, name: 'Bo', nodes: ['chat-2'] }].sort((a, b) => (a.id < b.id ? -1 : 1));
    await until('all are stored', async () => (await done('people', 'lobby')).trimEnd().split('\n').length === 2
      && (await done('people', 'lobby')).includes('chat-1, chat-3'));
    assert.deepEqual(JSON.parse(await done('people', 'lobby', '--json')), { room: 'lobby', people: wanted });
    const lines = (await done('people', 'lobby')).trimEnd().split('\n').map((line) => line.replace(/ {2,}/g, ' | '));
    assert.deepEqual(lines, wanted.map(({ id, name, nodes }) => `${id} | ${nodes.join(', ')} | ${name}`));
    assert.equal(await done('people', 'empty'), '');
    await Promise.all(clients.map((client) => client.close()));
  });

  test('drain: a node that is not there is an error that names those that are', { timeout }, async () => {
    const { code, out, err } = await run('drain', 'chat-9');
    assert.deepEqual({ code, out, err }, { code: 1, out: '', err: 'chatctl: there is no node chat-9; the nodes are: chat-1, chat-2, chat-3\n' });
  });

  test('drain: a node that has died is an error that says so', { timeout }, async () => {
    await cluster.nodes[2].kill();
    const { code, err } = await run('drain', 'chat-3');
    assert.equal(code, 2);
    assert.match(err, /^chatctl: node chat-3 is in the list and does not listen: it has died, or it is of an earlier release; stop it on its machine$/m);
  });

  test('drain: the node tells its clients to move, leaves the list and ends as after SIGTERM', { timeout }, async () => {
    const node = cluster.nodes[1];
    const ana = await on(2, 'Ana');
    assert.match(await done('drain', 'chat-2'), /^chat-2 drains; it had \d+ connections\n$/);
    await ana.push('it is told to move', ({ type }) => type === 'reconnect');
    assert.equal((await ana.closed).code, 1012);
    assert.equal(await within('the node ends', node.program.exited), 0);
    assert.equal((await run('drain', 'chat-2')).code, 1);
  });

  test('drain: --json tells the node and its connections', { timeout }, async () => {
    const node = cluster.nodes[1];
    await node.start();
    assert.deepEqual(JSON.parse(await done('drain', 'chat-2', '--json')), { node: 'chat-2', connections: 0 });
    assert.equal(await within('the node ends', node.program.exited), 0);
  });

  test('drain: a node with --secret wants that secret', { timeout }, async () => {
    const secret = 'a secret of this test alone';
    const alone = await Redis.start(folder, { name: 'redis-of-secret' });
    const node = await Node.start({ id: 'chat-1', folder, redis: alone, settings: { secret } });
    const drain = (...args) => chatctl(['drain', 'chat-1', '--backplane', alone.url, ...args]);
    const refused = await drain();
    assert.equal(refused.code, 2);
    assert.match(refused.err, /^chatctl: node chat-1 has another secret: give the one of its --secret with --secret or CHAT_SECRET$/m);
    assert.match((await drain('--secret', 'short')).err, /^chatctl: --secret: needs 16 to 256 characters\n/);
    assert.equal((await drain('--secret', secret)).code, 0);
    assert.equal(await within('the node ends', node.program.exited), 0);
    await alone.stop();
  });
});

describe('without a store that answers', () => {
  for (const [what, args, message] of [
    ['none is named', [], /name it with --backplane URL or CHAT_BACKPLANE/],
    ['the node is alone', ['--backplane', 'memory:'], /a node with memory: is alone, and chatctl does not reach it; name a store that joins nodes/],
    ['two are named', ['--backplane', 'redis://a', '--redis', 'redis://b'], /--backplane and --redis name different stores/],
    ['the URL is none', ['--backplane', 'redis:/secret'], /--backplane: it starts with redis:/],
    ['the password file is empty', ['--backplane', 'redis://a', '--redis-password-file', '/dev/null'], /the file of --redis-password-file is empty/],
  ]) test(`${what}: an error that says so`, { timeout }, async () => {
    const { code, out, err } = await chatctl(['sanctions', ...args]);
    assert.equal(code, 2);
    assert.match(err, message);
    assert.doesNotMatch(out + err, /secret/);
  });

  test('nobody listens: it gives up after 5 s and says why', { timeout }, async () => {
    const { code, err } = await chatctl(['sanctions', '--backplane', `redis://127.0.0.1:${await freePort()}`]);
    assert.equal(code, 2);
    assert.match(err, /Connection refused[\s\S]*the store has not answered for 5 s/);
  });
});

describe('the command line', () => {
  for (const [what, args, message] of [
    ['a mistyped command', ['bann', 'ana'], /^chatctl: there is no such command; did you mean ban\?\n/],
    ['a mistyped command of a group', ['token', 'chek'], /^chatctl: there is no such command; did you mean check\?\n/],
    ['a word that is near no command', ['redis://:secret@host'], /^chatctl: there is no such command\nRun with --help/],
    ['no command', [], /^chatctl: A subcommand is required\nRun with --help/],
    ['an unknown flag', ['sanctions', '--rom'], /^chatctl: .*--rom\nRun with --help/],
    ['an unknown flag behind a prefix', ['rooms', 'lob', '--rom'], /^chatctl: .*--rom\nRun with --help/],
    ['a prefix that begins no room', ['rooms', 'Lobby'], /^chatctl: PREFIX: a room's name begins with a letter or digit, then also . _ -: a-z 0-9\n/],
    ['no room', ['people'], /^chatctl: ROOM is required/],
    ['a pattern of rooms', ['people', 'team.*'], /^chatctl: ROOM: name one room; a pattern is for rules and tokens\n/],
    ['no node', ['drain'], /^chatctl: NODE is required/],
    ['a node that is none', ['drain', 'Chat 1'], /^chatctl: NODE: a node's id has 1 to 32 of a-z 0-9 -\n/],
  ]) test(`${what}: an error that says so`, async () => {
    const { code, out, err } = await chatctl(args);
    assert.deepEqual({ code, out }, { code: 2, out: '' });
    assert.match(err, message);
    assert.doesNotMatch(err, /secret/);
  });
  test('--version and --help are no errors', async () => {
    const version = await chatctl(['--version']);
    assert.equal(version.code, 0);
    assert.match(version.out, /^chatctl \d+\.\d+\.\d+/);
    const help = await chatctl(['token', 'make', '--help']);
    assert.equal(help.code, 0);
    assert.match(help.out.replace(/\s+/g, ' '), /repeat the flag for each room/);
  });
});

describe('chatctl rooms check', () => {
  test('counts the rules of a good file', async () => {
    const { code, out } = await chatctl(['rooms', 'check', file('good.json', '{"rules":[{"rooms":"a"},{"rooms":"*"}]}')]);
    assert.deepEqual({ code, out }, { code: 0, out: '2 rules\n' });
  });
  test('says that a file is empty', async () => {
    const path = file('empty.json', '\n');
    const { code, out } = await chatctl(['rooms', 'check', path]);
    assert.deepEqual({ code, out }, { code: 1, out: `${path}: is empty\n` });
  });
  test('says where a file is wrong and what is needed there', async () => {
    const path = file('bad.json', '{"rules":[{"rooms":"a"},{"rooms":"*","presence":"count"}]}');
    const { code, out } = await chatctl(['rooms', 'check', path]);
    assert.deepEqual({ code, out }, { code: 1, out: `${path}: rules[1].presence must be lists, counts or off; did you mean counts?\n` });
  });
});

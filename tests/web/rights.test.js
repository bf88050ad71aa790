// The reactions of client.js to another user, a removal and a refusal; rooms that only take messages; requests of a moderator.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ME, stage } from './fakes.js';

const OTHER = { id: 'other', name: 'Other' };

test('a message that one user has not sent yet is not sent as another user, unless that user asks for it', () => {
  const { client, server, told, enter: begin, storage } = stage();
  begin();
  client.send('lobby', 'first');
  server.ack(1);
  const key = client.send('lobby', 'second');
  const { producer } = JSON.parse(String(storage.text));
  client.setToken('of another');
  server.accept({ user: OTHER, sender: 'another sender' });
  const hello = server.accept({ user: OTHER, sender: 'another sender' });
  assert.notEqual(hello.producer, producer, 'the numbers of the one are not those of the other');
  server.answerJoin({ offset: 1, recovered: true });
  assert.equal(server.take('send'), undefined);
  assert.deepEqual([told('entry').at(-1).entry.state, told('entry').at(-1).entry.code], ['failed', 'other_user']);
  client.retry(String(key));
  const { text, seq } = server.take('send');
  assert.deepEqual([text, seq], ['second', 1]);
});

test('that also holds for a tab that was reloaded in between, and one user keeps everything', () => {
  const first = stage();
  first.enter();
  first.client.send('lobby', 'hello');
  for (const [user, state] of /** @type {const} */ ([[OTHER, 'failed'], [ME, 'sending']])) {
    const second = stage({ saved: first.storage.text });
    second.client.connect();
    second.server.accept({ user });
    if (user === OTHER) second.server.accept({ user });
    second.server.answerJoin();
    assert.equal(second.told('entry').at(-1).entry.state, state);
  }
});

test('a room that one is removed from is left, told, and not joined again by itself', () => {
  const { client, clock, server, told, enter: begin } = stage();
  begin();
  server.push({ type: 'removed', room: 'lobby', reason: 'spam' });
  server.push({ type: 'removed', room: 'elsewhere', reason: 'spam' });
  assert.deepEqual(told('removed').map(({ room, reason }) => [room, reason]), [['lobby', 'spam']]);
  client.send('lobby', 'still here?');
  assert.equal(server.take('send'), undefined);
  server.lose();
  clock.advance(250);
  server.accept();
  assert.equal(server.take('join'), undefined);
  client.join('lobby');
  assert.equal(server.take('join').room, 'lobby');
});

test('messages that wait for a room fail when the user is removed from it', () => {
  const { client, server, told, enter: begin } = stage();
  begin();
  client.send('lobby', 'one');
  client.send('lobby', 'two');
  server.push({ type: 'removed', room: 'lobby', reason: '' });
  assert.deepEqual(told('entry').slice(-2).map(({ entry }) => [entry.state, entry.code]), [['failed', 'removed'], ['failed', 'removed']]);
});

test('a client without the right to tell that its user types stops telling it, without a word', () => {
  const { client, clock, server, told, enter: begin } = stage();
  begin();
  client.typing('lobby');
  server.push({ type: 'error', id: server.take('typing').id, code: 'forbidden', temporary: false, message: '' });
  clock.advance(60_000);
  client.typing('lobby');
  assert.deepEqual([server.take('typing'), told('refused')], [undefined, []]);
});

test('a moderator gets an answer', async () => {
  const { client, server, enter: begin } = stage();
  begin();
  const done = client.moderate('lobby', 'bia', 'mute', { seconds: 600, reason: 'spam' });
  const { id, ...asked } = server.take('moderate');
  assert.deepEqual(asked, { type: 'moderate', room: 'lobby', user: 'bia', action: 'mute', seconds: 600, reason: 'spam' });
  server.push({ type: 'moderated', id });
  await done;
  const refused = client.moderate('lobby', 'bia', 'kick');
  server.push({ type: 'error', id: server.take('moderate').id, code: 'forbidden', temporary: false, message: '' });
  await assert.rejects(refused, { code: 'forbidden' });
});

test('a message for a room that others may not read goes without a join, and again after a lost link', () => {
  const { client, clock, server, told } = stage();
  client.join('inbox.bia', { sendOnly: true });
  client.send('inbox.bia', { data: 1 });
  client.connect();
  server.accept();
  assert.equal(server.take('join'), undefined);
  assert.equal(server.take('send').seq, 1);
  server.lose();
  clock.advance(250);
  server.accept();
  server.ack(7);
  assert.equal(told('sent').length, 1);
  client.leave('inbox.bia');
  assert.equal(server.take('leave'), undefined, 'the server knows of no member');
});

test('if the server wants a join after all, it gets one', () => {
  const { client, server } = stage();
  client.join('inbox.bia', { sendOnly: true });
  client.connect();
  server.accept();
  client.send('inbox.bia', { data: 1 });
  server.refuse('not_joined');
  server.answerJoin();
  assert.equal(server.take('send').seq, 1);
  client.leave('inbox.bia');
  assert.ok(server.take('leave'));
});

// The departures that a watcher's list of users reports.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Roster } from './roster.mjs';
import { Tap } from './tap.mjs';

/** The departures reported when Leo, in the lobby for a minute, is no longer in the list. */
async function departures(tap) {
  const history = { rooms: ['lobby'], presence: { left: [] } };
  const lists = [[{ id: 'leo' }], []];
  const watcher = { index: 0, history, chat: { members: async () => ({ version: 1, members: lists.shift() }) } };
  const leo = { index: 1, here: new Map([['lobby', performance.now() - 60_000]]), tap };
  const roster = new Roster(watcher, 0, { find: () => leo });
  for (let i = 0; i < 2; ++i) {
    roster.joined('lobby');
    await new Promise(setImmediate);
  }
  return history.presence.left;
}

test('a client that is connected and said to have left is reported', async () => {
  const [{ client, hereFor }] = await departures(new Tap('127.0.0.1', {}, {}));
  assert.equal(client, 1);
  assert.ok(hereFor >= 60_000);
});

test('a client that does not read cannot know that it was disconnected, so nothing is reported', async () => {
  const tap = new Tap('127.0.0.1', {}, {});
  tap.stopReading();
  assert.deepEqual(await departures(tap), []);
});

test('a client that has just begun to read again counts as here from then on', async () => {
  const tap = new Tap('127.0.0.1', {}, {});
  tap.stopReading()();
  const [{ hereFor }] = await departures(tap);
  assert.ok(hereFor < 1000);
});

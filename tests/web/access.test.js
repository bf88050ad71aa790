// Access on the page: the user's name, closed rooms, refused messages, moderators, open clusters.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LANGUAGES, wordsOf } from '../../web/i18n/index.js';
import { MEASURES, createModeration } from '../../web/moderation.js';
import { isLocal } from '../../web/route.js';
import { hasFixedName, initial, reduce } from '../../web/store.js';
import { peerOf } from '../../web/text.js';
import { bannerOf } from '../../web/views/banner.js';
import { isPrivate } from '../../web/views/composer.js';
import { denialOf } from '../../web/views/denial.js';
import { isExposed } from '../../web/views/open-notice.js';
import { until } from '../../web/views/profile.js';
import { ME } from './fakes.js';

const words = await Promise.all(LANGUAGES.map(wordsOf));

const welcome = { type: 'welcome', at: 10, node: 'chat-1', session: 's', user: ME, limits: {}, expires: 90_000 };
const joined = { type: 'joined', at: 20, room: 'lobby', epoch: 'e', offset: 0, messages: [], count: 1, fresh: true, lost: false };
const lobby = [{ type: 'open', room: 'lobby' }, { type: 'show', room: 'lobby' }, welcome, joined];
const takes = (auth = 'optional') => ({ type: 'nodes', nodes: [], auth, timestamp: 1 });
const signedIn = (/** @type {any} */ more = {}) => ({ type: 'signed-in', claims: { subject: 'ana', name: '', ...more } });
const after = (/** @type {any[]} */ ...events) => events.reduce(reduce, initial());
const room = (/** @type {any} */ state, name = 'lobby') => state.rooms.get(name);
const banner = (/** @type {any[]} */ ...events) => bannerOf(after(...lobby, ...events, { type: 'tick', now: 5000 }), (r) => r, (k) => k);
const stopped = (/** @type {number} */ code) => ({ type: 'state', at: 100, state: 'stopped', code });
const failed = (code = 'forbidden') => ({ type: 'entry', at: 30, entry: { key: 'p1', room: 'lobby', text: 'x', at: 1, seq: 0, tries: 0, state: 'failed', code } });
const refused = (code = 'not_found', where = 'lobby') => ({ type: 'refused', at: 40, room: where, code, message: 'in English' });
const removed = (reason = '') => ({ type: 'removed', at: 40, room: 'lobby', reason });

test('the end of a token is said while it comes, when it has come, and when it never was', () => {
  assert.deepEqual(banner(signedIn(), { type: 'expiring', at: 50, expires: 60_000 }), { kind: 'expiring', words: 'tokenEnds', action: 'newToken' });
  for (const saved of [{ type: 'refreshed', at: 60, expires: 120_000 }, welcome]) assert.equal(banner(signedIn(), { type: 'expiring', at: 50, expires: 60_000 }, saved), null);
  assert.equal(banner(signedIn(), { type: 'expiring', at: 5, expires: 90_000 }, welcome)?.kind, 'expiring', 'also if that comes before the welcome');
  assert.deepEqual(banner(signedIn(), stopped(4501)), { kind: 'expired', words: 'tokenEnded', action: 'newToken' });
  assert.deepEqual(banner(signedIn(), stopped(4500)), { kind: 'unauthorized', words: 'tokenRefused', action: 'newToken' });
  assert.deepEqual(banner(takes('optional'), stopped(4500))?.words, 'notAdmitted', 'a guest that is blocked');
  for (const auth of [takes('required'), takes('')]) assert.equal(banner(auth, stopped(4500))?.words, 'tokenNeeded');
  assert.deepEqual(banner(stopped(4500)), { kind: 'unauthorized', words: 'tokenNeeded', action: 'signIn' });
  assert.equal(banner(stopped(4503))?.action, 'reload');
});

test('a refused token is the banner of the stop, not a notice that stays behind', () => {
  assert.equal(banner({ type: 'refused', at: 50, code: 'unauthorized', message: '' }), null);
});

test('a token with a name fixes it, on a cluster that takes tokens', () => {
  const named = [takes(), signedIn({ name: 'Ana Sousa' }), { type: 'renamed', name: 'Otter' }, { ...welcome, user: { id: 'ana', name: 'Ana Sousa' } }];
  assert.deepEqual([hasFixedName(after(...named)), after(...named).name], [true, 'Ana Sousa']);
  assert.equal(hasFixedName(after(takes(), signedIn())), false);
  assert.equal(hasFixedName(after(takes('off'), signedIn({ name: 'Ana' }))), false);
  const out = after(...named, { type: 'signed-out', name: 'Otter' });
  assert.deepEqual([hasFixedName(out), out.name, out.expires], [false, 'Otter', 0]);
});

test('a room that is not open stays in the list and says so, until it is joined', () => {
  for (const [code, words] of [['not_found', 'notOpen'], ['forbidden', 'notNow']]) {
    const state = after(...lobby, refused(code));
    assert.deepEqual([room(state).barred.code, denialOf(room(state))?.words, state.active, state.notice], [code, words, 'lobby', null]);
    assert.equal(denialOf(room(reduce(state, joined))), null);
    assert.equal(reduce(state, refused(code)).notice?.kind, 'refused', 'asked again, it is said again');
  }
  assert.equal(after(...lobby, refused('too_many_rooms')).rooms.size, 0);
});

test('a refused room that the page does not show says nothing', () => {
  const state = after(...lobby);
  assert.equal(reduce(state, { ...refused('not_found', 'inbox.other'), at: 0 }), state);
});

test('a removal is a notice with the reason, and the room is marked', () => {
  const state = after(...lobby, removed('spam'));
  assert.deepEqual([state.notice?.kind, room(state).barred, room(state).joined], ['removed', { code: 'removed', reason: 'spam' }, false]);
  assert.deepEqual(denialOf(room(state)), { words: 'barredBecause', params: { reason: 'spam' }, action: 'rejoin' });
  assert.deepEqual([banner(removed('spam'))?.words, banner(removed())?.words], ['removedBecause', 'removedNotice']);
  assert.equal(denialOf(room(after(...lobby, removed())))?.words, 'barred');
  const again = after(...lobby, removed('spam'), refused());
  assert.deepEqual([again.notice?.kind, denialOf(room(again))?.params], ['refused', { reason: 'spam' }], 'the next try does not lose the reason');
});

test('after a forbidden message the message box says why, until one is taken or the room is joined anew', () => {
  const state = after(...lobby, failed());
  assert.equal(denialOf(room(state))?.words, 'mayNotWrite');
  for (const next of [joined, { type: 'may-send', room: 'lobby' }, { type: 'sent', at: 50, key: 'p1', room: 'lobby', offset: 1 }]) assert.equal(denialOf(room(reduce(state, next))), null, next.type);
  assert.equal(denialOf(room(after(...lobby, failed('too_large')))), null);
  assert.equal(denialOf(undefined), null);
});

test('a room that hides its members is not asked again and again', () => {
  const state = after(...lobby, { type: 'members-hidden', room: 'lobby' });
  assert.deepEqual([room(state).stale, room(state).hidden], [false, true]);
  assert.deepEqual([room(reduce(state, joined)).stale, room(reduce(state, joined)).hidden], [true, false]);
});

test('moderation is offered when the server says at the join that the user may, or took a request, and not after a refusal', () => {
  const may = (/** @type {any[]} */ ...events) => room(after(takes(), ...lobby, ...events)).moderates;
  const moderator = { ...joined, rights: ['join', 'send', 'moderate'] };
  assert.equal(may(), false);
  assert.equal(may({ ...joined, rights: ['join', 'send'] }), false);
  assert.equal(may(moderator), true);
  assert.equal(may(moderator, { type: 'moderates', room: 'lobby', may: false }), false);
  assert.equal(may({ type: 'moderates', room: 'lobby', may: true }), true);
  assert.equal(may(moderator, joined), false, 'at the next join it may not any more');
});

test('the result of a measure is a notice', async () => {
  /** @type {any[]} */ const told = [];
  /** @type {any[]} */ const asked = [];
  let refusal = '';
  const chat = /** @type {any} */ ({ moderate: async (/** @type {any[]} */ ...args) => { asked.push(args); if (refusal) throw { code: refusal }; } });
  const run = createModeration({ chat, dispatch: (e) => told.push([e.type, e.may]), notice: (...n) => told.push(n) });
  const bia = { id: 'bia', name: 'Bia' };
  await run('lobby', bia, MEASURES[1], 'spam');
  refusal = 'forbidden';
  await run('lobby', bia, MEASURES[3], '');
  refusal = 'disconnected';
  await run('lobby', bia, MEASURES[0], '');
  assert.deepEqual(asked, [['lobby', 'bia', 'mute', { seconds: 600, reason: 'spam' }], ['lobby', 'bia', 'ban', { seconds: 86_400 }], ['lobby', 'bia', 'kick', { seconds: undefined }]]);
  assert.deepEqual(told, [['moderates', true], ['muted', { name: 'Bia', room: 'lobby' }], ['moderates', false], ['notModerated', { name: 'Bia', code: 'forbidden' }],
    ['notModerated', { name: 'Bia', code: 'disconnected' }]]);
});

test('an open cluster is said where others can reach it, until the user has read it', () => {
  const hosts = { localhost: true, 'chat.localhost': true, '127.0.0.1': true, '127.8.9.1': true, '[::1]': true, 'chat.example': false, 'localhost.example': false, '10.0.0.1': false, '127.evil.example': false, '[fd00::1]': false };
  for (const [host, local] of Object.entries(hosts)) {
    assert.equal(isLocal(host), local, host);
    for (const auth of ['off', '']) assert.equal(isExposed(after(takes(auth)), host), !local, host);
  }
  for (const quiet of [after(), after(takes()), after(takes('required')), after(takes('off'), { type: 'open-seen' })]) assert.equal(isExposed(quiet, 'chat.example'), false);
});

test('a room of two is called private where the cluster keeps others out: where it says whether it takes tokens', () => {
  assert.deepEqual(['', 'off', 'optional', 'required'].map((auth) => isPrivate(after(takes(auth)))), [false, true, true, true]);
  assert.equal(isPrivate(after()), false, 'not before that is known');
});

test('the other one of a room of two is found, also with the ids that tokens give', () => {
  assert.deepEqual([peerOf('dm.ana.bia', 'ana'), peerOf('dm.ana.bia', 'bia'), peerOf('dm.ana.bia', 'an'), peerOf('dm.a-1.b_2', 'b_2'), peerOf('lobby', 'ana'), peerOf('dm.a.b.c', 'a')],
    ['bia', 'ana', '', 'a-1', '', '']);
});

test('the end of a token has a day when it is not within one', () => {
  const now = Date.UTC(2026, 10, 29, 12);
  assert.match(until(now + 3_600_000, now, 'en'), /^\d{1,2}:00\s[AP]M$/);
  assert.match(until(now + 40 * 86_400_000, now, 'en'), /Jan \d+, 2027/);
});

test('every measure, refusal and banner about access has words', () => {
  const asked = [...MEASURES.flatMap(({ id, done }) => [id, done]), 'tokenNeeded', 'notAdmitted', 'tokenRefused', 'tokenEnds', 'tokenEnded', 'signIn', 'newToken', 'removedNotice', 'removedBecause', 'notModerated',
    'badToken', 'tokenNotTaken', 'barred', 'barredBecause', 'notOpen', 'notNow', 'mayNotWrite', 'rejoin', 'retry', 'unauthorized', 'forbidden', 'not_found', 'removed', 'other_user', 'disconnected',
    'directNote', 'directPrivate', 'guest', 'guestOnly', 'signedIn', 'tokensOff'];
  for (const key of asked) for (const language of words) assert.ok(key in language, key);
});

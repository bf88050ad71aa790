// Tokens on the page: the claims that it reads, links and pasted texts that bring one, signing in and out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { claimsOf, tidyToken } from '../../web/claims.js';
import { createIdentity } from '../../web/identity.js';
import { takeLinkToken } from '../../web/link-token.js';
import { initial, reduce } from '../../web/store.js';
import { stage } from './fakes.js';

const part = (/** @type {unknown} */ value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const token = (/** @type {unknown} */ claims) => `${part({ alg: 'HS256' })}.${part(claims)}.c2ln`;

test('user and name of a token are read, also beyond ASCII', () => {
  const claims = claimsOf(token({ sub: 'ana', name: 'Ána 🦦 Gonçalves?>', rooms: { 'team.*': ['join', 'moderate'] } }));
  assert.deepEqual(claims, { subject: 'ana', name: 'Ána 🦦 Gonçalves?>' });
});

test('claims of a wrong type count as none', () => {
  for (const odd of [null, 7, [], 'text', { deep: 1 }]) {
    const text = typeof odd === 'string' ? odd : '';
    assert.deepEqual(claimsOf(token({ sub: odd, name: odd })), { subject: text, name: text }, JSON.stringify(odd));
  }
});

test('a text that is no JSON Web Token has no claims', () => {
  for (const bad of ['', 'abc', 'a.b', 'a.b.c', 'a.b.c.d', `x.${part('[')}.y`, `x.${part('null')}.y`, 'a.!!!.c']) assert.equal(claimsOf(bad), null, bad);
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => { claimsOf(a); claimsOf(`${a}.${b}.${a}`); claimsOf(token(b)); }));
});

/** @param {string} href */
function visit(href) {
  /** @type {string[]} */ const shown = [];
  const found = takeLinkToken({ href, hash: new URL(href).hash }, { replaceState: (_, __, url) => { shown.push(String(url)); } });
  return { found, shown };
}

test('the token of a link leaves the address at once, and only it', () => {
  assert.deepEqual(visit('https://chat/node/a/?room=x#token=a.b.c'), { found: 'a.b.c', shown: ['https://chat/node/a/?room=x'] });
  assert.deepEqual(visit('https://chat/?room=x#a=1&token=a.b.c&composer'), { found: 'a.b.c', shown: ['https://chat/?room=x#a=1&composer'] });
  assert.deepEqual(visit('https://chat/#token='), { found: '', shown: ['https://chat/'] });
  assert.deepEqual(visit('https://chat/?token=a.b.c#composer'), { found: '', shown: [] });
});

test('a pasted token may have blanks around and line ends in it, or be the whole link', () => {
  for (const pasted of [' a.b.c\n', 'a.b\r\n.c', 'https://chat/?room=x#token=a.b.c', 'https://chat/#x=1&token=a.b.c&y=2']) assert.equal(tidyToken(pasted), 'a.b.c');
});

/** The actions with a client whose server is the test, as on the page. */
function signing() {
  const s = stage();
  const storage = { text: /** @type {string | null} */ (null), load: () => storage.text, save: (/** @type {string} */ text) => { storage.text = text; } };
  let state = reduce(initial(), { type: 'nodes', nodes: [], auth: 'optional', timestamp: 1 });
  const dispatch = (/** @type {any} */ event) => { state = reduce(state, event); };
  s.client.subscribe(dispatch);
  return { ...s, kept: storage, state: () => state, ...createIdentity({ chat: s.client, state: () => state, dispatch, storage }) };
}
const ana = token({ sub: 'ana', name: 'Ana' });
const newer = token({ sub: 'ana', name: 'Ana', jti: '2' });

test('signing in connects as the user of the token and keeps it in this tab; signing out forgets it', async () => {
  const { client, server, signIn, signOut, state, kept } = signing();
  client.connect();
  server.accept();
  assert.equal(await signIn(` ${ana} `), '');
  assert.equal(server.accept({ user: { id: 'ana', name: 'Ana' } }).token, ana);
  server.accept({ user: { id: 'ana', name: 'Ana' } });
  assert.deepEqual([kept.text, state().claims?.subject, state().name], [ana, 'ana', 'Ana']);
  signOut();
  assert.ok(!('token' in server.accept()));
  assert.deepEqual([kept.text, state().claims], ['', null]);
});

test('a text that is no token is refused and changes nothing', async () => {
  const { client, server, sockets, signIn, kept } = signing();
  client.connect();
  server.accept();
  assert.equal(await signIn('hello'), 'badToken');
  assert.deepEqual([sockets.length, kept.text], [1, null]);
});

test('another token of the same user refreshes the session; one that is refused leaves it as it was', async () => {
  const { client, server, sockets, signIn, kept } = signing();
  client.connect();
  server.accept();
  await signIn(ana);
  server.accept();
  const good = signIn(newer);
  server.push({ type: 'refreshed', id: server.take('refresh').id, expires: 7 });
  assert.deepEqual([await good, kept.text, sockets.length], ['', newer, 2]);
  const bad = signIn(ana);
  server.push({ type: 'error', id: server.take('refresh').id, code: 'unauthorized', temporary: false, message: '' });
  assert.deepEqual([await bad, kept.text], ['tokenNotTaken', newer]);
  const lost = signIn(ana);
  server.lose();
  assert.deepEqual([await lost, server.accept().token], ['', ana]);
});

test('the state of the page has no token', async () => {
  const { client, server, signIn, state } = signing();
  client.connect();
  server.accept();
  await signIn(ana);
  server.accept();
  assert.ok(!JSON.stringify(state()).includes(ana.split('.')[1]));
});

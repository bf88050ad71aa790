// Links, names, addresses, colours: the small pure parts.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { COLOURS, nodeColours } from '../../web/palette.js';
import { pageUrl, parse, socketUrl } from '../../web/route.js';
import { cleanName, cleanRoom, directRoom, initials, isName, linkify, peerOf } from '../../web/text.js';

const links = (/** @type {string} */ text) => linkify(text).flatMap((p) => (p.href ? [p.text] : []));

test('links end where the sentence begins', () => {
  assert.deepEqual(links('see https://example.com/a.'), ['https://example.com/a']);
  assert.deepEqual(links('(https://example.com/a_(b)), then http://x.org/?q=1&r=2!'), ['https://example.com/a_(b)', 'http://x.org/?q=1&r=2']);
  assert.deepEqual(links('https://example.com/olá…'), ['https://example.com/olá']);
});

test('sites and addresses of mail are links, whatever else looks like one is not', () => {
  const safe = {
    'see:https://a.example/x': 'https://a.example/x', 'www.example.com': 'https://www.example.com/', '(WWW.example.com/a?b#c)': 'https://www.example.com/a?b#c',
    'mailto:ana@example.org.': 'mailto:ana@example.org', 'http://localhost:8080/': 'http://localhost:8080/', 'https://a.example/@ana': 'https://a.example/@ana',
  };
  for (const [text, href] of Object.entries(safe)) assert.deepEqual(linkify(text).flatMap((p) => p.href ?? []), [href], text);
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'ftp://x', 'https://', 'http://[', '<a href=x>', 'www.example', 'www.', 'www..com', 'mailto:ana',
    'mailto:ana@example.org?bcc=all@example.org', 'https://bank.example@evil.example/', 'https://user:pw@evil.example/', 'www.bank.example@evil.example',
    'https://@evil.example', 'https://a.example/\u202Egpj.exe', 'xhttps://a.example', 'ana@www.example.com']) assert.deepEqual(links(text), [], text);
});

test('no character of a text is lost by linking', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('https://a.b/', 'http://', ' ', ')', '(', '.', '"', 'x', 'é', '<b>'), { maxLength: 20 }).map((p) => p.join('')), (text) => {
    assert.equal(linkify(text).map((p) => p.text).join(''), text);
    for (const { href } of linkify(text)) assert.match(href ?? 'https://', /^https?:\/\//);
  }));
});

test('initials are whole letters of the first and last word', () => {
  assert.deepEqual(['Ana', 'ana maria lópez', '😀 x', '', '  '].map(initials), ['A', 'AL', '😀X', '?', '?']);
});

test('names and rooms come out as the server takes them', () => {
  assert.equal(cleanName('  A\u0000na\n \u202eB '), 'A na B');
  assert.equal(cleanName('Jose\u0301'), 'Jos\u00e9');
  assert.equal(cleanName('\u{1f469}\u200d'.repeat(20)), `${'\u{1f469}\u200d'.repeat(8)}\u{1f469}`);
  assert.equal(cleanName('\u3164'), '');
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 90 }), (typed) => {
    assert.ok(cleanName(typed) === '' || isName(cleanName(typed)), JSON.stringify(cleanName(typed)));
    assert.match(cleanRoom(typed), /^([a-z0-9][a-z0-9_.-]{0,63})?$/);
  }));
  assert.deepEqual(['#Café da Manhã!', ' -x- ', '日本'].map(cleanRoom), ['cafe-da-manha', 'x', '']);
});

test('the page takes the names that the server takes, and no others', () => {
  const table = JSON.parse(readFileSync(new URL('../core/names.json', import.meta.url), 'utf8'));
  for (const [what, name, kept] of table.accepted) {
    assert.ok(isName(name), what);
    assert.equal(cleanName(name), kept.trim(), what);
  }
  for (const [what, name] of table.refused) {
    assert.ok(!isName(name), what);
    assert.ok(cleanName(name) === '' || isName(cleanName(name)), what);
  }
  assert.ok(!isName('a\ud800'), 'half a surrogate pair');
});

test('a room of two has one name for both', () => {
  const [a, b] = ['a'.repeat(15), 'b'.repeat(15)];
  assert.equal(directRoom(a, b), directRoom(b, a));
  assert.match(directRoom(a, b), /^[a-z0-9][a-z0-9_.-]{0,63}$/);
  assert.deepEqual([peerOf(directRoom(a, b), a), peerOf(directRoom(a, b), 'c'.repeat(15)), peerOf('lobby', a)], [b, '', '']);
});

test('the page knows its root, its node and its room, wherever it is mounted', () => {
  for (const [href, root, node, room] of [
    ['http://h:8080/', '/', '', ''],
    ['http://h:8080/?room=x', '/', '', 'x'],
    ['http://h:8080/index.html', '/', '', ''],
    ['https://h/node/0123456789ab/?room=y', '/', '0123456789ab', 'y'],
    ['https://h/chat/node/chat-2/', '/chat/', 'chat-2', ''],
  ]) {
    const at = parse(href);
    assert.deepEqual([at.root.pathname, at.node, at.room], [root, node, room]);
  }
  assert.deepEqual(['at=1567', 'at=0', 'at=-1', 'at=1e3', 'at='].map((query) => parse(`http://h/?room=x&${query}`).at), [1567, 0, 0, 0, 0]);
});

test('sockets and pages are found from the root, automatic or on a node', () => {
  const root = new URL('https://h/');
  assert.equal(socketUrl(root, ''), 'wss://h/ws');
  assert.equal(socketUrl(new URL('http://h:1/'), '/node/chat-2/'), 'ws://h:1/node/chat-2/ws');
  assert.equal(pageUrl(root, '/node/chat-2/', 'x'), 'https://h/node/chat-2/?room=x');
  assert.equal(pageUrl(root, '', 'lobby'), 'https://h/');
});

test('up to eight nodes have eight colours, the same whatever order they are seen in', () => {
  const ids = fc.uniqueArray(fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 12, maxLength: 12 }), { maxLength: COLOURS });
  fc.assert(fc.property(ids, (list) => {
    const colours = nodeColours(list);
    assert.equal(new Set(colours.values()).size, list.length);
    assert.deepEqual(colours, nodeColours([...list].reverse()));
    for (const c of colours.values()) assert.ok(c >= 0 && c < COLOURS);
  }));
  assert.deepEqual([...nodeColours(['chat-1', 'chat-2', 'chat-3']).values()], [0, 1, 2]);
  assert.equal(nodeColours(Array.from({ length: 20 }, (_, i) => `n${i}`)).size, 20);
});

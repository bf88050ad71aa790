// Completions of names and emoji, and the QR code.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { choicesFor, wishAt } from '../../web/completion.js';
import { mentionOf, sharedNames } from '../../web/mentions.js';
import { encode } from '../../web/qr.js';

const person = (/** @type {string} */ name, id = name) => ({ id, name });
const PEOPLE = ['Ana Sousa', 'Luis Romero', 'Sunny Otter', 'Anabel'].map((name) => person(name));
const offered = (/** @type {string} */ text, caret = text.length) => {
  const wish = wishAt(text, caret);
  return wish ? choicesFor(wish, PEOPLE).map((c) => c.label) : [];
};

test('an @ offers the people whose name, or a word of it, begins so', () => {
  assert.deepEqual(offered('hi @an'), ['Ana Sousa', 'Anabel']);
  assert.deepEqual(offered('@o'), ['Sunny Otter']);
  assert.deepEqual(offered('@sunny ot'), ['Sunny Otter']);
  assert.equal(offered('@').length, 4);
  for (const text of ['mail@an', '@nobody', 'an', '@Ana Sousa', '@an\n']) assert.deepEqual(offered(text), [], text);
  assert.deepEqual(offered('@an and more', 3), ['Ana Sousa', 'Anabel'], 'where the caret is');
});

test('a colon and two letters offer emoji, a time of day or an address does not', () => {
  assert.equal(offered('well :smi')[0], ':smile:');
  for (const text of ['at 10:30', 'http://x', ':s', ':smile:', 'a:ta']) assert.deepEqual(offered(text), [], text);
});

test('a completion replaces the typed text from its sign on', () => {
  assert.deepEqual(wishAt('hello @lu', 9), { kind: 'mention', part: 'lu', from: 6 });
  assert.equal(choicesFor({ kind: 'mention', part: 'lu', from: 6 }, PEOPLE)[0].insert, mentionOf({ name: 'Luis Romero' }));
  assert.deepEqual([...sharedNames([person('Ana', 'a'), person('Ana', 'b'), person('Luis')])], ['Ana']);
});

/** The corners, the lines between them and the dark module, which every code has. @param {boolean[][]} code */
function isFramed(code) {
  const size = code.length;
  const corner = (/** @type {number} */ x0, /** @type {number} */ y0) => Array.from({ length: 49 }, (_, i) => [i % 7, Math.floor(i / 7)])
    .every(([x, y]) => code[y0 + y][x0 + x] === (Math.max(Math.abs(x - 3), Math.abs(y - 3)) !== 2));
  const line = Array.from({ length: size - 16 }, (_, i) => i + 8).every((i) => code[6][i] === (i % 2 === 0) && code[i][6] === (i % 2 === 0));
  return corner(0, 0) && corner(size - 7, 0) && corner(0, size - 7) && line && code[size - 8][8];
}

test('an address is a QR code of the smallest version that holds it; a longer one has none', () => {
  assert.deepEqual([14, 15, 26, 27, 62, 106, 107, 213].map((length) => encode('a'.repeat(length))?.length), [21, 25, 25, 29, 33, 41, 45, 57]);
  assert.equal(encode('a'.repeat(214)), null);
  fc.assert(fc.property(fc.string({ maxLength: 40 }), (text) => assert.ok(isFramed(encode(text) ?? []))), { numRuns: 20 });
});

/** Digests of codes that zbarimg 0.23.92 has read back as these texts: each version, with one block, several, and blocks of two lengths. */
test('the codes are those that a reader of its own has read', () => {
  const digest = (/** @type {number} */ length) => createHash('sha256').update(JSON.stringify(encode(`http://localhost:8080/?room=${'x'.repeat(300)}`.slice(0, length)))).digest('hex').slice(0, 16);
  assert.deepEqual(Object.fromEntries([5, 20, 40, 60, 80, 100, 120, 150, 170, 200].map((length) => [length, digest(length)])), {
    5: '791ff82a3df10886', 20: '429a2e428476094e', 40: '84bfdc2109ecb318', 60: '93ba155c9cf32bb3', 80: '2547964523c36204',
    100: 'edadf9c1c555439c', 120: 'f533b41308d36301', 150: 'c1153a98ea458f19', 170: '085d770cc667f0de', 200: 'a5889b393da301d8',
  });
});

// Protections of the program file against the use of a memory error, as readelf shows them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { chatd } from './support/places.mjs';

const output = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C' } });
const readelf = (what, file = chatd) => output('readelf', '--wide', what, file);
const symbols = readelf('--dyn-syms');
const isSanitized = /__(a|t)san_/.test(symbols);          // such a build is for tests and is not hardened

if (!isSanitized) describe('chatd', () => {
  test('can be loaded at any address', () => assert.match(readelf('--file-header'), /Type: +DYN/));
  test('has every function bound before main(), and the table of them read-only', () => {
    assert.match(readelf('--program-headers'), /GNU_RELRO/);
    assert.match(readelf('--dynamic'), /BIND_NOW|FLAGS_1.*NOW/);
  });
  test('has no executable stack', () => assert.match(readelf('--program-headers'), /GNU_STACK( +0x\w+){5} RW /));
  test('notices a stack that was written over', () => assert.match(symbols, /\b__stack_chk_fail\b/));
  test('checks sizes where it copies memory', () => assert.match(symbols, /\b__(?!stack)\w+_chk\b/));
});

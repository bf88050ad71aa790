// The page as a whole: its words in every language, its banner, its files.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { LANGUAGES, choose, translator, wordsOf } from '../../web/i18n/index.js';
import { labWordsOf } from '../../web/i18n/lab.js';
import { operatorWordsOf } from '../../web/i18n/operator.js';
import { xrayWordsOf } from '../../web/i18n/xray.js';
import { initial, reduce } from '../../web/store.js';
import { bannerOf } from '../../web/views/banner.js';

const web = fileURLToPath(new URL('../../web/', import.meta.url));
const files = list(web).map((f) => relative(web, f));
const read = (/** @type {string} */ file) => readFileSync(join(web, file), 'utf8');
const html = read('index.html');
/** @param {string} folder @returns {string[]} */
function list(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((f) => (f.isDirectory() ? list(join(folder, f.name)) : [join(folder, f.name)]));
}

/** @type {Record<string, Record<string, any>>} */
const languages = Object.fromEntries(await Promise.all(LANGUAGES.map(async (language) => [language, await wordsOf(language)])));
/** @type {Record<string, Record<string, any>>} */
const labLanguages = Object.fromEntries(await Promise.all(LANGUAGES.map(async (language) => [language, await labWordsOf(language)])));
/** @type {Record<string, Record<string, any>>} */
const xrayLanguages = Object.fromEntries(await Promise.all(LANGUAGES.map(async (language) => [language, await xrayWordsOf(language)])));

/** @type {Record<string, Record<string, any>>} */
const operatorLanguages = Object.fromEntries(await Promise.all(LANGUAGES.map(async (language) => [language, await operatorWordsOf(language)])));
const isOfOperators = (/** @type {string} */ f) => /^(operator\/|i18n\/operator|operator\.css|cluster\.html)/.test(f);

/** The modules that the browser loads before the page starts. @param {string[]} entries @returns {string[]} */
function startOf(...entries) {
  const found = new Set();
  for (const file of entries) if (!found.has(file)) {
    found.add(file);
    for (const [, from] of read(file).matchAll(/^import [^'()]*?'(\.[^']+)'/gm)) entries.push(normalize(join(dirname(file), from)));
  }
  return [...found];
}
const scripts = [...html.matchAll(/<script type="module" src="([^"]+)"/g)].map((m) => m[1]);
const start = startOf(...scripts);
const styles = [...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((m) => m[1]);
const weight = (/** @type {string[]} */ some) => some.reduce((sum, f) => sum + gzipSync(read(f), { level: 5 }).length, 0);

const holes = (/** @type {any} */ words) => [...new Set(JSON.stringify(words).match(/\{\w+\}/g))].sort();

test('every language has the same words with the same places to fill in', () => {
  for (const { en, ...others } of [languages, labLanguages, xrayLanguages, operatorLanguages]) for (const [name, words] of Object.entries(others)) {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(en).sort(), name);
    for (const key of Object.keys(en)) {
      assert.deepEqual(holes(words[key]), holes(en[key]), `${name} ${key}`);
      assert.equal(typeof words[key], typeof en[key], `${name} ${key}`);
    }
  }
});

test('every word the page asks for exists, and the Lab, the X-ray and the page of operators have their own', () => {
  const ofXray = (/** @type {string} */ f) => f === 'views/xray.js';
  const ofLab = (/** @type {string} */ f) => /^views\/lab(-(?!slot)\w+)?\.js/.test(f);
  const words = (/** @type {string[]} */ some) => some.flatMap((f) => [...read(f).matchAll(/\bt\('(\w+)'|sentence\(t, '(\w+)'/g)].map((m) => m[1] ?? m[2]));
  const asked = words(files.filter((f) => f.endsWith('.js') && !ofLab(f) && !ofXray(f) && !isOfOperators(f)));
  assert.ok(asked.length > 50);
  for (const key of asked) assert.ok(key in languages.en, key);
  for (const key of words(files.filter(ofLab))) assert.ok(key in labLanguages.en, key);
  for (const key of words(files.filter(ofXray))) assert.ok(key in xrayLanguages.en, key);
  for (const key of words(files.filter(isOfOperators))) assert.ok(key in operatorLanguages.en, key);
});

test('the language is the first of the browser\'s that we have', () => {
  assert.deepEqual([['pt-BR', 'en'], ['fr', 'es-MX'], ['de'], [], ['constructor']].map(choose), ['pt', 'es', 'en', 'en', 'en']);
});

test('counts take their form, and names are set apart from the sentence', () => {
  const t = translator('en', languages.en);
  assert.deepEqual([0, 1, 1234].map((count) => t('peopleHere', { count })), ['0 people here', '1 person here', '1,234 people here']);
  assert.equal(t('left', { count: -0 }), '0 bytes left');
  assert.deepEqual(t.pieces('typing2', { a: '{b}', b: 'Luis' }).filter((p) => p.filled).map((p) => p.text), ['{b}', 'Luis']);
});

test('no word has its plural in brackets, and none has a number of nothing where it can be left out', () => {
  for (const all of [languages, labLanguages, xrayLanguages, operatorLanguages]) for (const words of Object.values(all)) assert.doesNotMatch(JSON.stringify(words), /\w\((s|es|n|m)\)/);
  for (const [language, words] of Object.entries(labLanguages)) {
    const t = translator(language, words);
    for (const key of ['moved', 'movedTo', 'event_reconnected']) assert.doesNotMatch(t(key, { from: 'a', node: 'b', seconds: 'c', count: 0 }), /\d|recov|recup/, `${language} ${key}`);
    assert.match(t('moved', { seconds: 'c', count: 1 }), /1 (message recovered|mensagem recuperada|mensaje recuperado)$/);
  }
});

const notice = { kind: 'recovered', params: { count: 7 }, until: 9e15 };
const banner = (/** @type {any} */ more) => bannerOf({ ...initial(), away: more.link !== 'online', lostAt: 1000, now: 3000, wasOnline: true, ...more }, (r) => r, (k) => k);

test('the banner says what is wrong now before what happened', () => {
  assert.equal(banner({ link: 'online' }), null);
  assert.deepEqual(banner({ link: 'online', notice }), { kind: 'recovered', words: 'recovered', params: { count: 7, room: undefined } });
  assert.equal(banner({ link: 'online', notice: { ...notice, params: { count: 0 } } })?.words, 'recoveredNone');
  assert.equal(banner({ link: 'online', available: false, notice })?.kind, 'degraded');
  const rooms = new Map([['lobby', { away: true }]]);
  assert.deepEqual(['lobby', 'annex'].map((active) => banner({ link: 'online', rooms, active })?.kind), ['degraded', undefined]);
  assert.deepEqual(banner({ link: 'waiting', retryAt: 5200, notice }), { kind: 'reconnecting', words: 'reconnecting', params: { count: 3 }, action: 'now' });
  assert.equal(banner({ link: 'connecting' })?.kind, 'reconnecting');
  assert.equal(banner({ link: 'connecting', wasOnline: false })?.kind, 'starting');
  assert.deepEqual(banner({ link: 'stopped', code: 4503 })?.action, 'reload');
});

test('a device without network is said at once when nothing answers, and not while the server does', () => {
  assert.equal(banner({ link: 'waiting', onLine: false, now: 1000 })?.kind, 'offline');
  assert.equal(banner({ link: 'online', onLine: false, doubted: true })?.kind, 'offline');
  assert.equal(banner({ link: 'online', onLine: false }), null);
  assert.equal(banner({ link: 'online', doubted: true })?.words, 'noAnswer');
});

test('a connection that is back within a second was never seen to be away', () => {
  assert.equal(banner({ link: 'waiting', code: 1006, retryAt: 1200, now: 1001 }), null);
  assert.equal(banner({ link: 'connecting', code: 1006, now: 1900 }), null);
});

test('a node that leaves is no lost connection', () => {
  for (const code of [1001, 1012]) assert.equal(banner({ link: 'connecting', code })?.words, 'moving');
});

test('what happens at a kill is one banner, and it does not come and go', () => {
  const events = [
    { type: 'state', at: 1000, state: 'connecting' }, { type: 'welcome', at: 1010, node: 'chat-1', user: { id: 'a', name: 'A' }, limits: {} }, { type: 'open', room: 'lobby' },
    { type: 'joined', at: 1020, room: 'lobby', epoch: 'e', offset: 0, messages: [], count: 1, fresh: true },
    { type: 'state', at: 5000, state: 'waiting', retryAt: 5100, code: 1006 }, { type: 'state', at: 5100, state: 'connecting' },
    { type: 'state', at: 5150, state: 'waiting', retryAt: 5400, code: 1006 }, { type: 'state', at: 5400, state: 'connecting' },
    { type: 'state', at: 5450, state: 'waiting', retryAt: 6100, code: 1006 }, { type: 'state', at: 6100, state: 'connecting' }, { type: 'tick', now: 6000 }, { type: 'tick', now: 6105 },
    { type: 'welcome', at: 6200, node: 'chat-2', user: { id: 'a', name: 'A' }, limits: {} }, { type: 'joined', at: 6210, room: 'lobby', epoch: 'e', offset: 0, messages: [], count: 1, fresh: false },
  ];
  /** @type {string[]} */ const seen = [];
  let state = initial();
  for (const event of events) {
    state = reduce(state, event);
    const words = bannerOf(state, (r) => r, (k) => k)?.words ?? '';
    if (words !== seen.at(-1)) seen.push(words);
  }
  assert.deepEqual(seen, ['', 'opening', 'recoveredNone']);
});

test('every banner, and what is chosen by what happens, has words in every language', () => {
  const words = ['messageGone', 'notLoaded', 'stopped', 'offlineBanner', 'reconnecting', 'opening', 'moving', 'noAnswer', 'nodeAway', 'nodeElsewhere', 'starting', 'degraded', 'recovered', 'recoveredNone', 'gap', 'rewound', 'reset',
    'refused', 'blocked', 'badRoom', 'outboxFull', 'unknownCommand', 'silent', 'inactive', 'youAreHere', 'waits', 'waitsFor', 'whyAway', 'whyTurn',
    'rate_limited', 'unavailable', 'busy', 'left', 'tooLong'];
  for (const key of words) assert.ok(key in languages.en, key);
});

test('the page preloads exactly the modules that it starts with', () => {
  const preloaded = [...html.matchAll(/modulepreload" href="([^"]+)"/g)].map((m) => m[1]).sort();
  assert.deepEqual(preloaded, start.filter((f) => !scripts.includes(f)).sort());
});

test('every other module is loaded later, by name', () => {
  const later = new Set([...start, ...startOf('operator/start.js')]);
  for (const file of later) for (const [, from] of read(file).matchAll(/=> import\('(\.[^']+)'\)/g)) startOf(normalize(join(dirname(file), from))).forEach((f) => later.add(f));
  assert.deepEqual(files.filter((f) => f.endsWith('.js') && !later.has(f)).sort(), ['theme.js', 'types.js', 'unknown-node.js']);
});

test('the page keeps to its policy: nothing inline, nothing parsed as markup, nothing from elsewhere', () => {
  for (const one of [html, read('unknown-node.html'), read('cluster.html')]) assert.doesNotMatch(one, /<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?\//);
  for (const file of files.filter((f) => f.endsWith('.js'))) {
    assert.doesNotMatch(read(file), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|cssText/, file);
  }
  for (const file of files.filter((f) => f.endsWith('.css'))) assert.doesNotMatch(read(file), /url\(|@import/, file);
});

test('the page of an unknown node says the same in every language', () => {
  const spoken = [...read('unknown-node.html').matchAll(/<section lang="(\w+)"><h1>[^<]+<\/h1><p>[^<]+<\/p><p><a class="primary" href="..\/..\/">[^<]+<\/a>/g)].map((m) => m[1]);
  assert.deepEqual(spoken.sort(), Object.keys(languages).sort());
});

test('the page of operators has less than 60 KB compressed', () => {
  const all = weight([...startOf('operator/start.js'), 'i18n/operator-es.js', 'cluster.html', 'theme.js', 'page.css', 'operator.css']);
  assert.ok(all < 60_000, String(all));
});

test('the page starts with less than 100 KB compressed, a visit that opens everything but the Lab has less than 160 KB, and the Lab with its lesson less than 50 KB more', () => {
  const heaviest = LANGUAGES.map((l) => `i18n/${l}.js`).sort((a, b) => weight([b]) - weight([a]))[0];
  const first = weight([...start, heaviest, 'index.html', 'theme.js', ...styles, 'favicon.svg', 'manifest.webmanifest']);
  assert.ok(first < 100_000, String(first));
  const ofLab = (/** @type {string} */ f) => /(^|\/)lab(?!-slot)\b[^/]*$/.test(f);
  const all = files.filter((f) => !/^types\.js$|\.(json|md)$/.test(f) && !isOfOperators(f));
  const opened = weight(all.filter((f) => !ofLab(f)));
  assert.ok(opened < 160_000, String(opened));
  const lab = weight(all.filter((f) => ofLab(f) && !/i18n\/lab-(pt|es)/.test(f)));
  assert.ok(lab < 50_000, String(lab));
});

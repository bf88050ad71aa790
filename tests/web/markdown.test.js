// Markdown light: marks, text that only looks like one, and hostile input, which is not slow.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EMOJI, emojiLike } from '../../web/emoji.js';
import { parse, plain } from '../../web/markdown.js';
import { mentionable, mentions, nameFinder } from '../../web/mentions.js';
import { excerptOf, quoteOf, withQuote } from '../../web/reply.js';

const ANA = { id: 'aaaaaaaaaaaaaaaa', name: 'Ana' };
const ANA_MARIA = { id: 'bbbbbbbbbbbbbbbb', name: 'Ana María' };

/** A tree as one line: bold and italic as tags. @param {any} node @returns {string} */
function brief(node) {
  if (Array.isArray(node)) return node.map(brief).join('');
  switch (node.type) {
    case 'text': return node.text;
    case 'paragraph': return `<p>${brief(node.children)}</p>`;
    case 'quote': return `<quote>${brief(node.children)}</quote>`;
    case 'reply': return `<reply ${node.name} ${node.offset}>${node.text}</reply>`;
    case 'list': return `<list ${node.start}>${node.items.map((/** @type {any} */ i) => `<li>${brief(i)}</li>`).join('')}</list>`;
    case 'code': return `<code${'language' in node ? ` ${node.language}` : ''}>${node.text}</code>`;
    case 'link': return `<a ${node.href}>${node.text}${node.host && ` (${node.host})`}</a>`;
    case 'mention': return `<at ${node.id[0]}>${node.text}</at>`;
    case 'emoji': return node.text;
    default: return `<${node.type}>${brief(node.children)}</${node.type}>`;
  }
}
const shown = (/** @type {string} */ text, /** @type {any[]} */ people = []) => brief(parse(text, nameFinder(people)));
/** @param {Record<string, string>} table */
const all = (table) => {
  for (const [text, expected] of Object.entries(table)) assert.equal(shown(text), expected.startsWith('<') && !expected.startsWith('<b') ? expected : `<p>${expected}</p>`, text);
};

test('bold, italic and code are marked, also in each other', () => {
  assert.equal(shown('a **b** c'), '<p>a <strong>b</strong> c</p>');
  assert.equal(shown('*a* and _b_'), '<p><em>a</em> and <em>b</em></p>');
  assert.equal(shown('**a *b* c**'), '<p><strong>a <em>b</em> c</strong></p>');
  assert.equal(shown('***a***'), '<p><strong><em>a</em></strong></p>');
  assert.equal(shown('**`a*b`**'), '<p><strong><code>a*b</code></strong></p>');
  assert.equal(shown('`` a`b ``'), '<p><code>a`b</code></p>');
  assert.equal(shown('"*so*"'), '<p>"<em>so</em>"</p>');
});

test('a mark that marks nothing stays text', () => {
  for (const text of ['2*3*4', 'snake_case_name', 'a * b * c', '**', 'x * *', '*a', 'a*', '`a', '****a****', '**a*', ':nothing:', '[a](javascript:alert(1))', '[a](https://x@evil.example)', 'C:\\dir', '@Ana', '#5']) {
    assert.equal(shown(text), `<p>${text}</p>`, text);
  }
});

test('a backslash takes a mark its meaning', () => {
  assert.equal(shown('\\*a\\* \\`b\\` \\:smile:'), '<p>*a* `b` :smile:</p>');
});

test('links are http and https, and a named one tells its host', () => {
  assert.equal(shown('see https://a.example/x_y_z, **www.b.example**'), '<p>see <a https://a.example/x_y_z>https://a.example/x_y_z</a>, <strong><a https://www.b.example/>www.b.example</a></strong></p>');
  assert.equal(shown('[the *docs*](https://docs.example/a)'), '<p><a https://docs.example/a>the *docs* (docs.example)</a></p>');
  assert.equal(shown('`https://a.example`'), '<p><code>https://a.example</code></p>');
});

test('blocks: code, quotes and lists', () => {
  all({
    '```js\nlet a = **1**;\n```\nend': '<code js>let a = **1**;</code><p>end</p>',
    '```\nopen': '<code >open</code>',
    '> a\n> b\nc': '<quote><p>a\nb</p></quote><p>c</p>',
    '> > a': '<quote><quote><p>a</p></quote></quote>',
    '- a\n- *b*\n\nc': '<list 0><li>a</li><li><em>b</em></li></list><p>c</p>',
    '3. a\n4. b': '<list 3><li>a</li><li>b</li></list>',
    '7. It goes on.': '7. It goes on.',
    'a\nb\n\nc': '<p>a\nb</p><p>c</p>',
    '-a\n1.b': '-a\n1.b',
  });
});

test('a quote that names a message is a reply to it', () => {
  const message = { from: ANA_MARIA, offset: 1567, text: '> earlier\nGood **morning**\nto all' };
  const quote = quoteOf(message);
  assert.equal(quote, '> @Ana María #1567: Good morning to all\n');
  assert.equal(shown(`${quote}yes`), '<reply Ana María 1567>Good morning to all</reply><p>yes</p>');
  assert.equal(shown('> @Ana #0: x'), '<quote><p>@Ana #0: x</p></quote>');
  assert.equal(withQuote(`${quote}yes`, '> @Ana #1: hi\n'), '> @Ana #1: hi\nyes');
  assert.equal(withQuote('> mine', '> @Ana #1: hi\n'), '> @Ana #1: hi\n> mine');
  assert.equal(plain('> @Ana #1: x\n- *a*\n- `b`\n\n```\nc\n```\n> d\n:smile: [e](https://e.example/)'), 'a b c 😄 e');
  assert.equal(Array.from(excerptOf('😀'.repeat(300))).length, 100);
});

test('a name behind an @ is a mention, the longest one that is known', () => {
  const people = [ANA, ANA_MARIA];
  assert.equal(shown('@ana maría, @Ana. mail@ana @Anabel', people), '<p><at b>@ana maría</at>, <at a>@Ana</at>. mail@ana @Anabel</p>');
  assert.equal(shown('**@Ana** `@Ana`', people), '<p><strong><at a>@Ana</at></strong> <code>@Ana</code></p>');
  assert.deepEqual(['hi @ana!', 'ana@ana', 'hi'].map((text) => mentions(text, ANA)), [true, false, false]);
  assert.deepEqual(mentionable({ members: [ANA, ANA_MARIA] }, ANA).map((p) => p.name), ['Ana María', 'Ana']);
});

test('a short name of an emoji shows it', () => {
  assert.equal(shown('a :smile: :+1:.:x:y:tada:'), '<p>a 😄 👍.❌y🎉</p>');
  assert.equal(emojiLike('heart', 3)[0], 'heart');
  for (const [code, emoji] of EMOJI) {
    assert.match(code, /^[a-z0-9_+-]{1,30}$/);
    assert.match(emoji, /^\p{Emoji}/u, code);
  }
});

test('no sign of a text is lost, but for the marks', () => {
  const text = fc.array(fc.constantFrom('*', '**', '_', '`', '```', '\n', '> ', '- ', '1. ', ' ', 'a', 'é', ':smile:', '@Ana', '[a](https://b.example/)', '[', ']', '(', '\\', 'https://c.example/'), { maxLength: 40 }).map((p) => p.join(''));
  const letters = (/** @type {string} */ s) => s.replace(/[^aé]/g, '');
  fc.assert(fc.property(text, (t) => {
    const without = t.replaceAll(':smile:', '').replaceAll('@Ana', '').replaceAll('[a](https://b.example/)', '').replaceAll('https://c.example/', '').replace(/```.*/g, '```');
    const tree = parse(without);
    assert.equal(letters(brief(tree).replace(/<[^>]*>/g, '')), letters(without));
    parse(t, nameFinder([ANA]));
  }), { numRuns: 500 });
});

test('64 KB of any mark take as long as 64 KB of anything else', (t) => {
  const size = 64 * 1024;
  const hostile = ['*', '[', '_', '`', '>', '@', ':', '\\', ')', '*a ', 'a* ', '**a *b ', '*a_ ', '`a``b', '[a](', '[a](http://', '> ', '- ', '1. a\n', '```\n', '*a*\n', ':a', '@A', 'http://a', 'www.a)', '***a ', '> *a\n', '> @', '\n', ' ', ' `'];
  const people = Array.from({ length: 100 }, (_, i) => ({ id: `id${i}`, name: 'A'.repeat(i % 64 + 1) }));
  let slowest = ['', 0];
  for (const part of [...hostile, ...hostile.map((p) => `https://a.example/${p}`)]) {
    for (const text of [part.repeat(Math.ceil(size / part.length)), `http://a${part.trim().repeat(size)}`.slice(0, size)]) {
      const from = performance.now();
      parse(text, nameFinder(people));
      excerptOf(text);
      const took = performance.now() - from;
      if (took > Number(slowest[1])) slowest = [part, took];
    }
  }
  t.diagnostic(`the slowest was ${JSON.stringify(slowest[0])}: ${Math.round(Number(slowest[1]))} ms`);
  assert.ok(Number(slowest[1]) < 2000, String(slowest));
});

test('a message of nothing but marks becomes few elements, and keeps its text', () => {
  /** @param {any} node @returns {number} */
  const count = (node) => (Array.isArray(node) ? node.reduce((sum, n) => sum + count(n), 0) : 1 + count(node.children ?? node.items ?? []));
  for (const part of ['*a* ', '- a\n', '> a\n\n', 'a\n\n', '`a` ', ':x: ', '- *a* *b*\n', '*a*\n', '```\na\n```\n']) {
    const tree = parse(part.repeat(1000));
    assert.ok(count(tree) < 1500, `${JSON.stringify(part)}: ${count(tree)}`);
    assert.ok(/a|x|❌/.test(brief(tree.at(-1))), part);
  }
});

test('marks in marks in marks end somewhere, so that no text overflows the stack', () => {
  /** @param {any} node @returns {number} */
  const depth = (node) => (Array.isArray(node) ? Math.max(0, ...node.map(depth)) : node.children ? 1 + depth(node.children) : 0);
  const deep = parse('*a **b '.repeat(5000) + 'c** d* '.repeat(5000));
  assert.ok(depth(deep) <= 10);
  assert.ok(depth(parse('>'.repeat(60_000))) <= 5);
});

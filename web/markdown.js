// Markdown light: the text of a message -> a tree of blocks. Bold, italic, code, code blocks, links, lists, quotes; no headings,
// tables, pictures or markup of any other kind. Pure, and linear in the length of the text.

import { parseInline } from './inline.js';

/** @typedef {import('./inline.js').Inline} Inline */
/** @typedef {{ type: 'paragraph', children: Inline[] } | { type: 'code', text: string, language: string }
 *   | { type: 'list', start: number, items: Inline[][] } | { type: 'quote', children: Block[] }
 *   | { type: 'reply', name: string, offset: number, text: string }} Block start: number of the first item, or 0 for a list without numbers */

const QUOTES_DEEP = 3;
const MARKED_LINES = 200; // text behind them stays plain, so that no message fills the page with elements
const MARKED_PIECES = 400;
const REFERENCE = /^@([^\n]{1,64}?) #([1-9]\d{0,14}): ?(.*)$/s;
const FENCE = /^ {0,3}```[ \t]*([\w+#.-]{0,20})[ \t]*$/;
const QUOTE = /^ {0,3}> ?/;
const BULLET = /^ {0,3}[-*+•][ \t]+(?=\S)/;
const NUMBER = /^ {0,3}(\d{1,9})[.)][ \t]+(?=\S)/;

/** @param {string} text @param {import('./inline.js').FindName} [findName] @returns {Block[]} */
export function parse(text, findName = () => null) {
  const lines = text.split('\n');
  let pieces = 0;
  const inline = (/** @type {string} */ line) => {
    /** @type {Inline[]} */ const plainLine = [{ type: 'text', text: line }];
    if (pieces > MARKED_PIECES) return plainLine;
    const found = parseInline(line, findName);
    pieces += found.length;
    return pieces > MARKED_PIECES ? plainLine : found;
  };
  const found = blocks(lines.slice(0, MARKED_LINES), inline, 0);
  const rest = lines.slice(MARKED_LINES).join('\n');
  return rest.trim() ? [...found, { type: 'paragraph', children: [{ type: 'text', text: rest }] }] : found;
}

/** @param {string[]} lines @param {(line: string) => Inline[]} inline @param {number} deep @returns {Block[]} */
function blocks(lines, inline, deep) {
  /** @type {Block[]} */ const found = [];
  /** @type {Inline[] | null} */ let paragraph = null;
  for (let i = 0; i < lines.length; ) {
    const line = lines[i];
    const take = (/** @type {(line: string) => boolean} */ fits) => {
      const from = i;
      while (i < lines.length && fits(lines[i])) i++;
      return lines.slice(from, i);
    };
    const fence = FENCE.exec(line);
    if (fence) {
      i++;
      const code = take((l) => !/^ {0,3}```[ \t]*$/.test(l));
      i++;
      found.push({ type: 'code', text: code.join('\n'), language: fence[1] });
      paragraph = null;
    } else if (QUOTE.test(line) && deep < QUOTES_DEEP) {
      found.push(quote(take((l) => QUOTE.test(l)).map((l) => l.replace(QUOTE, '')), inline, deep));
      paragraph = null;
    } else if (BULLET.test(line) || (NUMBER.test(line) && NUMBER.test(lines[i + 1] ?? ''))) { // a lone "7. …" is a sentence
      const mark = BULLET.test(line) ? BULLET : NUMBER;
      const items = take((l) => mark.test(l)).map((l) => inline(l.replace(mark, '')));
      found.push({ type: 'list', start: mark === NUMBER ? Number(/** @type {RegExpExecArray} */ (NUMBER.exec(line))[1]) : 0, items });
      paragraph = null;
    } else if (!line.trim()) {
      i++;
      paragraph = null;
    } else {
      i++;
      if (paragraph) paragraph.push({ type: 'text', text: '\n' }, ...inline(line));
      else found.push({ type: 'paragraph', children: paragraph = inline(line) });
    }
  }
  return found;
}

/** A quote that begins with a name and an offset is the beginning of a reply (reply.js).
 * @param {string[]} lines @param {(line: string) => Inline[]} inline @param {number} deep @returns {Block} */
function quote(lines, inline, deep) {
  const to = deep === 0 ? REFERENCE.exec(lines[0]) : null;
  if (to) return { type: 'reply', name: to[1], offset: Number(to[2]), text: [to[3], ...lines.slice(1)].join('\n') };
  return { type: 'quote', children: blocks(lines, inline, deep + 1) };
}

/** The words of a text without its marks and quotes, on one line. @param {string} text */
export function plain(text) {
  const lines = parse(text).flatMap((block) => {
    if (block.type === 'paragraph') return [wordsOf(block.children)];
    if (block.type === 'list') return block.items.map(wordsOf);
    return block.type === 'code' ? [block.text] : [];
  });
  return lines.join(' ').replace(/\s+/gu, ' ').trim();
}

/** @param {Inline[]} list @returns {string} */
const wordsOf = (list) => list.map((part) => ('children' in part ? wordsOf(part.children) : part.text)).join('');

// The inline part of Markdown light: one line of text -> bold, italic, code, links, mentions, emoji. Pure, and linear in the
// length of the line: no input makes it look at a character more than a fixed number of times.

import { emojiOf } from './emoji.js';
import { linkify, safeLink } from './text.js';

/** @typedef {{ type: 'text', text: string } | { type: 'code', text: string } | { type: 'emoji', text: string, code: string }
 *   | { type: 'strong' | 'em', children: Inline[] } | { type: 'link', href: string, text: string, host: string }
 *   | { type: 'mention', text: string, id: string }} Inline host of a link: where it leads, if its text does not say so */
/** @typedef {'strong' | 'em'} Kind */
/** @typedef {{ kind: Kind, text: string, char: string, opens: boolean, closes: boolean, end: number }} Mark end: index of the mark that
 *   closes this one, or -1 */
/** @typedef {(text: string, at: number) => { length: number, id: string } | null} FindName the known name that begins at `at` */

const DEPTH = 8;
const RUNS = /\\`|`+/g;
const NAMED_LINK = /\[([^[\]]{1,200})\]\((https?:\/\/[^\s()<>"'`]{1,2000})\)/gi;
const SPECIAL = /\\([\\`*_[\]()>:@-])|(\*+|_+)|:([a-z0-9_+-]{1,30}):|@/g;
const WORD = /[\p{L}\p{N}_]/u;

/** @param {string} line @param {FindName} findName @returns {Inline[]} */
export function parseInline(line, findName) {
  /** @type {(Inline | Mark)[]} */ const tokens = [];
  for (const piece of splitCode(line)) {
    if (piece.type === 'code') tokens.push(piece);
    else for (const part of splitLinks(piece.text)) part.type === 'link' ? tokens.push(part) : scan(part.text, findName, tokens);
  }
  pair(tokens);
  return nest(tokens);
}

/** Code goes first: nothing in it is interpreted. A run of backticks ends at the next run of the same length.
 * @param {string} line @returns {{ type: 'text' | 'code', text: string }[]} */
function splitCode(line) {
  const runs = [...line.matchAll(RUNS)].filter(([run]) => run[0] === '`');
  /** @type {Map<number, number>} by length, the first run of it behind this one */ const later = new Map();
  const end = runs.map(() => -1);
  for (let i = runs.length - 1; i >= 0; i--) {
    end[i] = later.get(runs[i][0].length) ?? -1;
    later.set(runs[i][0].length, i);
  }
  /** @type {{ type: 'text' | 'code', text: string }[]} */ const pieces = [];
  let done = 0;
  for (let i = 0; i < runs.length; i++) {
    if (end[i] < 0) continue;
    const from = runs[i].index + runs[i][0].length;
    const { index } = runs[end[i]];
    pieces.push({ type: 'text', text: line.slice(done, runs[i].index) }, { type: 'code', text: unpadded(line.slice(from, index)) });
    done = index + runs[i][0].length;
    i = end[i];
  }
  pieces.push({ type: 'text', text: line.slice(done) });
  return pieces.filter(({ text }) => text);
}

/** Without the blank on each side that keeps a backtick from the marks. @param {string} code */
const unpadded = (code) => (code.trim() && code.startsWith(' ') && code.endsWith(' ') ? code.slice(1, -1) : code);

/** `[text](address)`, then bare addresses. @param {string} text @returns {({ type: 'text', text: string } | Extract<Inline, { type: 'link' }>)[]} */
function splitLinks(text) {
  /** @type {({ type: 'text', text: string } | Extract<Inline, { type: 'link' }>)[]} */ const parts = [];
  const bare = (/** @type {string} */ some) => {
    for (const { text: shown, href } of linkify(some)) parts.push(href ? { type: 'link', href, text: shown, host: '' } : { type: 'text', text: shown });
  };
  let done = 0;
  for (const match of text.matchAll(NAMED_LINK)) {
    const href = safeLink(match[2]);
    if (!href) continue;
    bare(text.slice(done, match.index));
    parts.push({ type: 'link', href, text: match[1], host: new URL(href).host });
    done = match.index + match[0].length;
  }
  bare(text.slice(done));
  return parts;
}

/** Marks, mentions and emoji of a text without code and links. At its ends stands a sign, code, a link, or the end of the line.
 * @param {string} text @param {FindName} findName @param {(Inline | Mark)[]} tokens gets them */
function scan(text, findName, tokens) {
  let done = 0;
  const say = (/** @type {number} */ to) => to > done && tokens.push({ type: 'text', text: text.slice(done, to) });
  SPECIAL.lastIndex = 0;
  for (let match; (match = SPECIAL.exec(text)); ) {
    const [all, escaped, run, code] = match;
    const { index } = match;
    if (escaped) {
      say(index);
      done = index + 1;
    } else if (run) {
      const opens = isSign(text, index + all.length, 1) && !isWord(text, index - 1);
      const closes = isSign(text, index - 1, -1) && !isWord(text, index + all.length);
      if (run.length > 3 || (!opens && !closes)) continue;
      say(index);
      done = index + all.length;
      /** @type {Kind[]} */ const kinds = run.length === 1 ? ['em'] : run.length === 2 ? ['strong'] : closes && !opens ? ['em', 'strong'] : ['strong', 'em'];
      for (const kind of kinds) tokens.push({ kind, text: run[0].repeat(kind === 'em' ? 1 : 2), char: run[0], opens, closes, end: -1 });
    } else if (code) {
      const emoji = emojiOf(code);
      if (!emoji) {
        SPECIAL.lastIndex = index + all.length - 1;        // its second colon may begin another one
        continue;
      }
      say(index);
      done = index + all.length;
      tokens.push({ type: 'emoji', text: emoji, code });
    } else {
      const found = isWord(text, index - 1) ? null : findName(text, index + 1);
      if (!found) continue;
      say(index);
      SPECIAL.lastIndex = done = index + 1 + found.length;
      tokens.push({ type: 'mention', text: text.slice(index, done), id: found.id });
    }
  }
  say(text.length);
}

/** @param {string} text @param {number} at */
const isWord = (text, at) => at >= 0 && at < text.length && WORD.test(text[at]);

/** Whether a mark may touch the character at `at`: it is no blank. @param {string} text @param {number} at @param {1 | -1} way */
const isSign = (text, at, way) => (way > 0 ? at >= text.length : at < 0) || !/\s/.test(text[at]);

/** Each mark that closes finds the last open one of its kind; marks between the two stay text. @param {(Inline | Mark)[]} tokens */
function pair(tokens) {
  /** @type {number[]} */ const open = [];
  /** @type {Map<string, number[]>} by kind, places in `open` */ const places = new Map();
  tokens.forEach((token, i) => {
    if (!('kind' in token)) return;
    const kind = token.char + token.kind;
    const own = places.get(kind) ?? [];
    places.set(kind, own);
    while (own.length && (own[own.length - 1] >= open.length || !isOf(tokens[open[own[own.length - 1]]], kind))) own.pop();
    const at = token.closes ? own.pop() : undefined;
    if (at !== undefined) {
      /** @type {Mark} */ (tokens[open[at]]).end = i;
      open.length = at;
    } else if (token.opens) {
      own.push(open.length);
      open.push(i);
    }
  });
}

/** @param {Inline | Mark} token @param {string} kind */
const isOf = (token, kind) => 'kind' in token && token.char + token.kind === kind;

/** @param {(Inline | Mark)[]} tokens @returns {Inline[]} */
function nest(tokens) {
  /** @type {Inline[]} */ const root = [];
  const lists = [root];
  const ends = new Set();
  tokens.forEach((token, i) => {
    const list = lists[lists.length - 1];
    if (ends.has(i)) lists.pop();
    else if (!('kind' in token)) token.type === 'text' ? say(list, token.text) : list.push(token);
    else if (token.end > 0 && lists.length <= DEPTH) {
      ends.add(token.end);
      /** @type {Inline[]} */ const children = [];
      list.push({ type: token.kind, children });
      lists.push(children);
    } else say(list, token.text);
  });
  return root;
}

/** @param {Inline[]} list @param {string} text */
function say(list, text) {
  const last = list[list.length - 1];
  if (last?.type === 'text') last.text += text;
  else list.push({ type: 'text', text });
}

// Completions of the text before the caret: the name of a person behind an @, or an emoji behind a colon.

import { emojiLike, emojiOf } from './emoji.js';
import { mentionOf } from './mentions.js';

/** @typedef {{ kind: 'mention' | 'emoji', part: string, from: number }} Wish from: where the sign is in the text */
/** @typedef {{ insert: string, label: string, sign: string, person: import('./types.js').Person | null }} Choice */

const LOOK_BACK = 66; // the longest name, its sign, and the character before
const MOST = 8;
const MENTION = /(?:^|[^\p{L}\p{N}_])@([^@\n]{0,64})$/u;
const SHORT_NAME = /(?:^|[^\w:]):([a-z0-9_+-]{2,30})$/;

/** @param {string} text @param {number} caret @returns {Wish | null} */
export function wishAt(text, caret) {
  const before = text.slice(Math.max(0, caret - LOOK_BACK), caret);
  const emoji = SHORT_NAME.exec(before)?.[1];
  if (emoji !== undefined) return { kind: 'emoji', part: emoji, from: caret - emoji.length - 1 };
  const name = MENTION.exec(before)?.[1];
  return name === undefined ? null : { kind: 'mention', part: name, from: caret - name.length - 1 };
}

/** @param {Wish} wish @param {readonly import('./types.js').Person[]} people @returns {Choice[]} none if the text is complete */
export function choicesFor({ kind, part }, people) {
  if (kind === 'emoji') return emojiLike(part, MOST).map((code) => ({ insert: `${emojiOf(code)} `, label: `:${code}:`, sign: emojiOf(code), person: null }));
  const wanted = part.toLowerCase();
  const rank = (/** @type {string} */ name) => (name.startsWith(wanted) ? 2 : name.includes(` ${wanted}`) ? 1 : 0);
  const ranked = people.map((person) => ({ person, rank: rank(person.name.toLowerCase()) })).filter((p) => p.rank > 0);
  if (ranked.some(({ person }) => person.name.toLowerCase() === wanted)) return [];
  return ranked.sort((a, b) => b.rank - a.rank || a.person.name.localeCompare(b.person.name)).slice(0, MOST)
    .map(({ person }) => ({ insert: mentionOf(person), label: person.name, sign: '', person }));
}

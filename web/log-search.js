// A search in a room's log: reads page after page, from the newest message back, and keeps the matches. Its pages are its own: the
// conversation in view stays as it is.

import { plain } from './markdown.js';

const PAGE = 200;
const MOST = 50; // results, before the user asks for more
const PAUSE = 1_000;
const EXCERPT_BEFORE = 40;
const EXCERPT = 160;

/** @typedef {import('./types.js').Message} Message */
/** @typedef {{ searched: number, total: number, found: number, isDone: boolean, oldest: number }} Progress oldest: time of the oldest message searched, 0 before the first */

/** Without case and accents; of the same length as the text, so that a place in one is a place in the other. @param {string} text */
export function fold(text) {
  let folded = '';
  for (const unit of text) {
    const plain = unit.normalize('NFD')[0].toLowerCase();
    folded += plain.length === unit.length ? plain : unit;
  }
  return folded;
}

/** @param {string} query @returns {string[]} the words that all must be there */
export const wordsOf = (query) => fold(query.normalize('NFC')).split(/\s+/u).filter(Boolean);

/** The words of a message as they are shown. @param {Message} message */
export const textOf = ({ text, data }) => (text === undefined ? JSON.stringify(data) ?? '' : plain(text) || text);

/** @param {Message} message @param {readonly string[]} words */
export function fits(message, words) {
  const folded = fold(`${message.from.name} ${textOf(message)}`);
  return words.every((word) => folded.includes(word));
}

/** The part of a text around the first word, in pieces: those that were looked for are marked.
 * @param {string} text @param {readonly string[]} words @returns {{ text: string, marked: boolean }[]} */
export function excerpt(text, words) {
  const folded = fold(text);
  const places = words.flatMap((word) => {
    const at = folded.indexOf(word);
    return at < 0 ? [] : [{ at, end: at + word.length }];
  }).sort((a, b) => a.at - b.at);
  const from = Math.max(0, (places[0]?.at ?? 0) - EXCERPT_BEFORE);
  const to = Math.min(text.length, from + EXCERPT);
  const pieces = [];
  let done = from;
  for (const { at, end } of places) {
    if (at < done || end > to) continue;
    pieces.push({ text: text.slice(done, at), marked: false }, { text: text.slice(at, end), marked: true });
    done = end;
  }
  pieces.push({ text: text.slice(done, to), marked: false });
  if (from > 0) pieces[0].text = `…${pieces[0].text}`;
  if (to < text.length) pieces[pieces.length - 1].text += '…';
  return pieces.filter((p) => p.text);
}

/** @param {{
 *   history: (before: number, limit: number) => Promise<{ messages: Message[], more: boolean }>,
 *   newest: number,
 *   words: readonly string[],
 *   tell: (found: Message[], progress: Progress) => void,
 *   sleep?: (ms: number) => Promise<void>,
 * }} options newest: the offset of the room's newest message; tell: after each page, with its results, newest first */
export function createLogSearch({ history, newest, words, tell, sleep = (ms) => new Promise((done) => setTimeout(done, ms)) }) {
  let before = newest + 1;
  let found = 0;
  let isStopped = false;
  let isDone = newest === 0;
  let oldest = 0;

  const step = async () => {
    try {
      const { messages, more } = await history(before, PAGE);
      if (isStopped) return;
      const hits = messages.filter((message) => fits(message, words)).reverse();
      found += hits.length;
      before = messages[0]?.offset ?? 1;
      oldest = messages[0]?.time ?? oldest;
      isDone = !more || !messages.length || before <= 1;
      tell(hits, { searched: newest + 1 - before, total: newest, found, isDone, oldest });
    } catch (why) {
      const { code, retry_after_ms: pause = PAUSE } = /** @type {import('./types.js').Refusal} */ (why);
      if (code === 'forbidden' || code === 'not_found') {
        isDone = true;
        tell([], { searched: newest + 1 - before, total: newest, found, isDone, oldest });
      } else await sleep(pause); // too many requests, or no connection: it goes on later
    }
  };

  return {
    /** Reads on until there are as many results more, or the log ends. @param {number} [most] */
    async run(most = MOST) {
      const until = found + most;
      while (!isStopped && !isDone && found < until) await step();
      return isDone;
    },
    stop() {
      isStopped = true;
    },
  };
}

// A reply is a text that begins with a quote of one line: `> @Ana #1567: the beginning of her message`. Every client can show
// it; this page makes a link of it, which leads to that offset.

import { plain } from './markdown.js';

const EXCERPT = 100;

/** The beginning of a message, in plain words. @param {string} text */
export function excerptOf(text) {
  const letters = Array.from(plain(text).slice(0, 2 * EXCERPT));
  return letters.length > EXCERPT ? `${letters.slice(0, EXCERPT - 1).join('').trimEnd()}…` : letters.join('');
}

/** The quote with which a reply begins. @param {{ from: { name: string }, offset: number, text: string }} message */
export const quoteOf = ({ from, offset, text }) => `> @${from.name} #${offset}: ${excerptOf(text)}\n`;

/** A draft that answers: its quote takes the place of an earlier one. @param {string} draft @param {string} quote */
export const withQuote = (draft, quote) => quote + draft.replace(/^> @[^\n]{1,64}? #\d{1,15}:[^\n]*\n?/, '');

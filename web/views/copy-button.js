// A button that copies a text, and says for a moment that it has.

import { copy } from '../copy.js';
import { h, icon } from './dom.js';

const SAID_FOR = 1_500;

/** @param {import('./page.js').App} app @param {() => string} text @param {{ label: string, words?: string, [attribute: string]: any }} look words: seen beside the icon */
export function copyButton({ t }, text, { label, words = '', ...attributes }) {
  const image = h('span', {}, icon('copy'));
  const said = h('span', { class: 'unseen', role: 'status' });
  const button = h('button', { type: 'button', class: 'quiet small copy', ...(words ? {} : { 'aria-label': label, title: label }), ...attributes, onclick: async () => {
    const isDone = await copy(text());
    image.replaceChildren(icon(isDone ? 'tick' : 'alert'));
    said.textContent = t(isDone ? 'copied' : 'notCopied');
    setTimeout(() => {
      image.replaceChildren(icon('copy'));
      said.textContent = '';
    }, SAID_FOR);
  } }, image, words);
  return h('span', { class: 'copier' }, button, said);
}

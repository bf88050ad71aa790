// Draws the tree of a message (markdown.js) as elements. Every text is a text node.

import { h, icon } from './dom.js';
import { copyButton } from './copy-button.js';

/** @typedef {import('./page.js').App} App */
/** @typedef {import('../markdown.js').Block} Block */
/** @typedef {import('../inline.js').Inline} Inline */

/** @param {App} app @param {Block[]} tree @returns {Node[]} */
export const blocks = (app, tree) => tree.map((block) => blockElement(app, block));

/** @param {App} app @param {Block} block @returns {HTMLElement} */
function blockElement(app, block) {
  const { t, act } = app;
  switch (block.type) {
    case 'paragraph': return h('p', {}, ...inlines(app, block.children));
    case 'code': return h('div', { class: 'code', 'data-language': block.language || null }, h('pre', {}, h('code', {}, block.text)),
      copyButton(app, () => block.text, { label: t('copyCode'), 'data-testid': 'copy-code' }));
    case 'list': return list(app, block);
    case 'quote': return h('blockquote', {}, ...blocks(app, block.children));
    case 'reply': return h('button', { type: 'button', class: 'reply', 'data-testid': 'quote', 'data-to': block.offset, title: t('goToMessage', { offset: block.offset }),
      onclick: () => act.jump(app.state().active, block.offset) },
    icon('reply'), h('span', {}, h('bdi', { class: 'quoted' }, block.name), ' ', h('bdi', {}, block.text)));
  }
}

/** The numbers get the space of their digits. @param {App} app @param {Extract<Block, { type: 'list' }>} block */
function list(app, { start, items }) {
  const el = h(start ? 'ol' : 'ul', { start: start > 1 && start }, ...items.map((item) => h('li', {}, ...inlines(app, item))));
  el.style.setProperty('--digits', String(String(start + items.length).length));
  return el;
}

/** @param {App} app @param {Inline[]} list @returns {(Node | string)[]} */
function inlines(app, list) {
  return list.map((part) => {
    switch (part.type) {
      case 'text': return part.text;
      case 'emoji': return h('span', { title: `:${part.code}:` }, part.text);
      case 'code': return h('code', {}, part.text);
      case 'link': return h('a', { href: part.href, target: '_blank', rel: 'noopener noreferrer' }, part.text, part.host && h('small', {}, ` (${part.host})`));
      case 'mention': return h('span', { class: 'mention', 'data-me': part.id === app.state().me?.id }, h('bdi', {}, part.text));
      default: return h(part.type, {}, ...inlines(app, part.children));
    }
  });
}

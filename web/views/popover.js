// A small card beside an element of the page. It closes by Escape or a click elsewhere; the focus goes back by itself.

import { h } from './dom.js';

const GAP = 4;
const EDGE = 8;

/** @param {HTMLElement} anchor @param {string} label @param {Record<string, any>} attributes @param {...(Node | string | false | null | undefined)} body
 * @returns {HTMLElement} */
export function popover(anchor, label, attributes, ...body) {
  const el = h('div', { popover: 'auto', class: 'popover', role: 'dialog', 'aria-label': label, tabindex: -1, autofocus: true, ...attributes }, ...body);
  el.addEventListener('toggle', (e) => /** @type {ToggleEvent} */ (e).newState === 'closed' && el.remove());
  document.body.append(el);
  el.showPopover();
  const { left, top, bottom } = anchor.getBoundingClientRect();
  const { width, height } = el.getBoundingClientRect();
  const below = bottom + GAP + height <= innerHeight - EDGE;
  el.style.setProperty('left', `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`);
  el.style.setProperty('top', `${Math.max(EDGE, below ? bottom + GAP : top - GAP - height)}px`);
  return el;
}

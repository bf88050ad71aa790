// The bar of a message: its node, offset and full time, and its actions. There is one bar; it is in the row that the mouse
// is over, or else in the row that has the focus (on a phone: the one that was tapped).

import { excerptOf } from '../reply.js';
import { badge } from './badge.js';
import { copyButton } from './copy-button.js';
import { h, icon } from './dom.js';
import { openDetails, openXray } from './lazy.js';

/** @typedef {import('../room-state.js').MessageItem} MessageItem */

/** @param {import('./page.js').App} app @param {HTMLElement} log @param {(row: Element) => MessageItem | null} itemOf */
export function messageBar(app, log, itemOf) {
  const { t } = app;
  const facts = h('span', { class: 'facts', 'data-testid': 'facts' });
  /** @type {MessageItem | null} */ let item = null;
  /** @type {HTMLElement | null} the message that was last in focus */ let current = null;
  const more = tool('more', 'more', 'message-more', () => item && openDetails(app, item, more));
  const bar = h('div', { class: 'bar', role: 'toolbar', 'aria-live': 'off', 'data-testid': 'message-bar' }, facts,
    tool('reply', 'reply', 'message-reply', () => item && app.reply(item)),
    copyButton(app, () => item?.text ?? '', { label: t('copyText'), 'data-testid': 'message-copy' }),
    tool('flask', 'xray', 'message-xray', () => item && openXray(app, item)), more);

  /** @param {'reply' | 'flask' | 'more'} image @param {string} words @param {string} id @param {() => void} onclick */
  function tool(image, words, id, onclick) {
    return h('button', { type: 'button', class: 'quiet small', 'aria-label': t(words), title: t(words), 'data-testid': id, onclick }, icon(image));
  }

  /** @param {Element | null} row */
  function show(row) {
    const next = row && itemOf(row);
    const focus = document.activeElement;
    if (focus && bar.contains(focus) && bar.parentElement !== row) {
      if (focus.matches(':focus-visible')) return;        // the user is in it by keyboard
      /** @type {HTMLElement} */ (focus).blur();
    }
    if (!row || !next) return bar.remove();
    if (next !== item) {
      item = next;
      facts.replaceChildren(badge(app, item.node), ` #${item.offset} · `, new Date(item.time).toLocaleTimeString(t.locale));
      facts.title = new Date(item.time).toLocaleString(t.locale);
      bar.setAttribute('aria-label', t('messageActions', { text: excerptOf(item.text).slice(0, 40) }));
    }
    if (bar.parentElement !== row) row.append(bar);
  }

  const rowOf = (/** @type {EventTarget | null} */ target) => (target instanceof Element ? target.closest('.message') : null);
  const focused = () => (log.contains(document.activeElement) ? rowOf(document.activeElement) : null);

  log.addEventListener('pointerover', (e) => e.pointerType === 'mouse' && show(rowOf(e.target) ?? focused()));
  log.addEventListener('pointerleave', (e) => e.pointerType === 'mouse' && show(focused()));
  log.addEventListener('focusin', (e) => {
    const row = /** @type {HTMLElement | null} */ (rowOf(e.target));
    if (row && row !== current) {
      if (current) current.tabIndex = -1;
      current = row;
      row.tabIndex = 0;        // so that Shift+Tab leads back to it from the bar
    }
    show(row);
  });
  log.addEventListener('focusout', (e) => log.contains(/** @type {Node | null} */ (e.relatedTarget)) || bar.matches(':hover') || show(null));
}

/** The keys of the conversation while a message, or the log itself, has the focus: up and down go from message to message, Enter opens the
 * details, R replies, Escape goes back to the message box.
 * @param {import('./page.js').App} app @param {HTMLElement} log @param {(row: Element) => MessageItem | null} itemOf */
export function messageKeys(app, log, itemOf) {
  /** @param {1 | -1} way @param {Element | null} from */
  function step(way, from) {
    const rows = /** @type {HTMLElement[]} */ ([...log.querySelectorAll('.message')]);
    const edge = log.getBoundingClientRect();
    const next = from ? rows[rows.indexOf(/** @type {HTMLElement} */ (from)) + way] : rows.findLast((row) => row.getBoundingClientRect().bottom <= edge.bottom + 1);
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: 'nearest' });
  }

  log.addEventListener('keydown', (e) => {
    const target = /** @type {HTMLElement} */ (e.target);
    const row = target.closest('.message');
    if (e.key === 'Escape') return document.getElementById('composer')?.focus();
    if (e.altKey || e.ctrlKey || e.metaKey || (target !== log && target !== row)) return;
    const item = row && itemOf(row);
    if (e.key === 'ArrowUp' || e.key === 'ArrowDown') step(e.key === 'ArrowUp' ? -1 : 1, row);
    else if (item && e.key === 'Enter') openDetails(app, item, /** @type {HTMLElement} */ (row));
    else if (item && e.key.toLowerCase() === 'r') app.reply(item);
    else return;
    e.preventDefault();
  });
}

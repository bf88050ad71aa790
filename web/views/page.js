// The page: puts the views together, lays them out, opens and closes the drawers of a small screen.
// The data-testid attributes are listed in tests/README.md.

import { bannerView } from './banner.js';
import { clusterView } from './cluster.js';
import { composerView } from './composer.js';
import { conversationView } from './conversation.js';
import { h, icon } from './dom.js';
import { headerView } from './header.js';
import { labSlot } from './lab-slot.js';
import { openRooms, openSearch, openShortcuts } from './lazy.js';
import { openNoticeView } from './open-notice.js';
import { peopleView } from './people.js';
import { roomsView } from './rooms.js';

/** The functions and elements that a view may use.
 * @typedef {object} App
 * @property {() => import('../store.js').State} state
 * @property {import('../i18n/index.js').Translator} t
 * @property {import('../client.js').ChatClient} chat
 * @property {import('../actions.js').Actions} act
 * @property {(id: string) => string} nodeName
 * @property {(id: string) => number} nodeColour
 * @property {(room: import('../room-state.js').Room | undefined) => string} roomName
 * @property {(event: any) => void} dispatch
 * @property {(which: 'rooms' | 'panel' | '', tab?: 'people' | 'cluster') => void} drawer opens one where the screen is small, at a tab of the panel
 * @property {(message: { from: { name: string }, offset: number, text: string }) => void} reply begins an answer in the message box
 * @property {(text: string) => void} write writes into the message box
 */
/** @typedef {{ el: HTMLElement, render: (state: import('../store.js').State) => void }} View */

/** The dialog that a key opens anywhere on the page; a bare sign does not while one writes.
 * @param {KeyboardEvent} e @returns {((app: App) => void) | null} */
function shortcut({ key, ctrlKey, metaKey, shiftKey, altKey, target }) {
  const isCommand = (ctrlKey || metaKey) && !altKey;
  if (isCommand && !shiftKey && key.toLowerCase() === 'k') return openRooms;
  if (isCommand && shiftKey && key.toLowerCase() === 'f') return openSearch;
  const isText = /** @type {HTMLElement} */ (target).matches('input, textarea, select');
  return key === '?' && !isCommand && !altKey && !isText ? openShortcuts : null;
}

/** @param {App} app @param {HTMLElement} root @returns {(state: import('../store.js').State) => void} shows a state */
export function mount(app, root) {
  const { t } = app;
  const rooms = roomsView(app);
  const header = headerView(app);
  const banner = bannerView(app);
  const openNotice = openNoticeView(app);
  const conversation = conversationView(app);
  const composer = composerView(app);
  const people = peopleView(app);
  const cluster = clusterView(app);
  const wide = matchMedia('(min-width: 1080px)');
  const narrow = matchMedia('(max-width: 719px)');

  const tabs = [tab('people', people.el), tab('cluster', cluster.el)];
  const panel = h('div', { class: 'panel', role: 'complementary', 'aria-label': `${t('people')} · ${t('cluster')}` },
    h('div', { class: 'panel-head' }, h('div', { class: 'tabs', role: 'tablist', onkeydown: arrows }, ...tabs), closer()), people.el, cluster.el);
  rooms.el.firstElementChild?.append(closer());
  const main = h('main', { class: 'main' }, header.el, h('div', { class: 'banners' }, banner.el, openNotice.el), conversation.el, composer.el);
  const views = [rooms, header, banner, openNotice, conversation, composer, people, cluster, labSlot(app, root, main)];
  const drawers = /** @type {[HTMLElement, string][]} */ ([[rooms.el, 'navigation'], [panel, 'complementary']]);
  root.replaceChildren(rooms.el, main, h('div', { class: 'scrim', 'data-testid': 'scrim', onclick: () => drawer('') }), panel);
  choose(tabs[wide.matches ? 1 : 0]);
  const skip = /** @type {HTMLElement} */ (document.querySelector('.skip'));
  skip.textContent = t('skip');

  /** For users without an Escape key who do not see the scrim. */
  function closer() {
    return h('button', { type: 'button', class: 'quiet small close-drawer', 'data-testid': 'close-drawer', 'aria-label': t('close'), onclick: () => drawer('') }, icon('close'));
  }

  /** @param {'people' | 'cluster'} name @param {HTMLElement} body */
  function tab(name, body) {
    Object.assign(body, { id: name, role: 'tabpanel' });
    body.setAttribute('aria-labelledby', `tab-${name}`);
    return h('button', { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': name, 'data-testid': `tab-${name}`,
      onclick: (/** @type {MouseEvent} */ e) => choose(/** @type {HTMLElement} */ (e.currentTarget)) }, t(name));
  }

  /** @param {HTMLElement} chosen */
  function choose(chosen) {
    for (const one of tabs) {
      one.setAttribute('aria-selected', String(one === chosen));
      one.tabIndex = one === chosen ? 0 : -1;
      /** @type {HTMLElement} */ (document.getElementById(one.getAttribute('aria-controls') ?? '')).hidden = one !== chosen;
    }
  }

  /** @param {KeyboardEvent} e */
  function arrows(e) {
    if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
    const next = tabs[tabs.indexOf(/** @type {any} */ (document.activeElement)) === 0 ? 1 : 0];
    choose(next);
    next.focus();
  }

  /** A drawer is a dialog: it takes the focus and gives it back, and nothing behind it can be reached. @type {App['drawer']} */
  function drawer(which, at) {
    if (at) choose(tabs[at === 'people' ? 0 : 1]);
    const before = root.dataset.drawer;
    if (which === (before ?? '') || (which === 'panel' && wide.matches && !app.state().lab)) return;
    root.dataset.drawer = which;
    const open = which === '' ? null : which === 'rooms' ? rooms.el : panel;
    for (const part of [skip, rooms.el, main, panel]) {
      part.inert = open !== null && part !== open;
    }
    for (const [el, role] of drawers) {
      el.setAttribute('role', el === open ? 'dialog' : role);
      if (el === open) el.setAttribute('aria-modal', 'true');
      else el.removeAttribute('aria-modal');
    }
    const focus = open ? open.querySelector('[aria-selected=true], [aria-current]') ?? open.querySelector('button')
      : main.querySelector(`[data-testid=open-${before}]`);
    /** @type {HTMLElement | null} */ (focus)?.focus();
  }

  app.drawer = drawer;
  app.reply = composer.reply;
  app.write = composer.write;
  wide.onchange = narrow.onchange = () => drawer('');
  root.onkeydown = (e) => {
    if (e.key === 'Escape' && root.dataset.drawer) drawer('');
    if ((e.key === 'PageUp' || e.key === 'PageDown') && composer.el.contains(/** @type {Node} */ (e.target))) {
      e.preventDefault();
      conversation.turn(e.key === 'PageUp' ? -1 : 1);
    }
    if (e.altKey && (e.key === 'ArrowUp' || e.key === 'ArrowDown')) {
      e.preventDefault();
      app.act.neighbour(e.key === 'ArrowUp' ? -1 : 1);
    }
  };
  document.onkeydown = (e) => {
    if (e.defaultPrevented || document.querySelector('dialog[open], [popover]:popover-open')) return;
    const open = shortcut(e);
    if (!open) return;
    e.preventDefault();
    open(app);
  };
  let active = '';
  return (state) => {
    if (active !== state.active) drawer('');
    active = state.active;
    for (const view of views) view.render(state);
  };
}

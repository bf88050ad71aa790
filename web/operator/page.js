// The page /cluster: its header, the faults by their names, and the parts below. Every part renders a View anew once a second.

import { h, renew, sentence, setText } from '../views/dom.js';
import { findings } from './findings.js';
import { nodesView } from './nodes.js';
import { peopleView } from './people.js';
import { storeView } from './store.js';
import { eventsView, laggardsView, limitsView, roomsView } from './tables.js';
import { MINUTE } from './state.js';

/** @typedef {import('../i18n/index.js').Translator} Translator */
/** @typedef {{ t: Translator, root: URL, calls: ReturnType<typeof import('./calls.js').createCalls>, signIn: (token: string) => void }} Context */
/** @typedef {{ el: HTMLElement, render: (view: import('./state.js').View) => void }} Part */
/** What the connection is like: `denied` is the server's sentence why this client is shown nothing. @typedef {{ link: string, denied: string }} Access */

/** @param {Context} context */
export function pageView(context) {
  const { t, root } = context;
  const link = h('span', { class: 'connection', 'data-testid': 'connection', role: 'status' });
  const parts = [nodesView(context), storeView(context), roomsView(context), laggardsView(context), limitsView(context), peopleView(context), eventsView(context)];
  const faults = faultsView(t);
  const waiting = h('p', { class: 'op-wait', role: 'status' }, t('noPicture'));
  const body = h('div', { class: 'op-body', hidden: true }, faults.el, ...parts.map((p) => p.el));
  const door = signInView(context);
  const el = h('div', { class: 'op' },
    h('header', { class: 'op-head' }, h('h1', {}, t('cluster')), link, h('a', { class: 'link', href: root.href }, t('toChat'))),
    h('main', { class: 'op-main' }, door.el, waiting, body));
  return {
    el,
    /** @param {import('./state.js').View} view @param {Access} access */
    render(view, access) {
      const isShown = view.seenAt > 0 && !access.denied;
      link.dataset.state = access.link;
      renew(link, access.link, () => [h('i', { class: 'dot' }), t(`link_${access.link}`)]);
      body.hidden = !isShown;
      waiting.hidden = isShown || !!access.denied;
      door.render(access);
      if (isShown) for (const part of [faults, ...parts]) part.render(view);
    },
  };
}

/** @param {Translator} t @returns {Part} */
function faultsView(t) {
  const list = h('ul', { class: 'op-faults', 'data-testid': 'findings' });
  const young = h('p', { class: 'note', 'data-testid': 'young' });
  const el = h('section', { class: 'op-part op-wide', 'aria-labelledby': 'op-faults' }, h('h2', { id: 'op-faults' }, t('faultsTitle')), list, young);
  return {
    el,
    render(view) {
      const found = findings(view);
      el.dataset.count = String(found.length);
      renew(list, found, () => (found.length ? found.map(({ kind, params }) => h('li', { 'data-kind': kind, 'data-node': params.node }, h('span', {}, ...sentence(t, `finding_${kind}`, params))))
        : [h('li', { 'data-kind': 'none' }, t('noFaults'))]));
      const watched = Math.round((view.now - view.begunAt) / 1000);
      young.hidden = view.now - view.begunAt >= MINUTE;
      if (!young.hidden) young.textContent = t('young', { count: watched });
    },
  };
}

/** @param {Context} context */
function signInView({ t, signIn }) {
  const why = h('p', { class: 'problem', role: 'alert', 'data-testid': 'denied' });
  const input = h('textarea', { id: 'token', class: 'token', 'data-testid': 'token-input', rows: 4, required: true, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' });
  const el = h('form', { class: 'op-part op-door', hidden: true, onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    signIn(input.value);
    input.value = '';
  } }, h('h2', {}, t('signIn')), h('p', { class: 'note' }, t('signInHint')), why, h('label', { for: 'token' }, t('token')), input, h('div', {}, h('button', { class: 'primary', 'data-testid': 'sign-in' }, t('signIn'))));
  return {
    el,
    /** @param {Access} access */
    render({ denied }) {
      el.hidden = !denied;
      setText(why, denied);
    },
  };
}

// The store: whether it answers, how fast, how much is appended, how full it is.

import { h, renew, setText } from '../views/dom.js';
import { appends } from './state.js';

/** @param {import('./page.js').Context} context @returns {import('./page.js').Part} */
export function storeView({ t }) {
  const number = new Intl.NumberFormat(t.locale, { maximumFractionDigits: 1 });
  const precise = new Intl.NumberFormat(t.locale, { maximumSignificantDigits: 2 });
  const word = h('span', { class: 'op-word', 'data-testid': 'store-state' });
  const facts = h('dl', { class: 'op-facts' });
  const item = h('div', { class: 'op-card', 'data-testid': 'store' }, h('div', { class: 'op-row' }, h('span', { class: 'op-name' }, h('i', { class: 'dot' }), t('storeTitle')), word), facts);
  const el = h('section', { class: 'op-part', 'aria-labelledby': 'op-store' }, h('h2', { id: 'op-store' }, t('storeTitle')), item);
  return {
    el,
    render(view) {
      const { store } = view;
      if (!store) return;
      item.dataset.state = store.answers ? 'ready' : 'silent';
      setText(word, t(store.answers ? 'answers' : 'answersNot'));
      const { rate, ms } = appends(view);
      const mb = (/** @type {number} */ bytes) => t('mb', { mb: number.format(bytes / 1e6) });
      const rows = [
        [t('roundTrip'), store.roundTrip === null ? '–' : t('ms', { ms: precise.format(store.roundTrip) })],
        [t('appends'), number.format(rate)],
        [t('appendTime'), ms === null ? '–' : t('ms', { ms: precise.format(ms) })],
        [t('memory'), store.used ? mb(store.used) + (store.most ? ` / ${mb(store.most)}` : '') : '–'],
      ];
      renew(facts, rows, () => rows.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))));
    },
  };
}

// One line for a cluster that takes no tokens and is reached from other machines: anybody can read and write everything.

import { isLocal } from '../route.js';
import { takesNoTokens } from '../store.js';
import { h, icon } from './dom.js';

/** @param {import('../store.js').State} state @param {string} hostname of the page */
export const isExposed = (state, hostname) => takesNoTokens(state) && !state.openSeen && !isLocal(hostname);

/** @param {import('./page.js').App} app @returns {import('./page.js').View} */
export function openNoticeView({ t, act }) {
  const el = h('div', { class: 'banner', 'data-testid': 'open-cluster', 'data-mood': 'warn', role: 'status', hidden: true },
    h('span', {}, t('openCluster')),
    h('button', { type: 'button', class: 'quiet small', 'data-testid': 'dismiss-open', 'aria-label': t('dismiss'), title: t('dismiss'), onclick: act.dismissOpen }, icon('close')));
  return {
    el,
    render(state) {
      el.hidden = !isExposed(state, location.hostname);
    },
  };
}

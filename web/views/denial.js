// The line that replaces the message box where the user may not write: the reason, and a way to try again.

import { h, renew, sentence } from './dom.js';

/** @typedef {{ words: string, params?: Record<string, any>, action: 'rejoin' | 'retry' }} Denial */

/** @param {import('../room-state.js').Room | undefined} room @returns {Denial | null} */
export function denialOf(room) {
  if (!room) return null;
  const { barred, silenced } = room;
  if (barred?.code === 'removed') return { words: barred.reason ? 'barredBecause' : 'barred', params: { reason: barred.reason }, action: 'rejoin' };
  if (barred) return { words: barred.code === 'not_found' ? 'notOpen' : 'notNow', action: 'rejoin' };
  return silenced ? { words: 'mayNotWrite', action: 'retry' } : null;
}

/** @param {import('./page.js').App} app @returns {import('./page.js').View} */
export function denialView(app) {
  const { t, act, dispatch } = app;
  const el = h('div', { class: 'denial', 'data-testid': 'denial', role: 'status', hidden: true });
  const actions = {
    rejoin: () => act.rejoin(app.state().active),
    retry: () => dispatch({ type: 'may-send', room: app.state().active }),
  };
  return {
    el,
    render(state) {
      const denial = denialOf(state.rooms.get(state.active));
      el.hidden = !denial;
      renew(el, denial, () => (denial ? [h('span', {}, ...sentence(t, denial.words, denial.params)),
        h('button', { type: 'button', class: 'link', 'data-testid': 'ask-again', onclick: actions[denial.action] }, t(denial.action))] : []));
    },
  };
}

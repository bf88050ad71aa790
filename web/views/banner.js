// One banner at a time: a present fault goes before a past event. It lies over the conversation and moves nothing.

import { PATIENCE } from '../store.js';
import { h, renew, sentence } from './dom.js';
import { askToken } from './sign-in.js';

/** @typedef {{ kind: string, words: string, params?: Record<string, any>, action?: 'now' | 'reload' | 'signIn' | 'newToken' }} Banner */

/** @param {import('../store.js').State} state @param {(room: string) => string} named @param {(key: string) => string} t
 * @returns {Banner | null} */
export function bannerOf(state, named, t) {
  const { link, notice } = state;
  if (link === 'stopped') return stopped(state);
  if (!state.onLine && (link !== 'online' || state.doubted)) return { kind: 'offline', words: 'offlineBanner' };
  if (link !== 'online' || state.away) {
    if (state.now - state.lostAt < PATIENCE) return null;
    if (!state.wasOnline && link !== 'waiting') return { kind: 'starting', words: 'starting' };
    const count = link === 'waiting' ? Math.ceil((state.retryAt - state.now) / 1000) : 0;
    if (count > 1) return { kind: 'reconnecting', words: 'reconnecting', params: { count }, action: 'now' };
    return { kind: 'reconnecting', words: LEAVING.has(state.code) ? 'moving' : 'opening', action: 'now' };
  }
  if (state.doubted) return { kind: 'doubt', words: 'noAnswer', action: 'now' };
  if (state.expiring) return { kind: 'expiring', words: 'tokenEnds', action: 'newToken' };
  if (!state.available || state.rooms.get(state.active)?.away) return { kind: 'degraded', words: 'degraded' };
  if (!notice) return null;
  const { kind, params } = notice;
  if (kind === 'removed') return { kind, words: params.reason ? 'removedBecause' : 'removedNotice', params: { ...params, room: named(params.room) } };
  if (kind === 'notModerated') return { kind, words: kind, params: { ...params, why: t(params.code) } };
  if (kind === 'recovered' && !params.count) return { kind, words: 'recoveredNone' };
  if (kind === 'refused') return { kind, words: 'refused', params: { why: [t(params.code), params.room].filter(Boolean).join(' · ') } };
  return { kind, words: kind, params: { ...params, room: named(params.room) } };
}

/** @param {import('../store.js').State} state @returns {Banner} */
function stopped({ code, claims, auth }) {
  if (code === 4501) return { kind: 'expired', words: 'tokenEnded', action: 'newToken' };
  if (code !== 4500) return { kind: 'stopped', words: 'stopped', params: { code: String(code) }, action: 'reload' };
  if (claims) return { kind: 'unauthorized', words: 'tokenRefused', action: 'newToken' };
  return auth === 'required' || auth === '' ? { kind: 'unauthorized', words: 'tokenNeeded', action: 'signIn' } : { kind: 'unauthorized', words: 'notAdmitted' };
}

/** Close codes of a node that leaves: nothing was lost. */
const LEAVING = new Set([1001, 1012]);
const GOOD = new Set(['recovered', 'starting', 'kicked', 'muted', 'banned']);
const BAD = new Set(['stopped', 'refused', 'unauthorized', 'expired', 'removed', 'notModerated', 'badToken', 'tokenNotTaken']);

/** @param {import('./page.js').App} app @returns {import('./page.js').View} */
export function bannerView(app) {
  const { t } = app;
  const el = h('div', { class: 'banner', 'data-testid': 'banner', role: 'status', hidden: true });
  const named = (/** @type {string} */ room) => app.roomName(app.state().rooms.get(room)) || room;
  const actions = { now: () => app.chat.connect(), reload: () => location.reload(), signIn: () => askToken(app), newToken: () => askToken(app) };
  return {
    el,
    render(state) {
      const banner = bannerOf(state, named, t);
      el.hidden = !banner;
      if (!banner) return renew(el, '', () => []);
      const { kind, words, params, action } = banner;
      el.dataset.kind = kind;
      el.setAttribute('aria-live', kind === 'reconnecting' ? 'off' : 'polite'); // a countdown is not read out; the header says it once
      el.dataset.mood = GOOD.has(kind) ? 'good' : BAD.has(kind) ? 'bad' : 'warn';
      renew(el, banner, () => [h('span', {}, ...sentence(t, words, params)),
        ...(action ? [h('button', { type: 'button', class: 'link', 'data-testid': action === 'now' || action === 'reload' ? 'reconnect-now' : 'banner-sign-in', onclick: actions[action] }, t(action))] : [])]);
    },
  };
}

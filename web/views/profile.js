// The user: name, id, how the server knows this user; signing in and out.

import { hasFixedName, isSignedIn, takesTokens } from '../store.js';
import { cleanName } from '../text.js';
import { avatar } from './badge.js';
import { dialog } from './dialogs.js';
import { h, icon } from './dom.js';
import { askToken } from './sign-in.js';

const DAY = 86_400_000;

/** @param {import('./page.js').App} app */
export function profile(app) {
  const { t, act } = app;
  const state = app.state();
  const me = { id: state.me?.id ?? '', name: state.name };
  const isFixed = hasFixedName(state);
  const input = h('input', { id: 'name', 'data-testid': 'name-input', value: state.name, maxlength: 48, required: true, autocomplete: 'nickname' });
  /** @param {string} id @param {string} words @param {() => void} run */
  const button = (id, words, run) => h('button', { type: 'button', class: 'plain', 'data-testid': id, onclick: () => {
    el.close();
    run();
  } }, words);
  const el = dialog(app, t('profile'), () => act.rename(cleanName(input.value)), [
    h('div', { class: 'profile' }, avatar(me), h('span', { class: 'who' }, h('bdi', {}, me.name),
      me.id && h('small', {}, h('code', { 'data-testid': 'my-id', title: t('idHint') }, me.id)))),
    h('p', { class: 'note', 'data-testid': 'signed-in' }, isSignedIn(state) && icon('shield'), ' ', standing(state, t)),
    ...(isFixed ? [h('p', { class: 'note', 'data-testid': 'name-fixed' }, t('nameFixed'))] : [h('label', { for: 'name' }, t('name')), input]),
    ...(takesTokens(state) || state.claims ? [h('div', { class: 'choices' },
      takesTokens(state) && button('sign-in', t(state.claims ? 'newToken' : 'signIn'), () => askToken(app)),
      state.claims && button('sign-out', t('signOut'), act.signOut))] : []),
  ], isFixed ? undefined : t('save'));
  if (!isFixed) input.select();
}

/** @param {import('../store.js').State} state @param {import('../i18n/index.js').Translator} t */
function standing(state, t) {
  const { claims, expires, link, code, now } = state;
  if (!claims) return t(takesTokens(state) ? 'guest' : 'guestOnly');
  if (!isSignedIn(state)) return t('tokensOff');
  if (link === 'stopped') return t(code === 4501 ? 'tokenEnded' : 'tokenRefused');
  return expires ? t('signedInUntil', { time: until(expires, now, t.locale) }) : t('signedIn');
}

/** "14:32", with the day if that is not within a day. @param {number} at @param {number} now @param {string} locale */
export function until(at, now, locale) {
  const day = at - now > DAY ? /** @type {const} */ ({ day: 'numeric', month: 'short', year: 'numeric' }) : {};
  return new Date(at).toLocaleString(locale, { ...day, hour: 'numeric', minute: '2-digit' });
}

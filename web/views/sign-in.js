// The way to sign in: a token is pasted. It is in the field for that long only.

import { dialog } from './dialogs.js';
import { h } from './dom.js';

/** @param {import('./page.js').App} app */
export function askToken(app) {
  const { t, act } = app;
  const { claims, auth } = app.state();
  const problem = h('p', { class: 'problem', role: 'alert', 'data-testid': 'token-problem' });
  const input = h('textarea', { id: 'token', class: 'token', 'data-testid': 'token-input', rows: 4, required: true, autocomplete: 'off', autocapitalize: 'none',
    spellcheck: 'false', 'aria-describedby': 'token-hint' });
  const guest = h('button', { type: 'button', class: 'link', 'data-testid': 'go-as-guest', onclick: () => {
    el.close();
    act.signOut();
  } }, t('goAsGuest'));
  const el = dialog(app, t('signIn'), async () => {
    const found = await act.signIn(input.value);
    problem.textContent = found && t(found);
    return !found;
  }, [h('label', { for: 'token' }, t('token')), input, h('p', { class: 'note', id: 'token-hint' }, t('tokenHint')), problem,
    ...(claims && auth !== 'required' ? [h('div', {}, guest)] : [])], t('signIn'));
  input.focus();
}

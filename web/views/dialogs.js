// The frame of every dialog, and the one of the settings.

import { LANGUAGES } from '../i18n/index.js';
import { h, icon } from './dom.js';
import { openShortcuts } from './lazy.js';

/** @typedef {import('./page.js').App} App */

/** @param {App} app @param {string} title @param {() => boolean | Promise<boolean>} done whether that was all
 * @param {(Node | string)[]} body @param {string} [confirm] without it there are no buttons but the one that closes */
export function dialog({ t }, title, done, body, confirm) {
  const close = h('button', { type: 'button', class: 'quiet small', 'aria-label': t('close'), onclick: () => el.close() }, icon('close'));
  const buttons = confirm ? [h('button', { type: 'button', class: 'plain', onclick: () => el.close() }, t('cancel')),
    h('button', { type: 'submit', class: 'primary' }, confirm)] : [];
  const form = h('form', {
    onsubmit: async (/** @type {Event} */ e) => {
      e.preventDefault();
      if (await done()) el.close();
    },
  }, h('header', {}, h('h2', { id: 'dialog-title' }, title), close), ...body, h('footer', {}, ...buttons));
  const el = h('dialog', { 'aria-labelledby': 'dialog-title', onclose: () => el.remove(),
    onclick: (/** @type {Event} */ e) => e.target === el && el.close() }, form);
  document.body.append(el);
  el.showModal();
  return el;
}

/** @param {App} app */
export function settings(app) {
  const { t, act } = app;
  const now = act.settings();
  /** @param {string} id @param {string} label @param {[string, string][]} options @param {(value: string) => void} change */
  const select = (id, label, options, change) => h('div', { class: 'field' }, h('label', { for: id }, label),
    h('select', { id, 'data-testid': id, onchange: (/** @type {Event} */ e) => change(/** @type {HTMLSelectElement} */ (e.target).value) },
      ...options.map(([value, text]) => h('option', { value, selected: value === now[id] }, text))));
  const problem = h('p', { class: 'problem', role: 'alert' });
  /** @param {'notifications' | 'sound'} id */
  const check = (id) => {
    const box = h('input', { type: 'checkbox', id, 'data-testid': id, checked: now[id], onchange: async () => {
      box.checked = await act.alert(id, box.checked);
      if (id === 'notifications') problem.textContent = box.checked || Notification.permission !== 'denied' ? '' : t('notificationsDenied');
    } });
    return h('div', { class: 'field' }, h('label', { for: id }, t(id)), box);
  };
  const el = dialog(app, t('settings'), () => true, [
    select('language', t('language'), LANGUAGES.map((l) => [l, new Intl.DisplayNames([l], { type: 'language' }).of(l) ?? l]), (v) => {
      el.close();
      act.language(v);
    }),
    select('theme', t('theme'), [['auto', t('themeAuto')], ['light', t('themeLight')], ['dark', t('themeDark')]], act.theme),
    check('notifications'), check('sound'), problem,
    h('div', {}, h('button', { type: 'button', class: 'link', 'data-testid': 'open-shortcuts', onclick: () => {
      el.close();
      openShortcuts(app);
    } }, t('shortcuts')))]);
}

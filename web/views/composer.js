// Where one writes: grows to six lines, Enter sends, Shift+Enter breaks, and says how much room is left near the limit.

import { bytes } from '../text.js';
import { h, icon, setText } from './dom.js';

const TELL_FROM = 0.8;

/** @param {import('./page.js').App} app @returns {import('./page.js').View} */
export function composerView(app) {
  const { t, act } = app;
  const counter = h('output', { class: 'counter', id: 'counter', for: 'composer' });
  const box = h('textarea', { id: 'composer', 'data-testid': 'composer', rows: 1, autocomplete: 'off', enterkeyhint: 'send', dir: 'auto',
    'aria-describedby': 'counter', onkeydown: keyed, oninput: typed });
  const button = h('button', { type: 'submit', class: 'primary send', 'data-testid': 'send', 'aria-label': t('send'), title: t('send') }, icon('send'));
  const el = h('form', { class: 'composer', onsubmit: submit }, box, counter, button);
  let room = '';

  /** @param {KeyboardEvent} e */
  function keyed(e) {
    if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return;
    e.preventDefault();
    submit(e);
  }

  function typed() {
    act.draft(room, box.value);
    if (box.value.trim() && !box.value.startsWith('/')) app.chat.typing(room);
    fit();
  }

  /** @param {Event} e */
  function submit(e) {
    e.preventDefault();
    if (button.disabled || !act.say(box.value)) return;
    box.value = '';
    act.draft(room, '');
    fit();
    box.focus();
  }

  function fit() {
    const limit = app.state().limits.text_bytes;
    const size = bytes(box.value);
    const over = size - limit;
    setText(counter, over > 0 ? t('tooLong', { count: over }) : size > limit * TELL_FROM ? t('left', { count: -over }) : '');
    counter.classList.toggle('over', over > 0);
    button.disabled = over > 0 || !box.value.trim();
    box.style.setProperty('height', 'auto');
    box.style.setProperty('height', `${box.scrollHeight}px`);
  }

  return {
    el,
    render(state) {
      if (state.active === room) return;
      room = state.active;
      const label = t('write', { room: app.roomName(state.rooms.get(room)) });
      box.setAttribute('aria-label', label);
      box.placeholder = label;
      box.value = act.drafted(room);
      fit();
      if (matchMedia('(hover: hover)').matches) box.focus();
    },
  };
}

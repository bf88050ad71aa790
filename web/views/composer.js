// Where one writes: grows to six lines, Enter sends, Shift+Enter breaks, and says how much room is left near the limit.

import { quoteOf, withQuote } from '../reply.js';
import { bytes } from '../text.js';
import { completer } from './completer.js';
import { denialOf, denialView } from './denial.js';
import { h, icon, setText } from './dom.js';

const TELL_FROM = 0.8;

/** The words about the space left. @param {number} size @param {number} limit @returns {{ words: string, count: number } | null} */
export function roomLeft(size, limit) {
  if (size > limit) return { words: 'tooLong', count: size - limit };
  return size > limit * TELL_FROM ? { words: 'left', count: limit - size } : null;
}

/** Whether a key sends: Enter alone, and not the one that ends a composition (Safari tells it only by its code, 229).
 * @param {Pick<KeyboardEvent, 'key' | 'shiftKey' | 'isComposing' | 'keyCode'>} e */
export const isSend = ({ key, shiftKey, isComposing, keyCode }) => key === 'Enter' && !shiftKey && !isComposing && keyCode !== 229;

/** Whether the cluster keeps others out of a room of two: nodes that say whether they take tokens do, also when they take none.
 * @param {import('../store.js').State} state */
export const isPrivate = ({ auth }) => auth !== '';

/** @param {import('./page.js').App} app
 * @returns {import('./page.js').View & Pick<import('./page.js').App, 'reply' | 'write'>} */
export function composerView(app) {
  const { t, act } = app;
  const counter = h('output', { class: 'counter', id: 'counter', for: 'composer' });
  const note = h('p', { class: 'note', 'data-testid': 'direct-note', hidden: true });
  const denial = denialView(app);
  const box = h('textarea', { id: 'composer', 'data-testid': 'composer', rows: 1, autocomplete: 'off', enterkeyhint: 'send', dir: 'auto',
    'aria-describedby': 'counter', onkeydown: keyed, oninput: typed, onblur: () => completions.close() });
  const completions = completer(app, box, typed);
  const button = h('button', { type: 'submit', class: 'primary send', 'data-testid': 'send', 'aria-label': t('send'), title: t('send') }, icon('send'));
  const el = h('form', { class: 'composer', onsubmit: submit }, completions.el, completions.told, note, denial.el, box, counter, button);
  let room = '';

  /** @param {KeyboardEvent} e */
  function keyed(e) {
    if (completions.keyed(e) || !isSend(e)) return;
    e.preventDefault();
    submit(e);
  }

  function typed() {
    act.draft(room, box.value);
    if (box.value.trim() && !box.value.startsWith('/')) app.chat.typing(room);
    fit();
    completions.look();
  }

  /** @param {Event} e */
  function submit(e) {
    e.preventDefault();
    if (button.disabled || !act.say(box.value)) return;
    box.value = '';
    completions.close();
    act.draft(room, '');
    fit();
    box.focus();
  }

  function fit() {
    const limit = app.state().limits.text_bytes;
    const size = bytes(box.value);
    const left = roomLeft(size, limit);
    const over = size > limit;
    setText(counter, left ? t(left.words, { count: left.count }) : '');
    counter.classList.toggle('over', over);
    button.disabled = over || !box.value.trim();
    box.style.setProperty('height', 'auto');
    box.style.setProperty('height', `${box.scrollHeight}px`);
  }

  return {
    el,

    /** Begins an answer to a message. */
    reply(message) {
      box.value = withQuote(box.value, quoteOf(message));
      box.focus();
      box.setSelectionRange(box.value.length, box.value.length);
      typed();
    },

    /** Writes a text where the caret is. */
    write(text) {
      box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
      box.focus();
      typed();
    },

    render(state) {
      const here = state.rooms.get(state.active);
      const isDenied = denialOf(here) !== null;
      note.hidden = !here?.title || here.barred !== null;
      note.toggleAttribute('data-unknown', state.nodesAt === 0);
      setText(note, t(isPrivate(state) ? 'directPrivate' : 'directNote'));
      const hadFocus = el.contains(document.activeElement);
      denial.render(state);
      if (box.hidden !== isDenied) {
        box.hidden = counter.hidden = button.hidden = isDenied;
        if (hadFocus) (isDenied ? el.querySelector('button') : box)?.focus();
        fit();
      }
      if (state.active === room) return;
      room = state.active;
      const label = t('write', { room: app.roomName(state.rooms.get(room)) });
      box.setAttribute('aria-label', label);
      box.placeholder = label;
      box.value = act.drafted(room);
      completions.close();
      fit();
      if (matchMedia('(hover: hover)').matches) box.focus();
    },
  };
}

// The list of completions above the message box: arrows choose, Enter or Tab takes, Escape closes.

import { choicesFor, wishAt } from '../completion.js';
import { mentionable, sharedNames } from '../mentions.js';
import { tagOf } from '../text.js';
import { avatar } from './badge.js';
import { h, setText } from './dom.js';

/** @param {import('./page.js').App} app @param {HTMLTextAreaElement} box @param {() => void} changed after a completion was put into the box */
export function completer(app, box, changed) {
  const { t } = app;
  const list = h('ul', { class: 'completions', id: 'completions', role: 'listbox', 'aria-label': t('completions'), 'data-testid': 'completions', hidden: true });
  const told = h('span', { class: 'unseen', role: 'status' });
  /** @type {import('../completion.js').Choice[]} */ let choices = [];
  let chosen = 0;
  let from = 0;
  box.setAttribute('aria-autocomplete', 'list');
  box.setAttribute('aria-controls', 'completions');

  /** After each change of the text or of the caret. */
  function look() {
    const { rooms, active, me } = app.state();
    const wish = box.selectionStart === box.selectionEnd ? wishAt(box.value, box.selectionStart) : null;
    const people = mentionable(rooms.get(active), me).filter(({ id }) => id !== me?.id);
    choices = wish ? choicesFor(wish, people) : [];
    chosen = 0;
    from = wish?.from ?? 0;
    const shared = sharedNames(people);
    list.replaceChildren(...choices.map(({ label, sign, person }, i) => h('li', { role: 'option', id: `completion-${i}`, 'data-testid': 'completion',
      onpointerdown: (/** @type {Event} */ e) => (e.preventDefault(), take(i)) },
    person ? avatar(person) : h('span', { class: 'sign', 'aria-hidden': 'true' }, sign), h('bdi', {}, label),
    person && shared.has(person.name) && h('code', {}, tagOf(person.id)))));
    list.hidden = choices.length === 0;
    setText(told, choices.length ? t('completionsCount', { count: choices.length }) : '');
    choose(0);
  }

  /** @param {number} i */
  function choose(i) {
    chosen = choices.length ? (i + choices.length) % choices.length : 0;
    [...list.children].forEach((option, k) => option.setAttribute('aria-selected', String(k === chosen)));
    if (list.hidden) return box.removeAttribute('aria-activedescendant');
    box.setAttribute('aria-activedescendant', `completion-${chosen}`);
    list.children[chosen].scrollIntoView({ block: 'nearest' });
  }

  /** @param {number} i */
  function take(i) {
    box.setRangeText(choices[i].insert, from, box.selectionStart, 'end');
    close();
    changed();
  }

  function close() {
    choices = [];
    list.hidden = true;
    setText(told, '');
    choose(0);
  }

  /** @param {KeyboardEvent} e @returns {boolean} whether the key was for the list */
  function keyed(e) {
    if (list.hidden || e.isComposing) return false;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') choose(chosen + (e.key === 'ArrowDown' ? 1 : -1));
    else if ((e.key === 'Enter' || e.key === 'Tab') && !e.shiftKey) take(chosen);
    else if (e.key === 'Escape') close();
    else return false;
    e.preventDefault();
    e.stopPropagation();
    return true;
  }

  return { el: list, told, look, close, keyed };
}

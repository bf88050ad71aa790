// The search in the log of the room in view.

import { createLogSearch, excerpt, textOf, wordsOf } from '../log-search.js';
import { avatar, badge } from './badge.js';
import { dialog } from './dialogs.js';
import { h, setText } from './dom.js';

const TYPED = 250; // ms of rest before a search begins

/** @param {import('./page.js').App} app */
export function search(app) {
  const { t, act, chat } = app;
  const room = app.state().active;
  const input = h('input', { id: 'search', type: 'search', 'data-testid': 'search-input', autocomplete: 'off', enterkeyhint: 'search', oninput: typed });
  const bar = h('progress', { 'data-testid': 'search-progress', 'aria-label': t('searching'), max: 1, value: 0, hidden: true });
  const said = h('p', { class: 'note', role: 'status', 'data-testid': 'search-status' });
  const results = h('ol', { class: 'results', 'data-testid': 'search-results', 'aria-label': t('results') });
  const more = h('button', { type: 'button', class: 'plain', 'data-testid': 'search-more', hidden: true, onclick: () => void run() }, t('searchOn'));
  /** @type {ReturnType<typeof createLogSearch> | null} */ let current = null;
  /** @type {any} */ let timer = null;

  function typed() {
    clearTimeout(timer);
    timer = setTimeout(begin, TYPED);
  }

  function begin() {
    current?.stop();
    current = null;
    results.replaceChildren();
    more.hidden = bar.hidden = true;
    const words = wordsOf(input.value);
    setText(said, '');
    if (!words.length) return;
    const newest = app.state().rooms.get(room)?.items.findLast((i) => i.kind === 'message');
    current = createLogSearch({
      words, newest: newest?.kind === 'message' ? newest.offset : 0,
      history: (before, limit) => chat.history(room, before, limit),
      tell: (found, { searched, total, found: count, oldest }) => {
        results.append(...found.map((message) => result(message, words)));
        bar.value = total ? searched / total : 1;
        setText(said, t('searched', { count, searched, since: oldest ? new Date(oldest).toLocaleDateString(t.locale) : '' }));
      },
    });
    void run();
  }

  async function run() {
    const own = current;
    if (!own) return;
    bar.hidden = false;
    more.hidden = true;
    const isDone = await own.run();
    if (own !== current) return;
    bar.hidden = true;
    more.hidden = isDone;
    if (isDone && !results.childElementCount) setText(said, t('nothingFound'));
  }

  /** @param {import('../types.js').Message} message @param {readonly string[]} words */
  function result(message, words) {
    const { from, time, node, offset } = message;
    return h('li', {}, h('button', { type: 'button', class: 'quiet result', 'data-testid': 'search-result', 'data-offset': offset, onclick: () => {
      el.close();
      void act.jump(room, offset);
    } }, avatar(from), h('span', { class: 'found-text' },
      h('span', { class: 'head' }, h('bdi', { class: 'author' }, from.name), badge(app, node), h('time', {}, new Date(time).toLocaleString(t.locale, { dateStyle: 'medium', timeStyle: 'short' }))),
      h('span', {}, ...excerpt(textOf(message), words).map((piece) => (piece.marked ? h('mark', {}, piece.text) : piece.text))))));
  }

  const el = dialog(app, t('searchIn', { room: app.roomName(app.state().rooms.get(room)) }), () => {
    clearTimeout(timer);
    begin();
    return false;
  }, [h('label', { class: 'unseen', for: 'search' }, t('search')), input, bar, said, results, more]);
  el.classList.add('large');
  el.addEventListener('close', () => {
    clearTimeout(timer);
    current?.stop();
  });
  input.focus();
}

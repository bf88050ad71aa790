// One row of the conversation.

import { linkify } from '../text.js';
import { avatar, badge } from './badge.js';
import { h, icon, sentence } from './dom.js';

/** @typedef {import('./page.js').App} App */
/** @typedef {import('../timeline.js').Row} Row */

const NAMED = 3;

/** @param {App} app @param {Row} row @param {number} now */
export function rowElement(app, row, now) {
  const { t } = app;
  switch (row.kind) {
    case 'day': return h('li', { class: 'day' }, h('span', {}, day(t, row.at, now)));
    case 'new': return h('li', { class: 'new-line', 'data-testid': 'unread-line' }, h('span', {}, t('newLine')));
    case 'line': return h('li', { class: 'line' }, ...line(app, row.item));
    case 'message': {
      const { from, text, offset, node, mine, time } = row.item;
      return message(app, { from, text, at: time, mine, follows: row.follows, state: 'stored' },
        { 'data-offset': offset, 'data-node': node }, [badge(app, node)]);
    }
    case 'pending': return pending(app, row, now);
  }
}

/** @param {App} app @param {{ from: import('../types.js').Person, text: string, at: number, mine: boolean, follows: boolean, state: string }} m
 * @param {Record<string, any>} attributes @param {(Node | string)[]} notes @param {(Node | false)[]} after */
function message({ t }, { from, text, at, mine, follows, state }, attributes, notes, after = []) {
  const when = new Date(at);
  const marks = mine && state !== 'failed' ? [icon(state === 'stored' ? 'tick' : 'clock', t(state === 'stored' ? 'stored' : 'sending'))] : [];
  return h('li', { class: 'message', 'data-testid': 'message', 'data-mine': String(mine), 'data-state': state, 'data-follows': String(follows), ...attributes },
    avatar(from),
    h('div', { class: 'bubble' },
      h('div', { class: follows ? 'author unseen' : 'author' }, h('bdi', {}, from.name)),
      h('p', { class: 'text', 'data-testid': 'text', dir: 'auto' }, ...linkify(text).map((part) => (part.href
        ? h('a', { href: part.href, target: '_blank', rel: 'noopener noreferrer' }, part.text) : part.text))),
      h('div', { class: 'meta' }, ...notes, h('time', { datetime: when.toISOString(), title: when.toLocaleString(t.locale) },
        when.toLocaleTimeString(t.locale, { hour: 'numeric', minute: '2-digit' })), ...marks),
      ...after));
}

/** @param {App} app @param {string} room */
export const isBarred = (app, room) => Boolean(app.state().rooms.get(room)?.barred);

/** @param {App} app @param {Extract<Row, { kind: 'pending' }>} row @param {number} now */
function pending(app, { item, follows }, now) {
  const { t, chat } = app;
  const from = { id: app.state().me?.id ?? '', name: app.state().name };
  const state = item.offset ? 'stored' : item.state === 'queued' ? 'sending' : item.state;
  const why = item.code ? t(item.code) : '';
  const after = state === 'waiting' && h('div', { class: 'why' }, t('waitingFor', { count: Math.max(0, Math.ceil(((item.retryAt ?? 0) - now) / 1000)), why }));
  const failed = state === 'failed' && h('div', { class: 'why' }, icon('alert'), t('failedBecause', { why }), ' ',
    !isBarred(app, item.room) && h('button', { type: 'button', class: 'link', 'data-testid': 'retry', onclick: () => chat.retry(item.key) }, t('retry')),
    h('button', { type: 'button', class: 'link', 'data-testid': 'discard', onclick: () => chat.discard(item.key) }, t('discard')));
  return message(app, { from, text: item.text ?? '', at: item.at, mine: true, follows, state }, { 'data-offset': item.offset }, [], [after, failed]);
}

/** @param {import('../i18n/index.js').Translator} t @param {number} at @param {number} now */
function day(t, at, now) {
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0 || days === 1) return t(days ? 'yesterday' : 'today');
  return new Date(at).toLocaleDateString(t.locale, { weekday: 'long', day: 'numeric', month: 'long', ...(days > 300 && { year: 'numeric' }) });
}

/** @param {App} app @param {import('../room-state.js').LineItem} item @returns {(Node | string)[]} */
function line(app, { name, params }) {
  const { t } = app;
  if (name === 'people') return [['came', params.came], ['went', params.went]].flatMap(([words, people], i) => {
    if (!people.length) return [];
    const names = people.slice(0, NAMED).map((/** @type {any} */ p) => p.name);
    if (people.length > NAMED) names.push(`+${people.length - NAMED}`);
    const listed = new Intl.ListFormat(t.locale).format(names);
    return [i && params.came.length ? ' · ' : '', ...sentence(t, words, { names: listed, count: people.length })];
  });
  if (name === 'moved') return sentence(t, 'moved', { from: app.nodeName(params.from), to: app.nodeName(params.to) });
  return sentence(t, name, params);
}

// One row of the conversation. The first message of a group names its author, its node and its time; the others have them in
// the bar (message-bar.js), which comes with the mouse or the focus.

import { parse } from '../markdown.js';
import { tagOf } from '../text.js';
import { avatar, badge } from './badge.js';
import { h, icon, sentence } from './dom.js';
import { openCard } from './lazy.js';
import { blocks } from './rich.js';

/** @typedef {import('./page.js').App} App */
/** @typedef {import('../timeline.js').Row} Row */

/** The data of a row beside its item. @typedef {object} Around
 * @property {number} now
 * @property {import('../inline.js').FindName} findName
 * @property {(text: string) => boolean} names whether a text mentions this user
 * @property {ReadonlySet<string>} shared names that several people have */

const NAMED = 3;

/** @param {App} app @param {Row} row @param {Around} around */
export function rowElement(app, row, around) {
  const { t } = app;
  switch (row.kind) {
    case 'day': return h('li', { class: 'day' }, h('span', {}, day(t, row.at, around.now)));
    case 'new': return h('li', { class: 'new-line', 'data-testid': 'unread-line' }, h('span', {}, t('newLine')));
    case 'line': return h('li', { class: 'line' }, ...line(app, row.item));
    case 'message': {
      const { offset, node, mine, text } = row.item;
      return message(app, { ...row.item, at: row.item.time, follows: row.follows, state: 'stored' }, around,
        { 'data-offset': offset, 'data-node': node, 'data-names-me': !mine && around.names(text) });
    }
    case 'pending': return pending(app, row, around);
  }
}

/** @param {App} app @param {{ from: import('../types.js').Person, text: string, isData?: boolean, at: number, node: string, mine: boolean, follows: boolean, state: string }} m
 * @param {Around} around @param {Record<string, any>} attributes @param {(Node | false)[]} after */
function message(app, { from, text, isData, at, node, mine, follows, state }, around, attributes, after = []) {
  const { t } = app;
  const mark = mine && state !== 'failed' && icon(state === 'stored' ? 'tick' : 'clock', t(state === 'stored' ? 'stored' : 'sending'));
  const tree = isData ? [/** @type {const} */ ({ type: 'code', text, language: 'json' })] : parse(text, around.findName);
  return h('li', { class: 'message', tabindex: -1, 'data-testid': 'message', 'data-mine': String(mine), 'data-state': state, 'data-follows': String(follows), ...attributes },
    avatar(from),
    h('div', { class: 'body' },
      follows ? h('span', { class: 'author unseen' }, from.name) : head(app, from, at, node, mine, around.shared),
      h('div', { class: 'bubble' }, h('div', { class: 'text', 'data-testid': 'text', dir: 'auto' }, ...blocks(app, tree)), mark),
      ...after));
}

/** @param {App} app @param {import('../types.js').Person} from @param {number} at @param {string} node @param {boolean} mine @param {ReadonlySet<string>} shared */
function head(app, from, at, node, mine, shared) {
  const { t } = app;
  const when = new Date(at);
  return h('div', { class: 'head' },
    mine ? h('span', { class: 'author unseen' }, from.name)
      : h('button', { type: 'button', class: 'author', tabindex: -1, 'data-testid': 'author', onclick: (/** @type {MouseEvent} */ e) => openCard(app, from, /** @type {HTMLElement} */ (e.currentTarget)) }, h('bdi', {}, from.name)),
    !mine && shared.has(from.name) && h('code', { class: 'id-tag' }, tagOf(from.id)),
    node && badge(app, node),
    h('time', { datetime: when.toISOString(), title: when.toLocaleString(t.locale) }, when.toLocaleTimeString(t.locale, { hour: 'numeric', minute: '2-digit' })));
}

/** @param {App} app @param {string} room */
export const isBarred = (app, room) => Boolean(app.state().rooms.get(room)?.barred);

/** @param {App} app @param {Extract<Row, { kind: 'pending' }>} row @param {Around} around */
function pending(app, { item, follows }, around) {
  const { t, chat } = app;
  const from = { id: app.state().me?.id ?? '', name: app.state().name };
  const state = item.offset ? 'stored' : item.state === 'queued' ? 'sending' : item.state;
  const why = item.code ? t(item.code) : '';
  const after = state === 'waiting' && h('div', { class: 'why' }, t('waitingFor', { count: Math.max(0, Math.ceil(((item.retryAt ?? 0) - around.now) / 1000)), why }));
  const failed = state === 'failed' && h('div', { class: 'why' }, icon('alert'), t('failedBecause', { why }), ' ',
    !isBarred(app, item.room) && h('button', { type: 'button', class: 'link', 'data-testid': 'retry', onclick: () => chat.retry(item.key) }, t('retry')),
    h('button', { type: 'button', class: 'link', 'data-testid': 'discard', onclick: () => chat.discard(item.key) }, t('discard')));
  return message(app, { from, text: item.text ?? '', at: item.at, node: app.state().node, mine: true, follows, state }, around, { 'data-offset': item.offset }, [after, failed]);
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

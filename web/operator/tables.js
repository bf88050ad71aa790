// The tables of the page: rooms, slow readers, limits, events. Each is bounded by the server, and drawn anew when it changes.

import { h, renew } from '../views/dom.js';
import { LIMITS } from './findings.js';
import { laggards, limits, rooms } from './state.js';

/** @typedef {import('./page.js').Part} Part */

/** The roles stay when the rows of a phone are no table rows for the eye.
 * @param {string} id @param {string} title @param {string[]} heads @param {string} none said instead of an empty table
 * @param {(view: import('./state.js').View) => string[][]} read @returns {Part} */
function table(id, title, heads, none, read) {
  const body = h('tbody', { role: 'rowgroup' });
  const empty = h('p', { class: 'note' }, none);
  const whole = h('div', { class: 'op-table', tabindex: '0', role: 'region', 'aria-labelledby': `op-${id}` }, h('table', { role: 'table' }, h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...heads.map((head) => h('th', { scope: 'col', role: 'columnheader' }, head)))), body));
  const el = h('section', { class: `op-part op-${id}`, 'data-testid': id }, h('h2', { id: `op-${id}` }, title), whole, empty);
  return {
    el,
    render(view) {
      const rows = read(view);
      whole.hidden = !rows.length;
      empty.hidden = rows.length > 0;
      renew(body, rows, () => rows.map((cells) => h('tr', { role: 'row' }, ...cells.map((cell) => h('td', { role: 'cell' }, h('bdi', {}, cell))))));
    },
  };
}

/** @param {import('./page.js').Context} context */
export function roomsView({ t }) {
  const number = new Intl.NumberFormat(t.locale, { maximumFractionDigits: 1 });
  return table('rooms', t('roomsTitle'), [t('room'), t('people'), t('roomRate')], t('noRooms'), (view) => rooms(view).map(({ room, people, rate }) => [room, number.format(people), number.format(rate)]));
}

/** @param {import('./page.js').Context} context */
export function laggardsView({ t }) {
  const number = new Intl.NumberFormat(t.locale, { maximumFractionDigits: 0 });
  return table('laggards', t('laggardsTitle'), [t('name'), t('node'), t('waiting'), t('session')], t('noLaggards'),
    (view) => laggards(view).map(({ name, node, waiting_bytes: bytes, session, protocol, transport }) => [name, node, t('kb', { kb: number.format(bytes / 1024) }), `${session} · ${protocol} · ${transport}`]));
}

/** @param {import('./page.js').Context} context */
export function limitsView({ t }) {
  const number = new Intl.NumberFormat(t.locale);
  return table('limits', t('limitsTitle'), [t('limit'), t('node'), t('lastMinute'), t('sinceStart')], t('noLimits'),
    (view) => limits(view).map(({ node, limit, count, total }) => [LIMITS.has(limit) ? t(`limit_${limit}`) : limit, node, number.format(count), number.format(total)]));
}

/** @param {import('./page.js').Context} context */
export function eventsView({ t }) {
  const time = new Intl.DateTimeFormat(t.locale, { timeStyle: 'medium' });
  const part = table('events', t('eventsTitle'), [t('time'), t('node'), t('event'), t('details')], t('noEvents'), (view) => view.events.map(({ time: at, node, level, event, fields }) => [time.format(at), node, level === 'info' ? event : `${event} (${level})`, fields]));
  part.el.classList.add('op-wide');
  return part;
}

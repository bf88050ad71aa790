// The last 60 seconds of the Lab: a lane for this tab, for each node and for the store, and the same events as a list.

import { MINUTE } from '../lab-cluster.js';
import { STORE, TAB } from '../lab-history.js';
import { h, renew, sentence } from './dom.js';
import { s } from './svg.js';

const [LEFT, RIGHT, TOP, STEP] = [88, 392, 6, 24];
const LONGEST_NAME = 11;
const LISTED = 8;

/** The mark of an event: its shape says whether things got worse, better, or other. */
export const MARKS = { worse: 'M-4 -4 4 4M-4 4 4 -4', better: 'M-5 4 0 -5 5 4Z', other: 'M0 -5.500 5.500 0 0 5.500 -5.500 0Z' };
const WORSE = new Set(['silent', 'storeAway', 'lost', 'gap', 'rewound', 'reset']);
const BETTER = new Set(['came', 'back', 'storeBack', 'reconnected', 'repaired']);
const moodOf = (/** @type {string} */ kind) => (WORSE.has(kind) ? 'worse' : BETTER.has(kind) ? 'better' : 'other');

/** @param {import('./lab.js').Context} context @returns {import('./lab.js').LabPart} */
export function historyView({ app, t, nodeName }) {
  const picture = s('svg', { class: 'lanes', role: 'img', 'aria-label': t('historyLabel'), 'data-testid': 'lab-lanes' });
  const list = h('ol', { class: 'lab-events' });
  const none = h('p', { class: 'note' }, t('noEvents'));
  const el = h('section', { class: 'lab-part', 'aria-labelledby': 'lab-history-title' }, h('h2', { id: 'lab-history-title' }, t('historyTitle')), picture,
    h('div', { role: 'log', 'aria-label': t('historyTitle'), 'data-testid': 'lab-events' }, list), none);
  const number = new Intl.NumberFormat(t.locale, { maximumFractionDigits: 1 });
  const clock = new Intl.DateTimeFormat(t.locale, { timeStyle: 'medium' });
  /** @type {Map<number, HTMLElement>} */ const rows = new Map();
  let drawnAt = 0;
  let seen = '';

  const nameOf = (/** @type {string} */ lane) => {
    const name = Array.from(lane === TAB ? t('thisTab') : lane === STORE ? t('store') : nodeName(lane));
    return name.length > LONGEST_NAME + 1 ? `${name.slice(0, LONGEST_NAME).join('')}…` : name.join('');
  };
  const colourOf = (/** @type {string} */ node) => (node ? { 'data-colour': app.nodeColour(node) } : {});

  /** @param {import('../lab-state.js').Lab} lab */
  function draw({ history, now }) {
    const ids = [...history.lanes.keys()].filter((lane) => lane !== TAB && lane !== STORE).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    const lanes = [TAB, ...ids, STORE].filter((lane) => history.lanes.has(lane));
    const height = TOP + lanes.length * STEP + 20;
    const x = (/** @type {number} */ at) => Math.max(LEFT, RIGHT - (RIGHT - LEFT) * (now - at) / MINUTE);
    picture.setAttribute('viewBox', `0 0 400 ${height}`);
    picture.replaceChildren(
      ...[0, 1, 2, 3, 4].map((i) => s('line', { class: 'grid', x1: LEFT + i * (RIGHT - LEFT) / 4, x2: LEFT + i * (RIGHT - LEFT) / 4, y1: TOP, y2: height - 18 })),
      ...lanes.flatMap((lane, i) => {
        const y = TOP + i * STEP + STEP / 2;
        const spans = (history.lanes.get(lane) ?? []).filter((span) => !span.to || now - span.to < MINUTE);
        return [s('text', { x: 0, y: y + 4 }, nameOf(lane)),
          ...spans.map((span) => s('rect', { class: 'span', 'data-state': span.state, ...colourOf(span.node), x: x(span.from), y: y - 3.5, width: Math.max(2, x(span.to || now) - x(span.from) - (span.to ? 1 : 0)), height: 7, rx: 3.5 })),
          ...history.events.filter((e) => e.lane === lane && now - e.at < MINUTE).reverse().map((e) => s('g', { class: 'mark', 'data-mood': moodOf(e.kind), transform: `translate(${x(e.at)} ${y})` },
            s('title', {}, words(e)), s('circle', { r: 8 }), s('path', { d: MARKS[moodOf(e.kind)] })))];
      }),
      s('text', { x: LEFT, y: height - 4, class: 'word' }, t('minuteAgo')), s('text', { x: RIGHT, y: height - 4, class: 'word end' }, t('justNow')));
  }

  /** @param {import('../lab-history.js').LabEvent} event */
  function filled({ params }) {
    return { ...params, ...(params.node && { node: nodeName(params.node) }), ...(params.ms !== undefined && { seconds: number.format(params.ms / 1000) }) };
  }
  const words = (/** @type {import('../lab-history.js').LabEvent} */ e) => t(`event_${e.kind}`, filled(e));

  /** Rows stay the elements they are, so that a screen reader hears each once. @param {import('../lab-history.js').LabEvent[]} events newest first */
  function enlist(events) {
    for (const [key, row] of rows) if (!events.some((e) => e.key === key)) {
      row.remove();
      rows.delete(key);
    }
    for (const event of [...events].reverse()) {
      const row = rows.get(event.key) ?? h('li', { 'data-kind': event.kind, 'data-mood': moodOf(event.kind) });
      if (!rows.has(event.key)) list.prepend(row);
      rows.set(event.key, row);
      renew(row, event.params, () => [h('time', {}, clock.format(event.at)), h('span', {}, ...sentence(t, `event_${event.kind}`, filled(event)))]);
    }
  }

  return {
    el,
    render(lab) {
      const { events } = lab.history;
      const news = `${lab.history.last} ${lab.history.lanes.size}`;
      if (lab.now - drawnAt > 900 || news !== seen) {
        drawnAt = lab.now;
        seen = news;
        draw(lab);
      }
      enlist(events.slice(0, LISTED));
      none.hidden = events.length > 0;
    },
  };
}

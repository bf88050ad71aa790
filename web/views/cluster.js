// The cluster: its nodes as cards, which one this tab is on, and ways to be somewhere else.

import { standing } from '../store.js';
import { badge } from './badge.js';
import { h, icon, renew, setText } from './dom.js';

const CLOCK_OFF = 5000; // milliseconds from which a node puts its own clock right and says so

/** @param {import('./page.js').App} app @returns {import('./page.js').View} */
export function clusterView(app) {
  const { t, act } = app;
  const picker = h('select', { id: 'node-picker', 'data-testid': 'node-picker', onchange: () => act.chooseNode(picker.value) });
  const heading = h('h2');
  const failed = h('p', { class: 'note', hidden: true }, t('nodesFailed'));
  const cards = h('ul', { class: 'cards' });
  const el = h('section', {},
    h('div', { class: 'field' }, h('label', { for: 'node-picker' }, t('yourNode')), picker),
    h('button', { type: 'button', class: 'primary', 'data-testid': 'open-all-nodes', onclick: act.openAll }, icon('tab'), t('openAll')),
    h('button', { type: 'button', class: 'plain', 'data-testid': 'simulate-loss', onclick: act.simulateLoss }, icon('unplug'), t('simulate')),
    heading, failed, cards);

  /** @param {import('../store.js').Node} node @param {import('../store.js').State} state */
  function card(node, state) {
    const stands = standing(state, node);
    const isUp = stands === 'here' || stands === 'active';
    const words = { here: 'youAreHere', silent: 'silent', gone: 'inactive', active: '' }[stands];
    const figure = (/** @type {string} */ value, /** @type {string} */ name) => h('div', {}, h('dt', {}, t(name)), h('dd', {}, isUp ? value : '–'));
    const since = node.started_at ? state.nodesAt - Date.parse(node.started_at) : 0;
    const number = new Intl.NumberFormat(t.locale, { maximumFractionDigits: 1 });
    const connections = Math.max(node.connections ?? 0, stands === 'here' ? 1 : 0); // the list may not know of this one yet
    return h('li', { class: 'card', 'data-testid': 'node-card', 'data-node': node.id, 'data-here': String(stands === 'here'),
      'data-active': String(isUp), 'data-standing': stands, 'data-colour': app.nodeColour(node.id) },
      h('div', { class: 'card-head' }, badge(app, node.id), words && h(isUp ? 'strong' : 'em', {}, t(words))),
      node.name && node.name !== node.id && h('code', {}, node.id),
      node.description && h('p', { class: 'note' }, node.description),
      Math.abs(node.clock_ahead_ms ?? 0) > CLOCK_OFF && h('p', { class: 'note', 'data-testid': 'clock-off' },
        t((node.clock_ahead_ms ?? 0) > 0 ? 'clockAhead' : 'clockBehind', { time: duration(Math.abs(node.clock_ahead_ms ?? 0), t.locale) })),
      h('dl', {}, figure(number.format(connections), 'connections'),
        figure(number.format(node.messages_per_second ?? 0), 'perSecond'), figure(duration(since, t.locale), 'uptime')),
      isUp && h('a', { class: 'link', 'data-testid': 'open-node', href: act.nodePage(node), target: '_blank', rel: 'noopener' },
        t('openTab'), icon('tab')));
  }

  return {
    el,
    render(state) {
      const { nodes, chosen } = state;
      const listed = nodes.filter((n) => n.active);
      setText(heading, t('activeNodes', { count: listed.filter((n) => standing(state, n) !== 'silent').length }));
      failed.hidden = !state.nodesFailed;
      const options = [['', t('automatic')], ...listed.map((n) => [n.id, [app.nodeName(n.id), standing(state, n) === 'silent' && t('silent')].filter(Boolean).join(' · ')])];
      renew(picker, options, () => options.map(([value, text]) => h('option', { value }, text)));
      if (document.activeElement !== picker || picker.value !== chosen) picker.value = chosen;
      renew(cards, [nodes, state.node, state.link, [...state.silent], state.active], () => nodes.map((n) => card(n, state)));
    },
  };
}

/** The two largest units: "3 h 12 min". @param {number} ms @param {string} language */
export function duration(ms, language) {
  let rest = Math.max(0, Math.floor(ms / 1000));
  const parts = [];
  for (const [unit, seconds] of /** @type {[string, number][]} */ ([['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]])) {
    const value = Math.floor(rest / seconds);
    rest -= value * seconds;
    if (value || parts.length) parts.push(new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow' }).format(value));
    if (parts.length === 2) break;
  }
  return parts.join(' ') || '0';
}

// The cluster: its nodes as cards, which one this tab is on, and ways to be somewhere else.

import { badge } from './badge.js';
import { h, icon, renew, setText } from './dom.js';

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
    const here = node.id === state.node;
    const figure = (/** @type {string} */ value, /** @type {string} */ name) => h('div', {}, h('dt', {}, t(name)), h('dd', {}, value));
    const since = node.started_at ? state.nodesAt - Date.parse(node.started_at) : 0;
    const number = new Intl.NumberFormat(t.locale, { maximumFractionDigits: 1 });
    return h('li', { class: 'card', 'data-testid': 'node-card', 'data-node': node.id, 'data-here': String(here),
      'data-active': String(node.active), 'data-colour': app.nodeColour(node.id) },
      h('div', { class: 'card-head' }, badge(app, node.id), here && h('strong', {}, t('youAreHere')), !node.active && h('em', {}, t('inactive'))),
      node.name && node.name !== node.id && h('code', {}, node.id),
      node.description && h('p', { class: 'note' }, node.description),
      h('dl', {}, figure(number.format(node.connections ?? 0), 'connections'),
        figure(number.format(node.messages_per_second ?? 0), 'perSecond'), figure(duration(since, t.locale), 'uptime')),
      node.active && h('a', { class: 'link', 'data-testid': 'open-node', href: act.nodePage(node), target: '_blank', rel: 'noopener' },
        t('openTab'), icon('tab')));
  }

  return {
    el,
    render(state) {
      const { nodes, chosen } = state;
      const active = nodes.filter((n) => n.active);
      setText(heading, t('activeNodes', { count: active.length }));
      failed.hidden = !state.nodesFailed;
      const ids = ['', ...active.map((n) => n.id)];
      renew(picker, ids, () => ids.map((id) => h('option', { value: id }, id ? app.nodeName(id) : t('automatic'))));
      if (document.activeElement !== picker || picker.value !== chosen) picker.value = chosen;
      renew(cards, [nodes, state.node, state.active], () => nodes.map((n) => card(n, state)));
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

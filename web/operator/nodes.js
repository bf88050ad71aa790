// A card for each node: its state, its load, and the button that drains it.

import { nodeColours } from '../palette.js';
import { h, renew, setText } from '../views/dom.js';
import { sureButton } from './sure.js';

/** @param {import('./page.js').Context} context @returns {import('./page.js').Part} */
export function nodesView({ t, root, calls }) {
  const number = new Intl.NumberFormat(t.locale, { maximumFractionDigits: 1 });
  const list = h('ul', { class: 'op-cards' });
  const el = h('section', { class: 'op-part op-wide', 'aria-labelledby': 'op-nodes' }, h('h2', { id: 'op-nodes' }, t('nodesTitle')), list, h('p', { class: 'note' }, t('rateHint')));
  /** @type {Map<string, ReturnType<typeof card>>} */ const cards = new Map();

  /** @param {string} id */
  function card(id) {
    const [name, word, facts, kinds, told] = [h('a', { class: 'op-name', href: new URL(`node/${id}/`, root).href }), h('span', { class: 'op-word', 'data-testid': 'node-state' }), h('dl', { class: 'op-facts' }), h('ul', { class: 'op-kinds' }),
      h('p', { class: 'problem', role: 'status' })];
    const drain = sureButton(t, t('drain'), { 'data-testid': 'drain', 'aria-label': t('drainNode', { node: id }) }, () => calls.drain(id), (problem) => setText(told, problem || t('drainAsked')));
    const item = h('li', { class: 'op-card', 'data-testid': 'node', 'data-node': id }, h('div', { class: 'op-row' }, name, word), facts, kinds, h('div', { class: 'op-row' }, drain, told));
    return {
      item,
      /** @param {import('./state.js').Node} node @param {boolean} versions whether they differ */
      show(node, versions) {
        const { report } = node;
        item.dataset.state = node.state;
        drain.disabled = node.state !== 'ready';
        renew(name, [node.name], () => [h('i', { class: 'dot' }), h('bdi', {}, node.name)]);
        setText(word, t(`state_${node.state}`));
        const rows = [
          [t('connections'), number.format(node.connections)],
          [t('rate'), number.format(node.rate)],
          [t('loopLag'), report ? t('ms', { ms: number.format(report.loop_lag_ms) }) : '–'],
          [t('memory'), report ? t('mb', { mb: number.format(report.memory_bytes / 1e6) }) : '–'],
          [t('clock'), t('ms', { ms: number.format(node.clockAhead) })],
          [t('version'), node.version || '–'],
        ];
        renew(facts, [rows, versions], () => rows.map(([term, value], i) => h('div', { 'data-marked': i === rows.length - 1 && versions, title: term === t('rate') && t('rateHint') }, h('dt', {}, term), h('dd', {}, value))));
        const of = node.state === 'ready' || node.state === 'draining' ? report?.connections ?? [] : [];
        renew(kinds, of, () => of.map(({ protocol, transport, count }) => h('li', {}, `${protocol} · ${transport}`, ' ', h('strong', {}, number.format(count)))));
      },
    };
  }

  return {
    el,
    render({ nodes }) {
      const colours = nodeColours(nodes.map((n) => n.id));
      const differ = new Set(nodes.filter((n) => n.state === 'ready' || n.state === 'draining').map((n) => n.version)).size > 1;
      for (const id of cards.keys()) if (!nodes.some((n) => n.id === id)) cards.delete(id);
      for (const node of nodes) {
        const one = cards.get(node.id) ?? card(node.id);
        cards.set(node.id, one);
        one.item.dataset.colour = String(colours.get(node.id) ?? 0);
        one.show(node, differ);
      }
      renew(list, nodes.map((n) => n.id), () => nodes.map((n) => /** @type {any} */ (cards.get(n.id)).item));
    },
  };
}

// The cards of the Lab: each node and the store, with their state in words, their load, and the last minute as a small curve.

import { MINUTE, versionsDiffer } from '../lab-cluster.js';
import { stateOf } from '../lab-state.js';
import { parse } from '../route.js';
import { h, renew, setText } from './dom.js';
import { s } from './svg.js';

const WIDTH = 100;
const HEIGHT = 28;
const MOVES_EVERY = 900; // ms: the curves
const QUIET = 1; // a curve that never rises above this is drawn low

/** The curve through the samples of the last minute. @param {import('../lab-cluster.js').Sample[]} samples @param {number} now @param {number} most */
export function curve(samples, now, most) {
  return samples.filter((p) => p.at > now - MINUTE).map(({ at, value }, i) => `${i ? 'L' : 'M'}${(WIDTH * (1 - (now - at) / MINUTE)).toFixed(1)} ${(HEIGHT - 2 - (HEIGHT - 4) * value / most).toFixed(1)}`).join('');
}

/** @param {import('./lab.js').Context} context @returns {import('./lab.js').LabPart} */
export function cardsView({ app, t }) {
  const number = new Intl.NumberFormat(t.locale, { maximumFractionDigits: 1 });
  const precise = new Intl.NumberFormat(t.locale, { maximumSignificantDigits: 2 });
  const note = h('p', { class: 'note lab-note' });
  const list = h('ul', { class: 'lab-cards' });
  const el = h('section', { class: 'lab-part', 'aria-labelledby': 'lab-nodes-title' }, h('h2', { id: 'lab-nodes-title' }, t('nodesTitle')), note, list,
    h('p', { class: 'note', 'data-testid': 'lab-rate-hint' }, t('rateHint')), h('p', { class: 'note' }, h('a', { class: 'link', href: new URL('cluster', parse(location.href).root).href, target: '_blank' }, t('operators'))));
  /** @type {Map<string, ReturnType<typeof card>>} */ const cards = new Map();
  const store = card('lab-store');
  /** @type {import('../lab-state.js').Lab | null} */ let shown = null;

  /** @param {string} testid */
  function card(testid) {
    const [head, value, foot] = [h('div', { class: 'lab-row' }), h('div', { class: 'lab-row' }), h('p', { class: 'lab-foot' })];
    const [line, area] = [s('path', { class: 'line' }), s('path', { class: 'area' })];
    const spark = s('svg', { class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, s('path', { class: 'base', d: `M0 ${HEIGHT - 2}H${WIDTH}` }), area, line);
    const item = h('li', { class: 'lab-card', 'data-testid': testid }, head, value, spark, foot);
    return {
      item,
      /** @param {{ name: string, state: string, word: string, tag?: string, value: string, unit: string, hint?: string, foot: string, samples: import('../lab-cluster.js').Sample[], now: number }} shown */
      show({ name, state, word, tag, value: figure, unit, hint, foot: below, samples, now }) {
        item.dataset.state = state;
        renew(head, [name, tag], () => [h('span', { class: 'lab-name' }, h('i', { class: 'dot' }), h('bdi', {}, name)), ...(tag ? [h('span', { class: 'lab-tag' }, tag)] : [])]);
        renew(value, [word, figure, unit], () => [h('span', { class: 'lab-word', 'data-testid': 'lab-state' }, word), h('span', { class: 'lab-value', title: hint ?? false }, h('strong', {}, figure), ' ', unit)]);
        setText(foot, below);
        const path = curve(samples, now, Math.max(QUIET, ...samples.map((p) => p.value)));
        line.setAttribute('d', path);
        const ends = [...path.matchAll(/[ML]([\d.-]+) /g)];
        area.setAttribute('d', ends.length > 1 ? `${path}L${ends[ends.length - 1][1]} ${HEIGHT}L${ends[0][1]} ${HEIGHT}Z` : '');
      },
    };
  }

  return {
    el,
    render(lab) {
      const { cluster, tab, now } = lab;
      if (shown?.cluster === cluster && shown.tab === tab && now - shown.now < MOVES_EVERY) return; // a message changes no card
      shown = lab;
      note.hidden = cluster.seenAt > 0 && tab.isUp;
      setText(note, t(cluster.nodes.length && !tab.isUp ? 'oldPicture' : 'noPicture'));
      const differ = versionsDiffer(cluster.nodes);
      for (const id of cards.keys()) if (!cluster.nodes.some((n) => n.id === id)) cards.delete(id);
      for (const node of cluster.nodes) {
        const one = cards.get(node.id) ?? card('lab-node');
        cards.set(node.id, one);
        const state = stateOf(lab, node);
        const isOwn = node.id === tab.node && tab.isUp;
        const isKnown = state === 'ready' || state === 'draining';
        Object.assign(one.item.dataset, { node: node.id, colour: app.nodeColour(node.id), own: isOwn });
        const figures = [t('connections', { count: Math.max(node.connections, isOwn ? 1 : 0) }), t('rooms', { count: node.rooms })].join(' · ');
        const version = differ && node.version ? `\n${t('version', node)}` : '';
        one.show({ name: node.name, state, word: t(`state_${state}`), tag: isOwn ? t('here') : '', value: isKnown ? number.format(node.rate) : '', unit: isKnown ? t('rate') : '', hint: t('rateHint'),
          foot: isKnown ? figures + version : '', samples: node.samples, now });
      }
      const seen = cluster.inMemory ? null : cluster.store;
      if (seen) store.show({ name: t('store'), state: seen.answers ? 'ready' : 'silent', word: t(seen.answers ? 'answers' : 'answersNot'), value: seen.roundTrip === null ? '' : precise.format(seen.roundTrip),
        unit: seen.roundTrip === null ? '' : t('ms'), foot: t('roundTrip'), samples: seen.samples, now });
      renew(list, [cluster.nodes.map((n) => n.id), seen !== null], () => [...cluster.nodes.map((n) => /** @type {any} */ (cards.get(n.id)).item), ...(seen ? [store.item] : [])]);
    },
  };
}

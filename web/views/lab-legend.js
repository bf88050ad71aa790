// The legend: the meaning of the marks of the conversation, of the map, and of the last minute.

import { MARKS } from './lab-history.js';
import { h, icon } from './dom.js';
import { s } from './svg.js';

const picture = (/** @type {Element[]} */ ...parts) => s('svg', { class: 'legend-mark', viewBox: '-12 -8 24 16', 'aria-hidden': 'true' }, ...parts);
const dot = (/** @type {string} */ own) => picture(s('circle', { class: 'legend-flight', r: 5.5, 'data-own': own }));
const line = (/** @type {string} */ kind) => picture(s('path', { d: 'M-12 0H12', class: `wire ${kind}` }));
const mark = (/** @type {keyof typeof MARKS} */ mood) => picture(s('g', { class: 'mark', 'data-mood': mood }, s('path', { d: MARKS[mood] })));

/** @param {import('./lab.js').Context} context @returns {import('./lab.js').LabPart} */
export function legendView({ t }) {
  const groups = {
    marksConversation: { markClock: icon('clock'), markTick: icon('tick'), markAlert: icon('alert'), markDot: picture(s('circle', { class: 'legend-dot', 'data-colour': 0, r: 5 })) },
    marksMap: { markFlight: dot('false'), markOwnFlight: dot('true'), markOwnLine: line('own'), markLine: line('other'), markBroken: line('broken') },
    marksHistory: { markWorse: mark('worse'), markBetter: mark('better'), markOther: mark('other') },
  };
  const el = h('section', { class: 'lab-part', 'aria-label': t('legend') }, h('details', { class: 'legend', 'data-testid': 'lab-legend' }, h('summary', {}, t('legend')),
    ...Object.entries(groups).map(([title, marks]) => h('div', { 'data-colour': 0 }, h('h3', {}, t(title)),
      h('ul', {}, ...Object.entries(marks).map(([words, image]) => h('li', { 'data-mark': words }, image, h('span', {}, t(words)))))))));
  return { el, render() {} };
}

// The wire log of the Lab: the last frames of this tab's connection.

import { copyButton } from './copy-button.js';
import { h, setText } from './dom.js';

/** @param {import('./lab.js').Context} context @returns {import('./lab.js').LabPart} */
export function wireView({ app, t }) {
  const clock = new Intl.DateTimeFormat(t.locale, { hour: 'numeric', minute: 'numeric', second: 'numeric', fractionalSecondDigits: 3 });
  const list = h('ol', { class: 'frames', 'data-testid': 'lab-frames', tabindex: '0', 'aria-label': t('wireTitle') });
  const folded = h('p', { class: 'note', 'data-testid': 'lab-folded' });
  /** @type {import('../lab-wire.js').Frame[]} */ let frames = [];
  /** @type {Map<number, HTMLElement>} */ const rows = new Map();
  const all = () => [...frames].reverse().map(({ at, out, text }) => `${new Date(at).toISOString()} ${out ? '>' : '<'} ${text}`).join('\n');
  const box = h('details', { class: 'wirelog', 'data-testid': 'lab-wire', ontoggle: draw },
    h('summary', {}, t('wireTitle')), h('div', { class: 'lab-row' }, folded, copyButton(app, all, { label: t('wireCopy'), 'data-testid': 'copy-frames' })), list);
  const el = h('section', { class: 'lab-part', 'aria-label': t('wireTitle') }, box);

  /** A closed log costs nothing; an open one keeps its rows, so that a selected text stays. */
  function draw() {
    if (!box.open) return;
    for (const [key, row] of rows) if (!frames.some((f) => f.key === key)) {
      row.remove();
      rows.delete(key);
    }
    for (const { key, at, out, text, lost } of [...frames].reverse()) if (!rows.has(key)) {
      const row = h('li', { 'data-out': String(out), 'data-lost': String(lost) }, h('div', { class: 'frame-head' }, t(lost ? 'frameLost' : out ? 'frameOut' : 'frameIn'), h('time', {}, clock.format(at))), h('code', {}, text));
      rows.set(key, row);
      list.prepend(row);
    }
  }

  return {
    el,
    render({ wire }) {
      frames = wire.frames;
      const sum = [...wire.folded.values()].reduce((a, b) => a + b, 0);
      setText(folded, t('folded', { count: sum }));
      draw();
    },
  };
}

// The Lab: the way of each message, the nodes and the store, the last minute. It watches the cluster while the tab is visible.

import { labWordsOf } from '../i18n/lab.js';
import { translator } from '../i18n/index.js';
import { FLIGHT_LASTS } from '../lab-flights.js';
import { reduceLab, startLab } from '../lab-state.js';
import { tabOn } from '../lab-tab.js';
import { h } from './dom.js';
import { cardsView } from './lab-cards.js';
import { historyView } from './lab-history.js';
import { mapView } from './lab-map.js';
import { styleSheet } from './style-sheet.js';
import { watchFrames } from './xray-watch.js';

/** Shared by the parts of the Lab. @typedef {{ app: import('./page.js').App, t: import('../i18n/index.js').Translator, nodeName: (id: string) => string }} Context */
/** @typedef {{ el: HTMLElement, render: (lab: import('../lab-state.js').Lab) => void }} LabPart */

const styled = styleSheet('lab.css');

/** @param {import('./page.js').App} app @returns {Promise<import('./lab-slot.js').LabView>} */
export async function startLabView(app) {
  const [words] = await Promise.all([labWordsOf(app.t.language), styled()]);
  const { chat } = app;
  const now = app.state();
  let lab = startLab(tabOn(now.node, now.link === 'online', [...now.rooms.values()].filter((r) => r.joined).map((r) => r.room)), Date.now());
  const t = translator(app.t.language, words, navigator.languages);
  const context = { app, t, nodeName: (/** @type {string} */ id) => lab.cluster.nodes.find((n) => n.id === id)?.name ?? app.nodeName(id) };
  const map = mapView(context);
  const parts = [map, cardsView(context), historyView(context)];
  const el = h('section', { class: 'lab', tabindex: '0', 'data-testid': 'lab', 'aria-label': t('lab') }, h('div', { class: 'lab-body' }, ...parts.map((p) => p.el)));
  const choices = /** @type {const} */ (['chat', 'lab']).map((name) => h('button', { type: 'button', 'data-testid': `show-${name}`, value: name, onclick: () => app.act.lab(name) }, t(name)));
  const tabs = h('div', { class: 'tabs lab-tabs', role: 'group' }, ...choices);
  const stillness = matchMedia('(prefers-reduced-motion: reduce)');
  let frame = 0;

  /** @param {any} event */
  const see = (event) => {
    lab = reduceLab(lab, event);
    frame ||= requestAnimationFrame(draw); // a hidden tab draws nothing
  };
  const tick = () => see({ type: 'tick', at: Date.now() });

  function draw() {
    frame = 0;
    for (const part of parts) part.render(lab);
    fly();
  }

  /** The dots move in each frame, as long as there are any. */
  function fly() {
    const at = Date.now();
    if (!stillness.matches) map.fly(lab, at);
    if (!lab.flights.air.length || frame) return;
    const isOver = lab.flights.air.some((f) => at - f.at >= FLIGHT_LASTS);
    if (isOver) tick();
    else frame = requestAnimationFrame(() => {
      frame = 0;
      fly();
    });
  }

  const look = () => {
    chat.watch(!document.hidden);
    if (document.hidden) see({ type: 'unwatched', at: Date.now() });
  };
  const unsubscribe = chat.subscribe(see);
  const unwatch = watchFrames(chat);
  document.addEventListener('visibilitychange', look);
  look();

  return {
    parts: [tabs, el],
    render(state) {
      for (const one of choices) one.setAttribute('aria-pressed', String(one.value === state.lab));
      tick();
    },
    stop() {
      tabs.remove();
      el.remove();
      unsubscribe();
      unwatch();
      document.removeEventListener('visibilitychange', look);
      cancelAnimationFrame(frame);
      chat.watch(false);
    },
  };
}

// The Lab: the lesson, the way of each message, the nodes and the store, experiments, the last minute, commands and frames. It watches
// the cluster while the tab is visible.

import { labWordsOf } from '../i18n/lab.js';
import { translator } from '../i18n/index.js';
import { agentAt } from '../lab-agent.js';
import { createDoer } from '../lab-doer.js';
import { FLIGHT_LASTS } from '../lab-flights.js';
import { slowReader } from '../lab-reader.js';
import { reduceLab, startLab } from '../lab-state.js';
import { tabOn } from '../lab-tab.js';
import { parse } from '../route.js';
import { load, save } from '../settings.js';
import { h } from './dom.js';
import { buttonsView } from './lab-buttons.js';
import { cardsView } from './lab-cards.js';
import { commandsView } from './lab-commands.js';
import { historyView } from './lab-history.js';
import { legendView } from './lab-legend.js';
import { lessonView } from './lab-lesson.js';
import { mapView } from './lab-map.js';
import { wireView } from './lab-wire.js';
import { styleSheet } from './style-sheet.js';
import { watchFrames } from './xray-watch.js';

/** Shared by the parts of the Lab. @typedef {{ app: import('./page.js').App, t: import('../i18n/index.js').Translator, nodeName: (id: string) => string }} Context */
/** @typedef {{ el: HTMLElement, render: (lab: import('../lab-state.js').Lab) => void }} LabPart */

const styled = styleSheet('lab.css');
const LOOKS_EVERY = 2_000; // ms: at the agent, where there is one
const KEPT_FOR = 5_000; // ms: what the Lab knew, for the page in another language

/** @type {import('../lab-state.js').Lab | null} of the Lab that was closed last */ let kept = null;
let trials = 0;
let wantsLesson = false;
/** Of the Lab that is open. @type {((event: any) => void) | null} */ let tellOpen = null;

/** Opens the lesson, also of a Lab that is still opening. */
export function startLesson() {
  wantsLesson = tellOpen === null;
  tellOpen?.({ type: 'lesson', isOpen: true });
}

/** The Lab of a page that is open already: what the last one knew, if that was a moment ago. @param {import('../store.js').State} state @param {number} now
 * @returns {import('../lab-state.js').Lab} */
function begun({ node, link, rooms }, now) {
  const joined = [...rooms.values()].filter((r) => r.joined);
  const shown = joined.flatMap(({ room, epoch, items }) => {
    const last = items.findLast((i) => i.kind === 'message');
    return last?.kind === 'message' ? [{ room, epoch, offset: last.offset }] : [];
  });
  const fresh = startLab(tabOn(node, link === 'online', joined.map((r) => r.room)), now, shown);
  if (!kept || now - kept.now > KEPT_FOR) return fresh;
  return { ...kept, tab: fresh.tab, ledger: { ...kept.ledger, places: fresh.ledger.places }, trial: kept.trial?.state === 'runs' ? null : kept.trial };
}

/** @param {import('./page.js').App} app @returns {Promise<import('./lab-slot.js').LabView>} */
export async function startLabView(app) {
  const [words] = await Promise.all([labWordsOf(app.t.language), styled()]);
  const { chat } = app;
  let lab = begun(app.state(), Date.now());
  const t = translator(app.t.language, words, navigator.languages);
  const context = { app, t, nodeName: (/** @type {string} */ id) => lab.cluster.nodes.find((n) => n.id === id)?.name ?? app.nodeName(id) };
  const agent = agentAt(parse(location.href).root);
  const map = mapView(context);
  const begin = (/** @type {import('../lab-trial.js').Kind} */ kind) => {
    if (lab.trial?.state === 'runs') return; // a second click comes before the next frame
    const room = app.state().active;
    see({ type: 'try', id: ++trials, kind, room, node: lab.tab.node });
    doer.begin(kind, room, lab.tab.node);
  };
  const choose = (/** @type {'automatic' | 'explicit'} */ mode) => {
    save('labMode', mode);
    see({ type: 'mode', mode });
  };
  const parts = [lessonView(context, (event) => see(event), begin), map, legendView(context), cardsView(context), buttonsView(context, begin), historyView(context), commandsView(context, choose), wireView(context)];
  const el = h('section', { class: 'lab', tabindex: '0', 'data-testid': 'lab', 'aria-label': t('lab') }, h('div', { class: 'lab-body' }, ...parts.map((p) => p.el)));
  const choices = /** @type {const} */ (['chat', 'lab']).map((name) => h('button', { type: 'button', 'data-testid': `show-${name}`, value: name, onclick: () => app.act.lab(name) }, t(name)));
  const tabs = h('div', { class: 'tabs lab-tabs', role: 'group' }, ...choices);
  const stillness = matchMedia('(prefers-reduced-motion: reduce)');
  let frame = 0;

  /** @param {any} event */
  const see = (event) => {
    lab = reduceLab(lab, { at: Date.now(), ...event });
    frame ||= requestAnimationFrame(draw); // a hidden tab draws nothing
  };
  const tick = () => see({ type: 'tick' });
  const ask = async (/** @type {Parameters<typeof agent.ask>[0]} */ wanted) => {
    const answer = await agent.ask(wanted);
    void lookAtAgent();
    return answer;
  };
  const frames = watchFrames(chat);
  const tell = (/** @type {any} */ event) => {
    frames.see(event);
    see(event);
  };
  const doer = createDoer({ chat, ask, tell, words: t, reader: slowReader, url: new URL('sse', parse(location.href).root) });
  const lookAtAgent = async () => {
    const found = await agent.look();
    see({ type: 'agent', ...found });
    see({ type: 'mode', mode: load('labMode') ?? found.agent.mode });
  };
  const looking = setInterval(() => lab.agent.actions.length > 0 && !document.hidden && void lookAtAgent(), LOOKS_EVERY);

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
    if (document.hidden) see({ type: 'unwatched' });
    else void lookAtAgent();
  };
  const unsubscribe = chat.subscribe(see);
  document.addEventListener('visibilitychange', look);
  look();
  tellOpen = see;
  if (wantsLesson) startLesson();

  return {
    parts: [tabs, el],
    render(state) {
      for (const one of choices) one.setAttribute('aria-pressed', String(one.value === state.lab));
      tick();
    },
    stop() {
      kept = lab;
      tellOpen = null;
      clearInterval(looking);
      doer.stop();
      tabs.remove();
      el.remove();
      unsubscribe();
      frames.stop();
      document.removeEventListener('visibilitychange', look);
      cancelAnimationFrame(frame);
      chat.watch(false);
    },
  };
}

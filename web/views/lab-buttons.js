// The experiments of the Lab: each says what to expect before, and what happened after, in numbers. Those that need the agent are
// there only with it.

import { NEEDS } from '../lab-doer.js';
import { moodOf } from '../lab-trial.js';
import { h, icon, renew, sentence, setText } from './dom.js';

/** @typedef {import('../lab-trial.js').Kind} Kind */
/** @typedef {import('../lab-trial.js').Trial} Trial */

const KINDS = /** @type {Kind[]} */ (['kill', 'drain', 'pause', 'scale', 'cut', 'drop', 'twice', 'burst', 'slow']);

/** @typedef {[string, Record<string, any>][]} Told keys of the words and what is filled in */

/** The words of a trial's end. @param {import('./lab.js').Context} context @param {Trial} trial @returns {Told} */
export function outcome({ t, nodeName }, { kind, state, code, result }) {
  if (state === 'runs') return [['tryRuns', {}]];
  if (state === 'late') return [['tryLate', {}]];
  if (state === 'refused') return [[t(`refused_${code}`) === `refused_${code}` ? 'refused_other' : `refused_${code}`, { ...result, code }]];
  const number = new Intl.NumberFormat(t.locale, { maximumSignificantDigits: 2 });
  const filled = { ...result, ...(result.seconds !== undefined && { seconds: number.format(result.seconds) }), ...(result.node && { node: nodeName(result.node), was: nodeName(result.was) }) };
  const counted = (/** @type {string} */ name) => /** @type {Told[number]} */ ([`count_${name}`, { count: result[name] }]);
  return [[`result_${kind}`, filled], ...(result.node && result.recovered ? [counted('recovered')] : []), counted('lost'), counted('doubled')];
}

/** @param {import('./lab.js').Context['t']} t @param {Told} told */
export const telling = (t, told) => told.flatMap(([key, params], i) => [...(i ? [' · '] : []), ...sentence(t, key, params)]);

const ICONS = /** @type {const} */ ({ good: 'tick', wait: 'clock', bad: 'alert' });

/** Says what became of a trial, with a mark that is not only a colour. @param {HTMLElement} el @param {import('./lab.js').Context['t']} t @param {Told} told
 * @param {'good' | 'wait' | 'bad'} mood */
export function tell(el, t, told, mood) {
  el.dataset.mood = mood;
  renew(el, [told, mood], () => (told.length ? [icon(ICONS[mood]), h('span', {}, ...telling(t, told))] : []));
}

/** @param {import('./lab.js').Context} context @param {(kind: Kind) => void} begin @returns {import('./lab.js').LabPart} */
export function buttonsView(context, begin) {
  const { app, t, nodeName } = context;
  const note = h('p', { class: 'note', 'data-testid': 'no-agent' }, ...sentence(t, 'noAgent', { command: './deploy/local up --lab' }));
  const busy = h('p', { class: 'try-result', role: 'status', 'data-testid': 'agent-busy' });
  const rows = KINDS.map((kind) => {
    const button = h('button', { type: 'button', class: 'plain', 'data-testid': `try-${kind}`, 'aria-describedby': `expect-${kind}`, onclick: () => begin(kind) }, t(`try_${kind}`));
    const expect = h('p', { class: 'note', id: `expect-${kind}` });
    const result = h('p', { class: 'try-result', role: 'status', 'data-testid': `result-${kind}` });
    return { kind, button, expect, result, el: h('li', { class: 'try' }, button, expect, result) };
  });
  const el = h('section', { class: 'lab-part', 'aria-labelledby': 'lab-try-title' }, h('h2', { id: 'lab-try-title' }, t('tryTitle')), busy, h('ul', { class: 'tries', 'data-testid': 'lab-tries' }, ...rows.map((r) => r.el)), note);

  return {
    el,
    render({ trial, tab, agent, cluster }) {
      const isBusy = trial?.state === 'runs' || agent.busy !== null || !tab.isUp;
      const { limits } = app.state();
      note.hidden = agent.actions.length > 0;
      tell(busy, t, agent.busy !== null && trial?.state !== 'runs' ? [['refused_busy', {}]] : [], 'wait');
      for (const { kind, button, expect, result, el: row } of rows) {
        row.hidden = NEEDS[kind] !== '' && !agent.actions.includes(NEEDS[kind]);
        button.disabled = isBusy || (kind === 'scale' && cluster.nodes.filter((n) => n.state === 'ready').length >= (agent.most_nodes ?? 0));
        setText(expect, t(`expect_${kind}`, { node: nodeName(tab.node), limit: limits?.messages_per_second ?? 0 }));
        if (trial?.kind !== kind) continue;
        result.dataset.state = trial.state;
        tell(result, t, outcome(context, trial), moodOf(trial));
      }
    },
  };
}

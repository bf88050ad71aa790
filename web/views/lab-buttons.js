// The experiments of the Lab: each says what to expect before, and what happened after, in numbers. Those that need the agent are
// there only with it.

import { NEEDS } from '../lab-doer.js';
import { h, renew, sentence, setText } from './dom.js';

/** @typedef {import('../lab-trial.js').Kind} Kind */
/** @typedef {import('../lab-trial.js').Trial} Trial */

const KINDS = /** @type {Kind[]} */ (['kill', 'drain', 'pause', 'scale', 'cut', 'drop', 'twice', 'burst', 'slow']);

/** The words of a trial's end. @param {import('./lab.js').Context} context @param {Trial} trial @returns {[string, Record<string, any>]} */
export function outcome({ t, nodeName }, { kind, state, code, result }) {
  if (state === 'runs') return ['tryRuns', {}];
  if (state === 'late') return ['tryLate', {}];
  if (state === 'refused') return [t(`refused_${code}`) === `refused_${code}` ? 'refused_other' : `refused_${code}`, { ...result, code }];
  const number = new Intl.NumberFormat(t.locale, { maximumSignificantDigits: 2 });
  const filled = { ...result, ...(result.seconds !== undefined && { seconds: number.format(result.seconds) }), ...(result.node && { node: nodeName(result.node) }) };
  return [`result_${kind === 'cut' ? 'kill' : kind}`, filled];
}

/** @param {import('./lab.js').Context} context @param {(kind: Kind) => void} begin @returns {import('./lab.js').LabPart} */
export function buttonsView(context, begin) {
  const { app, t, nodeName } = context;
  const note = h('p', { class: 'note', 'data-testid': 'no-agent' }, ...sentence(t, 'noAgent', { command: './deploy/local up --lab' }));
  const rows = KINDS.map((kind) => {
    const button = h('button', { type: 'button', class: 'plain', 'data-testid': `try-${kind}`, 'aria-describedby': `expect-${kind}`, onclick: () => begin(kind) }, t(`try_${kind}`));
    const expect = h('p', { class: 'note', id: `expect-${kind}` });
    const result = h('p', { class: 'try-result', role: 'status', 'data-testid': `result-${kind}` });
    return { kind, button, expect, result, el: h('li', { class: 'try' }, button, expect, result) };
  });
  const el = h('section', { class: 'lab-part', 'aria-labelledby': 'lab-try-title' }, h('h2', { id: 'lab-try-title' }, t('tryTitle')), h('ul', { class: 'tries', 'data-testid': 'lab-tries' }, ...rows.map((r) => r.el)), note);

  return {
    el,
    render({ trial, tab, agent, cluster }) {
      const isBusy = trial?.state === 'runs' || agent.busy !== null || !tab.isUp;
      const { limits } = app.state();
      note.hidden = agent.actions.length > 0;
      for (const { kind, button, expect, result, el: row } of rows) {
        row.hidden = NEEDS[kind] !== '' && !agent.actions.includes(NEEDS[kind]);
        button.disabled = isBusy || (kind === 'scale' && cluster.nodes.filter((n) => n.state === 'ready').length >= (agent.most_nodes ?? 0));
        setText(expect, t(`expect_${kind}`, { node: nodeName(tab.node), limit: limits?.messages_per_second ?? 0 }));
        if (trial?.kind !== kind) continue;
        const [key, params] = outcome(context, trial);
        result.dataset.state = trial.state;
        result.dataset.bad = String(trial.result.lost > 0 || trial.result.doubled > 0);
        renew(result, [key, params], () => sentence(t, key, params));
      }
    },
  };
}

// The two modes of the Lab: messages simply arrive, or each append, publication and notification is shown with its command of Redis.

import { h, renew, sentence } from './dom.js';

/** @param {import('./lab.js').Context} context @param {(mode: 'automatic' | 'explicit') => void} choose @returns {import('./lab.js').LabPart} */
export function commandsView({ app, t, nodeName }, choose) {
  const choices = /** @type {const} */ (['automatic', 'explicit']).map((mode) => h('button', { type: 'button', 'data-testid': `mode-${mode}`, value: mode, onclick: () => choose(mode) }, t(`mode_${mode}`)));
  const about = h('p', { class: 'note' });
  const list = h('ol', { class: 'commands', tabindex: '0', 'aria-label': t('modeTitle') });
  const log = h('div', { role: 'log', 'aria-live': 'off', 'aria-labelledby': 'lab-mode-title', 'data-testid': 'lab-commands' }, list);
  const clock = new Intl.DateTimeFormat(t.locale, { timeStyle: 'medium' });
  const el = h('section', { class: 'lab-part', 'aria-labelledby': 'lab-mode-title' }, h('h2', { id: 'lab-mode-title' }, t('modeTitle')), h('div', { class: 'tabs mode-tabs', role: 'group', 'aria-labelledby': 'lab-mode-title' }, ...choices), about, log);

  return {
    el,
    render({ mode, commands, cluster }) {
      for (const one of choices) one.setAttribute('aria-pressed', String(one.value === mode));
      const isExplicit = mode === 'explicit' && !cluster.inMemory;
      renew(about, [mode, cluster.inMemory], () => [t(cluster.inMemory ? 'aboutMemory' : `about_${mode}`)]);
      log.hidden = !isExplicit || !commands.list.length;
      if (isExplicit) renew(list, [commands.last, commands.list.length], () => commands.list.map(({ at, kind, room, offset, node, lines }) => h('li', { 'data-kind': kind, 'data-colour': app.nodeColour(node) },
        h('div', { class: 'frame-head' }, h('i', { class: 'dot' }), h('span', {}, ...sentence(t, `command_${kind}`, { node: nodeName(node), room, offset })), h('time', {}, clock.format(at))), h('pre', {}, h('code', {}, lines.join('\n'))))));
    },
  };
}

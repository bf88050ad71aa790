// A search for a person: its open sessions on all nodes, each of which can be ended.

import { h, setText } from '../views/dom.js';
import { sureButton } from './sure.js';

/** @param {import('./page.js').Context} context @returns {import('./page.js').Part} */
export function peopleView({ t, calls }) {
  const input = h('input', { id: 'op-find', type: 'search', required: true, maxlength: 128, autocomplete: 'off', 'data-testid': 'find-input' });
  const told = h('p', { class: 'note', role: 'status', 'data-testid': 'find-told' });
  const list = h('ul', { class: 'op-found' });

  /** @param {import('./state.js').SessionRow} row */
  function found({ session, user, name, node = '', protocol, transport }) {
    const result = h('span', { class: 'note', role: 'status' });
    const end = (/** @type {boolean} */ mayReturn) => sureButton(t, t(mayReturn ? 'reconnect' : 'disconnect'), { 'data-testid': mayReturn ? 'reconnect' : 'disconnect', 'aria-label': `${t(mayReturn ? 'reconnect' : 'disconnect')}: ${name}, ${session}` },
      () => calls.disconnect(session, mayReturn), (problem) => setText(result, problem || t('ended')));
    return h('li', { 'data-testid': 'found', 'data-session': session }, h('div', {}, h('strong', {}, h('bdi', {}, name || user)), h('p', { class: 'note' }, [user, session, node, protocol, transport].join(' · '))), h('div', { class: 'op-row' }, result, end(true), end(false)));
  }

  const el = h('section', { class: 'op-part op-wide', 'aria-labelledby': 'op-people' }, h('h2', { id: 'op-people' }, t('peopleTitle')),
    h('form', { class: 'op-find', role: 'search', onsubmit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      setText(told, t('searching'));
      list.replaceChildren();
      try {
        const { sessions, unanswered = [] } = await calls.find(input.value.trim());
        setText(told, [t('foundCount', { count: sessions.length }), ...(unanswered.length ? [t('unanswered', { nodes: unanswered.join(', ') })] : [])].join(' '));
        list.replaceChildren(...sessions.map(found));
      } catch (why) {
        setText(told, String(/** @type {any} */ (why).message));
      }
    } }, h('label', { for: 'op-find' }, t('findLabel')), h('div', { class: 'op-row' }, input, h('button', { class: 'primary', 'data-testid': 'find' }, t('find')))), told, list);
  return { el, render: () => {} };
}

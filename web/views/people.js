// The users in the room. Several tabs of one user are one line, with the node of each.

import { sharedNames } from '../mentions.js';
import { tagOf } from '../text.js';
import { avatar } from './badge.js';
import { h, icon, renew } from './dom.js';
import { openCard, openModerate } from './lazy.js';

const LISTED = 100;

/** @param {import('./page.js').App} app @returns {import('./page.js').View} */
export function peopleView(app) {
  const { t, act } = app;
  const list = h('ul', { class: 'people' });
  const heading = h('h2', {}, t('onlineHere'));
  const el = h('section', {}, heading, list);

  /** @param {import('../types.js').Person} person @param {boolean} me @param {boolean} mod @param {ReadonlySet<string>} shared names of several people */
  function row(person, me, mod, shared) {
    const nodes = (person.nodes ?? []).map((n) => h('i', { class: 'dot', 'data-colour': app.nodeColour(n), title: t('node', { node: app.nodeName(n) }) }));
    const where = (person.nodes ?? []).map(app.nodeName).join(', ');
    return h('li', { class: 'person-row' }, h('button', { type: 'button', class: 'quiet wide', 'data-testid': 'person', 'data-user': person.id, disabled: me,
      title: me ? null : t('messageTo', { name: person.name }), onclick: () => act.direct(person) },
    avatar(person), h('span', { class: 'who' }, h('span', { class: 'name' }, h('bdi', {}, person.name), shared.has(person.name) && h('code', { class: 'id-tag' }, tagOf(person.id))), h('small', {}, ...nodes, where)),
    me && h('span', { class: 'tag' }, t('you'))),
    mod && !me && h('button', { type: 'button', class: 'quiet small', 'data-testid': 'moderate', 'aria-label': t('moderate', { name: person.name }),
      title: t('moderate', { name: person.name }), onclick: () => openModerate(app, person) }, icon('shield')),
    !me && h('button', { type: 'button', class: 'quiet small about', 'data-testid': 'about', 'aria-label': t('showCard', { name: person.name }),
      title: t('showCard', { name: person.name }), onclick: (/** @type {MouseEvent} */ e) => openCard(app, person, /** @type {HTMLElement} */ (e.currentTarget)) }, icon('person')));
  }

  return {
    el,
    render(state) {
      const room = state.rooms.get(state.active);
      const me = state.me?.id;
      const members = [...(room?.members ?? [])].sort((a, b) => Number(b.id === me) - Number(a.id === me) || a.name.localeCompare(b.name));
      const many = (room?.count ?? 0) > LISTED;
      const shared = sharedNames(members);
      const mod = room?.moderates ?? false;
      renew(list, [many, members, mod, room?.hidden, state.nodes.map((n) => n.id)], () => (room?.hidden
        ? [h('li', { class: 'note' }, t('membersHidden'))] : many
        ? [h('li', { class: 'note' }, t('peopleHere', { count: room?.count }), '. ', t('tooMany'))]
        : members.map((m) => row(m, m.id === me, mod, shared))));
    },
  };
}

// The card of a user: name, nodes, actions, and the tag that tells two people of one name apart.

import { mentionOf } from '../mentions.js';
import { tagOf } from '../text.js';
import { avatar, badge } from './badge.js';
import { copyButton } from './copy-button.js';
import { h, icon } from './dom.js';
import { openModerate } from './lazy.js';
import { popover } from './popover.js';
import { profile } from './profile.js';

/** @param {import('./page.js').App} app @param {import('../types.js').Person} person @param {HTMLElement} anchor */
export function card(app, person, anchor) {
  const { t, act, state } = app;
  const room = state().rooms.get(state().active);
  const isMe = person.id === state().me?.id;
  const here = room?.members.find(({ id }) => id === person.id);
  const nodes = here?.nodes ?? [];
  const twins = (room?.members ?? []).filter(({ id, name }) => name === person.name && id !== person.id).length;
  /** @param {'message' | 'at' | 'shield' | 'person'} image @param {string} words @param {string} id @param {() => void} run */
  const button = (image, words, id, run) => h('button', { type: 'button', class: 'plain', 'data-testid': id, onclick: () => {
    el.hidePopover();
    run();
  } }, icon(image), words);
  const el = popover(anchor, t('cardOf', { name: person.name }), { class: 'popover person-card', 'data-testid': 'card', 'data-user': person.id },
    h('div', { class: 'profile' }, avatar(person), h('span', { class: 'who' }, h('bdi', {}, person.name),
      h('small', {}, h('code', { 'data-testid': 'card-tag', title: t('tagHint') }, tagOf(person.id)), ' ', isMe ? t('you') : t(here ? 'isHere' : 'notHere')))),
    twins > 0 && h('p', { class: 'note' }, t('sameName', { count: twins })),
    h('dl', {},
      h('div', {}, h('dt', {}, t('id')), h('dd', {}, h('code', {}, person.id), copyButton(app, () => person.id, { label: t('copyId') }))),
      nodes.length > 0 && h('div', {}, h('dt', {}, t('nodes')), h('dd', {}, ...nodes.map((node) => badge(app, node))))),
    h('div', { class: 'choices' },
      ...(isMe ? [button('person', t('profile'), 'card-profile', () => profile(app))] : [
        button('message', t('directMessage'), 'card-message', () => act.direct(person)),
        button('at', t('mention'), 'card-mention', () => app.write(mentionOf(person))),
        room?.moderates && button('shield', t('moderateShort'), 'card-moderate', () => openModerate(app, person))])));
}

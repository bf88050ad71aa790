// The header: the room, the number of people, the node, the connection, the user's own name.

import { avatar, badge } from './badge.js';
import { settings } from './dialogs.js';
import { h, icon, renew } from './dom.js';
import { openSearch, openShare } from './lazy.js';
import { profile } from './profile.js';

/** @param {import('./page.js').App} app @returns {import('./page.js').View} */
export function headerView(app) {
  const { t } = app;
  const room = h('h1');
  const count = h('button', { type: 'button', class: 'link', 'data-testid': 'people-count', onclick: () => app.drawer('panel', 'people') });
  const node = h('span', { class: 'my-node' });
  const link = h('span', { class: 'connection', 'data-testid': 'connection', role: 'status' });
  const name = h('button', { type: 'button', class: 'quiet me', 'data-testid': 'name-button', onclick: () => profile(app) });
  /** @param {'menu' | 'gear' | 'people' | 'search' | 'share' | 'flask'} image @param {string} label @param {string} id @param {() => void} onclick */
  const tool = (image, label, id, onclick) => h('button', { type: 'button', class: `quiet tool ${id}`, 'aria-label': label,
    title: label, 'data-testid': id, onclick }, icon(image));
  const lab = tool('flask', t('lab'), 'open-lab', () => app.act.lab(app.state().lab ? '' : 'lab'));
  const el = h('header', { class: 'header' },
    tool('menu', t('rooms'), 'open-rooms', () => app.drawer('rooms')),
    h('div', { class: 'where' }, room, count),
    node, link, name,
    lab,
    tool('search', t('search'), 'open-search', () => openSearch(app)),
    tool('share', t('share'), 'open-share', () => openShare(app)),
    tool('gear', t('settings'), 'settings', () => settings(app)),
    tool('people', t('people'), 'open-panel', () => app.drawer('panel')));

  return {
    el,
    render(state) {
      const here = state.rooms.get(state.active);
      const direct = Boolean(here?.title);
      renew(room, [app.roomName(here), direct], () => [
        h('span', { class: 'hash', 'aria-hidden': 'true' }, direct ? '@' : '#'), h('bdi', {}, app.roomName(here))]);
      renew(count, [here?.barred, here?.count ?? 0], () => [here?.barred ? t('barredMark') : t('peopleHere', { count: here?.count ?? 0 })]);
      lab.setAttribute('aria-pressed', String(state.lab !== ''));
      const { node: id } = state;
      renew(node, [id, app.nodeName(id), app.nodeColour(id)], () => (id ? [badge(app, id)] : []));
      const isUp = state.link === 'online' && !state.doubted;
      const shown = isUp ? 'online' : state.link === 'stopped' || !state.onLine ? 'offline' : 'connecting';
      link.dataset.state = shown;
      renew(link, shown, () => [h('i', { class: 'dot' }), h('span', {}, t(shown))]);
      const me = { id: state.me?.id ?? '', name: state.name };
      renew(name, me, () => [avatar(me), h('bdi', { 'aria-hidden': 'true' }, me.name), h('span', { class: 'unseen' }, t('profileOf', me))]);
    },
  };
}

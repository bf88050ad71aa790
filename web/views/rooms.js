// The rooms on the left, with the unread messages of each, and the way to a new one.

import { h, icon, renew } from './dom.js';
import { openRooms, openSearch, openShare } from './lazy.js';

/** @param {import('./page.js').App} app @returns {import('./page.js').View} */
export function roomsView(app) {
  const { t, act } = app;
  const list = h('div', { class: 'room-list' });
  const el = h('div', { class: 'rooms', role: 'navigation', 'aria-label': t('rooms') },
    h('div', { class: 'brand' }, h('img', { src: 'favicon.svg', alt: '', width: 24, height: 24 }), 'Chat'),
    list,
    tool('plus', 'openRoom', 'new-room', openRooms),
    tool('search', 'search', 'nav-search', openSearch),
    tool('share', 'share', 'nav-share', openShare));

  /** Search and invitation are in the header, too, where the screen is wide.
   * @param {'plus' | 'search' | 'share'} image @param {string} words @param {string} id @param {(app: import('./page.js').App) => void} open */
  function tool(image, words, id, open) {
    return h('button', { type: 'button', class: `quiet wide ${id}`, 'data-testid': id, onclick: () => {
      app.drawer('');
      open(app);
    } }, icon(image), t(words));
  }

  /** @param {import('../room-state.js').Room} room @param {boolean} active */
  function row(room, active) {
    const name = app.roomName(room);
    const count = room.unread;
    return h('div', { class: 'room-row' },
      h('button', { type: 'button', class: 'room', 'data-testid': 'room', 'data-room': room.room, 'data-unread': count, 'data-named': room.named, 'data-barred': room.barred && room.barred.code,
        'aria-current': active && 'page', onclick: () => (act.show(room.room), app.drawer('')) },
      h('span', { class: 'hash', 'aria-hidden': 'true' }, room.title ? '@' : '#'), h('bdi', {}, name),
      room.barred && icon('lock', t('barredMark')),
      room.named && icon('at', t('namedYou')),
      count > 0 && h('span', { class: 'count', title: t('unread', { count }) }, count > 99 ? '99+' : String(count))),
      h('button', { type: 'button', class: 'quiet small', 'data-testid': 'leave-room', 'aria-label': t('leaveRoom', { room: name }),
        onclick: () => act.leave(room.room) }, icon('close')));
  }

  return {
    el,
    render(state) {
      const rooms = [...state.rooms.values()];
      const key = [state.active, rooms.map((r) => [r.room, app.roomName(r), r.unread, r.named, r.barred])];
      renew(list, key, () => ['', 'direct'].flatMap((group) => {
        const some = rooms.filter((r) => Boolean(r.title) === Boolean(group));
        if (!some.length) return [];
        return [h('h2', {}, t(group || 'rooms')), ...some.map((r) => row(r, r.room === state.active))];
      }));
    },
  };
}

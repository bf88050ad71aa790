// The rooms this browser knows, with the people in those that are open, and the way to another one. The cluster has no list of
// rooms for clients: any other room is opened by its name.

import { cleanRoom } from '../text.js';
import { visited } from '../visited.js';
import { dialog } from './dialogs.js';
import { h, icon, renew } from './dom.js';

const COUNT_EVERY = 1_000;

/** @param {import('./page.js').App} app */
export function roomBrowser(app) {
  const { t, act } = app;
  const problem = h('p', { class: 'problem', role: 'alert' });
  const list = h('ul', { class: 'known-rooms', 'data-testid': 'known-rooms' });
  const input = h('input', { id: 'room', 'data-testid': 'room-input', maxlength: 64, required: true, autocomplete: 'off',
    autocapitalize: 'none', 'aria-describedby': 'room-hint', oninput: draw });

  /** @param {{ room: string, title: string }} known @param {import('../room-state.js').Room} [open] */
  function entry({ room, title }, open) {
    const name = (open && app.roomName(open)) || title || room;
    const here = !open ? t('notOpenNow') : open.barred ? t('barredMark') : t('peopleHere', { count: open.count });
    return h('li', {}, h('button', { type: 'button', class: 'quiet wide', 'data-testid': 'known-room', 'data-room': room, onclick: () => {
      el.close();
      act.show(room, title);
    } }, h('span', { class: 'hash', 'aria-hidden': 'true' }, title ? '@' : '#'), h('bdi', {}, name),
    h('small', {}, here), open !== undefined && open.unread > 0 && h('span', { class: 'count', title: t('unread', { count: open.unread }) }, open.unread > 99 ? '99+' : String(open.unread))));
  }

  function draw() {
    const { rooms } = app.state();
    const wanted = input.value.trim().toLowerCase().replace(/^#/, '');
    const all = [...[...rooms.values()].sort((a, b) => b.count - a.count), ...visited().filter(({ room }) => !rooms.has(room))];
    const fitting = all.filter(({ room, title }) => `${room} ${title}`.toLowerCase().includes(wanted));
    const key = fitting.map(({ room }) => [room, rooms.get(room)?.count, rooms.get(room)?.unread, rooms.get(room)?.barred]);
    renew(list, key, () => fitting.map((known) => entry(known, rooms.get(known.room))));
    list.hidden = fitting.length === 0;
  }

  const el = dialog(app, t('openRoom'), () => {
    const room = cleanRoom(input.value);
    problem.textContent = room ? '' : t('badRoom');
    if (room) act.show(room);
    return room !== '';
  }, [h('label', { for: 'room' }, t('roomName')),
    h('div', { class: 'field' }, input, h('button', { type: 'submit', class: 'primary' }, icon('plus'), t('open'))),
    h('p', { class: 'note', id: 'room-hint' }, t('roomHint')), problem, h('h3', {}, t('knownRooms')), list]);
  draw();
  const timer = setInterval(draw, COUNT_EVERY);
  el.addEventListener('close', () => clearInterval(timer));
  input.focus();
}

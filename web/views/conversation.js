// The conversation: follows at the bottom, loads older pages on the way up without jumping, and keeps each row's element
// for as long as nothing about it changes.

import { timeline } from '../timeline.js';
import { h, icon, renew, sentence } from './dom.js';
import { rowElement } from './message.js';

const NEAR = 48;
const PAGE_AT = 240;
const still = matchMedia('(prefers-reduced-motion: reduce)');

/** @param {import('./page.js').App} app @returns {import('./page.js').View} */
export function conversationView(app) {
  const { t, act, dispatch } = app;
  const top = h('div', { class: 'top' });
  const rows = h('ol', { class: 'rows' });
  const log = h('div', { class: 'log', role: 'log', tabindex: 0, onscroll: scrolled }, top, rows);
  const jump = h('button', { type: 'button', class: 'jump', 'data-testid': 'jump', hidden: true,
    onclick: () => toBottom(still.matches ? 'instant' : 'smooth') });
  const typing = h('div', { class: 'typing', 'data-testid': 'typing', role: 'status' });
  const el = h('div', { class: 'conversation' }, log, jump, typing);

  /** @type {Map<string, { row: import('../timeline.js').Row, look: string, element: HTMLElement }>} */
  let shown = new Map();
  let drawn = ''; // which room and which generation of its messages
  let atBottom = true;
  /** @type {import('../room-state.js').Room | undefined} */ let room;

  new ResizeObserver(() => atBottom && toBottom()).observe(log);

  /** @param {ScrollBehavior} [behavior] */
  function toBottom(behavior = 'instant') {
    log.scrollTo({ top: log.scrollHeight, behavior });
  }

  function scrolled() {
    const at = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (at !== atBottom) {
      atBottom = at;
      if (room) dispatch({ type: 'bottom', room: room.room, at });
    }
    if (log.scrollTop < PAGE_AT && room) act.older(room);
  }

  /** @param {import('../timeline.js').Row[]} wanted @param {number} now */
  function patch(wanted, now) {
    const next = new Map();
    /** @type {ChildNode | null} */ let place = rows.firstChild;
    for (const row of wanted) {
      const old = shown.get(row.key);
      const look = lookOf(row, now);
      const same = old && old.look === look && itemOf(old.row) === itemOf(row);
      const element = same ? old.element : rowElement(app, row, now);
      if (old && !same) {
        if (place === old.element) place = element;
        old.element.replaceWith(element);
      } else if (place !== element) rows.insertBefore(element, place);
      place = element.nextSibling;
      next.set(row.key, { row, look, element });
    }
    for (const [key, { element }] of shown) if (!next.has(key)) element.remove();
    shown = next;
  }

  /** What a row's looks hang on beside its item. @param {import('../timeline.js').Row} row @param {number} now */
  function lookOf(row, now) {
    const me = row.kind === 'pending' ? `${app.state().name} ${row.item.retryAt ? Math.ceil((row.item.retryAt - now) / 1000) : ''}` : '';
    const node = row.kind === 'message' ? `${app.nodeName(row.item.node)} ${app.nodeColour(row.item.node)}` : '';
    return `${'follows' in row && row.follows} ${row.kind === 'day' ? new Date(now).getDate() : ''} ${me} ${node}`;
  }

  return {
    el,
    render(state) {
      room = state.rooms.get(state.active);
      rows.classList.toggle('alone', !room?.items.length && !room?.pending.length);
      if (!room) return;
      const now = state.now;
      const wanted = timeline(room, state.me?.id ?? '');
      const fresh = drawn !== `${room.room} ${room.generation}`;
      const first = rows.querySelector('li');
      const older = !fresh && first !== null && wanted[0]?.key !== shown.keys().next().value;
      log.setAttribute('aria-live', fresh || older ? 'off' : 'polite'); // history is not news
      const fromEnd = log.scrollHeight - log.scrollTop;
      const name = app.roomName(room);
      if (fresh) {
        rows.replaceChildren();
        shown = new Map();
        log.setAttribute('aria-label', t('conversation', { room: name }));
      }
      const quiet = room.joined && wanted.length === 0;
      const above = quiet ? 'empty' : !room.joined && !wanted.length ? '' : room.more ? 'loading' : 'beginning';
      renew(top, above, () => (above === 'empty' ? [h('strong', {}, t('empty')), h('span', {}, t('emptyHint'))] : above ? [t(above)] : []));
      top.className = `top ${above}`;
      const last = wanted.at(-1);
      const mineIsNew = last?.kind === 'pending' && !shown.has(last.key);
      patch(wanted, now);

      if (fresh) {
        drawn = `${room.room} ${room.generation}`;
        atBottom = true;
        if (!room.atBottom) dispatch({ type: 'bottom', room: room.room, at: true });
        const mark = /** @type {HTMLElement | null} */ (rows.querySelector('.new-line'));
        toBottom();
        if (mark && log.scrollHeight - mark.offsetTop > log.clientHeight) log.scrollTop = mark.offsetTop - NEAR;
      } else if (older) log.scrollTop = log.scrollHeight - fromEnd;
      else if (atBottom || mineIsNew) toBottom();
      if (log.scrollHeight < log.clientHeight + PAGE_AT) act.older(room);

      jump.hidden = atBottom && room.atBottom;
      renew(jump, room.below, () => [icon('down'), room?.below ? t('newBelow', { count: room.below }) : h('span', { class: 'unseen' }, t('toBottom'))]);
      const who = room.typing;
      renew(typing, who.map((p) => p.name), () => (who.length === 0 ? []
        : sentence(t, who.length === 1 ? 'typing1' : who.length === 2 ? 'typing2' : 'typingMany', { a: who[0].name, b: who[1]?.name })));
    },
  };
}

/** @param {import('../timeline.js').Row} row */
function itemOf(row) {
  return 'item' in row ? row.item : row.kind;
}

// The conversation: follows at the bottom, and on the way up slides over the loaded rows and loads older ones.

import { all, around, down, follow, newest, up } from '../span.js';
import { timeline } from '../timeline.js';
import { waitingOf } from '../waiting.js';
import { h, icon, renew, sentence } from './dom.js';
import { rowsView } from './log.js';
import { messageBar, messageKeys } from './message-bar.js';
import { welcomeCard } from './welcome.js';

const NEAR = 48;
const SHOWN_FOR = 2_000; // the mark of a message that was jumped to
const AHEAD = 3; // screens that are there before one gets to them

/** @param {import('./page.js').App} app @returns {import('./page.js').View & { turn: (way: 1 | -1) => void }} */
export function conversationView(app) {
  const { t, act, dispatch } = app;
  const top = h('div', { class: 'top' });
  const log = h('div', { class: 'log', role: 'log', tabindex: 0, onscroll: scrolled }, top);
  const rows = rowsView(app, log);
  log.append(rows.el);
  messageBar(app, log, rows.itemOf);
  messageKeys(app, log, rows.itemOf);
  const jump = h('button', { type: 'button', class: 'jump', 'data-testid': 'jump', hidden: true, onclick: toNewest });
  const typing = h('div', { class: 'typing', 'data-testid': 'typing', role: 'status' });
  const waits = h('div', { class: 'waits', 'data-testid': 'waits', role: 'status', hidden: true });
  const el = h('div', { class: 'conversation' }, log, jump, waits, typing);

  let drawn = ''; // which room and which generation of its messages
  /** @type {import('../room-state.js').Room | undefined} */ let room;
  /** @type {import('../span.js').Span} */ let span = { from: 0, to: 0 };
  let atBottom = true;
  let said = 0; // when I last said something: that is looked at
  let seenTop = 0; // the scroll position when the conversation was last in view
  let width = 0;
  /** @type {ReturnType<typeof rows.place>} */ let place = null;
  /** @type {import('../room-state.js').Room['target']} */ let revealed = null;

  new ResizeObserver(() => {
    if (atBottom) toBottom();
    else if (place && log.clientWidth !== width) rows.restore(place);
    width = log.clientWidth;
  }).observe(log);

  function toBottom() {
    log.scrollTop = log.scrollHeight;
    seenTop = log.scrollTop;
  }

  function toNewest() {
    settle(true);
    render(app.state());
  }

  /** @param {boolean} at */
  function settle(at) {
    atBottom = at;
    if (room && room.atBottom !== at) dispatch({ type: 'bottom', room: room.room, at });
  }

  /** A user who moves up leaves the bottom with the first pixel, or the next message would pull the view back. */
  function scrolled() {
    if (!room) return;
    const left = log.scrollHeight - log.scrollTop - log.clientHeight;
    const rising = log.scrollTop < seenTop;
    seenTop = log.scrollTop;
    settle(span.to === all(room).to && (left <= 1 || (left < NEAR && !rising)));
    fill();
    place = rows.place();
  }

  function draw() {
    if (!room) return { added: 0, behind: false };
    const { from } = all(room);
    const quiet = room.joined && !room.pending.length && !room.items.some((i) => i.kind === 'message');
    const above = quiet ? 'empty' : span.from > from || !rows.el.children.length ? '' : room.more ? 'loading' : 'beginning';
    renew(top, [above, above === 'empty' && [app.state().node, room.room]], () => (above === 'empty' ? [welcomeCard(app)] : above ? [t(above)] : []));
    top.className = `top ${above}`;
    const { me, node, now } = app.state();
    return rows.patch(timeline(room, me?.id ?? '', span.from - from, span.to - from, node), now);
  }

  /** Has enough rows above and below the view. Every draw asks again, so a failed or slow request never ends the way. */
  function fill() {
    if (!room) return;
    const { from, to } = all(room);
    const screen = log.clientHeight * AHEAD;
    if (log.scrollTop < screen) {
      if (span.from > from) slide(up(span, { from, to }));
      else act.older(room.room);
    }
    if (span.to < to && log.scrollHeight - log.scrollTop - log.clientHeight < screen) slide(down(span, { from, to }));
  }

  /** @param {import('../span.js').Span} next */
  function slide(next) {
    log.setAttribute('aria-live', 'off'); // history is not news
    span = next;
    rows.keep(draw);
    seenTop = log.scrollTop;
  }

  /** @param {import('../store.js').State} state */
  function render(state) {
    room = state.rooms.get(state.active);
    rows.el.classList.toggle('alone', !room?.items.length && !room?.pending.length);
    if (!room) return;
    const generation = `${room.room} ${room.generation}`;
    const saidAt = room.pending.at(-1)?.at ?? 0;
    if (drawn !== generation) enter(generation);
    else {
      if (saidAt > said) settle(true);
      span = follow(span, all(room), atBottom);
      const { added, behind } = atBottom ? draw() : rows.keep(draw);
      log.setAttribute('aria-live', atBottom && added && behind ? 'polite' : 'off');
      if (atBottom) toBottom();
      seenTop = log.scrollTop;
    }
    said = Math.max(said, saidAt);
    if (room.target && room.target !== revealed) reveal(room.target);
    fill();
    jump.hidden = atBottom && room.atBottom;
    renew(jump, room.below, () => [icon('down'), room?.below ? t('newBelow', { count: room.below }) : h('span', { class: 'unseen' }, t('toBottom'))]);
    const waiting = waitingOf(state);
    waits.hidden = !waiting;
    renew(waits, waiting, () => (waiting ? [t(waiting.seconds ? 'waitsFor' : 'waits', { ...waiting, why: t(waiting.why) })] : []));
    const who = room.typing;
    renew(typing, who.map((p) => p.name), () => (who.length === 0 ? []
      : sentence(t, who.length === 1 ? 'typing1' : who.length === 2 ? 'typing2' : 'typingMany', { a: who[0].name, b: who[1]?.name })));
  }

  /** The conversation from its newest messages on, or from the first one that is new. @param {string} generation */
  function enter(generation) {
    if (!room) return;
    drawn = generation;
    log.setAttribute('aria-live', 'off');
    log.setAttribute('aria-label', t('conversation', { room: app.roomName(room) }));
    rows.clear();
    span = newest(all(room));
    draw();
    toBottom();
    const mark = /** @type {HTMLElement | null} */ (rows.el.querySelector('.new-line'));
    const isAbove = mark !== null && log.scrollHeight - mark.offsetTop > log.clientHeight;
    if (mark && isAbove) log.scrollTop = mark.offsetTop - NEAR;
    seenTop = log.scrollTop;
    settle(!isAbove);
  }

  /** Shows a message that is loaded, in the middle, and gives it the focus. @param {{ offset: number }} target */
  function reveal(target) {
    revealed = target;
    const at = room?.items.findIndex((i) => i.kind === 'message' && i.offset === target.offset) ?? -1;
    if (!room || at < 0) return;
    settle(false);
    const there = all(room);
    log.setAttribute('aria-live', 'off');
    span = around(there.from + at, there);
    draw();
    const row = rows.elementAt(target.offset);
    row?.scrollIntoView({ block: 'center' });
    row?.focus({ preventScroll: true });
    row?.classList.add('found');
    setTimeout(() => row?.classList.remove('found'), SHOWN_FOR);
    seenTop = log.scrollTop;
  }

  return {
    el, render,
    /** A screen up or down, also when the focus is outside. @param {1 | -1} way */
    turn: (way) => log.scrollBy({ top: way * log.clientHeight * 0.875 }),
  };
}

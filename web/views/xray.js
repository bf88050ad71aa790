// The X-ray of a message, as a dialog: the way through the cluster in milliseconds, its place in the log, its frames.

import { translator } from '../i18n/index.js';
import { xrayWordsOf } from '../i18n/xray.js';
import { tagOf } from '../text.js';
import { inMs, waterfall } from '../xray.js';
import { copyButton } from './copy-button.js';
import { dialog } from './dialogs.js';
import { h, sentence } from './dom.js';
import { styleSheet } from './style-sheet.js';
import { framesOf } from './xray-watch.js';

/** @typedef {import('./page.js').App} App */
/** @typedef {import('../room-state.js').MessageItem} MessageItem */
/** @typedef {import('../i18n/index.js').Translator} Translator */
/** @typedef {import('../types.js').Hop} Hop */

/** The nodes report a moment after the message has come. */
const TRIES = 4;
const PAUSE = 400;
/** A wait of a message in this tab that its reader may have felt, in ms. */
const NOTICED = 100;

/** The source of each step; src/README.md describes them. */
const SOURCES = {
  sent: 'web/sender.js', resent: 'web/sender.js', received: 'sessions/member_requests.cpp', again: 'redis/lua/append.lua', appended: 'redis/lua/append.lua', heard: 'rooms/room_log.cpp',
  read: 'rooms/repair.cpp', written: 'sessions/shard/flush_list.cpp', acked: 'web/sender.js', arrived: 'web/memberships.js', dropped: 'web/lab-doer.js', asked: 'web/memberships.js', recovered: 'web/memberships.js',
};

const loadStyle = styleSheet('xray.css');

/** @param {App} app @param {MessageItem} item */
export async function xray(app, item) {
  const [words] = await Promise.all([xrayWordsOf(app.t.language), loadStyle()]);
  const t = translator(app.t.language, words, navigator.languages);
  const room = app.state().active;
  const body = h('div', { class: 'xray', 'data-testid': 'xray', 'aria-live': 'polite' }, h('p', {}, t('asking')));
  const el = dialog(app, t('title', { offset: item.offset }), () => true, [body]);
  el.classList.add('large', 'xray-dialog');
  for (let i = 1; el.isConnected; i++) {
    const answer = await app.chat.hops(room, item.offset).catch((why) => ({ ...why, epoch: '', hops: [] }));
    body.replaceChildren(...parts({ app, t, room, item }, answer));
    if (i === TRIES || answer.code || isWhole(answer.hops, app.state().node)) return;
    await new Promise((done) => setTimeout(done, PAUSE));
  }
}

/** @param {Hop[]} hops @param {string} node */
const isWhole = (hops, node) => hops.some((hop) => hop.received) && hops.some((hop) => hop.framed && hop.node === node);

/** @param {{ app: App, t: Translator, room: string, item: MessageItem }} context @param {{ epoch: string, hops: Hop[], code?: string }} answer @returns {Node[]} */
function parts(context, { epoch, hops, code }) {
  const { app, t, room, item } = context;
  const seen = framesOf(room, item.offset);
  const { steps, total, error } = waterfall(hops, seen, app.state().node);
  const none = h('div', { class: 'xray-none', 'data-testid': 'xray-none' }, h('p', {}, t(code === 'forbidden' || code === 'not_joined' ? 'notAllowed' : 'noTrace')),
    !app.state().lab && h('button', { type: 'button', class: 'plain', onclick: (/** @type {Event} */ e) => {
      /** @type {HTMLElement} */ (e.target).closest('dialog')?.close();
      app.act.lab('lab');
    } }, t('openLab')));
  return [
    ...(hops.length ? [] : [none]),
    ...(steps.length ? [h('ol', { class: 'xray-steps', 'data-testid': 'xray-steps' }, ...steps.map((step) => row(context, step, total))),
      h('p', { class: 'note', 'data-testid': 'xray-error' }, error === null ? t(seen?.tries ? 'oneSidedOwn' : 'oneSided') : t('exactTo', { ms: inMs(error, t.locale) }))] : []),
    facts(context, epoch, hops, seen),
    ...(seen ? [h('section', { class: 'xray-frames' }, h('h3', {}, t('frames')), ...seen.frames.map((frame) => frameRow(context, frame)))] : []),
    h('p', { class: 'note' }, ...sentence(t, 'source', { file: 'src/README.md' })),
  ];
}

/** @param {{ app: App, t: Translator }} context @param {import('../xray.js').Step} step @param {number} total */
function row({ app, t }, { kind, node, from, to, count = 0, laggards = 0 }, total) {
  const share = (/** @type {number} */ at) => `${total ? ((at / total) * 100).toFixed(2) : 0}%`;
  const bar = h('span', { class: 'xray-bar' });
  bar.style.setProperty('inset-inline', `min(${share(from)}, 100% - 4px) ${share(total - to)}`);
  return h('li', { 'data-testid': 'xray-step', 'data-kind': kind, 'data-node': node || false, 'data-colour': node ? app.nodeColour(node) : false },
    h('span', { class: 'xray-what' }, ...sentence(t, kind, { node: app.nodeName(node), count }), laggards > 0 && h('b', { class: 'xray-late' }, ` ${t('laggards', { count: laggards })}`)),
    h('span', { class: 'xray-ms' }, t('after', { ms: inMs(to, t.locale) })),
    h('span', { class: 'xray-track', 'aria-hidden': 'true' }, bar),
    h('code', { class: 'xray-source' }, SOURCES[kind]));
}

/** @param {{ app: App, t: Translator, item: MessageItem }} context @param {string} epoch @param {Hop[]} hops @param {import('../xray-log.js').Seen | null} seen */
function facts({ app, t, item }, epoch, hops, seen) {
  /** @param {string} name @param {string | false} value */
  const said = (name, value) => value !== false && h('div', {}, h('dt', {}, t(name)), h('dd', {}, value));
  /** @param {string} name @param {string | false} value */
  const fact = (name, value) => value !== false && h('div', {}, h('dt', {}, t(name)), h('dd', {}, h('code', {}, value)));
  const taken = hops.find((hop) => hop.received && !hop.duplicate);
  const isDuplicate = seen?.duplicate || hops.some((hop) => hop.duplicate);
  const tries = seen?.tries ?? 0;
  const brought = hops.filter((hop) => hop.framed).map((hop) => `${app.nodeName(hop.node)}: ${t('socketCount', { count: hop.sockets ?? 0 })}`);
  return h('dl', { class: 'xray-facts', 'data-testid': 'xray-facts' },
    fact('epoch', epoch !== '' && epoch), fact('offset', String(item.offset)),
    fact('producer', item.seq > 0 && `${tagOf(item.sender)} · ${item.seq}`),
    said('queued', seen !== null && tries > 0 && seen.queued > 0 && seen.sent[0] - seen.queued >= NOTICED && t('queuedFor', { time: clockTime(t, seen.queued), ms: inMs(seen.sent[0] - seen.queued, t.locale) })),
    fact('firstSent', seen !== null && tries > 0 && clockTime(t, seen.sent[0])),
    fact('tries', tries > 0 && String(tries)),
    said('ackCame', seen !== null && tries > 0 && ackOf(t, seen)),
    said('push', seen !== null && seen.dropped > 0 && t(seen.recovered ? 'pushDroppedAsked' : 'pushDropped')),
    fact('duplicate', (taken !== undefined || isDuplicate) && t(isDuplicate ? 'yes' : 'no')),
    fact('ackLevel', taken?.ack ?? false),
    fact('deliveredBy', brought.length > 0 && brought.join(', ')),
    fact('traceId', taken !== undefined && taken.trace.slice(3, 35)));
}

/** @param {Translator} t @param {number} at */
const clockTime = (t, at) => new Date(at).toLocaleTimeString(t.locale, { hour: 'numeric', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });

/** When the acknowledgement came; a message that comes back says that it is stored, too. @param {Translator} t @param {import('../xray-log.js').Seen} seen */
function ackOf(t, { sent, acked, received }) {
  const after = (/** @type {number} */ at) => ({ time: clockTime(t, at), ms: inMs(at - sent[0], t.locale) });
  return acked ? t('ackAt', after(acked)) : received ? t('ackByMessage', after(received)) : t('ackNotYet');
}

/** @param {{ app: App, t: Translator }} context @param {import('../xray-log.js').Frame} frame */
function frameRow({ app, t }, { at, out, text, lost }) {
  return h('details', { 'data-testid': 'xray-frame', 'data-lost': String(lost) },
    h('summary', {}, `${t(lost ? 'frameDropped' : out ? 'frameOut' : 'frameIn')} · ${clockTime(t, at)} · ${t('bytes', { count: new TextEncoder().encode(text).length })}`),
    h('div', { class: 'xray-raw' }, h('pre', { tabindex: 0 }, h('code', {}, text)), copyButton(app, () => text, { label: t('copyFrame') })));
}

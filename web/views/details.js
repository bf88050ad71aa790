// The details of a message: the node that took it, its place in the log, its time, and the delay of its ack.

import { tagOf } from '../text.js';
import { badge } from './badge.js';
import { copyButton } from './copy-button.js';
import { h, icon } from './dom.js';
import { openCard, openXray } from './lazy.js';
import { popover } from './popover.js';

/** @param {import('./page.js').App} app @param {import('../room-state.js').MessageItem} item @param {HTMLElement} anchor */
export function details(app, item, anchor) {
  const { t, state } = app;
  const { from, offset, node, time, mine, ack, seq, sender } = item;
  const epoch = state().rooms.get(state().active)?.epoch ?? '';
  /** @param {string} name @param {...(Node | string | false)} value */
  const fact = (name, ...value) => h('div', {}, h('dt', {}, t(name)), h('dd', {}, ...value));
  const when = new Date(time);
  const el = popover(anchor, t('details'), { class: 'popover details', 'data-testid': 'details' },
    h('dl', {},
      fact('author', h('button', { type: 'button', class: 'link', 'data-testid': 'details-author', onclick: () => {
        el.hidePopover();
        openCard(app, from, anchor);
      } }, h('bdi', {}, from.name)), ' ', h('code', {}, tagOf(from.id))),
      fact('takenBy', badge(app, node)),
      fact('offset', h('code', { 'data-testid': 'details-offset' }, String(offset))),
      epoch !== '' && fact('epoch', h('code', {}, epoch)),
      fact('time', h('time', { datetime: when.toISOString() }, `${when.toLocaleDateString(t.locale)} ${when.toLocaleTimeString(t.locale, { hour: 'numeric', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 })}`)),
      mine && ack !== null && fact('acked', h('span', { 'data-testid': 'details-ack' }, t('ackedAfter', { ms: ack.ms }), ack.tries > 1 && ` · ${t('tries', { count: ack.tries })}`)),
      seq > 0 && fact('sendKey', h('code', {}, `${tagOf(sender)} · ${seq}`))),
    h('p', { class: 'note' }, t('detailsHint')),
    h('div', { class: 'choices' },
      h('button', { type: 'button', class: 'plain', onclick: () => {
        el.hidePopover();
        app.reply(item);
      } }, icon('reply'), t('reply')),
      h('button', { type: 'button', class: 'plain', 'data-testid': 'details-xray', onclick: () => {
        el.hidePopover();
        openXray(app, item);
      } }, icon('flask'), t('xray')),
      copyButton(app, () => app.act.roomPage(offset), { label: t('copyLink'), words: t('copyLink'), class: 'plain', 'data-testid': 'details-link' })));
}

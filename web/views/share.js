// The address of the room: to copy, and as a QR code for a phone.

import { encode } from '../qr.js';
import { isLocal } from '../route.js';
import { copyButton } from './copy-button.js';
import { dialog } from './dialogs.js';
import { h } from './dom.js';

const QUIET = 4; // modules of white around the code, as its standard asks for
const SVG = 'http://www.w3.org/2000/svg';

/** @param {import('./page.js').App} app */
export function share(app) {
  const { t, act } = app;
  const state = app.state();
  const address = act.roomPage();
  const field = h('input', { id: 'address', readonly: true, value: address, 'data-testid': 'room-address', onfocus: () => field.select() });
  dialog(app, t('shareRoom', { room: app.roomName(state.rooms.get(state.active)) }), () => true, [
    h('label', { for: 'address' }, t('address')),
    field, copyButton(app, () => address, { label: t('copyLink'), words: t('copyLink'), class: 'primary', 'data-testid': 'copy-link' }),
    picture(address, t('qrLabel')),
    h('p', { class: 'note' }, t(isLocal(location.hostname) ? 'shareLocal' : 'shareHint'))]);
}

/** One path: a square for each dark module. @param {string} text @param {string} label */
function picture(text, label) {
  const modules = encode(text);
  if (!modules) return '';
  const size = modules.length + 2 * QUIET;
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${size} ${size}`, class: 'qr', role: 'img', 'aria-label': label, 'data-testid': 'qr' })) svg.setAttribute(name, value);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ''))).join(''));
  svg.append(path);
  return svg;
}

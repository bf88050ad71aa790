// The keys of the page, and the commands of the message box.

import { dialog } from './dialogs.js';
import { h } from './dom.js';

/** Keys, and the words for their actions. @type {readonly [string[], string][]} */
const KEYS = [
  [['Enter'], 'keySend'], [['Shift', 'Enter'], 'keyBreak'], [['@'], 'keyMention'], [[':'], 'keyEmoji'],
  [['Alt', '↑'], 'keyRooms'], [['Ctrl', 'K'], 'keyBrowse'], [['Ctrl', 'Shift', 'F'], 'keySearch'],
  [['Page Up'], 'keyPages'], [['↑'], 'keyMessages'], [['R'], 'keyReply'], [['Enter'], 'keyDetails'], [['Esc'], 'keyBack'], [['?'], 'keyHelp'],
];

/** @param {import('./page.js').App} app */
export function shortcuts(app) {
  const { t } = app;
  const el = dialog(app, t('shortcuts'), () => true, [
    h('dl', { class: 'keys', 'data-testid': 'shortcuts' }, ...KEYS.map(([keys, words]) => h('div', {},
      h('dt', {}, ...keys.flatMap((key, i) => [i > 0 && ' + ', h('kbd', {}, key)])), h('dd', {}, t(words))))),
    h('p', { class: 'note' }, t('helpLine'))]);
  el.classList.add('large');
}

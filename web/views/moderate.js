// The dialog in which a moderator removes, mutes or bans a member of the room.

import { MEASURES, createModeration } from '../moderation.js';
import { dialog } from './dialogs.js';
import { h } from './dom.js';

const REASON_LETTERS = 120;

/** @param {import('./page.js').App} app @param {import('../types.js').Person} person */
export function moderate(app, person) {
  const { t, act, chat, dispatch } = app;
  const carryOut = createModeration({ chat, dispatch, notice: act.notice });
  const room = app.state().active;
  const choices = MEASURES.map(({ id }, i) => h('label', { class: 'choice' },
    h('input', { type: 'radio', name: 'measure', value: id, 'data-testid': `measure-${id}`, required: true, checked: i === 0 }), t(id)));
  const reason = h('input', { id: 'reason', 'data-testid': 'reason', maxlength: REASON_LETTERS, autocomplete: 'off', 'aria-describedby': 'reason-hint' });
  dialog(app, t('moderate', { name: person.name }), () => {
    const chosen = choices.findIndex((choice) => choice.querySelector('input')?.checked);
    void carryOut(room, person, MEASURES[chosen], reason.value.trim());
    return true;
  }, [h('fieldset', {}, h('legend', {}, t('measure', { room: app.roomName(app.state().rooms.get(room)) })), ...choices),
    h('label', { for: 'reason' }, t('reason')), reason, h('p', { class: 'note', id: 'reason-hint' }, t('reasonHint'))], t('confirm'));
}

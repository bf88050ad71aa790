// The actions of a moderator in a room.

/** @typedef {{ id: string, action: import('./types.js').Sanction, seconds?: number, done: string }} Measure done: words of the notice */

/** @type {readonly Measure[]} */
export const MEASURES = [
  { id: 'kick', action: 'kick', done: 'kicked' },
  { id: 'mute10', action: 'mute', seconds: 600, done: 'muted' },
  { id: 'mute60', action: 'mute', seconds: 3_600, done: 'muted' },
  { id: 'ban', action: 'ban', seconds: 86_400, done: 'banned' },
];

/** @param {{ chat: import('./client.js').ChatClient, dispatch: (event: any) => void, notice: (kind: string, params?: object) => void }} page */
export function createModeration({ chat, dispatch, notice }) {
  /** @param {string} room @param {import('./types.js').Person} person @param {Measure} measure @param {string} reason */
  return async (room, person, { action, seconds, done }, reason) => {
    try {
      await chat.moderate(room, person.id, action, { seconds, ...(reason && { reason }) });
      dispatch({ type: 'moderates', room, may: true });
      notice(done, { name: person.name, room });
    } catch (why) {
      const { code } = /** @type {import('./types.js').Refusal} */ (why);
      if (code === 'forbidden') dispatch({ type: 'moderates', room, may: false });
      notice('notModerated', { name: person.name, code });
    }
  };
}

// Why messages of mine are not stored yet, when that is worth a word: something is in their way, or they are many.

const MANY = 10;

/** My messages in the room in view that are not stored. @param {import('./store.js').State} state */
export const unsentOf = ({ rooms, active }) => rooms.get(active)?.pending.filter((p) => !p.offset && p.state !== 'failed') ?? [];

/** @param {import('./store.js').State} state @returns {{ count: number, why: string, seconds: number } | null} why: a key of the words */
export function waitingOf(state) {
  const { link, doubted, available, now, rooms, active } = state;
  const unsent = unsentOf(state);
  const count = unsent.length;
  if (!count) return null;
  if (link !== 'online' || doubted) return { count, why: 'whyAway', seconds: 0 };
  const held = unsent.find((p) => p.state === 'waiting');
  if (held) return { count, why: held.code ?? 'busy', seconds: Math.max(0, Math.ceil(((held.retryAt ?? now) - now) / 1000)) };
  if (!available || rooms.get(active)?.away) return { count, why: 'unavailable', seconds: 0 };
  return count < MANY ? null : { count, why: 'whyTurn', seconds: 0 };
}

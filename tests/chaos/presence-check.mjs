// Every user in a presence list is here, and every user that is gone leaves it (11).

const FALSE_ONLINE = 8_000;
const JUST_BACK = 1_000;        // events for joined and left users may cross
const AFTERMATH = 10_000;       // how long a fault that hides people may show

/** @param {import('./history.mjs').History} history */
export function checkPresence({ presence, faults, rooms }, verdict) {
  const excused = (at) => faults.some((fault) => fault.hides && fault.start <= at && at <= fault.end + AFTERMATH);
  for (const { at, room, client, watcher, hereFor } of presence.left) {
    if (hereFor < JUST_BACK || excused(at)) continue;
    const during = faults.find((fault) => fault.start <= at && at <= fault.end + JUST_BACK);
    verdict.add('other', 11, `${rooms[room]}: client ${watcher} is told that client ${client}, here for ${(hereFor / 1000).toFixed(1)} s, has left${during ? ` (${during.name})` : ''}`, `${client} left at ${Math.round(at / 1000)}`);
  }
  for (const { watcher, room, diedAt, goneAt } of presence.ghosts) {
    if (goneAt === null || goneAt - diedAt > FALSE_ONLINE) {
      verdict.add('other', 11, `${rooms[room]}: client ${watcher} sees the people of a dead node for ${goneAt === null ? 'ever' : `${((goneAt - diedAt) / 1000).toFixed(1)} s`}`);
    }
  }
  for (const { watcher, room, missing, extra } of presence.lists) {
    if (missing.length > 0) verdict.add('other', 11, `${rooms[room]}: in the end client ${watcher} does not see ${missing.join(', ')}`);
    if (extra.length > 0) verdict.add('other', 11, `${rooms[room]}: in the end client ${watcher} still sees ${extra.join(', ')}`);
  }
}

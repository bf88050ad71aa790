// The end of a round: what the checker needs to know of it.
import { until, within } from '../e2e/support/until.mjs';
import { silentRooms } from './crowd.mjs';
import { checkMap } from './map-check.mjs';

const TO_SETTLE = 20_000;         // for messages in outboxes, at the longest retry
const TO_CATCH_UP = 5_000;        // invariant 10
const SILENT_TAIL = 21_000;       // two rounds of the position check

/** No more faults, then no more messages: all are stored, every client has all, and the presence lists are right. */
export async function rest(cluster, crowd, history, say) {
  const end = performance.now();
  await until('everybody has caught up', () => crowd.caughtUp(end), TO_CATCH_UP)
    .catch(() => history.complain('5 s after the last fault not everybody had caught up'));
  crowd.quiet();
  await until('nothing waits any more', () => crowd.waiting === 0, TO_SETTLE)
    .catch(() => history.complain(`unsent in the end: ${[...crowd.people, ...crowd.others].filter(({ waiting }) => waiting > 0).map(({ name, waiting }) => `${name} ${waiting}`).join(', ')}`));
  const tops = await cluster.tops();
  const isComplete = (screen) => screen.last === tops[screen.room];
  const [silent, lively] = [true, false].map((wanted) => history.screens.filter(({ room }) => silentRooms.includes(room) === wanted));
  // The checker reports the messages that are missing after these times, one by one.
  await until('all have the last message', () => lively.every(isComplete), TO_CATCH_UP).catch(() => {});
  await until('all have the last message before a silence', () => silent.every(isComplete), SILENT_TAIL).catch(() => {});
  history.life(await cluster.logs());
  await readLists(crowd, history);
  if (crowd.tokenPeople.length === 0) say(await checkMap(cluster, crowd.people.length, history));
}

/** The presence list of each watcher in the end. Lists follow events within moments. */
async function readLists(crowd, history) {
  const report = async ({ watcher, room, name }) => {
    const expected = crowd.people.filter((person) => person.here.has(name)).map((person) => person.id);
    const { members } = await within('a list of people', watcher.chat.members(name), 2000);
    const told = members.map(({ id }) => id);
    return { watcher: watcher.index, room, missing: expected.filter((id) => !told.includes(id)), extra: told.filter((id) => !expected.includes(id)) };
  };
  await Promise.all(crowd.rosters.map(async (roster) => {
    let last;
    await until('the list is right', async () => { last = await report(roster); return last.missing.length + last.extra.length === 0; }, 8_000).catch(() => {});
    if (last) history.presence.lists.push(last);
  }));
}

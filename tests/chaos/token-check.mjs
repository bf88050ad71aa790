// A session ends with its token: not earlier, and not later than the grace after it (13).
import { GRACE } from './token-person.mjs';

const EXPIRED = 4501, REFUSED = 4500;
const EARLY = 500;             // clocks that are read a moment apart
const MOST_SERVED = 1;         // a node that was stopped may answer one question before it looks at its timers

/** @param {import('./history.mjs').History} history */
export function checkTokens({ tokens, faults }, verdict) {
  for (const session of tokens) {
    const { person, keeps, offered, grants, asked, served, ended } = session;
    const last = grants.at(-1);
    const deadline = (last?.expires ?? offered) + GRACE;
    const isEnded = ended?.code === EXPIRED || ended?.code === REFUSED;
    if (isEnded && ended.at < deadline - EARLY) {
      verdict.add('dropped', 13, `${person} was closed with ${ended.code} ${((deadline - ended.at) / 1000).toFixed(1)} s before the end of the grace`);
    } else if (isEnded && keeps && asked.some((at) => at > last.at && at <= last.expires) && !faults.some((fault) => isAsLong(fault, deadline))) {
      verdict.add('dropped', 13, `${person} asked in time for a refresh, got no answer, and was closed with ${ended.code}`);
    }
    if (served.length > MOST_SERVED) verdict.add('kept', 13, `${person} was served ${((served.at(-1) - deadline) / 1000).toFixed(1)} s after the grace of its token`);
  }
  if (tokens.length > 0 && tokenFigures(tokens).ended === 0) verdict.add('other', 13, 'no session was ended by an expired token: that shows nothing');
}

/** A fault during all of the grace leaves no time to refresh. */
const isAsLong = ({ start, end }, deadline) => end - start >= GRACE && start < deadline && end > deadline - GRACE;

/** @param {any[]} tokens sessions, as a History has them */
export function tokenFigures(tokens) {
  return {
    refreshed: tokens.reduce((sum, { grants }) => sum + Math.max(0, grants.length - 1), 0),
    ended: tokens.filter(({ ended }) => ended?.code === EXPIRED).length,
  };
}

// The rows of a long conversation that are on the page, which so stays light. Positions count from the first loaded item; earlier
// items have negative ones, and do not move when older pages come.

/** @typedef {import('./room-state.js').Room} Room */
/** @typedef {{ from: number, to: number }} Span from is on the page, to is the first that is not */

export const STEP = 50;
export const MOST = 400; // together higher than seven screens (see AHEAD in views/conversation.js), or the two ends would chase each other

/** The positions there are. @param {Pick<Room, 'items' | 'pending' | 'shift'>} room @returns {Span} */
export const all = ({ items, pending, shift }) => ({ from: 0 - shift, to: items.length + pending.length - shift });

/** @param {Span} all @returns {Span} */
export const newest = ({ from, to }) => ({ from: Math.max(from, to - STEP), to });

/** The rows around a position. @param {number} position @param {Span} all @returns {Span} */
export const around = (position, { from, to }) => ({ from: Math.max(from, position - STEP), to: Math.min(to, position + STEP) });

/** A step up, and away from rows far below. @param {Span} span @param {Span} all @returns {Span} */
export function up(span, all) {
  const from = Math.max(all.from, span.from - STEP);
  return { from, to: Math.min(span.to, from + MOST) };
}

/** A step down, and away from rows far above. @param {Span} span @param {Span} all @returns {Span} */
export function down(span, all) {
  const to = Math.min(all.to, span.to + STEP);
  return { from: Math.max(span.from, to - MOST), to };
}

/** After a change of the items: up to the end if the end was in view, otherwise as it was. It is cut in steps, not row by row.
 * @param {Span} span @param {Span} all @param {boolean} atEnd @returns {Span} */
export function follow(span, all, atEnd) {
  const to = atEnd ? all.to : Math.min(span.to, all.to);
  const from = Math.min(Math.max(span.from, all.from), to);
  return { from: to - from > MOST ? to - MOST + STEP : from, to };
}

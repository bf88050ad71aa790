// The frames of this tab's connection: the last ones, without those that only keep the Lab and the connection alive. Pure.

/** @typedef {{ key: number, at: number, out: boolean, type: string, text: string, lost: boolean }} Frame text: without secrets; lost: thrown away on purpose */
/** @typedef {{ frames: Frame[], last: number, folded: ReadonlyMap<string, number> }} Wire newest first; folded: how many of each type are not listed */

export const MOST_FRAMES = 50;
const LONGEST = 2_000;
/** The client's own pings, and the pictures of the cluster that the Lab draws. */
const FOLDED = new Set(['node', 'watch', 'watching', 'cluster']);
const SECRETS = new Set(['token', 'identity_secret', 'producer']);

/** @returns {Wire} */
export const noWire = () => ({ frames: [], last: 0, folded: new Map() });

/** @param {Wire} wire @param {any} event @param {number} now @returns {Wire} */
export function reduceWire(wire, event, now) {
  if (event.type !== 'frame') return wire;
  const type = /"type":"(\w+)"/.exec(event.text)?.[1] ?? '';
  if (FOLDED.has(type)) return { ...wire, folded: new Map(wire.folded).set(type, (wire.folded.get(type) ?? 0) + 1) };
  const frame = { key: wire.last + 1, at: now, out: event.out, type, text: shown(event.text), lost: event.lost };
  return { ...wire, last: frame.key, frames: [frame, ...wire.frames].slice(0, MOST_FRAMES) };
}

/** The frame as it is shown and copied. @param {string} text */
function shown(text) {
  try {
    return JSON.stringify(JSON.parse(text, (key, value) => (SECRETS.has(key) ? '…' : value))).slice(0, LONGEST);
  } catch {
    return text.slice(0, LONGEST);
  }
}

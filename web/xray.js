// The X-ray of a message: the hops that the nodes report and the times of this tab, on one axis. Pure.

/** @typedef {import('./types.js').Hop} Hop */
/** @typedef {import('./xray-log.js').Seen} Seen */
/** One bar: `from` and `to` in ms behind the first step. @typedef {{ kind: 'sent'|'resent'|'received'|'again'|'appended'|'heard'|'read'|'written'|'acked'|'arrived'|'dropped'|'asked'|'recovered',
 *   node: string, from: number, to: number, count?: number, laggards?: number }} Step count: sockets, or which try */
/** `error`: how far a time may be wrong, in ms; null: this tab's clock is only known from one side.
 * @typedef {{ steps: Step[], total: number, error: number | null }} Waterfall */

const MICROSECONDS = 1000;
const ms = (/** @type {number | undefined} */ time) => (time ?? 0) / MICROSECONDS;

/** The store's clock minus this tab's. A node receives a message after it was sent and answers before the ack arrives, so the
 * difference lies between two bounds; of a message of others only one is known.
 * @param {Hop | undefined} taken @param {Hop | undefined} brought by the node of this tab @param {Seen | null} seen @returns {{ shift: number, error: number | null } | null} */
function clockOf(taken, brought, seen) {
  if (!seen) return null;
  const tries = seen.sent.filter((at) => at <= seen.acked);
  const tried = tries.at(-1); // the try that was stored, unless its ack says that an earlier one was
  if (taken && tried !== undefined && !(seen.ackedAgain && tries.length > 1)) {
    const low = ms(taken.appended) - seen.acked;
    const high = ms(taken.received) - tried;
    return { shift: (low + high) / 2, error: Math.abs(high - low) / 2 };
  }
  const pushed = seen.dropped || (seen.recovered ? 0 : seen.received);
  return brought?.written && pushed ? { shift: ms(brought.written) - pushed, error: null } : null;
}

/** @param {Hop[]} hops @param {Seen | null} seen @param {string} node the one of this tab @returns {Waterfall} */
export function waterfall(hops, seen, node) {
  const taken = hops.find((h) => h.received && !h.duplicate);
  const again = hops.filter((h) => h.received && h.duplicate);
  const brought = hops.filter((h) => h.framed).sort((a, b) => ms(a.heard ?? a.framed) - ms(b.heard ?? b.framed));
  const here = brought.find((h) => h.node === node);
  const clock = clockOf(taken, here, seen);
  const own = (/** @type {number} */ at) => at + (clock?.shift ?? 0);
  /** @type {Step[]} */ const steps = [];
  const add = (/** @type {Step['kind']} */ kind, /** @type {string} */ by, /** @type {number} */ from, /** @type {number} */ to, more = {}) => steps.push({ kind, node: by, from, to, ...more });

  const sent = clock && seen?.sent.length ? own(seen.sent[0]) : 0;
  if (sent) add('sent', '', sent, sent);
  if (clock && seen) for (const [i, at] of seen.sent.entries()) if (i) add('resent', '', own(at), own(at), { count: seen.tries - seen.sent.length + i + 1 });
  if (taken) add('received', taken.node, sent || ms(taken.received), ms(taken.received));
  if (taken) add('appended', taken.node, ms(taken.received), ms(taken.appended));
  for (const hop of again) add('again', hop.node, ms(hop.received), ms(hop.appended));
  for (const hop of brought) {
    const came = ms(hop.heard ?? hop.framed);
    add(hop.heard ? 'heard' : 'read', hop.node, taken ? Math.min(ms(taken.received), came) : came, came);
    if (hop.written) add('written', hop.node, came, ms(hop.written), { count: hop.sockets ?? 0, laggards: hop.laggards ?? 0 });
  }
  if (clock && seen?.acked) add('acked', '', taken ? ms(taken.appended) : own(seen.acked), own(seen.acked));
  if (clock && seen?.dropped) add('dropped', '', here?.written ? ms(here.written) : own(seen.dropped), own(seen.dropped));
  if (clock && seen?.asked) add('asked', '', own(seen.dropped || seen.asked), own(seen.asked));
  if (clock && seen?.received && seen.recovered) add('recovered', '', own(seen.asked || seen.received), own(seen.received));
  else if (clock && seen?.received) add('arrived', '', here?.written ? ms(here.written) : own(seen.received), own(seen.received));

  const zero = Math.min(...steps.map((s) => s.from));
  const shifted = steps.map((s) => ({ ...s, from: s.from - zero, to: Math.max(s.from, s.to) - zero })).sort((a, b) => a.to - b.to || a.from - b.from);
  const errors = hops.map((h) => ms(h.error_us));
  const ofTab = clock ? clock.error : 0;
  return { steps: shifted, total: Math.max(0, ...shifted.map((s) => s.to)), error: ofTab === null ? null : Math.max(0, ...errors) + ofTab };
}

/** 0.42 → "0.4", 1234.5 → "1,235". @param {number} value @param {string} locale */
export const inMs = (value, locale) => value.toLocaleString(locale, { minimumFractionDigits: value < 100 ? 1 : 0, maximumFractionDigits: value < 100 ? 1 : 0 });

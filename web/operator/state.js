// What operators see, from the pushes `cluster` with details: a pure function of events. No DOM, no clock, no network.

/** @typedef {{ session: string, user: string, name: string, protocol: string, transport: string, waiting_bytes: number, node?: string }} SessionRow */
/** @typedef {{ refused: Record<string, number>, slow: Record<string, number>, appends: number, append_turns: number, append_us: number }} Counted */
/** A node's own words. @typedef {{ faults: string[], loop_lag_ms: number, memory_bytes: number, counted: Counted, laggards: SessionRow[],
 *   connections: { protocol: string, transport: string, count: number }[], rooms: { room: string, people: number, messages_per_second: number }[] }} Report */
/** What a request to a silent node showed. @typedef {'killed' | 'frozen' | 'no_store' | 'answers' | ''} Probe */
/** @typedef {object} Node
 * @property {string} id
 * @property {string} name
 * @property {'ready' | 'draining' | 'silent' | 'gone'} state gone: it was silent and is not listed any more
 * @property {number} connections
 * @property {number} rate deliveries a second to its clients
 * @property {number} startedAt
 * @property {string} version
 * @property {string} secret the name of its secret
 * @property {number} clockAhead ms
 * @property {string} why there are no figures: no_answer, other_secret
 * @property {Report | null} report
 * @property {{ at: number, counted: Counted }[]} counts of the last minute, the oldest first
 * @property {Probe} probe
 * @property {number} goneAt
 */
/** @typedef {{ number: number, time: number, level: string, event: string, fields: string, node: string }} LoggedEvent */
/** @typedef {object} View
 * @property {number} now
 * @property {number} seenAt when the last push came; 0: none yet
 * @property {number} begunAt when the first one came
 * @property {Node[]} nodes by id
 * @property {{ answers: boolean, roundTrip: number | null, used: number, most: number } | null} store
 * @property {LoggedEvent[]} events the newest first
 */

export const MINUTE = 60_000;
const SECOND = 1_000;
/** @type {Counted} */ const ZERO = { refused: {}, slow: {}, appends: 0, append_turns: 0, append_us: 0 };
const GONE_SHOWN = 10 * MINUTE;

/** @returns {View} */
export const nothing = () => ({ now: 0, seenAt: 0, begunAt: 0, nodes: [], store: null, events: [] });

/** @param {View} view @param {any} event with `at` @returns {View} */
export function reduce(view, event) {
  const now = Math.max(view.now, event.at);
  if (event.type === 'probed') return { ...view, now, nodes: view.nodes.map((n) => (n.id === event.node ? { ...n, probe: event.probe } : n)) };
  if (event.type !== 'cluster' || !event.details) return { ...view, now };
  const { nodes, store, details } = event;
  return {
    now,
    seenAt: now,
    begunAt: view.begunAt || now,
    nodes: nodesAfter(view.nodes, nodes, new Map(details.nodes.map((/** @type {any} */ d) => [d.id, d])), now, view.seenAt > 0),
    store: { answers: store.answers, roundTrip: store.answers ? store.round_trip_ms ?? null : null, used: details.store.used_bytes, most: details.store.max_bytes },
    events: details.events.slice().reverse(),
  };
}

/** @param {Node[]} before @param {any[]} listed @param {Map<string, any>} details @param {number} now @param {boolean} hasBegun the page has seen the cluster before
 * @returns {Node[]} */
function nodesAfter(before, listed, details, now, hasBegun) {
  const known = new Map(before.map((n) => [n.id, n]));
  const here = listed.map((p) => nodeAfter(known.get(p.id), p, details.get(p.id) ?? {}, now, hasBegun));
  const ids = new Set(here.map((n) => n.id));
  const gone = before.filter((n) => !ids.has(n.id) && (n.state === 'silent' || n.state === 'gone') && (!n.goneAt || now - n.goneAt < GONE_SHOWN))
    .map((n) => ({ ...n, state: /** @type {const} */ ('gone'), connections: 0, rate: 0, goneAt: n.goneAt || now }));
  return [...here, ...gone].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

/** A node that comes while the page looks has counted from zero since. @param {Node | undefined} before @param {any} pushed @param {any} detail @param {number} now
 * @param {boolean} hasBegun @returns {Node} */
function nodeAfter(before, pushed, detail, now, hasBegun) {
  const isSilent = pushed.state === 'silent';
  const same = before?.startedAt === pushed.started_at ? before : undefined;
  const report = detail.report ?? same?.report ?? null;
  const counts = same ? same.counts.filter((c) => c.at > now - MINUTE) : hasBegun ? [{ at: now - SECOND, counted: ZERO }] : [];
  return {
    id: pushed.id, name: pushed.name || pushed.id, state: pushed.state, connections: isSilent ? 0 : pushed.connections, rate: isSilent ? 0 : pushed.messages_per_second,
    startedAt: pushed.started_at, version: pushed.version, secret: detail.secret ?? '', clockAhead: detail.clock_ahead_ms ?? 0, why: isSilent ? '' : detail.why ?? '',
    report, counts: detail.report ? [...counts, { at: now, counted: detail.report.counted }] : counts, probe: isSilent ? same?.probe ?? '' : '', goneAt: 0,
  };
}

/** How much a counter of a node has grown in the last minute, as far as this page has seen it. @param {Node} node @param {(counted: Counted) => number} read */
export function grown({ counts }, read) {
  const [first, last] = [counts[0], counts[counts.length - 1]];
  return first ? Math.max(0, read(last.counted) - read(first.counted)) : 0;
}

/** Appends of all nodes in the last seconds: how many a second, and how long a turn of them took on average.
 * @param {View} view @returns {{ rate: number, ms: number | null }} */
export function appends({ nodes }) {
  let [rate, turns, us] = [0, 0, 0];
  for (const { counts, state } of nodes) {
    const [first, last] = [counts[Math.max(0, counts.length - 6)], counts[counts.length - 1]];
    if (state === 'silent' || state === 'gone' || !first || last.at === first.at) continue;
    turns += last.counted.append_turns - first.counted.append_turns;
    us += last.counted.append_us - first.counted.append_us;
    rate += (last.counted.appends - first.counted.appends) / ((last.at - first.at) / 1000);
  }
  return { rate, ms: turns > 0 ? us / turns / 1000 : null };
}

/** The rooms of all nodes; a room that several nodes tell of is one. @param {View} view */
export function rooms({ nodes }) {
  /** @type {Map<string, { room: string, people: number, rate: number }>} */ const all = new Map();
  for (const { report, state } of nodes) {
    if (state === 'gone' || state === 'silent') continue;
    for (const { room, people, messages_per_second: rate } of report?.rooms ?? []) {
      const known = all.get(room);
      all.set(room, { room, people: Math.max(people, known?.people ?? 0), rate: Math.max(rate, known?.rate ?? 0) });
    }
  }
  return [...all.values()].sort((a, b) => b.people - a.people || b.rate - a.rate).slice(0, 20);
}

/** @param {View} view @returns {(SessionRow & { node: string })[]} */
export const laggards = ({ nodes }) => nodes.filter((n) => n.state === 'ready' || n.state === 'draining')
  .flatMap((n) => (n.report?.laggards ?? []).map((row) => ({ ...row, node: n.id }))).sort((a, b) => b.waiting_bytes - a.waiting_bytes).slice(0, 20);

/** What limits have refused: in the last minute, and since the node started. @param {View} view @returns {{ node: string, limit: string, count: number, total: number }[]} */
export const limits = ({ nodes }) => nodes.flatMap((n) => Object.entries(n.report?.counted.refused ?? {})
  .map(([limit, total]) => ({ node: n.id, limit, count: grown(n, (c) => c.refused[limit] ?? 0), total })).filter((l) => l.total > 0)).sort((a, b) => b.count - a.count || b.total - a.total);

// Where the parts of the Lab's map are, and where the dots of a message are while it flies. Pure geometry, in units of the picture.

import { FLIGHT_LASTS } from './lab-flights.js';

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ id: string, x: number, y: number }} Place centre of a node */
/** @typedef {{ width: number, height: number, tab: Point, proxy: Point, store: Point, nodes: Place[], hidden: number, hasProxy: boolean, hasStore: boolean }} Layout
 * hidden: nodes that the map leaves out; proxy: this tab, where there is none */

export const MOST_NODES = 8;
const WIDTH = 400;
const STEP = 52;
const LEAST = 172;
const NOTE = 12; // a line under the nodes
/** Half the width of each box. */
export const HALF = { tab: 22, proxy: 30, node: 66, store: 24 };

export const MOST_WIRES = 6;

/** @param {string[]} ids @param {string} own the node of this tab is never left out @param {{ hasProxy?: boolean, hasStore?: boolean }} [parts] @returns {Layout} */
export function layout(ids, own, { hasProxy = true, hasStore = true } = {}) {
  const first = ids.slice(0, MOST_NODES);
  const shown = ids.includes(own) && !first.includes(own) ? [...first.slice(0, -1), own] : first;
  const hidden = ids.length - shown.length;
  const middle = Math.max(LEAST, shown.length * STEP + 16) / 2;
  const height = 2 * middle + (hidden ? NOTE : 0);
  const nodes = shown.map((id, i) => ({ id, x: 238, y: middle + (i - (shown.length - 1) / 2) * STEP }));
  return { width: WIDTH, height, tab: { x: 36, y: middle }, proxy: { x: hasProxy ? 108 : 36, y: middle }, store: { x: 362, y: middle }, nodes, hidden, hasProxy, hasStore };
}

/** The dots of one flight: from this tab (its own message) or from the node that took it, to the store, to the nodes that it reaches, to this tab.
 * @param {Layout} map @param {import('./lab-flights.js').Flight} flight @param {string} own @param {ReadonlySet<string>} reached nodes that get it
 * @param {number} now @returns {Point[]} none before and after it */
export function dots(map, flight, own, reached, now) {
  const share = (now - flight.at) / FLIGHT_LASTS;
  if (share < 0 || share >= 1) return [];
  const place = (/** @type {string} */ id) => map.nodes.find((n) => n.id === id);
  const taker = place(flight.node);
  const mine = place(own);
  const legs = [
    ...(flight.own && taker ? [[[map.tab, ...wires(map, taker)[0], taker]]] : []),
    ...(map.hasStore ? [taker ? [[taker, ...wires(map, taker)[1], map.store]] : [],
      map.nodes.filter((n) => reached.has(n.id)).map((n) => [map.store, ...[...wires(map, n)[1]].reverse(), n])] : []),
    mine ? [[mine, ...[...wires(map, mine)[0]].reverse(), map.tab]] : [],
  ];
  const leg = Math.min(legs.length - 1, Math.floor(share * legs.length));
  const part = share * legs.length - leg;
  return legs[leg].map((path) => along(path, part * part * (3 - 2 * part)));
}

/** The wires, from edge to edge: to the node from the proxy, and from it to the store. @param {Layout} map @param {Point} node @returns {[Point, Point][]} */
export const wires = ({ proxy, store, hasProxy }, { x, y }) => [[{ x: proxy.x + (hasProxy ? HALF.proxy : HALF.tab), y: proxy.y }, { x: x - HALF.node, y }], [{ x: x + HALF.node, y }, { x: store.x - HALF.store, y: store.y }]];

/** One wire for each connection of a node, side by side: the own one is in the middle. @param {[Point, Point]} wire @param {number} count @returns {[Point, Point][]} */
export function strands([a, b], count) {
  return Array.from({ length: Math.min(count, MOST_WIRES) }, (_, i) => {
    const aside = Math.ceil(i / 2) * (i % 2 ? 1 : -1);
    return [{ x: a.x, y: a.y + aside }, { x: b.x, y: b.y + 5 * aside }];
  });
}

/** A curve that leaves and arrives level. @param {Point} a @param {Point} b */
export const curve = (a, b) => `M${a.x} ${a.y}C${(a.x + b.x) / 2} ${a.y} ${(a.x + b.x) / 2} ${b.y} ${b.x} ${b.y}`;

/** @param {Point[]} path of such curves @param {number} share of it @returns {Point} */
function along(path, share) {
  const at = share * (path.length - 1);
  const i = Math.min(path.length - 2, Math.floor(at));
  const [a, b, u, v] = [path[i], path[i + 1], at - i, 1 - at + i];
  const mix = (/** @type {number[]} */ [p, q, r, s]) => v ** 3 * p + 3 * v ** 2 * u * q + 3 * v * u ** 2 * r + u ** 3 * s;
  const middle = (a.x + b.x) / 2;
  return { x: mix([a.x, middle, middle, b.x]), y: mix([a.y, a.y, b.y, b.y]) };
}

// The map of the Lab: this tab, NGINX, the nodes and the store, and each message as a dot on its way. Under it, one line about the
// connection, and the last messages as a list: users without motion see only that.

import { FLIGHT_LASTS, reached, waiting } from '../lab-flights.js';
import { HALF, MOST_WIRES, curve, dots, layout, strands, wires } from '../lab-map.js';
import { stateOf, takesPart } from '../lab-state.js';
import { h, renew, sentence } from './dom.js';
import { s } from './svg.js';

const MOVE_SHOWN = 20_000;
const LONGEST_NAME = 13;

/** @param {import('./lab.js').Context} context @returns {import('./lab.js').LabPart & { fly: (lab: import('../lab-state.js').Lab, now: number) => void }} */
export function mapView({ app, t, nodeName }) {
  const still = s('g');
  const air = s('g', { class: 'map-air' });
  const picture = s('svg', { class: 'map', role: 'img', 'data-testid': 'lab-map' }, still, air);
  const status = h('p', { class: 'lab-status', role: 'status', 'data-testid': 'lab-status' });
  const recent = h('ol');
  const el = h('section', { class: 'lab-part', 'aria-labelledby': 'lab-map-title' }, h('h2', { id: 'lab-map-title' }, t('mapTitle')), picture, status,
    h('div', { class: 'lab-recent', role: 'log', 'aria-live': 'off', 'aria-label': t('recentTitle'), 'data-testid': 'lab-recent' }, recent));
  let drawn = '';
  let map = layout([], '');
  const number = new Intl.NumberFormat(t.locale, { maximumFractionDigits: 1 });

  const label = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ text, /** @type {string} */ kind = '') => s('text', { x, y, class: kind }, text);
  const short = (/** @type {string} */ name) => (Array.from(name).length > LONGEST_NAME ? `${Array.from(name).slice(0, LONGEST_NAME - 1).join('')}…` : name);
  const wire = (/** @type {import('../lab-map.js').Point} */ a, /** @type {import('../lab-map.js').Point} */ b, /** @type {string} */ kind, colour = -1) =>
    s('path', { d: curve(a, b), class: `wire ${kind}`, ...(colour >= 0 && { 'data-colour': colour }) });

  /** @param {import('../lab-state.js').Lab} lab */
  function parts(lab) {
    const { tab: own, cluster } = lab;
    const answers = cluster.store?.answers ?? true;
    const shown = map.nodes.map((place) => ({ place, node: cluster.nodes.find((n) => n.id === place.id) })).map(({ place, node }) => ({ place, state: node ? stateOf(lab, node) : 'ready', connections: node?.connections ?? 0 }));
    const { tab, proxy, store } = map;
    const waits = waiting(app.state(), lab.now);
    const at = (own.isUp && map.nodes.find((n) => n.id === own.node)) || tab; // where a message waits that is not stored
    return [
      ...(map.hasProxy ? [wire(tab, proxy, own.isUp ? 'own' : 'broken', own.isUp ? app.nodeColour(own.node) : -1)] : []),
      ...shown.flatMap(({ place, state, connections }) => {
        const isOwn = own.isUp && place.id === own.node;
        const [left, right] = wires(map, place);
        const [first, ...others] = strands(left, map.hasProxy && takesPart(state) ? Math.max(connections, 1) : 1);
        const isDrawn = map.hasProxy || isOwn;
        return [...others.map((one) => wire(...one, 'other')), ...(isDrawn ? [wire(...first, isOwn ? 'own' : !takesPart(state) ? 'broken' : connections ? '' : 'idle', isOwn ? app.nodeColour(place.id) : -1)] : []),
          ...(map.hasStore ? [wire(...right, takesPart(state) && answers ? '' : 'broken')] : [])];
      }),
      s('g', { class: 'map-part', 'data-state': own.isUp ? 'ready' : 'lost', transform: `translate(${tab.x} ${tab.y})` },
        s('rect', { x: -HALF.tab, y: -17, width: 2 * HALF.tab, height: 34, rx: 6 }), s('path', { d: 'M-22 -8h44', class: 'detail' }), s('path', { d: 'M-17 -12.5h.01M-12 -12.5h.01M-7 -12.5h.01', class: 'detail buttons' }),
        label(0, 33, t('thisTab'), 'middle')),
      ...(map.hasProxy ? [s('g', { class: 'map-part', 'data-testid': 'map-proxy', 'data-state': 'ready', transform: `translate(${proxy.x} ${proxy.y})` },
        s('rect', { x: -HALF.proxy, y: -17, width: 2 * HALF.proxy, height: 34, rx: 17 }), label(0, 4, 'NGINX', 'middle'))] : []),
      ...(map.hasStore ? [s('g', { class: 'map-part', 'data-testid': 'map-store', 'data-state': answers ? 'ready' : 'silent', transform: `translate(${store.x} ${store.y})` },
        s('path', { d: 'M-24 -13v27c0 4.5 10.7 8 24 8s24 -3.500 24 -8v-27', class: 'body' }), s('ellipse', { cx: 0, cy: -13, rx: 24, ry: 8 }),
        label(0, 39, t('store'), 'middle'), answers ? label(0, 53, t('answers'), 'middle word') : label(36, 53, t('answersNot'), 'end word'))] : []),
      ...shown.map(({ place, state }) => s('g', { class: 'map-part map-node', 'data-testid': 'map-node', 'data-node': place.id, 'data-state': state,
        'data-own': place.id === own.node && own.isUp, 'data-colour': app.nodeColour(place.id), transform: `translate(${place.x} ${place.y})` },
      s('title', {}, nodeName(place.id)), s('rect', { x: -HALF.node, y: -20, width: 2 * HALF.node, height: 40, rx: 9 }), s('circle', { cx: -53, cy: -5, r: 5 }),
      label(-42, -1, short(nodeName(place.id))), label(-42, 13, t(`state_${state}`), 'word'))),
      ...(map.hidden > 0 ? [label(238, map.height - 2, t('mapMore', { count: map.hidden }), 'middle word')] : []),
      ...(waits ? [s('circle', { class: 'map-wait', cx: at.x + (at === tab ? HALF.tab : HALF.node - 12), cy: at.y, r: 5.5, 'data-colour': app.nodeColour(own.node) })] : []),
      ...(waits || lab.flights.ms !== null ? [s('text', { x: 6, y: tab.y - 32, class: 'real', 'data-testid': 'lab-real' }, waits ? t('waitingNow', { count: waits }) : t('realTime', { ms: lab.flights.ms }))] : []),
    ];
  }

  /** @param {import('../lab-state.js').Lab} lab */
  function words(lab) {
    const nodes = lab.cluster.nodes.map((n) => `${n.name} ${t(`state_${stateOf(lab, n)}`)}`).join(', ');
    const store = t(lab.cluster.inMemory ? 'inMemory' : lab.cluster.store?.answers === false ? 'answersNot' : 'answers');
    return t(!lab.tab.isUp ? 'mapLabelLost' : lab.proxy ? 'mapLabel' : 'mapLabelDirect', { node: nodeName(lab.tab.node), nodes, store });
  }

  /** @param {import('../lab-state.js').Lab} lab @returns {[string, Record<string, any>]} */
  function state({ tab, now, flights }) {
    if (!tab.isUp && tab.lostAt) return ['lostNow', { node: nodeName(tab.node) }];
    const { move } = tab;
    if (move && now - move.at < MOVE_SHOWN) return [move.planned ? 'event_moved' : move.from === move.to ? 'moved' : 'movedTo', { from: nodeName(move.from), node: nodeName(move.to), seconds: number.format(move.ms / 1000), ms: move.ms, count: move.count }];
    return flights.skipped ? ['skipped', { count: flights.skipped }] : ['mapHint', { ms: FLIGHT_LASTS }];
  }

  return {
    el,
    render(lab) {
      const { tab, cluster } = lab;
      const ids = cluster.nodes.length || !tab.node ? cluster.nodes.map((n) => n.id) : [tab.node];
      const key = JSON.stringify([ids.map((id) => [id, nodeName(id), app.nodeColour(id)]), cluster.nodes.map((n) => [stateOf(lab, n), Math.min(n.connections, MOST_WIRES)]), lab.proxy, cluster.inMemory, cluster.store?.answers, tab.node, tab.isUp, lab.flights.ms, waiting(app.state(), lab.now)]);
      if (key !== drawn) {
        drawn = key;
        map = layout(ids, tab.node, { hasProxy: lab.proxy, hasStore: !cluster.inMemory });
        picture.setAttribute('viewBox', `0 0 ${map.width} ${map.height}`);
        picture.setAttribute('aria-label', words(lab));
        still.replaceChildren(...parts(lab));
      }
      const [kind, params] = state(lab);
      status.dataset.kind = kind;
      renew(status, [kind, params], () => sentence(t, kind, params));
      renew(recent, lab.flights.recent, () => (lab.flights.recent.length ? lab.flights.recent.map((f) => {
        const [room, offset] = f.key.split(' ');
        return h('li', { 'data-colour': app.nodeColour(f.node) }, h('i', { class: 'dot' }), h('span', {}, ...sentence(t, `${f.own && f.ms !== null ? 'recentOwn' : 'recentOther'}${f.again ? 'Again' : ''}`, { node: nodeName(f.node), offset: Number(offset), room, ms: f.ms })));
      }) : [h('li', { class: 'note' }, t('recentNone'))]));
    },
    fly(lab, now) {
      const alive = lab.cluster.nodes.filter((n) => takesPart(stateOf(lab, n)));
      const { rooms } = app.state();
      const points = lab.flights.air.flatMap((f) => dots(map, f, lab.tab.node, reached(rooms.get(f.key.split(' ')[0]), lab.tab.node, alive), now).map((p) => ({ ...p, colour: app.nodeColour(f.node), own: f.own })));
      while (air.childElementCount > points.length) air.lastElementChild?.remove();
      while (air.childElementCount < points.length) air.append(s('circle', { r: 5.5 }));
      points.forEach(({ x, y, colour, own }, i) => {
        for (const [name, value] of Object.entries({ cx: x.toFixed(1), cy: y.toFixed(1), 'data-colour': colour, 'data-own': own })) air.children[i].setAttribute(name, String(value));
      });
    },
  };
}

// A node as a coloured badge with its name, and a person as initials. Colours come from the style sheet, by number.

import { COLOURS, hash } from '../palette.js';
import { initials } from '../text.js';
import { h } from './dom.js';

/** @typedef {import('./page.js').App} App */

const PATTERNS = 4;

/** @param {App} app @param {string} node @param {Record<string, any>} [more] attributes */
export function badge(app, node, more = {}) {
  const name = app.nodeName(node);
  return h('span', { class: 'badge', 'data-testid': 'node-badge', 'data-node': node, 'data-colour': app.nodeColour(node),
    title: app.t('node', { node: name }), ...more }, h('i', { class: 'dot' }), h('bdi', {}, name));
}

/** Initials on a colour and a pattern, which come from the id: two people of one name rarely look the same.
 * @param {import('../types.js').Person} person */
export function avatar(person) {
  return h('span', { class: 'avatar', 'aria-hidden': 'true', 'data-tint': hash(person.id) % COLOURS, 'data-pattern': (hash(person.id) >>> 5) % PATTERNS }, initials(person.name));
}

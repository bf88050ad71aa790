// The rows on the page and the place in them: keeps each row's element for as long as nothing about it changes, and keeps
// the rows in view where they are, to the pixel, while others come and go.

import { mentionable, mentions, nameFinder, sharedNames } from '../mentions.js';
import { h } from './dom.js';
import { isBarred, rowElement } from './message.js';

/** @typedef {import('../timeline.js').Row} Row */

/** @param {import('./page.js').App} app @param {HTMLElement} log the element that scrolls */
export function rowsView(app, log) {
  const el = h('ol', { class: 'rows' });
  /** @type {Map<string, { row: Row, look: string, element: HTMLElement }>} */ let shown = new Map();
  /** @type {WeakMap<Element, Row>} */ const rows = new WeakMap();

  /** @param {Row[]} wanted @param {number} now @returns {{ added: number, behind: boolean }} how many rows are new, and whether they all came at the end */
  function patch(wanted, now) {
    const next = new Map();
    const keys = new Set(wanted.map((row) => row.key));
    const around = aroundOf(now);
    const focus = document.activeElement;
    for (const [key, { element }] of shown) if (!keys.has(key)) {
      if (element.contains(focus)) log.focus({ preventScroll: true });        // the keys of the conversation go on
      element.remove();
    }
    let added = 0;
    let behind = true;
    /** @type {ChildNode | null} */ let place = el.firstChild;
    for (const row of wanted) {
      const old = shown.get(row.key);
      const look = lookOf(row, around);
      const same = old && old.look === look && itemOf(old.row) === itemOf(row);
      const element = same ? old.element : rowElement(app, row, around);
      if (old) behind &&= added === 0;
      else added++;
      if (old && !same) {
        if (place === old.element) place = element;
        const hadFocus = old.element.contains(focus);
        old.element.replaceWith(element);
        if (hadFocus) element.focus({ preventScroll: true });
      } else if (place !== element) el.insertBefore(element, place);
      place = element.nextSibling;
      next.set(row.key, { row, look, element });
      rows.set(element, row);
    }
    shown = next;
    return { added, behind };
  }

  /** @param {number} now @returns {import('./message.js').Around & { people: string }} people: the names that a message can mention, as one text */
  function aroundOf(now) {
    const { rooms, active, me } = app.state();
    const people = mentionable(rooms.get(active), me);
    return { now, findName: nameFinder(people), names: (text) => mentions(text, me), shared: sharedNames(people), people: people.map(({ name }) => name).join('\n') };
  }

  /** The values that change a row's looks, beside its item. @param {Row} row @param {ReturnType<typeof aroundOf>} around */
  function lookOf(row, { now, shared, people }) {
    const { name, node } = app.state();
    const day = row.kind === 'day' ? new Date(now).getDate() : '';
    const me = row.kind === 'pending' ? `${name} ${node} ${isBarred(app, row.item.room)} ${row.item.retryAt ? Math.ceil((row.item.retryAt - now) / 1000) : ''}` : '';
    const taker = row.kind === 'message' ? `${app.nodeName(row.item.node)} ${app.nodeColour(row.item.node)} ${shared.has(row.item.from.name)}` : '';
    const said = 'item' in row && 'text' in row.item && row.item.text?.includes('@') ? people : '';
    return `${'follows' in row && row.follows} ${day} ${me} ${taker} ${said}`;
  }

  /** The first row of which the beginning is in view, and how far below the upper edge that is. A day separator goes when
   * an older page has it, so it is no hold. @returns {{ key: string, at: number } | null} */
  function place() {
    const edge = log.getBoundingClientRect().top;
    let above = null;
    for (const [key, { row, element }] of shown) {
      if (!('item' in row)) continue;
      const at = element.getBoundingClientRect().top - edge;
      if (at >= 0) return { key, at };
      above = { key, at };
    }
    return above; // one row is higher than the screen
  }

  return {
    el, patch, place,

    /** The message of a row that is stored. @param {Element} element */
    itemOf(element) {
      const row = rows.get(element);
      return row?.kind === 'message' ? row.item : null;
    },

    /** @param {number} offset @returns {HTMLElement | undefined} */
    elementAt(offset) {
      for (const { row, element } of shown.values()) if (row.kind === 'message' && row.item.offset === offset) return element;
    },

    clear() {
      el.replaceChildren();
      shown = new Map();
    },

    /** Changes the page and leaves the rows in view where they were. @template T @param {() => T} change @returns {T} */
    keep(change) {
      const before = place();
      const result = change();
      if (before) this.restore(before);
      return result;
    },

    /** @param {{ key: string, at: number }} place */
    restore({ key, at }) {
      const element = shown.get(key)?.element;
      if (!element) return;
      const moved = element.getBoundingClientRect().top - log.getBoundingClientRect().top - at;
      if (Math.abs(moved) >= 0.5) log.scrollTop = Math.round(log.scrollTop + moved);
    },
  };
}

/** @param {Row} row */
function itemOf(row) {
  return 'item' in row ? row.item : row.kind;
}

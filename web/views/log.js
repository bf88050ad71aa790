// The rows on the page and the place in them: keeps each row's element for as long as nothing about it changes, and keeps
// the rows in view where they are, to the pixel, while others come and go.

import { h } from './dom.js';
import { isBarred, rowElement } from './message.js';

/** @typedef {import('../timeline.js').Row} Row */

/** @param {import('./page.js').App} app @param {HTMLElement} log the element that scrolls */
export function rowsView(app, log) {
  const el = h('ol', { class: 'rows' });
  /** @type {Map<string, { row: Row, look: string, element: HTMLElement }>} */ let shown = new Map();

  /** @param {Row[]} wanted @param {number} now @returns {{ added: number, behind: boolean }} how many rows are new, and whether they all came at the end */
  function patch(wanted, now) {
    const next = new Map();
    const keys = new Set(wanted.map((row) => row.key));
    for (const [key, { element }] of shown) if (!keys.has(key)) element.remove();
    let added = 0;
    let behind = true;
    /** @type {ChildNode | null} */ let place = el.firstChild;
    for (const row of wanted) {
      const old = shown.get(row.key);
      const look = lookOf(row, now);
      const same = old && old.look === look && itemOf(old.row) === itemOf(row);
      const element = same ? old.element : rowElement(app, row, now);
      if (old) behind &&= added === 0;
      else added++;
      if (old && !same) {
        if (place === old.element) place = element;
        old.element.replaceWith(element);
      } else if (place !== element) el.insertBefore(element, place);
      place = element.nextSibling;
      next.set(row.key, { row, look, element });
    }
    shown = next;
    return { added, behind };
  }

  /** The values that change a row's looks, beside its item. @param {Row} row @param {number} now */
  function lookOf(row, now) {
    const me = row.kind === 'pending' ? `${app.state().name} ${isBarred(app, row.item.room)} ${row.item.retryAt ? Math.ceil((row.item.retryAt - now) / 1000) : ''}` : '';
    const node = row.kind === 'message' ? `${app.nodeName(row.item.node)} ${app.nodeColour(row.item.node)}` : '';
    return `${'follows' in row && row.follows} ${row.kind === 'day' ? new Date(now).getDate() : ''} ${me} ${node}`;
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

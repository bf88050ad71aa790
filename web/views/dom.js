// The few ways this page makes DOM: elements, icons, texts with names in them. Only text nodes; nothing is ever parsed as markup.

/** @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, any>} [props] attributes; `on…` are listeners; null and false are left out
 * @param {...(Node | string | null | undefined | false)} children @returns {HTMLElementTagNameMap[K]} */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(.../** @type {(Node | string)[]} */ (children.filter((c) => c || c === '')));
  return element;
}

const PATHS = {
  menu: 'M4 7h16M4 12h16M4 17h16',
  people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c.4-3.6 3-5.5 6.5-5.5s6.1 1.9 6.5 5.5M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.9c2 .7 3.2 2.4 3.5 5.1',
  gear: 'M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M5.3 18.7l2.1-2.1M16.6 7.4l2.1-2.1',
  send: 'M4.5 12h14M12.5 5.5 19 12l-6.5 6.5',
  plus: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6 6 18',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2',
  tick: 'M5 12.5 10 17.5 19.5 7',
  alert: 'M12 8v5M12 16.5v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  down: 'M12 5v14M6 13l6 6 6-6',
  tab: 'M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6Z',
  shield: 'M12 3 5 6v5c0 5 3 8.5 7 10 4-1.5 7-5 7-10V6Z',
  reply: 'M9 6 4 11l5 5M4 11h9a7 7 0 0 1 7 7v1',
  copy: 'M9 9h10v11H9ZM5 15V4h10',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20',
  share: 'M12 15V4M8 8l4-4 4 4M5 13v6h14v-6',
  at: 'M16 12a4 4 0 1 0-1.2 2.9c2.2 2 5.2.6 5.2-3a8 8 0 1 0-3.4 6.6M16 8v5',
  message: 'M4 5h16v11H9l-5 4Z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6',
  flask: 'M9 3h6M10 3v6L4.8 18.4A1.7 1.7 0 0 0 6.3 21h11.4a1.7 1.7 0 0 0 1.5-2.6L14 9V3M7.6 14.5h8.8',
  unplug: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0ZM12 17v4',
};
const SVG = 'http://www.w3.org/2000/svg';

/** @param {keyof typeof PATHS} name @param {string} [label] said aloud; without it the icon is decoration */
export function icon(name, label) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  for (const [k, v] of Object.entries(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': 'true' })) svg.setAttribute(k, v);
  svg.append(path);
  return svg;
}

/** A sentence whose names cannot turn the direction of the text around them.
 * @param {import('../i18n/index.js').Translator} t @param {string} key @param {Record<string, any>} [params] */
export function sentence(t, key, params) {
  return t.pieces(key, params).map((p) => (p.filled ? h('bdi', {}, p.text) : document.createTextNode(p.text)));
}

/** @type {WeakMap<HTMLElement, string>} */ const keys = new WeakMap();

/** Replaces the children only when `key` differs from the last time. @param {HTMLElement} element @param {unknown} key @param {() => (Node | string)[]} make */
export function renew(element, key, make) {
  const text = JSON.stringify(key);
  if (keys.get(element) === text) return;
  keys.set(element, text);
  element.replaceChildren(...make());
}

/** @param {HTMLElement} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

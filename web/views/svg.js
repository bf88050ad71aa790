// Elements of pictures. Their looks are in lab.css; only geometry is set here.

const SVG = 'http://www.w3.org/2000/svg';

/** @template {keyof SVGElementTagNameMap} K
 * @param {K} tag @param {Record<string, any>} [props] attributes @param {...(Node | string | false)} children @returns {SVGElementTagNameMap[K]} */
export function s(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  element.append(.../** @type {(Node | string)[]} */ (children.filter(Boolean)));
  return element;
}

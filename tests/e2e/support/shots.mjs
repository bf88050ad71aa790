import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { top } from './places.mjs';

/** Leaves a photograph in build/screenshots, to be looked at. */
export async function shoot(tab, name) {
  const folder = join(top, 'build/screenshots');
  mkdirSync(folder, { recursive: true });
  await tab.page.screenshot({ path: join(folder, `${name}.png`) });
}

let axe;

/** A photograph, and no complaint of axe. The context of the tab has `bypassCSP`. */
export async function checkWithAxe(tab, name) {
  axe ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await tab.page.waitForTimeout(300);        // drawers slide in
  await shoot(tab, name);
  await tab.page.evaluate(axe);
  const found = await tab.page.evaluate(() => window.axe.run());
  assert.deepEqual(found.violations.map(({ id, nodes }) => `${name}: ${id}: ${nodes[0].html}`), []);
}

/** Texts that are cut off at the side, or that one would have to scroll sideways to read. The name of the room may be. */
export function cutTexts(tab, root = 'body') {
  return tab.page.evaluate((root) => [...document.querySelectorAll(`${root} *`)].flatMap((el) => {
    if (!el.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || el.closest('.unseen, .lab-recent, .skip, [inert], h1')) return [];
    const text = el.textContent.trim().slice(0, 60);
    const { left, right } = el.getBoundingClientRect();
    if (el instanceof SVGElement) return el.tagName === 'text' && (left < -1 || right > innerWidth + 1) ? [text] : [];
    const isCut = getComputedStyle(el).overflowX !== 'visible' && el.scrollWidth > el.clientWidth + 1;
    const range = document.createRange();
    range.selectNodeContents(el);
    const words = [...el.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()) ? range.getBoundingClientRect() : { left: 0, right: 0 };
    return isCut || words.left < -1 || words.right > innerWidth + 1 ? [`${el.tagName}: ${text}`] : [];
  }), root);
}

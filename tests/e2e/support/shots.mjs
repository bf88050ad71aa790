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

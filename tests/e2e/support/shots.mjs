import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { top } from './places.mjs';

/** Leaves a photograph in build/screenshots, to be looked at. */
export async function shoot(tab, name) {
  const folder = join(top, 'build/screenshots');
  mkdirSync(folder, { recursive: true });
  await tab.page.screenshot({ path: join(folder, `${name}.png`) });
}

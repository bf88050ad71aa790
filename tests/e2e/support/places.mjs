import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = fileURLToPath(new URL('../../../', import.meta.url));

/** The server under test; CHATD chooses another build, e.g. build/asan/bin/chatd. */
export const chatd = process.env.CHATD ?? join(top, 'build/release/bin/chatd');

/** An empty folder build/e2e/<suite>: configurations, data and logs of the last run stay there to be read. */
export function freshFolder(suite) {
  const folder = join(top, 'build/e2e', suite);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

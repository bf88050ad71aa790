import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chatd, top } from './places.mjs';

/** The server of the previous version: PREVIOUS=/path/to/chatd, or what tests/upgrade/previous builds, which takes minutes. */
export function previousProgram() {
  const given = process.env.PREVIOUS;
  if (given && !existsSync(given)) throw new Error(`PREVIOUS=${given}: there is no such file`);
  return resolve(given || execFileSync(join(top, 'tests/upgrade/previous'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim());
}

/** What the program calls itself, as in the list of nodes. */
export const versionOf = (program = chatd) => /^chatd (\S+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))[1];

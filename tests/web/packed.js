// The npm package as its users get it: packed, and installed in an empty folder without a network.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = fileURLToPath(new URL('../../', import.meta.url));

/** Runs a program and returns what it prints. @param {string} cwd @param {string} program @param {string[]} args */
export function run(cwd, program, ...args) {
  const env = { ...process.env, npm_config_cache: join(cwd, '../.npm'), npm_config_update_notifier: 'false', npm_config_loglevel: 'error' };
  return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A folder with a copy of the package's sources, so that packing changes nothing in the page's folder, and an empty project that
 * installs it. The caller removes `folder`. */
export function stagePackage() {
  const folder = mkdtempSync(join(tmpdir(), 'chat-client-'));
  const source = join(folder, 'web');
  const project = join(folder, 'project');
  mkdirSync(join(folder, 'tests'));
  mkdirSync(project);
  cpSync(join(top, 'web'), source, { recursive: true });
  for (const left of ['types', 'LICENSE']) rmSync(join(source, left), { recursive: true, force: true });
  cpSync(join(top, 'LICENSE'), join(folder, 'LICENSE'));
  symlinkSync(join(top, 'tests/node_modules'), join(folder, 'tests/node_modules'));
  return {
    folder,
    source,
    project,
    /** @returns {string[]} the files in the package */
    listed() {
      const [{ files }] = JSON.parse(run(source, 'npm', 'pack', '--dry-run', '--json'));
      return files.map((/** @type {{ path: string }} */ { path }) => path).sort();
    },
    install() {
      const [{ filename }] = JSON.parse(run(source, 'npm', 'pack', '--json', '--pack-destination', folder));
      run(project, 'npm', 'install', '--offline', '--no-audit', '--no-fund', join(folder, filename));
    },
  };
}

// The machine and the versions of a run; absolute figures mean nothing without them.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

const modules = new URL('../node_modules/', import.meta.url);

const npmVersion = (name) => `${name} ${JSON.parse(readFileSync(new URL(`${name}/package.json`, modules), 'utf8')).version}`;

function debianVersion(name) {
  try {
    return `${name} ${execFileSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })}`;
  } catch {
    return `${name} not from a package`;
  }
}

/** Lines for people. */
export function machine() {
  return [
    `${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
    ['redis-server', 'nginx', 'libnginx-mod-nchan'].map(debianVersion).join(', '),
    [`Node.js ${process.versions.node}`, ...['ws', 'redis', 'socket.io', '@socket.io/redis-adapter'].map(npmVersion)].join(', '),
  ];
}

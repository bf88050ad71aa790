// The Debian package as `deploy/package` builds it: its files, its rules, and the node that it installs. PACKAGE=FILE.deb tests that one.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { ChatClient } from './support/client.mjs';
import { http } from './support/http.mjs';
import { cleanEnvironment } from './support/node.mjs';
import { freshFolder, top } from './support/places.mjs';
import { Program, freePort } from './support/program.mjs';

const folder = freshFolder('package');
const root = join(folder, 'root');
const installed = (...path) => join(root, ...path);
const text = (...path) => readFileSync(installed(...path), 'utf8');
const run = (program, ...args) => execFileSync(program, args, { cwd: top, encoding: 'utf8', env: cleanEnvironment(), maxBuffer: 2 ** 26, stdio: ['ignore', 'pipe', 'inherit'] });
const [, version] = /VERSION (\d+\.\d+\.\d+)/.exec(readFileSync(join(top, 'CMakeLists.txt'), 'utf8'));
let deb;

before(() => {
  deb = process.env.PACKAGE;
  if (!deb) {
    writeFileSync(join(folder, 'build.log'), run('deploy/package'));       // it ends with lintian, which finds nothing
    deb = join(top, 'build/package', readdirSync(join(top, 'build/package')).find((name) => /^chatd_.*\.deb$/.test(name)));
  }
  run('dpkg-deb', '-x', deb, root);
}, { timeout: 30 * 60_000 });

test('it has the version of the project and the libraries that the programs load', () => {
  assert.equal(run('dpkg-deb', '-f', deb, 'Version').trim(), version);
  const depends = run('dpkg-deb', '-f', deb, 'Depends');
  for (const library of ['libc6', 'libssl3', 'libhiredis', 'libjemalloc2', 'libpq5', 'libspdlog', 'liburing2', 'libutf8proc', 'libprometheus-cpp-core']) assert.ok(depends.includes(library), `${library} in ${depends}`);
});

test('lintian finds nothing, information included', () => {
  const tags = run('lintian', '--allow-root', '--info', '--display-info', '--fail-on', 'none', deb).split('\n').filter((line) => /^[EWI]: /.test(line));
  assert.deepEqual(tags, []);
});

test('it has the programs, the page, the services, the manual and the completion, and nothing that is not for users', () => {
  for (const path of ['usr/bin/chatd', 'usr/bin/chatctl', 'usr/share/chatd/web/index.html', 'usr/share/chatd/web/i18n/pt.js', 'etc/chatd/chatd.conf', 'lib/systemd/system/chatd.service', 'lib/systemd/system/chatd@.service',
    'usr/share/man/man1/chatd.1.gz', 'usr/share/man/man1/chatctl.1.gz', 'usr/share/bash-completion/completions/chatd', 'usr/share/doc/chatd/copyright']) {
    assert.ok(existsSync(installed(path)) || existsSync(installed('usr', path)), path);
  }
  const page = run('find', installed('usr/share/chatd/web'), '-type', 'f', '-printf', '%P\n').trim().split('\n').sort();
  assert.deepEqual(page.filter((name) => /\.(ts|md|map)$|test\.|package|node_modules|config\.json/.test(name)), []);
  for (const name of page) assert.deepEqual(readFileSync(installed('usr/share/chatd/web', name)), readFileSync(join(top, 'web', name)), name);
  assert.equal(statSync(installed('usr/bin/chatd')).mode & 0o7777, 0o755);
  assert.doesNotMatch(run('dpkg-deb', '-c', deb), /root\/root.*(\/home|\/work|\/build)\//);
});

test('the manual and the completion have every setting', () => {
  const settings = [...run(installed('usr/bin/chatd'), '--help').matchAll(/^ {2}(?:-h,)?(--[a-z-]+)/gm)].map(([, name]) => name);
  assert.ok(settings.length > 50);
  const manual = run('man', '-l', installed('usr/share/man/man1/chatd.1.gz')).replaceAll('\b', '');
  const offered = run('bash', '-c', `. ${installed('usr/share/bash-completion/completions/chatd')}; COMP_WORDS=(chatd --); COMP_CWORD=1; _chatd; echo "\${COMPREPLY[@]}"`).split(/\s+/);
  for (const setting of settings) {
    assert.ok(manual.includes(setting), `${setting} in the manual`);
    assert.ok(offered.includes(setting), `${setting} in the completion`);
  }
  assert.match(run(installed('usr/bin/chatd'), '--help'), /--web-root TEXT=\/usr\/share\/chatd\/web/);
  const after = (...words) => run('bash', '-c', `. ${installed('usr/share/bash-completion/completions/chatctl')}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _chatctl; echo "\${COMPREPLY[@]}"`).trim().split(/\s+/);
  assert.deepEqual(after('chatctl', 'tok'), ['token']);
  assert.deepEqual(after('chatctl', 'token', 'm'), ['make']);
  assert.ok(after('chatctl', 'token', 'make', '--us').includes('--user'));
  assert.ok(after('chatctl', 'ban', 'ana', '--r').includes('--room'));
});

describe('the services', () => {
  const units = () => ['chatd.service', 'chatd@.service'].map((name) => [name, ['lib', 'usr/lib'].map((at) => installed(at, 'systemd/system', name)).find(existsSync)]);

  test('systemd takes them, and their exposure is at most 2.0', () => {
    const checked = join(folder, 'units');
    mkdirSync(checked);
    for (const [name, path] of units()) {
      const here = join(checked, name);
      writeFileSync(here, readFileSync(path, 'utf8').replaceAll('/usr/bin/chatd', installed('usr/bin/chatd')));
      assert.equal(execFileSync('systemd-analyze', ['verify', '--man=no', here], { encoding: 'utf8', stdio: 'pipe' }), '', name);
      const [, exposure] = /Overall exposure level for .*: (\S+)/.exec(run('systemd-analyze', 'security', '--offline=true', '--no-pager', here));
      assert.ok(Number(exposure) <= 2, `${name}: ${exposure}`);
    }
  });

  test('a drain has time to end, and each client a descriptor', () => {
    for (const [name, path] of units()) {
      const unit = readFileSync(path, 'utf8');
      const drain = Number(/--drain-seconds .*=(\d+)/.exec(run(installed('usr/bin/chatd'), '--help'))[1]);
      assert.ok(Number(/TimeoutStopSec=(\d+)/.exec(unit)[1]) >= drain + 5, name);
      assert.ok(Number(/LimitNOFILE=(\d+)/.exec(unit)[1]) > 100_000, name);
      assert.match(unit, /^Type=notify$/m);
    }
  });
});

test('the installed node starts with the installed settings, serves its page and clients, and ends', { timeout: 30_000 }, async (t) => {
  const port = await freePort();
  const node = new Program('chatd', installed('usr/bin/chatd'), ['--config', installed('etc/chatd/chatd.conf'), '--web-root', installed('usr/share/chatd/web'), '--listen', `127.0.0.1:${port}`], { env: cleanEnvironment() });
  t.after(() => node.stop('SIGKILL'));
  await node.line(/event=listening/);
  assert.match((await http(`http://127.0.0.1:${port}/`)).text, /<!doctype html>/i);
  const client = await ChatClient.connect(`ws://127.0.0.1:${port}/ws`);
  await client.join('package');
  await client.say('package', 'hello');
  await client.hears('package', 'hello');
  await client.close();
  assert.equal(await node.stop('SIGTERM'), 0);
  assert.match(text('etc/chatd/chatd.conf'), /^listen = "127\.0\.0\.1:9001"$/m, 'only this machine reaches it as it is installed');
});

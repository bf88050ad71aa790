// The npm package of the client: its version, its files, and a user that installs it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { WebSocketServer } from 'ws';
import { run, stagePackage, top } from './packed.js';

const read = (/** @type {string} */ file) => readFileSync(join(top, file), 'utf8');
const definition = JSON.parse(read('web/package.json'));
const tsc = join(top, 'tests/node_modules/.bin/tsc');

/** client.js and the modules that it imports. @param {string} file @param {Set<string>} found */
function modules(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, next] of read(`web/${file}`).matchAll(/^import .* from '\.\/(.+)';$/gm)) modules(next, found);
  return found;
}

const staged = stagePackage();
before(() => staged.install());
after(() => rmSync(staged.folder, { recursive: true }));

test('the package has the version of the cluster', () => {
  assert.equal(definition.version, /project\(chat_cluster VERSION (\S+)/.exec(read('CMakeLists.txt'))?.[1]);
});

test('the package is the client, the modules it imports, their types, README and LICENSE; no file of the page, no dependency', () => {
  const code = [...modules('client.js')];
  const types = [...code, 'types.js'].map((file) => `types/${file.replace(/js$/, 'd.ts')}`);
  assert.deepEqual(staged.listed(), [...code, ...types, 'LICENSE', 'README.md', 'package.json'].sort());
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies']) assert.equal(definition[kind], undefined);
});

test('packing leaves no file behind', () => {
  staged.listed();
  assert.deepEqual(readdirSync(staged.source).filter((file) => !existsSync(join(top, 'web', file)) || file === 'LICENSE'), []);
});

test('a program that installed the package without a network has the client', () => {
  const program = "import * as all from '@chat-cluster/client'; console.log(Object.keys(all).join(), typeof all.ChatClient.prototype.join)";
  assert.equal(run(staged.project, process.execPath, '--input-type=module', '--eval', program), 'ChatClient function\n');
});

test('only the client can be imported, not its parts', () => {
  const program = "import('@chat-cluster/client/link.js').catch(({ code }) => console.log(code))";
  assert.equal(run(staged.project, process.execPath, '--input-type=module', '--eval', program), 'ERR_PACKAGE_PATH_NOT_EXPORTED\n');
});

test('a TypeScript program compiles against the types of the package, and its wrong uses do not', () => {
  const { compilerOptions: { paths, allowJs, ...compilerOptions }, files } = JSON.parse(read('tests/web/consumer/tsconfig.json'));
  for (const file of files) cpSync(join(top, 'tests/web/consumer', file), join(staged.project, basename(file)));
  for (const module of ['nodenext', 'esnext']) {
    const moduleResolution = module === 'esnext' ? 'bundler' : module;
    writeFileSync(join(staged.project, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...compilerOptions, module, moduleResolution }, files }));
    assert.equal(run(staged.project, tsc, '--pretty', 'false'), '');
  }
});

test('the examples of the README compile', () => {
  const examples = [...read('web/README.md').matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
  assert.equal(examples.length, 2);
  const files = examples.map((code, i) => {
    writeFileSync(join(staged.project, `example${i}.mts`), code);
    return `example${i}.mts`;
  });
  assert.equal(run(staged.project, tsc, '--pretty', 'false', '--ignoreConfig', '--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--types', '', '--lib', 'es2022,dom', ...files), '');
});

/** A server that answers as a node does, as far as the example asks. */
async function stand() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const user = { id: 'ana', name: 'Ana' };
  const replies = /** @type {Record<string, object>} */ ({
    hello: { type: 'welcome', node: 'chat-1', session: 's', user, ping: 25, limits: {} },
    join: { type: 'joined', room: 'lobby', epoch: '', offset: 0, recovered: false, messages: [], members: 1 },
    members: { type: 'members', room: 'lobby', version: 1, members: [user], count: 1 },
    send: { type: 'ack', room: 'lobby', epoch: 'e', offset: 1, duplicate: false },
  });
  server.on('connection', (socket) => socket.on('message', (bytes) => {
    const { type, id } = JSON.parse(String(bytes));
    socket.send(JSON.stringify({ ...replies[type], id }));
  }));
  return { server, url: `ws://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/ws` };
}

/** Node.js has one since 22, since 20 behind a flag; an older one gets that of the package ws. */
function withWebSocket() {
  if (globalThis.WebSocket) return [];
  if (process.allowedNodeEnvironmentFlags.has('--experimental-websocket')) return ['--experimental-websocket'];
  const given = join(staged.project, 'websocket.mjs');
  writeFileSync(given, `globalThis.crypto ??= (await import('node:crypto')).webcrypto;\nglobalThis.WebSocket = (await import('${pathToFileURL(join(top, 'tests/node_modules/ws/wrapper.mjs'))}')).WebSocket;\n`);
  return ['--import', String(pathToFileURL(given))];
}

test('the first example of the README runs with the WebSocket of Node.js, and ends when the client is closed', { timeout: 20_000 }, async () => {
  const { server, url } = await stand();
  const [, example] = /^```js\n(.*?)^```$/ms.exec(read('web/README.md')) ?? [];
  const file = join(staged.project, 'example.mjs');
  writeFileSync(file, `${example.replace('ws://localhost:8080/ws', url)}chat.on('sent', async () => { await chat.members('lobby'); chat.close(); });\n`);
  const { stdout } = await promisify(execFile)(process.execPath, [...withWebSocket(), file]).finally(() => server.close());
  const lines = stdout.trim().split('\n');
  const [stored, ana] = lines.splice(2, 2).sort().reverse();   // an answer and a list: either may be first
  assert.deepEqual([stored, ana], ['stored in lobby at 1', 'Ana']);
  assert.deepEqual(lines, ['connecting ', '1 users in lobby, and 0 messages before', 'stopped 1000']);
});

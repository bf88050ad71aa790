// The compared servers. Each is started anew for every run: two server processes and a Redis without a file (the floors without Redis:
// one process, since they have nothing to share), each with its own shipped defaults, except chatd's limits on a single client, which
// are meant to stop a load test.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { http } from '../e2e/support/http.mjs';
import { Node } from '../e2e/support/node.mjs';
import { chatd } from '../e2e/support/places.mjs';
import { Program, freePort } from '../e2e/support/program.mjs';
import { until } from '../e2e/support/until.mjs';

const peers = join(dirname(fileURLToPath(import.meta.url)), 'peers');
/** The load tester and the floor are those of the build that is measured. */
export const binaries = dirname(chatd);
const nchanModule = '/usr/lib/nginx/modules/ngx_nchan_module.so';

/** A message with 128 bytes of text on its way to a client of chatd: with room, epoch, offset, author, time and node. */
const CHAT_V1_BYTES = 320;

const UPGRADE = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };

/**
 * @typedef {object} Servers the settings of chat-load
 * @property {string[]} urls
 * @property {string} dialect
 * @property {Program[]} programs whose CPU and memory is the servers'
 */

export const contenders = [
  { key: 'chatd', name: 'chatd', redis: true, start: startChatd },
  { key: 'socketio', name: 'chatd, Socket.IO clients', redis: true, start: startForSocketIO },
  { key: 'floor-64', name: 'floor: 64 messages a send()', redis: false, start: (place) => startFloor(place, 64) },
  { key: 'floor-64-long', name: 'floor: the same, frames as long as chatd\'s', payload: CHAT_V1_BYTES, redis: false, start: (place) => startFloor(place, 64) },
  { key: 'floor-1', name: 'floor: one send() a delivery', redis: false, start: (place) => startFloor(place, 1) },
  { key: 'floor-redis', name: 'floor over Redis: PUBLISH, 64 messages a send()', redis: true, start: startFloors },
  { key: 'nchan', name: 'Nchan + Redis storage', redis: true, start: startNchan, missing: () => !existsSync(nchanModule) && `there is no ${nchanModule}: apt-get install libnginx-mod-nchan` },
  { key: 'ws', name: 'npm ws + Redis', redis: true, start: (place) => startScripts(place, 'ws.mjs', 'text', '/?room={room}') },
  { key: 'socket.io', name: 'Socket.IO + redis-adapter', redis: true, start: (place) => startScripts(place, 'socket-io.mjs', 'socketio-text', '') },
];

/** @returns {Promise<Servers>} */
async function startChatd({ folder, redis }) {
  const nodes = await Promise.all(['chat-1', 'chat-2'].map((id) => Node.start({ id, folder, redis, settings: { threads: 1 } })));
  return { urls: nodes.map((node) => node.ws), dialect: 'chat.v1', programs: nodes.map(({ program }) => program) };
}

/** @returns {Promise<Servers>} */
async function startForSocketIO(place) {
  const servers = await startChatd(place);
  return { ...servers, urls: servers.urls.map((url) => url.replace(/ws$/, '')), dialect: 'socketio' };
}

/** @returns {Promise<Servers>} */
async function startFloor({ folder, redis }, batch) {
  const port = await freePort();
  const floor = new Program('chat-floor', join(binaries, 'chat-floor'), [port, batch, ...(redis ? [redis.port] : [])].map(String), { logFile: join(folder, `floor-${port}.log`) });
  await floor.line(/listening/);
  return { urls: [`ws://127.0.0.1:${port}/?room={room}`], dialect: 'text', programs: [floor] };
}

/** @returns {Promise<Servers>} */
async function startFloors(place) {
  const floors = await Promise.all([1, 2].map(() => startFloor(place, 64)));
  return { urls: floors.flatMap(({ urls }) => urls), dialect: 'text', programs: floors.flatMap(({ programs }) => programs) };
}

/** @returns {Promise<Servers>} */
async function startScripts({ folder, redis }, script, dialect, path) {
  const servers = await Promise.all([1, 2].map(async (number) => {
    const port = await freePort();
    const program = new Program(script, process.execPath, [join(peers, script), String(port), redis.url], { logFile: join(folder, `${script}-${number}.log`) });
    await program.line(/listening/);
    return { port, program };
  }));
  return { urls: servers.map(({ port }) => `ws://127.0.0.1:${port}${path}`), dialect, programs: servers.map(({ program }) => program) };
}

/** @returns {Promise<Servers>} */
async function startNchan({ folder, redis }) {
  const template = readFileSync(join(peers, 'nchan.conf'), 'utf8');
  const servers = await Promise.all([1, 2].map(async (number) => {
    const home = join(folder, `nchan-${number}`);
    mkdirSync(home, { recursive: true });
    const port = await freePort();
    writeFileSync(join(home, 'nginx.conf'), template.replaceAll('PORT', String(port)).replaceAll('REDIS', redis.url));
    const program = new Program('nginx', 'nginx', ['-p', home, '-c', 'nginx.conf', '-e', 'stderr'], { logFile: join(home, 'nginx.log') });
    await until('Nchan has found its Redis', async () => (await http(`http://127.0.0.1:${port}/pubsub?room=ready`, { headers: UPGRADE })).status === 101);
    return { port, program };
  }));
  return { urls: servers.map(({ port }) => `ws://127.0.0.1:${port}/pubsub?room={room}`), dialect: 'text', programs: servers.map(({ program }) => program) };
}

// The bytes that an idle connection takes in a node: of chat.v1, of Socket.IO over a WebSocket, and of Socket.IO over a WebSocket
// that took the place of polls. Each client is in the lobby, as those of Socket.IO are by themselves, or in a room of ten as well.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { http } from '../e2e/support/http.mjs';
import { Node } from '../e2e/support/node.mjs';
import { top } from '../e2e/support/places.mjs';
import { startRedis } from './measure.mjs';
import { number } from './table.mjs';
import { median } from './summary.mjs';

const HELP = `Usage: tests/bench/run idle [--connections N] [--rounds N]

Bytes (PSS) of a node per idle connection, each kind at a node of its own, in an order by chance.
`;
const AT_ONCE = 50;
const ENGINE = '/socket.io/?EIO=4&transport=';
const ten = (i) => `idle-${Math.floor(i / 10)}`;
const shuffle = (list) => list.map((item) => [Math.random(), item]).sort(([a], [b]) => a - b).map(([, item]) => item);
const from = (i) => `127.0.${1 + (i % 200)}.1`;

/** A socket that answers what it is told until it is there. */
function opened(url, i, { protocol, first, answer }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol, { localAddress: from(i), perMessageDeflate: false });
    socket.on('error', reject);
    if (first) socket.on('open', () => first(socket));
    socket.on('message', (bytes) => {
      const text = String(bytes);
      if (text === '2') socket.send('3');
      else if (answer(socket, text)) resolve(socket);
    });
  });
}

const answerIO = (i, rooms) => (socket, text) => {
  if (text.startsWith('0')) socket.send('40');
  if (text === '3probe') {
    socket.send('5');
    socket.send('40');
  }
  if (text.startsWith('40') && rooms === 2) socket.send(`420["join",{"room":"${ten(i)}","history":0}]`);
  return text.startsWith(rooms === 2 ? '430' : '40');
};

const kinds = {
  'chat.v1': (node, i, rooms) => opened(node.ws, i, {
    protocol: 'chat.v1',
    first: (socket) => socket.send(JSON.stringify([{ type: 'hello', name: `idle ${i}` }, ...['lobby', ten(i)].slice(0, rooms).map((room, id) => ({ type: 'join', id, room, history: 0 }))])),
    answer: (_, text) => text.includes(`"type":"joined","id":${rooms - 1}`),
  }),
  'Socket.IO': (node, i, rooms) => opened(`ws${node.http.slice(4)}${ENGINE}websocket`, i, { answer: answerIO(i, rooms) }),
  'Socket.IO, upgraded': async (node, i, rooms) => {
    const { sid } = JSON.parse((await http(`${node.http}${ENGINE}polling`, { from: from(i) })).text.slice(1));
    return opened(`ws${node.http.slice(4)}${ENGINE}websocket&sid=${sid}`, i, { first: (socket) => socket.send('2probe'), answer: answerIO(i, rooms) });
  },
};

const pss = ({ program }) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${program.child.pid}/smaps_rollup`, 'utf8'))[1]) * 1024;

async function measure(kind, rooms, connections) {
  const folder = join(top, 'build/bench/idle');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const redis = await startRedis(folder);
  const node = await Node.start({ id: 'chat-1', folder, redis, settings: { threads: 1, 'people-per-address': 0 } });
  const sockets = [];
  try {
    for (let i = 0; i < 100; ++i) sockets.push(await kinds[kind](node, i, rooms));      // what the first ones cost once
    const before = pss(node);
    for (let i = 100; i < 100 + connections; i += AT_ONCE) sockets.push(...await Promise.all(Array.from({ length: AT_ONCE }, (_, k) => kinds[kind](node, i + k, rooms))));
    await new Promise((resolve) => { setTimeout(resolve, 3000); });              // buffers are given back
    return (pss(node) - before) / connections;
  } finally {
    for (const socket of sockets) socket.terminate();
    await Promise.all([node.program, redis.program].map((program) => program.stop('SIGKILL')));
  }
}

const { values } = parseArgs({ options: { connections: { type: 'string', default: '3000' }, rounds: { type: 'string', default: '3' }, help: { type: 'boolean', short: 'h' } } });
if (values.help) console.log(HELP);
else {
  for (const rooms of [1, 2]) {
    const found = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
    for (let round = 0; round < Number(values.rounds); ++round) {
      for (const kind of shuffle(Object.keys(kinds))) found[kind].push(await measure(kind, rooms, Number(values.connections)));
    }
    console.log(rooms === 1 ? 'in the lobby' : 'in the lobby and a room of ten');
    for (const [kind, bytes] of Object.entries(found)) {
      console.log(`  ${kind.padEnd(20)} ${number(median(bytes)).padStart(6)} bytes  ${median(bytes.map((one, i) => one / found['chat.v1'][i])).toFixed(2)}x`);
    }
  }
}

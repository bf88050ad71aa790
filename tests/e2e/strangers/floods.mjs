// Every request type at full speed. A row is a recipe, a protocol or transport, and a number of sockets.
import { keysLeft } from './holdings.mjs';
import { fill } from './seed.mjs';
import { scene } from './scene.mjs';

const SECONDS = 5;
const one = (recipe, wire = 'chat.v1', more = {}) => ({ recipe, wire, sockets: 1, ...more });
const many = (recipe, wire = 'chat.v1', more = {}) => ({ recipe, wire, sockets: 200, ...more });
const behind = { nginx: true };
const WRITING = ['history', 'rename', 'biggest', 'send', 'new rooms'];      // these recipes store messages, or read stored ones

const rows = [
  one('hello'), many('hello'), one('hello', 'signalr'), one('hello', 'sse'), one('hello', 'poll'),
  one('hello', 'chat.v1', behind), many('hello', 'signalr', behind),
  one('churn'), many('churn', 'signalr'),
  one('history'), many('history', 'sse'), many('history', 'chat.v1', { deaf: true }),
  many('members'), many('typing'), one('node', 'signalr'), many('node', 'poll'),
  many('rename'), many('biggest', 'messagepack', { sockets: 50 }), many('unknown', 'sse', { sockets: 20 }),
  many('garbage'), one('deep', 'poll'),
  one('signalr pings', 'signalr'), one('600 invocations', 'signalr'),
  one('hello', 'socketio'), one('no packets', 'socketio'), many('no packets', 'socketio'), one('placeholders', 'socketio'), many('placeholders', 'socketio', { sockets: 50 }), one('namespaces', 'socketio'),
  one('pings'), many('pongs'), one('fragments'), many('nothing'),
];

/** ALL_ATTACKS=1: every recipe over every transport, which takes about 25 minutes. */
function everyCombination() {
  const onSockets = ['pings', 'pongs', 'fragments'];
  const onHubs = ['signalr pings', '600 invocations'];
  const onSocketIO = ['no packets', 'placeholders', 'namespaces'];
  const recipes = [...new Set(rows.map(({ recipe }) => recipe)), 'send', 'new rooms'];
  return recipes.flatMap((recipe) => ['chat.v1', 'signalr', 'socketio', 'sse', 'poll']
    .filter((wire) => (onHubs.includes(recipe) ? wire === 'signalr' : onSocketIO.includes(recipe) ? wire === 'socketio' : !onSockets.includes(recipe) || wire === 'chat.v1'))
    .flatMap((wire) => [one(recipe, wire), many(recipe, wire), one(recipe, wire, behind)]));
}

function nameOf({ recipe, wire, sockets, nginx, deaf }) {
  const count = sockets === 1 ? 'one socket' : `${sockets} sockets`;
  return `${recipe}, ${wire}, ${count}${nginx ? ', by NGINX /node/chat-1/' : ''}${deaf ? ', nothing read' : ''}`;
}

let place = 0;

export const floods = (process.env.ALL_ATTACKS ? everyCombination() : rows).map((row) => ({
  name: nameOf(row),
  async run() {
    const from = `127.1.${++place}.1`;
    const mark = `flood${place}x`;
    let rooms;
    return scene(nameOf(row), (at) => [{
      attack: 'flood', seconds: SECONDS, from, mark, rooms, ...row,
      ports: [row.nginx ? at.nginx.port : at.nodes[0].port], prefix: row.nginx ? '/node/chat-1' : '',
    }], {
      before: async (at) => { if (row.recipe === 'history') rooms = await fill(at, mark, row.sockets === 1 ? 100 : 5); },
      async after({ at }) {
        const stays = WRITING.includes(row.recipe) || row.wire === 'poll';      // a polled connection ends 30 s after its last poll
        const left = stays ? 0 : await keysLeft(at, mark);
        return left > 0 ? [`${left} keys are left in Redis of rooms without a message`] : [];
      },
    });
  },
}));

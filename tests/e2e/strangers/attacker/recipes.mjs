// The bytes of the attacker. A connection sends `setup` once and then `shot()` again and again: requests, text or raw bytes.
import { frame, opcode } from './frames.mjs';

/** A packet of each type of Engine.IO and of Socket.IO that is none, and where its bytes come after it. */
const NO_PACKETS = [
  '', 'x', '2', '9', '0', '1x', '4', '4x', '47[]', '40{"token":', '40[]', '40"x"', '40/x,[', '41x', '42', '42x', '42{}', '42[]', '42[null]', '42["connect"]', '42["send"', '42["send",{"a":1,"a":2}]',
  `42["send",${'['.repeat(100)}${']'.repeat(100)}]`, '42999999999999999999["send"]', '43', '43x', '431{', '44{}', '44x', '45', '45-["x"]', '451["x"]', '451-["x",{"_placeholder":true,"num":7}]', '46', '461-[]', `42${'x'.repeat(200_000)}`,
];
/** Events with binary attachments that name them wrongly, too often or never. */
const PLACEHOLDERS = [
  `451-["send",{"data":[${Array.from({ length: 1000 }, () => '{"_placeholder":true,"num":0}').join(',')}]}]`,
  '4516-["send",{"data":[]}]', '45999999-[]', '4517-["x"]', '451-["send",{"data":{"_placeholder":true,"num":-1}}]', '451-["send",{"data":{"_placeholder":true,"num":1e99}}]',
];

const BATCH = 64;               // most requests in one array
const many = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const joins = (rooms) => [rooms.slice(0, 50), rooms.slice(50)].filter((some) => some.length).map((some) => some.map((room) => ({ type: 'join', room, history: 0 })));

let counter = 0;
const fresh = () => String(++counter).padStart(16, '0');

/** `mark` is the beginning of every room name, so that the keys of an attack can be found in Redis. */
export const recipes = {
  hello: ({ mark, sockets }) => ({
    setup: joins(many(sockets > 1 ? 5 : 100, (i) => `${mark}-${i}`)),
    shot: () => ({ requests: many(BATCH, () => ({ type: 'hello', identity_secret: `${mark}-${fresh()}` })) }),
  }),
  churn: ({ mark }) => ({
    shot: () => ({ requests: many(BATCH / 2, () => `${mark}-${fresh()}`).flatMap((room) => [{ type: 'join', room }, { type: 'leave', room }]) }),
  }),
  joins: ({ mark }) => ({              // holds 32 rooms before it leaves them
    shot: () => {
      const rooms = many(BATCH / 2, () => `${mark}-${fresh()}`);
      return { requests: [...rooms.map((room) => ({ type: 'join', room, history: 0 })), ...rooms.map((room) => ({ type: 'leave', room }))] };
    },
  }),
  presence: ({ mark }) => {             // one user a socket, with a long name, in up to 100 rooms
    let next = 0;
    return {
      setup: [[{ type: 'hello', identity_secret: `${mark}-${fresh()}`, name: 'x'.repeat(60) }]],
      shot: () => ({ requests: many(10, () => ({ type: 'join', room: `${mark}-${next++ % 100}`, history: 0 })), wait: 200 }),
    };
  },
  history: ({ rooms }) => ({
    setup: joins(rooms),
    shot: () => ({ requests: many(BATCH, (i) => ({ type: 'history', id: i, room: rooms[(counter++) % rooms.length], limit: 200 })) }),
  }),
  members: ({ mark }) => ({ setup: joins([mark]), shot: () => ({ requests: many(BATCH, (i) => ({ type: 'members', id: i, room: mark })) }) }),
  typing: ({ mark }) => ({ setup: joins([mark]), shot: () => ({ requests: many(BATCH, () => ({ type: 'typing', room: mark })) }) }),
  node: () => ({ shot: () => ({ requests: many(BATCH, (i) => ({ type: 'node', id: i })) }) }),
  rename: ({ mark }) => ({ setup: joins([mark]), shot: () => ({ requests: many(BATCH, () => ({ type: 'send', id: 1, room: mark, name: `name ${fresh()}`, text: 'x' })) }) }),
  send: ({ mark, roomCount = 40 }) => ({
    setup: joins(many(roomCount, (i) => `${mark}-${i}`)),
    shot: () => ({ requests: many(20, () => ({ type: 'send', id: 1, room: `${mark}-${counter++ % roomCount}`, text: 'x' })) }),
  }),
  biggest: ({ mark, roomCount = 40, wait }) => ({
    setup: joins(many(roomCount, (i) => `${mark}-${i}`)),
    shot: () => {                      // U+0001 takes six bytes of JSON; the longest text would take more than a message may
      const length = ++counter % 10 ? 2700 : 4096;
      return { requests: [{ type: 'send', room: `${mark}-${counter % roomCount}`, text: '\u0001'.repeat(length) }], wait };
    },
  }),
  'new rooms': ({ mark }) => ({
    shot: () => {
      const room = `${mark}-${fresh()}`;
      return { requests: [{ type: 'join', room }, { type: 'send', id: 1, room, text: 'x' }, { type: 'leave', room }] };
    },
  }),
  unknown: () => ({ shot: () => ({ requests: many(BATCH, (i) => ({ type: 'fly', id: i })) }) }),
  garbage: () => ({ shot: () => ({ raw: 'not JSON', times: 50 }) }),
  deep: () => ({ shot: () => ({ raw: '['.repeat(16_000), times: 4 }) }),
  nothing: () => ({ shot: () => ({ raw: ' '.repeat(16_384), times: 4 }) }),
  'no packets': () => ({ shot: () => ({ raw: NO_PACKETS[counter++ % NO_PACKETS.length], times: 1, wait: 1 }) }),
  placeholders: () => ({
    shot: () => ({ bytes: Buffer.concat([frame(opcode.text, PLACEHOLDERS[counter++ % PLACEHOLDERS.length]), ...many(16, () => frame(opcode.binary, Buffer.alloc(2000)))]) }),
  }),
  namespaces: () => ({ shot: () => ({ raw: `40/${fresh()},{}`, times: 64 }) }),
  'signalr pings': () => ({ shot: () => ({ raw: '{"type":6}\x1e'.repeat(2900), times: 2 }) }),
  '600 invocations': () => ({ shot: () => ({ raw: '{"type":1,"target":"GetNodeInfo","arguments":[]}\x1e'.repeat(600), times: 1 }) }),
  pings: () => ({ shot: once(Buffer.concat(many(200, () => frame(opcode.ping, Buffer.alloc(125))))) }),
  pongs: () => ({ shot: once(Buffer.concat(many(200, () => frame(opcode.pong, Buffer.alloc(125))))) }),
  fragments: () => {
    const rest = Buffer.concat(many(2000, () => frame(opcode.continuation, '', false)));
    return { begin: frame(opcode.text, '', false), shot: once(rest) };
  },
};

function once(bytes) { return () => ({ bytes }); }

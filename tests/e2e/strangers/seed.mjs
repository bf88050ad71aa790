// Fills rooms before an attack. The limits would make that take minutes, so the messages are written to Redis directly.
import { ChatClient } from '../support/client.mjs';

const OTHERS = '127.0.11.1';    // sends the first message of each room

/** Stores `count` messages in a room. The room must have no members. */
export async function fillRoom(at, room, count, { text = 'x'.repeat(200), from = OTHERS } = {}) {
  const client = await ChatClient.connect(at.nodes[0].ws, { from });
  await client.join(room);
  await client.request('send', { room, text });
  await client.close();
  const [[[, [, body]]]] = await at.store.ask(['XRANGE', `chat:{${room}}:log`, '-', '+']);
  const later = Array.from({ length: count - 1 }, (_, i) => ['XADD', `chat:{${room}}:log`, `0-${i + 2}`, 'm', body]);
  await at.store.ask(...later, ['HSET', `chat:{${room}}:state`, '.top', String(count)]);
}

/** Fills `count` rooms with 200 messages each. */
export async function fill(at, mark, count) {
  const rooms = Array.from({ length: count }, (_, i) => `${mark}-${i}`);
  for (const [i, room] of rooms.entries()) await fillRoom(at, room, 200, { from: `127.0.${11 + (i >> 5)}.${1 + (i & 31)}` });
  return rooms;
}

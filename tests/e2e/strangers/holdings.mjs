// Counts the keys that an attack left in Redis. The room names of an attack begin with its mark.
import { until } from '../support/until.mjs';

export const GRACE = 7000;        // ms that a node keeps a user in a room who may come back (rooms/roster.hpp)
export const TO_FORGET = 2000;    // ms for everything else

async function keysOf({ store }, mark) {
  const keys = [];
  let cursor = '0';
  do {
    const [[next, some]] = await store.ask(['SCAN', cursor, 'MATCH', `chat:{${mark}*`, 'COUNT', '20000']);
    keys.push(...some);
    cursor = next;
  } while (cursor !== '0');
  return keys;
}

export const countKeys = async (at, mark) => (await keysOf(at, mark)).length;

/** Keys left after nodes had time to delete the state of rooms without messages. Users in them have a grace period. */
export async function keysLeft(at, mark, { users = false } = {}) {
  let count;
  const left = async () => (await keysOf(at, mark)).filter((key) => users || !key.endsWith(':people')).length;
  await until('nothing is left', async () => (count = await left()) === 0, users ? GRACE + TO_FORGET : TO_FORGET).catch(() => {});
  return count;
}

/** Number and MB of all keys of the attack. */
export async function holds(at, mark) {
  const keys = await keysOf(at, mark);
  const sizes = keys.length ? await at.store.ask(...keys.map((key) => ['MEMORY', 'USAGE', key])) : [];
  return { keys: keys.length, memory: sizes.reduce((sum, size) => sum + (size ?? 0), 0) / 2 ** 20 };
}

/** Messages the attack got stored: the sum of the last offsets of its rooms. */
export async function stored(at, mark) {
  const metas = (await keysOf(at, mark)).filter((key) => key.endsWith(':state'));
  const tops = metas.length ? await at.store.ask(...metas.map((key) => ['HGET', key, '.top'])) : [];
  return tops.reduce((sum, top) => sum + Number(top ?? 0), 0);
}

/** Stored messages of a room that contain `text`. */
export async function foreign({ store }, room, text) {
  const [entries] = await store.ask(['XRANGE', `chat:{${room}}:log`, '-', '+']);
  return entries.filter(([, [, body]]) => body.includes(text)).length;
}

// The logs of rooms, as they are in Redis.

export const logKey = (room) => `chat:{${room}}:log`;

/**
 * Each room's messages, in order. They are read in pages: one reply with everything would make Redis and this program stand still.
 * @param {import('./resp.mjs').Store} store  @param {string[]} rooms
 */
export async function readLogs(store, rooms) {
  const logs = [];
  for (const room of rooms) {
    const entries = [];
    for (let from = '-', page; (page = (await store.ask(['XRANGE', logKey(room), from, '+', 'COUNT', 500]))[0]).length > 0; from = `(${page.at(-1)[0]}`) {
      entries.push(...page);
    }
    logs.push(entries.map(([id, [, body]]) => ({ offset: Number(id.split('-')[1]), ...JSON.parse(body) })));
  }
  return logs;
}

/** The offset of each room's last message. */
export async function readTops(store, rooms) {
  const replies = await store.ask(...rooms.map((room) => ['XREVRANGE', logKey(room), '+', '-', 'COUNT', 1]));
  return replies.map(([entry]) => (entry ? Number(entry[0].split('-')[1]) : 0));
}

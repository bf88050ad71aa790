// The stores that --store names. A store is a class:
//   start(folder, { rooms, shards })      makes one: `rooms` are those of which logs are read
//   protocol      of its servers, for the proxies
//   faults        of the store itself
//   mutants       servers with one promise broken, the faults that make each visible, and the violation that must be found
//   unplayed      mutants that are no others than chatd on it, and why
// and one of them has
//   settings      of the nodes
//   ports         of its servers; urlOf(proxies) is that of the store through a proxy to each
//   choose(random)      the next fault is about this server: returns its place; `chosen` is what faults change
//   logs(), tops()      each room's log as it is now, and the offset of its last message
// They are loaded when they are needed, because the modules of the end-to-end tests read CHATD then.
const stores = {
  redis: async () => (await import('./redis-store.mjs')).RedisStore,
  postgres: async () => (await import('./postgres-store.mjs')).PostgresStore,
};

export const storeNames = Object.keys(stores);

export async function storeNamed(name, shards = 1) {
  if (shards === 1) return stores[name]();
  return (await import('./shards-store.mjs')).ShardsStore;
}

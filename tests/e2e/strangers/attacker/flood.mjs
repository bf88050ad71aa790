import { setImmediate as turn } from 'node:timers/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { recipes } from './recipes.mjs';
import { wire } from './wires.mjs';

const REOPEN = 20;              // ms after a refused connection

/** Repeats one recipe on `sockets` connections. Opens each again when the server has closed it. */
export async function flood(plan, { tally, over, left }) {
  const places = plan.ports.map((port) => ({ port, from: plan.from, prefix: plan.prefix, deaf: plan.deaf, tally }));
  await Promise.all(Array.from({ length: plan.sockets }, (_, i) => hammer(places[i % places.length])));

  async function hammer(place) {
    while (!over()) {
      const connection = wire(plan.wire, place);
      if (!await connection.open().catch(() => false)) {
        connection.drop();
        await pause(Math.min(REOPEN, left()));
        continue;
      }
      const recipe = recipes[plan.recipe](plan);
      for (const requests of recipe.setup ?? []) connection.say(requests);
      if (recipe.begin) connection.write(recipe.begin);
      while (!over() && !connection.closed) {
        ++tally.shots;
        await fire(connection, recipe.shot());
      }
      if (connection.closed) tally.end((connection.line ?? connection.posts).tail);
      connection.drop();
    }
  }

  async function fire(connection, { requests, raw, times, bytes, wait }) {
    const socket = connection.posts ?? connection.line;
    if (bytes) connection.write(bytes);
    else if (raw !== undefined) for (let i = 0; i < times; ++i) connection.raw(raw);
    else connection.say(requests);
    if (!socket.clogged) return wait ? pause(Math.min(wait, left())) : turn();
    while (socket.clogged && !socket.closed && !over()) await socket.news(left());
  }
}

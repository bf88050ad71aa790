import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { wire } from './wires.mjs';

const SENDS = 20;               // the burst of a person
const TO_ANSWER = 1000;

let counter = 0;
const fresh = () => String(++counter).padStart(16, '0');

/** Connects, sends 20 messages, closes and starts again, to get around limits of a connection.
 * Plan: { identity: 'one' | 'fresh', rooms, ports, lanes, producers }. `producers`: each message has its own producer. */
export async function reconnect(plan, { tally, over, left }) {
  await Promise.all(Array.from({ length: plan.lanes }, (_, lane) => again(lane)));

  async function again(lane) {
    for (let round = lane; !over(); ++round) {
      const place = { port: plan.ports[round % plan.ports.length], from: plan.from, prefix: plan.prefix, tally };
      const connection = wire('chat.v1', place);
      if (await connection.open().catch(() => false)) await talk(connection, plan.rooms[round % plan.rooms.length]);
      else await pause(Math.min(20, left()));
      if (connection.closed && connection.line) tally.end(connection.line.tail);
      connection.drop();
      await turn();
      if (plan.most && tally.acks >= plan.most) return;
    }
  }

  async function talk(connection, room) {
    const before = tally.acks + refusals(tally);
    ++tally.shots;
    connection.say(plan.producers ? withSenders(room) : asPerson(room));
    await connection.line.until(() => tally.acks + refusals(tally) >= before + SENDS || over(), TO_ANSWER);
  }

  function asPerson(room) {
    const secret = plan.identity === 'one' ? `${plan.mark}-one-and-the-same` : `${plan.mark}-${fresh()}`;
    return [{ type: 'hello', identity_secret: secret }, { type: 'join', room, history: 0 }, ...Array.from({ length: SENDS }, (_, i) => ({ type: 'send', id: i, room, text: 'x' }))];
  }

  function withSenders(room) {
    return [{ type: 'join', room, history: 0 },
      ...Array.from({ length: SENDS }, (_, i) => [{ type: 'hello', producer: `${plan.mark}-${fresh()}` }, { type: 'send', id: i, room, text: 'x', seq: 1 }]).flat()];
  }
}

const refusals = ({ codes }) => Object.values(codes).reduce((sum, count) => sum + count, 0);

// Throwaway producers push the idempotency entries of other clients out of a room. Then those clients repeat their messages.
import { randomBytes } from 'node:crypto';
import { ChatClient } from '../support/client.mjs';
import { TOLERANCE, allowed, newSenders } from './limits.mjs';
import { addCount } from './report.mjs';
import { scene } from './scene.mjs';

const SECONDS = 12;
const ENTRIES = 20_200;          // more than the two generations of 10,000 that a room keeps
const VICTIMS = 20;
const ROOM = 'dedup';

const victims = Array.from({ length: VICTIMS }, (_, i) => ({ producer: randomBytes(16).toString('hex'), from: `127.0.14.${i + 1}` }));

/** Each victim sends its first message, each time with the same producer and number. Resolves to the acks. */
async function say(at) {
  return Promise.all(victims.map(async ({ producer, from }, i) => {
    const client = await ChatClient.connect(at.nodes[i % 2].ws, { producer, from });
    await client.join(ROOM);
    const ack = await client.request('send', { room: ROOM, text: `victim ${i}`, seq: 1 });
    await client.close();
    return ack;
  }));
}

export const dedup = [{
  name: '20,200 throwaway senders in a room: a repeated message is not stored twice',
  async run() {
    return scene('20,200 throwaway senders in one room', (at) => [{
      attack: 'reconnect', lanes: 16, seconds: SECONDS, mark: 'throwaway', from: '127.0.90.1', rooms: [ROOM],
      ports: at.nodes.map(({ port }) => port), producers: true, most: ENTRIES,
    }], {
      once: true,
      before: say,
      async after({ at, tally }) {
        const complaints = [];
        const twice = (await say(at)).filter(({ duplicate }) => !duplicate).length;
        if (twice > 0) complaints.push(`${twice} of ${VICTIMS} messages were stored twice`);
        const most = allowed(newSenders, SECONDS);
        if (tally.acks > most * TOLERANCE) complaints.push(`${tally.acks} senders got in, allowed are ${most}`);
        addCount('dedup: throwaway senders that got in', tally, [], `${tally.acks} of ${ENTRIES}; ${twice} of ${VICTIMS} messages stored twice`);
        return complaints;
      },
    });
  },
}];

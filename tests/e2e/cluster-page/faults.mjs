// The faults of the drill: how each is put in and taken out, and the name that /cluster must give it.
import { ChatClient } from '../support/client.mjs';
import { Path } from '../support/path.mjs';
import { until } from '../support/until.mjs';

/** @typedef {object} Fault
 * @property {string} name
 * @property {string[]} kinds of findings that name it
 * @property {string} [node] that they name; left out: the store
 * @property {() => Promise<unknown>} put
 * @property {() => Promise<unknown>} lift
 * @property {boolean} [stays] the page goes on to show it for up to a minute
 */

/** @param {import('./ward.mjs').Ward} ward @param {import('../../chaos/random.mjs').Random} random @returns {Fault[]} */
export function faultsOf(ward, random) {
  const any = () => random.pick(ward.nodes);
  const [killed, frozen, cut, drained, read] = [any(), any(), random.whole(0, 2), any(), random.pick(ward.nodes.slice(0, 2))];
  let guest, lifts, odd, other, ahead, slow, flood;
  const start = async (id, options) => ward.node(id, options);
  return [
    { name: 'a node is killed', kinds: ['killed'], node: killed.id, put: () => killed.kill(), lift: () => killed.start() },
    { name: 'a node stands still', kinds: ['frozen'], node: frozen.id, put: async () => frozen.program.signal('SIGSTOP'), lift: async () => frozen.program.signal('SIGCONT') },
    { name: 'a node does not reach Redis', kinds: ['noStore'], node: ward.nodes[cut].id,
      put: async () => { lifts = [{ hold: true }, { refuse: true }].map((rule) => ward.proxies[cut].impose('all', rule)); },
      lift: async () => { for (const lift of lifts) lift(); } },
    { name: 'a node drains', kinds: ['draining'], node: drained.id,
      put: async () => {
        guest = await ChatClient.connect(drained.ws);
        drained.leaving = drained.stop();
      },
      lift: async () => {
        guest.terminate();
        await drained.leaving;
        await drained.start();
      } },
    { name: 'Redis stands still', kinds: ['storeAway'], put: async () => ward.redis.pause(), lift: async () => ward.redis.resume() },
    { name: 'the memory of Redis is nearly used up', kinds: ['storeFull'],
      put: async () => {
        const [, used] = /used_memory:(\d+)/.exec(await ward.redis.command('INFO', 'memory'));
        await ward.redis.command('CONFIG', 'SET', 'maxmemory', String(Math.round(Number(used) * 1.18)));
      },
      lift: () => ward.redis.command('CONFIG', 'SET', 'maxmemory', '0') },
    { name: 'a node has another secret', kinds: ['otherSecret'], node: 'chat-4',
      put: async () => { odd = await start('chat-4', { settings: { secret: 'a secret of its own' }, ready: false }); },
      lift: () => odd.stop() },
    { name: 'a node runs another version', kinds: ['version'], node: 'chat-5', put: async () => { other = await start('chat-5', { program: ward.otherVersion().file }); }, lift: () => other.stop() },
    { name: 'the clock of a node is wrong', kinds: ['clockAhead'], node: 'chat-6', put: async () => { ahead = await start('chat-6', { env: ward.clockAhead(90) }); }, lift: () => ahead.stop() },
    { name: 'a client reads too slowly', kinds: ['slow', 'slowClosed'], node: read.id, stays: true,
      put: async () => {
        slow = { path: await Path.to(read.port) };
        slow.reader = await ChatClient.connect(slow.path.url, { name: 'Slow' });
        slow.speaker = await ChatClient.connect(read.ws);
        for (const client of [slow.reader, slow.speaker]) await client.join('busy');
        slow.path.narrow();
        slow.pace = setInterval(() => { for (let i = 0; i < 5; i++) slow.speaker.say('busy', 'x'.repeat(4000)).catch(() => {}); }, 10);
      },
      lift: async () => {
        clearInterval(slow.pace);
        slow.reader.terminate();
        await until('the speaker is answered', () => slow.speaker.pending.size === 0);
        slow.speaker.terminate();
        await slow.path.close();
      } },
    { name: 'a client floods the cluster', kinds: ['limit_messages'], node: 'chat-3', stays: true,
      put: async () => {
        flood = await ChatClient.connect(ward.nodes[2].ws);
        await flood.join('flooded');
        await Promise.allSettled(Array.from({ length: 60 }, () => flood.say('flooded', 'again')));
      },
      lift: async () => flood.terminate() },
  ];
}

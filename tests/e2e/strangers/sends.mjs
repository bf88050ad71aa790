// How many messages one address gets stored in 30 s, over any number of connections, identities and nodes.
// The attackers run at the same time, each from its own address.
import { isChosen } from './chosen.mjs';
import { foreign, stored } from './holdings.mjs';
import { TOLERANCE, allowed, historySize, messages } from './limits.mjs';
import { addCount } from './report.mjs';
import { scene } from './scene.mjs';
import { fillRoom } from './seed.mjs';

const SECONDS = 30;
const FOREIGN = 'said long before';
const rooms = (mark) => Array.from({ length: 40 }, (_, i) => `${mark}-${i}`);
const ports = (at) => at.nodes.map(({ port }) => port);
const reconnecting = { attack: 'reconnect', lanes: 16, seconds: SECONDS };

const same = { ...reconnecting, identity: 'one' };
const fresh = { ...reconnecting, identity: 'fresh' };
const staying = { attack: 'flood', recipe: 'send', wire: 'chat.v1', sockets: 200, seconds: SECONDS };

const all = [
  { name: 'one person who reconnects after each 20 sends', mark: 'same', limit: messages.person, plan: same, both: true },
  { name: 'a new person after each 20 sends, on one node', mark: 'fresh', limit: messages.address, plan: fresh },
  { name: 'a new person after each 20 sends, on both nodes', mark: 'both', limit: messages.address, plan: fresh, both: true },
  { name: '200 people who stay, on both nodes', mark: 'stay', limit: messages.address, plan: staying, both: true },
  { name: 'one room, new people, on both nodes', mark: 'push', limit: messages.addressInRoom, plan: fresh, both: true, rooms: () => ['push-0'] },
];

const nameOf = ({ name }) => `${name}: no more than the documented limit is stored`;
const PUSHED = 'one address pushes the messages of others out of a room\'s history no faster than documented';
const chosen = all.filter((attacker) => isChosen({ name: nameOf(attacker) }) || (attacker.mark === 'push' && isChosen({ name: PUSHED })));
const attackers = chosen.length ? chosen : all;

let outcome;

/** Runs the attackers once; each test looks at its part of the outcome. */
function sendsScene() {
  outcome ??= scene('sends for 30 s by five addresses', (at) => attackers.map(({ mark, plan, both, rooms: own = rooms }, i) => ({
    ...plan, mark, from: `127.0.${80 + i}.1`, rooms: own(mark), ports: both ? ports(at) : [at.nodes[0].port],
  })), {
    once: true,
    before: (at) => fillRoom(at, 'push-0', historySize, { text: FOREIGN }),
    async after({ at, tallies }) {
      for (const [i, attacker] of attackers.entries()) {
        attacker.stored = await stored(at, attacker.mark) - (attacker.mark === 'push' ? historySize : 0);
        attacker.most = allowed(attacker.limit, SECONDS);
        attacker.tally = tallies[i];
      }
      const push = attackers.find(({ mark }) => mark === 'push');
      if (push) push.pushedOut = historySize - await foreign(at, 'push-0', FOREIGN);
      return [];
    },
  });
  return outcome;
}

export const sends = attackers.map((attacker) => ({
  name: nameOf(attacker),
  async run() {
    await sendsScene();
    const complaints = attacker.stored <= attacker.most * TOLERANCE ? [] : [`${attacker.stored} were stored in ${SECONDS} s, allowed are ${attacker.most}`];
    if (attacker.stored === 0) complaints.push('the attack did not work');
    addCount(`sends: ${attacker.name}`, attacker.tally, complaints, `${attacker.stored} stored of ${attacker.most} allowed`);
    return { complaints };
  },
})).concat({ name: 'sends for 30 s by five addresses: the others chat on', run: sendsScene });

export const pushing = [{
  name: PUSHED,
  async run() {
    await sendsScene();
    const { pushedOut, most, tally } = attackers.find(({ mark }) => mark === 'push');
    const complaints = pushedOut <= most * TOLERANCE ? [] : [`${pushedOut} of ${historySize} were pushed out in ${SECONDS} s, allowed are ${most}`];
    addCount('history: others\' messages pushed out in 30 s', tally, complaints, `${pushedOut} of ${historySize}`);
    return { complaints };
  },
}];

// How much Redis memory one address can fill in a minute, and how much of it stays. Four ways at once, each from its own address.
import { setTimeout as pause } from 'node:timers/promises';
import { isChosen } from './chosen.mjs';
import { countKeys, holds, keysLeft } from './holdings.mjs';
import { bounds } from './limits.mjs';
import { addCount } from './report.mjs';
import { scene } from './scene.mjs';

const SECONDS = 60;
const MEASURED = 58;            // seconds: the attackers still hold their connections
const ENOUGH = 600;             // MB: the attack has succeeded

const all = [
  { name: 'rooms that are only joined', mark: 'only', plan: { recipe: 'joins', wire: 'chat.v1', sockets: 100 }, forgotten: true },
  { name: 'new rooms of one message', mark: 'room', plan: { recipe: 'new rooms', wire: 'chat.v1', sockets: 50 } },
  { name: 'the biggest messages', mark: 'big', plan: { recipe: 'biggest', wire: 'messagepack', sockets: 50, wait: 20 } },
  { name: 'people in rooms', mark: 'people', plan: { recipe: 'presence', wire: 'chat.v1', sockets: 300 }, forgotten: true },
];
const nameOf = ({ name, forgotten }) => `${name}: one address pins at most ${bounds.redisGrowth} MB of Redis in a minute${forgotten ? ', and nothing when it has gone' : ''}`;
const named = all.map((way) => ({ ...way, title: way.name, name: nameOf(way) }));
const chosen = named.filter(isChosen);
const ways = chosen.length ? chosen : named;

async function measure(at, attackers) {
  for (let second = 0; second < MEASURED; second += 2) {
    await pause(2000);
    if ((await at.stored()).memory < ENOUGH) continue;
    attackers.forEach(({ kill }) => kill());
    break;
  }
  for (const way of ways) Object.assign(way, await holds(at, way.mark));
}

// Four addresses at once may slow the others down: the bounds hold for one address. The table shows by how much.
let outcome;
function hoardScene() {
  outcome ??= scene('Redis filled for 60 s by four addresses', (at) => ways.map(({ mark, plan }, i) => ({
    attack: 'flood', seconds: SECONDS, mark, from: `127.0.${100 + i}.1`, ports: [at.nodes[0].port], ...plan,
  })), {
    once: true,
    during: measure,
    async after({ at, tallies, redis }) {
      for (const [i, way] of ways.entries()) {
        way.tally = tallies[i];
        way.left = way.forgotten ? await keysLeft(at, way.mark, { users: true }) : await countKeys(at, way.mark);
      }
      const grown = redis.after.memory - redis.before.memory;
      return grown > ways.length * bounds.redisGrowth ? [`Redis grew ${Math.round(grown)} MB`] : [];
    },
  });
  return outcome;
}

export const hoards = ways.map((way) => ({
  name: way.name,
  async run() {
    await hoardScene();
    const complaints = [];
    if (way.tally.bytes === 0) complaints.push('the attack did not work');
    if (way.memory > bounds.redisGrowth) complaints.push(`${way.memory.toFixed(1)} MB in ${way.keys} keys`);
    if (way.forgotten && way.left > 0) complaints.push(`${way.left} keys are left after its connections closed`);
    addCount(`Redis: ${way.title}, 60 s`, way.tally, complaints, `${way.memory.toFixed(1)} MB, ${way.keys} keys, ${way.left} left`);
    return { complaints };
  },
}));

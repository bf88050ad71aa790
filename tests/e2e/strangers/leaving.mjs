// SIGTERM to a node under attack.
import { setTimeout as pause } from 'node:timers/promises';
import { attack } from './attack.mjs';
import { addCount } from './report.mjs';
import { DRAIN_SECONDS, stage } from './stage.mjs';

const UNDER_WAY = 2000;          // ms of the attack before the signal
const GOODBYES = 2000;           // ms for close frames, after the drain time
const SLACK = 1000;
const GIVE_UP = 12_000;

const ways = {
  'a flood of hello': { attack: 'flood', recipe: 'hello', wire: 'chat.v1', sockets: 1 },
  'a flood of SignalR invocations on 200 sockets': { attack: 'flood', recipe: '600 invocations', wire: 'signalr', sockets: 200 },
  'people who reconnect after 20 sends': { attack: 'reconnect', identity: 'fresh', lanes: 16, rooms: ['leaving'] },
};

export const leaving = Object.entries(ways).map(([name, plan], i) => ({
  name: `SIGTERM in the middle of ${name}: the node ends within its drain time and the time for close frames`,
  async run() {
    const at = await stage();
    at.broken = true;                  // a node of it ends
    const [node] = at.nodes;
    const attacker = attack({ ...plan, seconds: (UNDER_WAY + GIVE_UP) / 1000, from: `127.0.${110 + i}.1`, mark: `leaving${i}`, ports: [node.port] });
    await pause(UNDER_WAY);
    const begun = performance.now();
    const result = await node.program.stop('SIGTERM', GIVE_UP).catch((error) => error.message);
    const took = performance.now() - begun;
    attacker.kill();
    const tally = await attacker.done;
    const complaints = [];
    if (result !== 0) complaints.push(`it ended with ${result}`);
    const most = DRAIN_SECONDS * 1000 + GOODBYES + SLACK;
    if (took > most) complaints.push(`it took ${(took / 1000).toFixed(1)} s (limit ${most / 1000} s)`);
    addCount(`SIGTERM during ${name}`, tally, complaints, `ended after ${(took / 1000).toFixed(1)} s`);
    return { complaints };
  },
}));

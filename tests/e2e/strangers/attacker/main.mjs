// The attacker's process: node main.mjs PLAN. It sends its tally to the parent twice a second.
import { flood } from './flood.mjs';
import { reconnect } from './reconnect.mjs';
import { crowd, halfRequests, requests, silence } from './requests.mjs';
import { Tally } from './tally.mjs';
import { upgrades } from './upgrades.mjs';

const attacks = { flood, reconnect, requests, halfRequests, silence, crowd, upgrades };

const plan = JSON.parse(process.argv[2]);
const end = performance.now() + plan.seconds * 1000;
const tally = new Tally();
const context = { tally, over: () => performance.now() >= end, left: () => Math.max(0, end - performance.now()) };

const report = () => process.send(tally);
setInterval(report, 500).unref();
process.on('disconnect', () => process.exit());       // the test has ended
setTimeout(() => last(), plan.seconds * 1000 + 300);  // in case a connection still waits
attacks[plan.attack](plan, context).then(last);

function last() { process.send(tally, () => process.exit()); }

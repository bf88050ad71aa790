// Runs one attack and waits until the cluster is normal again.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { until } from '../support/until.mjs';
import { attack, together } from './attack.mjs';
import { Gauges } from './gauges.mjs';
import { bounds } from './limits.mjs';
import { addRow } from './report.mjs';
import { stage } from './stage.mjs';

const SETTLE = 10_000;
const LATE = 50;                // ms: other programs keep this one from measuring

/** Runs attackers side by side and measures bystanders, nodes and Redis.
 * @param {string} name  in the table
 * @param {(stage: object) => object[]} plans  of attacker/main.mjs; `seconds` of each is the length of the attack
 * @returns {Promise<{ tally: object, tallies: object[], complaints: string[], at: object }>} `at`: the stage
 * An attack is repeated once if bystanders were slow while other programs kept this one from measuring; `once` forbids that. */
export async function scene(name, plans, hooks = {}) {
  const first = await attempt(name, plans, hooks);
  const isDoubtful = first.late > LATE && first.complaints.length > 0 && first.complaints.every(isAboutTime);
  return isDoubtful && !hooks.once ? attempt(`${name} (again: the test was late)`, plans, hooks) : first;
}

const isAboutTime = (complaint) => complaint.startsWith('ack p99');

async function attempt(name, plans, { before, during, after }) {
  const at = await stage();
  await until('the bystanders are well', () => at.nodes.every((node) => at.bystanders.areWell(node, bounds.normalAck)), SETTLE);
  await before?.(at);
  const redis = { before: await at.stored() };
  const gauges = new Gauges(at.nodes, at.fresh);
  at.bystanders.begin();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const attackers = plans(at).map(attack);
  let tallies;
  try {
    const watching = during?.(at, attackers);
    tallies = await Promise.all(attackers.map(({ done }) => done));
    await watching;
  } finally {
    for (const { kill } of attackers) kill();
  }
  delay.disable();
  const late = delay.max / 1e6;
  const [same, other] = at.nodes.map((node) => at.bystanders.of(node));
  const normalAfter = await becomesNormal(at, gauges);
  gauges.stop();
  redis.after = await at.stored();
  const tally = together(tallies);
  const complaints = judge({ at, gauges, same, other, normalAfter });
  if (tally.crashed) complaints.push('an attacker crashed');
  if (tally.opened === 0) complaints.push('the attacker could not connect at all');
  complaints.push(...(await after?.({ at, tally, tallies, redis }) ?? []));
  addRow({ name, tally, late, same, other, gauges, redis, normalAfter, complaints });
  if (complaints.length || gauges.killed) at.broken = true;
  return { tally, tallies, complaints, at, late };
}

/** Milliseconds until both nodes acknowledge quickly and have released their memory; undefined if they do not in time. */
async function becomesNormal(at, gauges) {
  const begun = performance.now();
  const isNormal = () => at.nodes.every((node) => at.bystanders.areWell(node, bounds.normalAck)) && gauges.left.every((more) => more <= bounds.memoryGrowth);
  return until('all is normal', isNormal, bounds.normalAfter).then(() => performance.now() - begun, () => undefined);
}

function judge({ at, gauges, same, other, normalAfter }) {
  const complaints = [];
  const limit = (what, value, most, unit) => { if (!(value <= most)) complaints.push(`${what} ${Number.isFinite(value) ? Math.round(value) : 'none'} ${unit} (limit ${most})`); };
  const ended = at.nodes.find((node) => node.program.result !== undefined);
  if (gauges.killed) complaints.push(gauges.killed);
  else if (ended) complaints.push(`${ended.id} ended with ${ended.program.result}`);
  limit('ack p99', same.p99, bounds.ackP99, 'ms');
  limit('ack p99 on the other node', other.p99, bounds.otherNodeP99, 'ms');
  limit('memory grew', Math.max(...gauges.growth), bounds.memoryGrowth, 'MB');
  if (gauges.notReady) complaints.push(`/ready failed ${gauges.notReady} times`);
  if (normalAfter === undefined) complaints.push(`not normal after ${bounds.normalAfter / 1000} s`);
  for (const some of [same, other]) {
    if (some.refused) complaints.push(`bystanders were refused ${some.refused} times (${some.refusal})`);
    if (some.cut) complaints.push(`${some.cut} bystanders were cut off`);
  }
  return complaints;
}

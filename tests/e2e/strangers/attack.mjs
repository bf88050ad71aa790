import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('attacker/main.mjs', import.meta.url));
const TO_END = 2000;
const NICE = 5;                 // a real attacker has processors of its own

const nothing = () => ({ codes: {}, closes: {}, status: {}, failed: {}, acks: 0, duplicates: 0, opened: 0, shots: 0, bytes: 0, crashed: 0 });

/** Starts the attacker's process. `done` resolves to its last tally, also if the process had to be killed. */
export function attack(plan) {
  const child = fork(program, [JSON.stringify(plan)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  setPriority(child.pid, NICE);
  let counted = nothing();
  child.on('message', (tally) => { counted = tally; });
  const deadline = setTimeout(() => child.kill('SIGKILL'), plan.seconds * 1000 + TO_END);
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const done = new Promise((resolve) => child.once('close', (code) => {
    clearTimeout(deadline);
    process.off('exit', kill);
    resolve({ ...counted, crashed: code > 0 ? 1 : 0 });
  }));
  return { done, kill, counted: () => counted };
}

const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);

/** Adds up the tallies of several attackers. */
export function together(tallies) {
  const all = nothing();
  for (const tally of tallies) {
    for (const [name, value] of Object.entries(tally)) {
      if (typeof value === 'number') all[name] += value;
      else for (const [key, count] of Object.entries(value)) all[name][key] = (all[name][key] ?? 0) + count;
    }
  }
  return all;
}

/** The four most frequent refusals for the table: error codes, close codes, HTTP statuses. */
export function refused(tally) {
  const parts = { ...tally.codes };
  for (const [code, count] of Object.entries(tally.closes)) if (code !== 'cut') parts[code] = (parts[code] ?? 0) + count;
  for (const [status, count] of Object.entries(tally.status)) if (status >= 400) parts[`HTTP ${status}`] = count;
  if (tally.closes.cut) parts.cut = tally.closes.cut;
  if (sum(tally.failed) > 0) parts['socket errors'] = sum(tally.failed);
  return Object.entries(parts).sort(([, a], [, b]) => b - a).slice(0, 4).map(([code, count]) => `${code} ${count}`).join(', ') || 'nothing';
}

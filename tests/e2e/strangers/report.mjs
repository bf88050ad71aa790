// The table of results, a row an attack. It is printed at the end and kept in build/e2e/strangers/table.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from '../support/places.mjs';
import { refused } from './attack.mjs';

const rows = [];
const header = ['attack', 'sent', 'refused', 'worst ack', 'p99', 'p99 other node', 'memory MB', 'Redis', 'ready', 'normal after', 'test late', 'outcome'];

const milliseconds = (value) => (Number.isFinite(value) ? `${Math.round(value)} ms` : 'none');

const effort = ({ bytes, opened }) => `${(bytes / 2 ** 20).toFixed(0)} MB, ${opened} connections`;

export function addRow({ name, tally, late, same, other, gauges, redis, normalAfter, complaints }) {
  rows.push([
    name, effort(tally), refused(tally), milliseconds(same.worst), milliseconds(same.p99), milliseconds(other.p99),
    `${Math.round(gauges.before[0])} → ${Math.round(gauges.peak[0])} → ${Math.round(gauges.now[0])}`,
    `${redis.before.memory.toFixed(1)} → ${redis.after.memory.toFixed(1)} MB, ${redis.before.keys} → ${redis.after.keys} keys`,
    gauges.notReady ? `${gauges.probes - gauges.notReady} of ${gauges.probes}` : 'always',
    normalAfter === undefined ? 'never' : `${(normalAfter / 1000).toFixed(1)} s`,
    milliseconds(late),
    complaints.length ? complaints.join('; ') : 'ok',
  ]);
}

/** Adds a row that has a count instead of measurements. */
export function addCount(name, tally, complaints, counted) {
  rows.push([name, tally ? effort(tally) : '', tally ? refused(tally) : '', '', '', '', '', '', '', '', '', [counted, ...complaints].join('; ')]);
}

export function table() {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const text = [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
  if (rows.length) writeFileSync(join(top, 'build/e2e/strangers/table.md'), `${text}\n`);
  return text;
}

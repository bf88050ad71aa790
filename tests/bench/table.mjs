// The result as plain text.
import { faultsOf } from './summary.mjs';

/** Three significant digits, as people read them. */
export function number(value) {
  if (value === undefined || Number.isNaN(value)) return '';
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

export const times = (ratio) => (ratio === undefined ? '' : `${number(Number(ratio.toPrecision(2)))}x`);

/** The tables: a title, the names of the columns, and rows of cells that begin with a contender's name. */
export function tables(runs, workloads, contenders, summary) {
  const present = contenders.filter(({ key }) => runs.some((run) => run.contender === key));
  const chosen = (figures) => workloads.filter(({ figure }) => figures.includes(figure));
  const cell = ({ name, figure }, { key }) => {
    const found = summary.get(name).get(key);
    if (!found) return runs.some((run) => run.workload === name && run.contender === key) ? 'failed' : '';
    return `${number(found[figure])}${key === 'chatd' ? '' : ` (${times(found.ratio)})`}`;
  };
  const rows = (columns) => present.map((contender) => [contender.name, ...columns.map((column) => column(contender))]).filter((row) => row.slice(1).some((text) => text !== ''));
  const main = chosen(['cost', 'memory', 'connect']);
  const units = { cost: 'CPU-µs', memory: 'bytes', connect: 'CPU-µs' };
  const latencies = chosen(['latency']);
  const talks = chosen(['cost', 'latency']);
  const figure = (workload, name) => (contender) => number(summary.get(workload.name).get(contender.key)?.[name]);
  return [
    {
      title: 'Servers: CPU per delivery (W1 … W2sat), memory per idle connection (W3), CPU per connect and join (W4, W4req); in brackets how many times chatd\'s',
      head: main.map((workload) => `${workload.name} ${units[workload.figure]}`),
      rows: rows(main.map((workload) => (contender) => cell(workload, contender))),
    },
    {
      title: 'Latency from when a message was due until it was there, µs; in brackets how many times chatd\'s',
      head: latencies.flatMap(({ name }) => [`${name} p50`, 'p90', 'p99', 'CPU-µs']),
      rows: rows(latencies.flatMap((workload) => [(contender) => cell(workload, contender), figure(workload, 'p90'), figure(workload, 'p99'), figure(workload, 'cost')])),
    },
    { title: 'Deliveries per second', head: talks.map(({ name }) => name), rows: rows(talks.map((workload) => figure(workload, 'rate'))) },
    { title: 'Redis: CPU-µs per message', head: talks.map(({ name }) => name), rows: rows(talks.map((workload) => figure(workload, 'redis'))) },
    {
      title: 'Checked in every run', head: ['runs', 'lost', 'duplicates', 'out of order'],
      rows: present.map((contender) => { const { runs: count, lost, duplicates, outOfOrder } = faultsOf(runs, contender); return [contender.name, ...[count, lost, duplicates, outOfOrder].map(String)]; }),
    },
  ].filter((table) => table.head.length > 0 && table.rows.length > 0);
}

export function text({ title, head, rows }) {
  const lines = [['', ...head], ...rows];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const line = (cells) => cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ').trimEnd();
  return [title, ...lines.map(line)].join('\n');
}

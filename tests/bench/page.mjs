// The result as one self-contained page: bars for a look, the tables for the figures. Light and dark.
import { number, times } from './table.mjs';

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

const STYLE = `
:root { color-scheme: light dark; --text: #1c2733; --soft: #5c6b7a; --line: #dde3e9; --back: #fff; --own: #1f6fb4; --peer: #a9b7c4; --floor: #d9b25f; }
@media (prefers-color-scheme: dark) { :root { --text: #e4eaf0; --soft: #93a1b0; --line: #2d3843; --back: #12181f; --own: #4f9fe0; --peer: #4c5a68; --floor: #8f7433; } }
body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
h1 { font-size: 1.5rem } h2 { font-size: 1rem; margin: 2rem 0 .4rem } p, small { color: var(--soft) }
.bars { display: grid; grid-template-columns: 17rem 1fr; gap: .3rem .8rem; align-items: center }
.bar { display: flex; align-items: center; gap: .5rem; white-space: nowrap } .bar i { height: 1rem; border-radius: 3px; background: var(--peer); min-width: 2px }
.own i { background: var(--own) } .floor i { background: var(--floor) }
.wide { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px } th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left } tr.own td { font-weight: 600 }`;

const kind = (key) => (key === 'chatd' ? 'own' : key.startsWith('floor') ? 'floor' : 'peer');

/** Long is good if the bar counts the work of a CPU-second, short is good elsewhere. */
const SCALES = {
  cost: { title: 'deliveries per server-CPU-second: long is good', of: (value) => 1e6 / value, unit: '' },
  connect: { title: 'connects and joins per server-CPU-second: long is good', of: (value) => 1e6 / value, unit: '' },
  latency: { title: 'half of the deliveries took at most, µs: short is good', of: (value) => value, unit: ' µs' },
  memory: { title: 'bytes per connection: short is good', of: (value) => value, unit: ' bytes' },
};

function bars({ name, says, figure }, contenders, summary) {
  const { title, of, unit } = SCALES[figure];
  const found = contenders.map((contender) => ({ ...contender, ...summary.get(name).get(contender.key) })).filter((row) => row[figure] > 0);
  const most = Math.max(...found.map((row) => of(row[figure])));
  const rows = found.map((row) => `<span>${escape(row.name)}</span><span class="bar ${kind(row.key)}"><i style="width:${(of(row[figure]) / most * 70).toFixed(2)}%"></i>${number(of(row[figure]))}${unit} <small>${row.key === 'chatd' ? '' : times(row.ratio)}</small></span>`);
  return `<h2>${escape(name)}: ${escape(says)}</h2><p>${title}</p><div class="bars">${rows.join('\n')}</div>`;
}

function table({ title, head, rows }) {
  const body = rows.map((cells) => `<tr${cells[0] === 'chatd' ? ' class="own"' : ''}>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`);
  return `<h2>${escape(title)}</h2><div class="wide"><table><tr><th></th>${head.map((cell) => `<th>${escape(cell)}</th>`).join('')}</tr>${body.join('\n')}</table></div>`;
}

export function page({ platform, tables, workloads, contenders, summary, rounds, complaints }) {
  const wrong = complaints.flatMap(({ name, complaints: texts }) => texts.map((text) => `<li>${escape(name)}: ${escape(text)}</li>`));
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>chatd compared</title>
<style>${STYLE}</style>
<h1>chatd compared</h1>
<p>Medians of ${rounds} interleaved rounds by <code>tests/bench/run</code>. Two servers and a Redis without a file each; a floor without Redis, which has nothing to share, is one process. 128-byte texts. chatd keeps every guarantee, as always. A small figure says how many times chatd's cost, time or memory that is.</p>
<p>${platform.map(escape).join('<br>')}</p>
${workloads.map((workload) => bars(workload, contenders, summary)).join('\n')}
${tables.map(table).join('\n')}
${wrong.length > 0 ? `<h2>What went wrong</h2><ul>${wrong.join('\n')}</ul>` : ''}
</html>
`;
}

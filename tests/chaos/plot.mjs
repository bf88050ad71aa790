// One picture of a round as a self-contained SVG: deliveries a second, their 99th percentile, and a bar for each fault.
import { SLICE } from './metrics.mjs';

const WIDTH = 1400;
const LEFT = 70;
const PANEL = 220;
const GAP = 40;
const TOP = 60;
const ROW = 14;

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

export function plot({ title, start, series, faults }) {
  const seconds = Math.max(1, series.length * SLICE / 1000);
  const x = (s) => LEFT + s / seconds * (WIDTH - LEFT - 20);
  const kinds = [...new Set(faults.map((fault) => fault.name))].sort();
  const faultsTop = TOP + 2 * (PANEL + GAP);
  const height = faultsTop + kinds.length * ROW + 40;
  const time = (at) => (at - start) / 1000;

  const shades = faults.map((fault) => bar(x(time(fault.start)), TOP, x(time(fault.end)), 2 * PANEL + GAP, 'shade', fault.name));
  const rows = kinds.flatMap((name, row) => {
    const y = faultsTop + row * ROW;
    const bars = faults.filter((fault) => fault.name === name).flatMap((fault) => {
      const end = time(fault.end);
      const recovered = fault.recovery === null ? end : end + fault.recovery / 1000;
      return [bar(x(end), y + 3, x(recovered), ROW - 6, 'recovery', `${name}: recovered in ${((fault.recovery ?? 0) / 1000).toFixed(2)} s`), bar(x(time(fault.start)), y + 1, x(end), ROW - 2, 'fault', name)];
    });
    return [`<text x="${LEFT - 4}" y="${y + ROW - 4}" class="name">${escape(name)}</text>`, ...bars];
  });
  const step = [1, 2, 5, 10, 20, 30, 60, 120, 300].find((s) => seconds / s <= 20) ?? 600;
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => `<text x="${x(i * step)}" y="${height - 14}" class="tick">${i * step} s</text>`);

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-60 0 ${WIDTH + 60} ${height}" font-family="system-ui, sans-serif">
<style>text{font-size:12px;fill:#333}.title{font-size:16px}.name{text-anchor:end;font-size:10px}.tick{text-anchor:middle}.axis{text-anchor:end;font-size:10px}
.grid{stroke:#ddd}.line{fill:none;stroke-width:1.2}.shade{fill:#c00;opacity:.07}.fault{fill:#c33}.recovery{fill:#e9a23b}</style>
<rect x="-60" width="${WIDTH + 60}" height="${height}" fill="#fff"/>
<text x="${LEFT}" y="24" class="title">${escape(title)}</text>
${shades.join('\n')}
${panel('deliveries a second', series.map(({ rate }) => rate), TOP, '#1f6fb4', x)}
${panel('p99 from sending to showing, milliseconds (log)', series.map(({ p99 }) => p99), TOP + PANEL + GAP, '#2a8a4a', x, true)}
${rows.join('\n')}
${ticks.join('\n')}
</svg>
`;
}

function bar(left, top, right, height, style, title) {
  return `<rect x="${left.toFixed(1)}" y="${top}" width="${Math.max(1.5, right - left).toFixed(1)}" height="${height}" class="${style}"><title>${escape(title)}</title></rect>`;
}

function panel(name, values, top, colour, x, logarithmic = false) {
  const scale = logarithmic ? (v) => Math.log10(Math.max(1, v)) : (v) => v;
  const most = Math.max(...values.map(scale), 1) * 1.05;
  const y = (v) => top + PANEL - scale(v) / most * PANEL;
  const marks = logarithmic ? [1, 10, 100, 1000, 10_000].filter((v) => scale(v) <= most) : [0, 0.5, 1].map((part) => Math.round(most / 1.05 * part));
  const grid = marks.map((v) => `<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${y(v).toFixed(1)}" y2="${y(v).toFixed(1)}" class="grid"/><text x="${LEFT - 4}" y="${(y(v) + 4).toFixed(1)}" class="axis">${v}</text>`);
  const points = values.map((v, i) => `${x(i * SLICE / 1000).toFixed(1)},${y(v).toFixed(1)}`).join(' ');
  return `${grid.join('\n')}<polyline points="${points}" class="line" stroke="${colour}"/><text x="${LEFT}" y="${top - 6}">${escape(name)}</text>`;
}

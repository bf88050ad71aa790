// The drain as a self-contained SVG: reconnects a second, and the 99th percentile of all clients and of the undisturbed ones.
const WIDTH = 1000;
const LEFT = 70;
const PANEL = 200;
const TOP = 60;
const GAP = 50;
const HEIGHT = TOP + 2 * PANEL + GAP + 40;

/** @param {{ title: string, rows: { at: number, reconnects: number, p99: number, undisturbed_p99: number }[], drain: [number, number] }} options
 *   `rows` one a second, latencies in microseconds; `drain` when it began and ended, in seconds */
export function plot({ title, rows, drain }) {
  const seconds = rows.at(-1).at;
  const x = (second) => LEFT + second / seconds * (WIDTH - LEFT - 20);
  const shade = `<rect x="${x(drain[0]).toFixed(1)}" y="${TOP}" width="${(x(drain[1]) - x(drain[0])).toFixed(1)}" height="${2 * PANEL + GAP}" class="shade"/>`;
  const bars = panel('clients that came back, a second', TOP, [rows.map((row) => row.reconnects)], (y, [counts]) => counts.map((count, i) => {
    const left = x(rows[i].at - 1) + 1;
    return `<rect x="${left.toFixed(1)}" y="${y(count).toFixed(1)}" width="${(x(rows[i].at) - left).toFixed(1)}" height="${(y(0) - y(count)).toFixed(1)}" class="bar"/>`;
  }));
  const p99 = [rows.map((row) => row.p99 / 1000), rows.map((row) => row.undisturbed_p99 / 1000)];
  const lines = panel('p99 of deliveries, milliseconds: all (grey), from and to clients that stayed (green)', TOP + PANEL + GAP, p99, (y, [all, stayed]) => [
    line(all, 'all'), line(stayed, 'stayed'),
  ].map((draw) => draw(y)));

  function line(values, style) {
    return (y) => `<polyline points="${values.map((v, i) => `${x(rows[i].at - 0.5).toFixed(1)},${y(v).toFixed(1)}`).join(' ')}" class="line ${style}"/>`;
  }
  const ticks = rows.map(({ at }) => Math.round(at)).filter((at) => at % 2 === 0).map((at) => `<text x="${x(at).toFixed(1)}" y="${HEIGHT - 14}" class="tick">${at} s</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif">
<style>text{font-size:12px;fill:#333}.title{font-size:16px}.tick{text-anchor:middle}.axis{text-anchor:end;font-size:10px}
.grid{stroke:#ddd}.line{fill:none;stroke-width:1.5}.all{stroke:#999}.stayed{stroke:#2a8a4a}.bar{fill:#1f6fb4}.shade{fill:#c00;opacity:.07}</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="24" class="title">${title}</text>
${[shade, ...bars, ...lines, ...ticks].join('\n')}
</svg>
`;
}

function panel(name, top, series, draw) {
  const most = Math.max(...series.flat(), 1) * 1.05;
  const y = (value) => top + PANEL - value / most * PANEL;
  const marks = [0, 0.5, 1].map((part) => most / 1.05 * part);
  const grid = marks.map((value) => `<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" class="grid"/><text x="${LEFT - 6}" y="${(y(value) + 4).toFixed(1)}" class="axis">${most < 20 ? value.toFixed(1) : Math.round(value)}</text>`);
  return [...grid, ...draw(y, series), `<text x="${LEFT}" y="${top - 8}">${name}</text>`];
}

// Deliveries and their latencies, in slices of a quarter of a second.
export const SLICE = 250;

export class Metrics {
  slices = [];

  constructor(start = performance.now()) { this.start = start; }

  /** A client shows a message now that was sent at `sentAt`. */
  shown(sentAt) {
    const now = performance.now();
    const place = Math.floor((now - this.start) / SLICE);
    (this.slices[place] ??= []).push(now - sentAt);
  }

  /** Deliveries a second in the last two seconds. */
  recentRate() {
    const end = Math.floor((performance.now() - this.start) / SLICE);
    let shown = 0;
    for (let place = end - 8; place < end; ++place) shown += this.slices[place]?.length ?? 0;
    return shown / 2;
  }

  /** For each slice: deliveries a second and the 99th percentile of the latency in milliseconds. */
  series() {
    return Array.from(this.slices, (latencies = []) => ({ rate: latencies.length * 1000 / SLICE, p99: quantile(latencies, 0.99) }));
  }
}

export function quantile(numbers, q) {
  if (numbers.length === 0) return 0;
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

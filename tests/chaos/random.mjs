// Random numbers that a seed brings back (mulberry32), and choices made with them.
export class Random {
  #state;

  constructor(seed) { this.#state = seed >>> 0; }

  /** 0 ≤ x < 1 */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number, both ends included. */
  whole(low, high) { return low + Math.floor(this.next() * (high - low + 1)); }
  between(low, high) { return low + this.next() * (high - low); }
  chance(probability) { return this.next() < probability; }
  pick(list) { return list[this.whole(0, list.length - 1)]; }
  hex(digits) { return Array.from({ length: digits }, () => this.whole(0, 15).toString(16)).join(''); }
  seed() { return this.whole(0, 0xffffffff); }

  shuffle(list) {
    const out = [...list];
    for (let i = out.length - 1; i > 0; --i) {
      const j = this.whole(0, i);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }

  /** `count` different ones. */
  sample(list, count) { return this.shuffle(list).slice(0, count); }
}

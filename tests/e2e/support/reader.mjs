import { until } from './until.mjs';

/** Fills a room with `count` messages "1.", "2.", … over one connection, as fast as they are taken. */
export async function fill(client, room, count) {
  await client.join(room, { history: 0 });
  for (let sent = 0; sent < count; sent += 500) {
    await Promise.all(Array.from({ length: Math.min(500, count - sent) }, (_, i) => client.say(room, textOf(sent + i + 1))));
  }
}

/** Of different heights, as people write. */
function textOf(i) { return `${i}. ${'It goes on for a line or two. '.repeat(i % 7 === 0 ? 9 : i % 3)}`; }

/** A user that reads a long conversation: moves, and reports where each message is. */
export class Reader {
  constructor(page) { this.page = page; }

  /** Every message that is in view: its offset and the distance of its upper edge from that of the log. */
  places() {
    return this.page.evaluate(() => {
      const log = document.querySelector('.log').getBoundingClientRect();
      return Array.from(document.querySelectorAll('[data-testid="message"]'), (row) => [Number(row.dataset.offset), row.getBoundingClientRect()])
        .filter(([, box]) => box.bottom > log.top && box.top < log.bottom).map(([offset, box]) => [offset, box.top - log.top]);
    });
  }

  /** Waits until nothing moves any more: the same place in four frames, nothing under way. */
  atRest() {
    return this.page.evaluate(() => new Promise((resolve) => {
      const log = document.querySelector('.log');
      let [still, last] = [0, -1];
      const look = () => {
        still = log.scrollTop === last ? still + 1 : 0;
        last = log.scrollTop;
        if (still < 4) requestAnimationFrame(look);
        else resolve(last);
      };
      look();
    }));
  }

  /** From now on the page's own corrections of the place are told from the user's scrolling. */
  tellCorrections() {
    return this.page.evaluate(() => {
      const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, 'scrollTop');
      window.corrected = 0;
      Object.defineProperty(document.querySelector('.log'), 'scrollTop', { get, set(to) {
        const from = get.call(this);
        set.call(this, to);
        window.corrected += get.call(this) - from;
      } });
    });
  }

  scroll() { return this.page.evaluate(() => document.querySelector('.log').scrollTop - (window.corrected ?? 0)); }

  /** Moves once. @returns how far the rows in view have moved down, for a row that is still on the page, and how far it was
   * scrolled; null if no such row is left */
  async step(move) {
    const before = new Map(await this.places());
    const from = await this.scroll();
    await move();
    await this.atRest();
    const scrolled = from - await this.scroll();
    const after = await this.page.evaluate((offsets) => {
      const log = document.querySelector('.log').getBoundingClientRect();
      return offsets.map((offset) => [offset, document.querySelector(`[data-testid="message"][data-offset="${offset}"]`)?.getBoundingClientRect()])
        .filter(([, box]) => box).map(([offset, box]) => [offset, box.top - log.top]);
    }, [...before.keys()]);
    const moved = after.map(([offset, top]) => top - before.get(offset));
    return moved.length ? { moved: moved[0], scrolled, bent: Math.max(...moved) - Math.min(...moved) } : null;
  }

  /** The lowest and the highest offset in view. */
  async range() {
    const offsets = (await this.places()).map(([offset]) => offset);
    return [Math.min(...offsets), Math.max(...offsets)];
  }

  async isAtBeginning() { return (await this.page.locator('.top.beginning').count()) === 1 && (await this.range())[0] === 1; }
  isAtEnd(last) { return this.page.evaluate((last) => {
    const log = document.querySelector('.log');
    return log.scrollHeight - log.scrollTop - log.clientHeight <= 1 && document.querySelector(`[data-testid="message"][data-offset="${last}"]`) !== null;
  }, last); }

  /** Moves until `there`; fails when nothing moves for `patience` steps. @returns the movements */
  async go(move, there, patience = 20) {
    const steps = [];
    let stuck = 0;
    while (!await there()) {
      const [from] = await this.range();
      steps.push(await this.step(move));
      stuck = (await this.range())[0] === from ? stuck + 1 : 0;
      if (stuck > patience) throw new Error(`a dead end at message ${from} after ${steps.length} steps: ${await this.page.locator('.top').innerText()}`);
      if (stuck) await until('a frame', () => this.page.evaluate(() => new Promise((resolve) => setTimeout(() => resolve(true), 30))));
    }
    return steps;
  }
}

/** The largest error of all movements. A wheel and a key move by the same way each time, but for either end; a finger does
 * not, so there each movement is compared with the scrolling. */
export function worst(steps, { isSame }) {
  const inner = steps.filter((step) => step && Math.abs(step.moved) > 0).slice(1, -2);
  const usual = inner.map(({ moved }) => moved).sort((a, b) => a - b)[inner.length >> 1];
  const errors = inner.map(({ moved, scrolled }) => Math.abs(moved - (isSame ? usual : scrolled)));
  return { steps: steps.length, usual, error: Math.max(...errors), bent: Math.max(...inner.map(({ bent }) => bent)) };
}

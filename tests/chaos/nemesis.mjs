// Does one fault after another and measures how long people need to recover from each.
import { setTimeout as pause } from 'node:timers/promises';
import { schedule } from './schedule.mjs';

const LOOK_EVERY = 20;
const MOST_PATIENCE = 15_000;      // then it is a fault of the server that it has not recovered

export class Nemesis {
  repair = Promise.resolve();      // all clients have recovered from the last fault

  /** @param {{ cluster: any, crowd: any, history: any }} world */
  constructor(world, faults, seconds, seed, options) {
    this.world = world;
    this.plan = schedule(faults, seconds, seed);
    this.until = performance.now() + seconds * 1000;
    this.only = options.only;
    this.say = options.say;
  }

  async run() {
    for (const planned of this.plan) {
      const { fault } = planned;
      const left = this.until - performance.now();
      if (left <= 0) return;
      if (fault.lasts[1] > left && !this.only) continue;
      await this.#commit(planned);
    }
  }

  async #commit({ fault, lasts, waitsForRecovery, quiet, random }) {
    const { history } = this.world;
    const { name, kind, recoversIn, mayRewind, mayReset, hides, drains, alone } = fault;
    if (alone) await this.repair;
    const record = { name, kind, recoversIn, start: performance.now(), end: Infinity, recovery: null, mayRewind, mayReset, hides, drains };
    history.faults.push(record);
    this.world.cluster.chooseServer(random);
    const context = await fault.start(this.world, random);
    record.begun = performance.now();
    const early = fault.from === 'start' ? this.#recovery(record, record.begun) : null;
    await pause(lasts);
    await fault.stop(this.world, context);
    record.end = performance.now();
    this.repair = early ?? this.#recovery(record, record.end);
    if (waitsForRecovery || alone) await this.repair;
    else record.overlapped = true;
    await pause(quiet);
  }

  /** Waits until every client has shown a message sent after `from`. */
  async #recovery(record, from) {
    const { crowd, history } = this.world;
    for (let late = crowd.late(from); late; late = crowd.late(from)) {
      record.last = describe(late, crowd);
      if (performance.now() - from > MOST_PATIENCE && !record.overlapped) {
        history.complain(`${Math.round(MOST_PATIENCE / 1000)} s after ${record.name} some screens show nothing new, e.g. of ${record.last}`);
        record.recovery = performance.now() - from;       // at least: it counts in the figure
        return;
      }
      if (crowd.closed) return;
      await pause(LOOK_EVERY);
    }
    record.recovery = performance.now() - from;
    this.say?.(record);
  }
}

function describe(screen, crowd) {
  const person = crowd.people[screen.client];
  const room = crowd.history.rooms[screen.room];
  return `client ${screen.client} (${person.name}, last on ${person.node}) in ${room}: ${person.here.has(room) ? 'joined' : 'not joined'}, at ${screen.last}`;
}

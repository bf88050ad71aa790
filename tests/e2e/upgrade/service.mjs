import { History } from '../../chaos/history.mjs';

/** A history that measures the service of each client: how long it heard nothing, and how long a message waited for its answer. */
export class ServedHistory extends History {
  /** In the last round: { name, ms }. */
  longestSilence = { ms: 0 };
  slowestAnswer = { ms: 0 };
  #heard = new Map();
  #measures = false;

  /** From now on all clients talk. */
  begin() {
    this.#measures = true;
    for (const client of this.people.keys()) this.#heard.set(client, this.now());
  }

  /** The last silences count, too. */
  end() {
    for (const client of this.people.keys()) this.#hears(client);
    this.#measures = false;
  }

  screen(client, room) {
    const screen = super.screen(client, room);
    const show = screen.show.bind(screen);
    screen.show = (told) => { this.#hears(client); show(told); };
    return screen;
  }

  acked(message, epoch, offset) {
    super.acked(message, epoch, offset);
    this.#answered(message);
  }

  settle(message) {
    super.settle(message);
    this.#answered(message);
  }

  #hears(client) {
    if (!this.#measures) return;
    const now = this.now();
    this.longestSilence = this.#worse(this.longestSilence, client, now - this.#heard.get(client));
    this.#heard.set(client, now);
  }

  #answered(message) {
    const send = this.sends[message];
    if (this.#measures && send) this.slowestAnswer = this.#worse(this.slowestAnswer, send.client, this.now() - send.at);
  }

  #worse(worst, client, ms) { return ms > worst.ms ? { name: this.people[client].name, ms: Math.round(ms) } : worst; }
}

// Silent members of rooms: a hundred rooms a connection, the limit of a client.
import { ChatClient } from '../e2e/support/client.mjs';

const ROOMS_EACH = 100;
const AT_ONCE = 16;   // connections that are joining

export class Ballast {
  #clients = [];

  /** Ends when each of `rooms` rooms has a member. */
  static async load(url, rooms) {
    const ballast = new Ballast();
    const firsts = Array.from({ length: Math.ceil(rooms / ROOMS_EACH) }, (_, i) => i * ROOMS_EACH).values();
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (const first of firsts) await ballast.#sit(url, first, Math.min(rooms, first + ROOMS_EACH));
    }));
    return ballast;
  }

  leave() {
    for (const client of this.#clients.splice(0)) client.socket.terminate();
  }

  async #sit(url, first, end) {
    const client = await ChatClient.connect(url);
    this.#clients.push(client);
    await Promise.all(Array.from({ length: end - first }, (_, i) => client.join(`silent-${first + i}`)));
  }
}

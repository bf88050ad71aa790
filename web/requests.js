// The requests that wait for an answer, by their id.

/** @typedef {import('./types.js').Waiting} Waiting */

const GONE = { code: 'disconnected', message: 'the connection was lost' };

export class Requests {
  /** @type {Map<number, Waiting>} */ #waiting = new Map();
  #lastId = 0;
  #link;

  /** @param {{ send: (frame: object) => boolean, expectAnswer: () => void }} link */
  constructor(link) {
    this.#link = link;
  }

  /** Calls back within the frame that answers, where a promise would come too late. @param {Record<string, unknown>} frame @param {Waiting} waiting */
  ask(frame, waiting) {
    const id = ++this.#lastId;
    if (!this.#link.send({ ...frame, id })) return waiting.failed(GONE);
    this.#waiting.set(id, waiting);
    this.#link.expectAnswer();
  }

  /** @param {Record<string, unknown>} frame @returns {Promise<any>} */
  request(frame) {
    return new Promise((done, failed) => this.ask(frame, { done, failed }));
  }

  /** Sends a request that the server answers only if it refuses it. @param {Record<string, unknown>} frame @returns {number} its id */
  tell(frame) {
    const id = ++this.#lastId;
    this.#link.send({ ...frame, id });
    return id;
  }

  /** The request that has this id, which waits no longer. @param {number} id */
  take(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** The connection is lost. */
  interrupt() {
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { failed } of lost) failed(GONE);
  }
}

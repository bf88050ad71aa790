// The list of people of one room as one client knows it: asked for once, then kept by pushes. It records each user that
// is reported as gone although it is here.
export class Roster {
  #version = 0;
  #asking = false;
  people = new Set();
  ghosts = [];                 // people of a dead node: { id, diedAt, goneAt }

  /** @param {import('./person.mjs').Person} watcher  @param {number} room  @param crowd knows where each user is */
  constructor(watcher, room, crowd) {
    this.watcher = watcher;
    this.room = room;
    this.name = watcher.history.rooms[room];
    this.crowd = crowd;
  }

  joined(name) { if (name === this.name) this.#ask(); }

  changed({ room, version, joined, left }) {
    if (room !== this.name || this.#asking) return;
    if (version !== this.#version + 1) return this.#ask();
    this.#version = version;
    for (const { id } of joined) this.people.add(id);
    for (const { id } of left) this.#left(id);
  }

  /** Pushes that come before the answer are in it. */
  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const { version, members } = await this.watcher.chat.members(this.name);
      this.#version = version;
      const now = new Set(members.map(({ id }) => id));
      for (const id of this.people) if (!now.has(id)) this.#left(id);
      this.people = now;
    } catch { /* the next join asks again */ } finally {
      this.#asking = false;
    }
  }

  #left(id) {
    this.people.delete(id);
    const at = performance.now();
    for (const ghost of this.ghosts) if (ghost.id === id) ghost.goneAt ??= at;
    const who = this.crowd.find(id);
    const joined = who?.here.get(this.name);
    const reading = who?.tap.readingSince ?? null;
    if (joined !== undefined && reading !== null) {
      const since = Math.max(joined, reading);
      this.watcher.history.presence.left.push({ at, room: this.room, client: who.index, watcher: this.watcher.index, hereFor: at - since });
    }
  }

  /** The people with these ids have died with their node, now. */
  expectGone(ids, diedAt) { this.ghosts.push(...ids.filter((id) => this.people.has(id)).map((id) => ({ id, diedAt, goneAt: null }))); }
}

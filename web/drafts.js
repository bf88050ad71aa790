// The unsent text of each room; it survives a reload of the tab.

const MOST = 64; // rooms; the longest ago goes first

/** @param {import('./outbox.js').Storage} storage */
export function createDrafts(storage) {
  /** @type {Map<string, string>} */ let drafts;
  try {
    drafts = new Map(JSON.parse(storage.load() ?? ''));
  } catch {
    drafts = new Map();
  }
  return {
    /** @param {string} room */
    of: (room) => drafts.get(room) ?? '',

    /** @param {string} room @param {string} text */
    keep(room, text) {
      if (!text && !drafts.has(room)) return;
      drafts.delete(room);
      if (text) drafts.set(room, text);
      for (const oldest of drafts.keys()) if (drafts.size > MOST) drafts.delete(oldest);
      storage.save(JSON.stringify([...drafts]));
    },
  };
}

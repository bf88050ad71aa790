// Which of eight colours a node or a person has. The colours themselves, one set a theme, are in page.css; they differ
// for colour-blind eyes too (after Okabe and Ito) and never stand without a name.

export const COLOURS = 8;

/** @param {string} text */
export function hash(text) {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Depends on nothing but the set of nodes, so every screen shows the same colours: chat-1, chat-2 … in turn, other ids by
 * hash, and the next free colour where two would meet.
 * @param {Iterable<string>} ids @returns {Map<string, number>} */
export function nodeColours(ids) {
  const colours = new Map();
  const taken = new Set();
  for (const id of [...new Set(ids)].sort()) {
    const number = /(?:^|-)(\d{1,3})$/.exec(id);
    let colour = (number ? Number(number[1]) - 1 : hash(id)) % COLOURS;
    if (colour < 0) colour = 0;
    while (taken.size < COLOURS && taken.has(colour)) colour = (colour + 1) % COLOURS;
    taken.add(colour);
    colours.set(id, colour);
  }
  return colours;
}

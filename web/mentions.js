// Names in a text: which people a room knows, and whether one of their names stands behind an @.

/** @typedef {import('./types.js').Person} Person */

const WORD = /[\p{L}\p{N}_]/u;

/** The people that a message in a room can mention: its members, and this user. @param {{ members: Person[] } | undefined} room @param {Person | null} me */
export function mentionable(room, me) {
  const others = (room?.members ?? []).filter(({ id }) => id !== me?.id);
  return me ? [...others, me] : others;
}

/** Finds the longest name that begins at a place, without regard to case. Two people of one name: the last one of the list.
 * @param {readonly Person[]} people @returns {import('./inline.js').FindName} */
export function nameFinder(people) {
  const ids = new Map(people.map(({ id, name }) => [name.toLowerCase(), id]));
  const lengths = [...new Set(people.map(({ name }) => name.length))].sort((a, b) => b - a);
  const initials = new Set(people.flatMap(({ name }) => [name[0].toLowerCase(), name[0].toUpperCase()]));
  return (text, at) => {
    if (!initials.has(text[at])) return null;
    for (const length of lengths) {
      const id = ids.get(text.slice(at, at + length).toLowerCase());
      if (id !== undefined && !WORD.test(text[at + length] ?? ' ')) return { length, id };
    }
    return null;
  };
}

/** Whether a text names a person. @param {string} text @param {Person | null} person */
export function mentions(text, person) {
  if (!person || !text.includes('@')) return false;
  const find = nameFinder([person]);
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (!WORD.test(text[at - 1] ?? ' ') && find(text, at + 1)) return true;
  }
  return false;
}

/** A mention as it is written. @param {Pick<Person, 'name'>} person */
export const mentionOf = ({ name }) => `@${name} `;

/** The names that several people have. @param {readonly Person[]} people @returns {Set<string>} */
export function sharedNames(people) {
  const seen = new Set();
  return new Set(people.map(({ name }) => name).filter((name) => seen.has(name) || !seen.add(name)));
}

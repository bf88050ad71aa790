// The content of a token, as far as the page needs it. Nothing is verified: the server decides, and the page only does not offer in vain.

/** @typedef {{ subject: string, name: string, rooms: [pattern: string, rights: string[]][] }} Claims name: '' if the user may choose one */

/** @param {any} value */
const text = (value) => (typeof value === 'string' ? value : '');

/** A pasted token, or a link with one, without the blanks that copying adds. @param {string} pasted */
export function tidyToken(pasted) {
  const bare = pasted.replace(/\s+/g, '');
  return /#(?:.*&)?token=([^&]*)/.exec(bare)?.[1] ?? bare;
}

/** @param {string} token @returns {Claims | null} null: this is no JSON Web Token */
export function claimsOf(token) {
  const parts = token.split('.');
  if (parts.length !== 3) return null;
  try {
    const bytes = Uint8Array.from(atob(parts[1].replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const { sub, name, rooms } = JSON.parse(new TextDecoder().decode(bytes));
    const granted = rooms !== null && typeof rooms === 'object' ? Object.entries(rooms) : [];
    return { subject: text(sub), name: text(name), rooms: granted.map(([pattern, rights]) => [pattern, Array.isArray(rights) ? rights.map(text) : []]) };
  } catch {
    return null;
  }
}

/** Whether a pattern names this room: `*` stands for any number of characters. Takes at most pattern × room steps.
 * @param {string} pattern @param {string} room */
export function matchesRoom(pattern, room) {
  const [first, ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === room;
  if (!room.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = room.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return room.length - last.length >= at && room.endsWith(last);
}

/** @param {Claims | null} claims @param {string} right @param {string} room */
export function grants(claims, right, room) {
  return claims?.rooms.some(([pattern, rights]) => rights.includes(right) && matchesRoom(pattern, room)) ?? false;
}

// The content of a token, as far as the page needs it. Nothing is verified: the server decides, and the page only does not offer in vain.

/** @typedef {{ subject: string, name: string }} Claims name: '' if the user may choose one */

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
    const { sub, name } = JSON.parse(new TextDecoder().decode(bytes));
    return { subject: text(sub), name: text(name) };
  } catch {
    return null;
  }
}

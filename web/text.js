// Small pure helpers for the text of users: links, names, room names.

const URLS = /(?<![\p{L}\p{N}_@./])(?:https?:\/\/|www\.|mailto:)[^\s<>"'`]+/giu;
const MAIL = /^mailto:[\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}$/i;
const SITE = /^www\.[^.]+\.[^.]/;
const PAIRS = { ')': '(', ']': '[', '}': '{' };
// Parts that make a shown address differ from the visited one: a name before the host, characters that turn or hide others.
const DECEIVING = /^https?:\/\/[^/?#\\]*@|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/iu;

/** Splits a text into plain parts and links; nothing else is interpreted.
 * @param {string} text @returns {{ text: string, href?: string }[]} */
export function linkify(text) {
  const parts = [];
  let done = 0;
  for (const match of text.matchAll(URLS)) {
    const shown = trimEnd(match[0]);
    const href = safeLink(shown);
    if (!href) continue;
    if (match.index > done) parts.push({ text: text.slice(done, match.index) });
    parts.push({ text: shown, href });
    done = match.index + shown.length;
  }
  if (done < text.length) parts.push({ text: text.slice(done) });
  return parts;
}

/** Where a click leads, or '' where it could surprise. @param {string} shown */
export function safeLink(shown) {
  if (/^mailto:/i.test(shown)) return MAIL.test(shown) ? shown : '';
  const isBare = /^www\./i.test(shown);
  const address = isBare ? `https://${shown}` : shown;
  try {
    const url = new URL(address);
    return DECEIVING.test(address) || (isBare && !SITE.test(url.hostname)) ? '' : url.href;
  } catch {
    return '';
  }
}

/** Punctuation that ends the sentence, not the address; a closing bracket only without its opening one. @param {string} url */
function trimEnd(url) {
  const spare = new Map(Object.entries(PAIRS).map(([close, open]) => [close, url.split(close).length - url.split(open).length]));
  for (let end = url.length; ; end--) {
    const last = url[end - 1] ?? '';
    const more = spare.get(last);
    if (more === undefined ? !/[.,;:!?…*]/.test(last) : more <= 0) return url.slice(0, end);
    if (more !== undefined) spare.set(last, more - 1);
  }
}

/** @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/u);
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : ''].map((w) => Array.from(w)[0] ?? '');
  return letters.join('').toLocaleUpperCase() || '?';
}

const NAME_BYTES = 64;
const encoder = new TextEncoder();

/** @param {string} text */
export const bytes = (text) => encoder.encode(text).length;

// A joiner glues two emoji into one; anywhere else it is one of the characters that a name must not have.
const FORBIDDEN = /(\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]*\u200D(?=\p{Extended_Pictographic}))|[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;
const VISIBLE = /[^\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Replaces the characters that a name must not have. @param {string} name @param {string} by */
const withoutForbidden = (name, by) => name.replace(FORBIDDEN, (_, emoji) => emoji ?? by);

/** Whether the server takes this as a person's name: `is_user_name` in src/core/names.cpp has the same rule.
 * @param {string} name */
export const isName = (name) => bytes(name) <= NAME_BYTES && VISIBLE.test(name) && withoutForbidden(name, '') === name;

/** A typed name in the form that the server accepts and keeps; '' if nothing is left. @param {string} typed */
export function cleanName(typed) {
  const tidy = (/** @type {string} */ text) => withoutForbidden(text.normalize('NFC'), ' ').replace(/\s+/gu, ' ').trim();
  const letters = Array.from(tidy(typed));
  while (bytes(letters.join('')) > NAME_BYTES) letters.pop();
  const name = tidy(letters.join(''));        // the cut may have left a joiner at the end
  return isName(name) ? name : '';
}

/** A typed room name in the form that the server accepts; '' if nothing is left. @param {string} typed */
export function cleanRoom(typed) {
  return typed.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/[\s#]+/g, '-').replace(/[^a-z0-9_.-]/g, '')
    .replace(/^[^a-z0-9]+/, '').replace(/-+$/, '').slice(0, 64);
}

/** The end of a user's id, which tells two people of one name apart. @param {string} id */
export const tagOf = (id) => id.slice(-4);

/** The room of two. @param {string} a @param {string} b user ids */
export const directRoom = (a, b) => `dm.${[a, b].sort().join('.')}`;

/** The other one of a room of two, or ''. @param {string} room @param {string} me */
export function peerOf(room, me) {
  const [, ...ids] = /^dm\.([a-z0-9][a-z0-9_-]*)\.([a-z0-9][a-z0-9_-]*)$/.exec(room) ?? [];
  return ids.includes(me) ? ids.find((id) => id !== me) ?? '' : '';
}

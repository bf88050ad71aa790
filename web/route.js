// Where the page is: the site's root, the node it was loaded through (`/node/<id>/`), and the room in the address.

const NODE_PATH = /^(.*\/)node\/([a-z0-9][a-z0-9-]{0,31})\/$/;

/** @param {string} href @returns {{ root: URL, node: string, room: string, at: number, lab: boolean | null }} at: offset of the
 * message to show, or 0; lab: whether it shall be open, or null */
export function parse(href) {
  const here = new URL('.', href);
  const onNode = NODE_PATH.exec(here.pathname);
  const root = new URL(onNode ? onNode[1] : here.pathname, here.origin);
  const { searchParams } = new URL(href);
  const at = /^[1-9]\d{0,14}$/.exec(searchParams.get('at') ?? '');
  return { root, node: onNode?.[2] ?? '', room: searchParams.get('room') ?? '', at: Number(at?.[0] ?? 0),
    lab: searchParams.has('lab') ? searchParams.get('lab') !== '0' : null };
}

/** Whether only this device reaches a page of this host. @param {string} hostname */
export const isLocal = (hostname) => /^(?:(?:.*\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);

/** The page (or, with `ws`, the socket) of a node, or of whichever node the balancer takes when `prefix` is ''.
 * @param {URL} root @param {string} prefix */
export function pageUrl(root, prefix, room = '') {
  const url = new URL(prefix || root, root);
  if (room && room !== 'lobby') url.searchParams.set('room', room);
  return url.href;
}

/** @param {URL} root @param {string} prefix */
export function socketUrl(root, prefix) {
  const url = new URL('ws', new URL(prefix || root, root));
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

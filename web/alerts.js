// Draws attention to unread messages: the tab's title and icon always; announce.js what is asked for.

/** @param {number} count @param {string} room */
export function showUnread(count, room) {
  const title = `${count ? `(${count}) ` : ''}${room} · Chat`;
  if (document.title !== title) document.title = title;
  const link = /** @type {HTMLLinkElement} */ (document.getElementById('favicon'));
  const icon = count ? 'favicon-unread.svg' : 'favicon.svg';
  if (link.getAttribute('href') !== icon) link.setAttribute('href', icon);
}

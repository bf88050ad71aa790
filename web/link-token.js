// A link may bring a token: `#token=…`. The fragment goes to no server, and leaves the address bar and the history at once.

/** @param {Pick<Location, 'href' | 'hash'>} location @param {Pick<History, 'replaceState'>} history @returns {string} '' if there is none */
export function takeLinkToken(location, history) {
  const parts = location.hash.slice(1).split('&');
  const token = parts.find((part) => part.startsWith('token='));
  if (token === undefined) return '';
  const url = new URL(location.href);
  url.hash = parts.filter((part) => part !== token).join('&');
  history.replaceState(null, '', url.href.replace(/#$/, ''));
  return token.slice('token='.length);
}

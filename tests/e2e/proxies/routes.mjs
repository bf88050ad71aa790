/**
 * The routes of every proxy in front of nodes: what a PUT to each target meets. `node`: a node's own answer to a method that it
 * does not have there (with Cache-Control: no-store); `page`: a file of the page or the node's list, by GET; a number: the
 * status that the world gets.
 */
export const routes = [
  ['/sse', 'node'], ['/chatHub', 'node'], ['/hub', 'node'], ['/CHATHUB/', 'node'], ['/chatHub/negotiate', 'node'], ['/hub/negotiate/', 'node'],
  ['/node/chat-1/sse', 'node'], ['/node/chat-1/chatHub', 'node'], ['/node/chat-1/hub/negotiate', 'node'],
  ['/', 'page'], ['/client.js', 'page'], ['/manifest.webmanifest', 'page'], ['/i18n/en.js', 'page'], ['/nodes', 'page'], ['/health', 'page'], ['/ready', 'page'],
  ['/node/chat-1/', 'page'], ['/node/chat-1/client.js', 'page'], ['/node/chat-1/nodes', 'page'], ['/node/chat-1/health', 'page'],
  ['/node/chat-1', 301],
  ['/api/', 404], ['/api/info', 404], ['/node/chat-1/api/info', 404], ['/metrics', 404], ['/METRICS', 404], ['/%6detrics', 404], ['/./metrics', 404], ['//metrics', 404], ['/metrics/', 404],
  ['/node/chat-1/metrics', 404], ['/node/chat-1/%6detrics', 404], ['/node/chat-1//metrics', 404], ['/node/chat-1/./metrics', 404],
  ['/open', 404], ['/node/chat-1/open', 404], ['/node/chat-1/node/chat-2/health', 404],
  ['/node/chat-9/health', 404], ['/node/chat-9/', 404], ['/node/chat-9/ws', 404], ['/node/127.0.0.1/health', 404], ['/node/localhost/health', 404], ['/node/CHAT-1/health', 404],
  ['/node/chat-1.evil.org/health', 404], ['/node/chat-1@evil.org/health', 404], ['/node/chat-1:80/health', 404], ['/node/%63hat-9/health', 404], ['/nodechat-1/health', 404],
  ['/poll/x', 404], ['/hub/x', 404], ['/hubs', 404], ['/package.json', 404], ['/README.md', 404], ['/.git/config', 404], ['/../nginx.conf', [400, 404]], ['/%2e%2e/nginx.conf', [400, 404]],
];

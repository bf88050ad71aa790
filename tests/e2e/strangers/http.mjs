// Plain HTTP and bare connections from one address.
import { TOLERANCE, allowed, connectionsPerAddress, http } from './limits.mjs';
import { scene } from './scene.mjs';

const SECONDS = 5;
const answered = (tally, wanted) => Object.entries(tally.status).filter(([status]) => wanted.includes(Number(status))).reduce((sum, [, count]) => sum + count, 0);

const withinRate = (tally) => above('requests were served', answered(tally, [200, 202, 304]), allowed(http.requests, SECONDS));
const withinConnections = (tally) => above('WebSockets were let in', answered(tally, [101]), connectionsPerAddress / TOLERANCE);
const above = (what, value, most) => (value <= most * TOLERANCE ? [] : [`${value} ${what}, allowed are ${Math.round(most)}`]);

const requests = (method, target, more) => ({ attack: 'requests', method, target, sockets: 50, check: withinRate, ...more });

const rows = {
  'GET /nodes': requests('GET', '/nodes'),
  'GET /': requests('GET', '/'),
  'POST negotiate': requests('POST', '/chatHub/negotiate?negotiateVersion=1', { body: '' }),
  'POST /poll': requests('POST', '/poll', { body: '' }),
  'GET /nodes by NGINX /node/chat-1/': requests('GET', '/node/chat-1/nodes', { nginx: true }),
  'half requests on 900 connections': { attack: 'halfRequests', sockets: 900 },
  'connections without a byte': { attack: 'silence', sockets: 2000 },
  '1,100 WebSockets': { attack: 'crowd', sockets: 1100, check: withinConnections },
};

/** Polled connections of Socket.IO, see attacker/upgrades.mjs. */
for (const trick of ['two polls', 'two POSTs', 'half upgrades', 'upgrade races']) rows[`${trick}, Socket.IO`] = { attack: 'upgrades', trick, sockets: 50 };

let place = 0;

export const httpFloods = Object.entries(rows).map(([name, { check, nginx, ...plan }]) => ({
  name,
  run: () => scene(name, (at) => [{ ...plan, seconds: SECONDS, from: `127.0.${60 + ++place}.1`, ports: [nginx ? at.nginx.port : at.nodes[0].port] }], {
    after: ({ tally }) => check?.(tally) ?? [],
  }),
}));

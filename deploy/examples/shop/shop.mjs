// A shop beside the chat cluster, with nothing but Node.js: log-in, tokens, hooks, own methods, a nightly message. README.md walks
// through it; shop.py is the same in Python.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { SHOP_PORT, SHOP_FOLDER, SHOP_CLUSTER, SHOP_API, SHOP_API_KEYS } = process.env;
const file = (path) => readFileSync(path, 'utf8').trim();
const tokenSecret = file(`${SHOP_FOLDER}/jwt-secret`);
const hookSecret = file(`${SHOP_FOLDER}/hook-secret`);
const apiKey = JSON.parse(file(SHOP_API_KEYS)).keys[0].secret;
const here = new URL('.', import.meta.url);

const customers = { ana: 'tea', bo: 'coffee' };      // user: password
const staff = ['ana'];                               // may join shop-staff
const stock = { tea: 12, coffee: 3 };

// 1. A log-in makes a token, which the nodes accept because they have the same secret.
const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
function makeToken(user) {
  const now = Math.floor(Date.now() / 1000);
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ sub: user, name: user, iat: now, exp: now + 3600 })}`;
  return `${signed}.${createHmac('sha256', tokenSecret).update(signed).digest('base64url')}`;
}

// 2. The cluster asks before a user joins or speaks in shop-*, and when a client calls Stock or Buy.
const hooks = {
  join: ({ room, user }) => (room !== 'shop-staff' || staff.includes(user.id) ? {} : { deny: 'staff only' }),
  message: ({ content: { text } }) => (/\bdarn\b/i.test(text ?? '') ? { content: { text: text.replace(/\bdarn\b/gi, '****') } } : {}),
  call: ({ method, arguments: [item], user }) => {
    if (typeof item !== 'string') return { error: 'name an item' };
    if (!Object.hasOwn(stock, item)) return { error: `there is no ${item}` };
    if (method === 'Stock') return { result: { item, left: stock[item] } };
    if (stock[item] === 0) return { error: `${item} is sold out` };
    stock[item] -= 1;
    return {
      result: { item, left: stock[item] },
      publish: [{ room: 'shop-floor', text: `${user.name} has bought ${item}`, name: 'Shop' }],
      notify: [{ users: [user.id], event: 'bought', data: { item } }],
    };
  },
};

function isFromCluster(header = '', body) {
  const parts = header.split(',');
  const time = parts.find((part) => /^t=\d{1,12}$/.test(part))?.slice(2);
  if (time === undefined || Math.abs(Date.now() / 1000 - Number(time)) > 300) return false;
  const wanted = createHmac('sha256', hookSecret).update(`${time}.${body}`).digest();
  return parts.some((part) => /^v1=[0-9a-f]{64}$/.test(part) && timingSafeEqual(Buffer.from(part.slice(3), 'hex'), wanted));   // two while the secret changes
}

// 3. The shop speaks to the cluster through the server API. The key of the day makes a repeated call harmless.
async function publishOfTheNight() {
  const key = `night-${new Date().toISOString().slice(0, 10)}`;
  const reply = await fetch(`${SHOP_API}/api/publish`, {
    method: 'POST', headers: { 'X-API-Key': apiKey },
    body: JSON.stringify({ room: 'shop-floor', text: 'The shop is closed for tonight', name: 'Shop', idempotency_key: key }),
  });
  console.log(`night: ${await reply.text()}`);
}
function everyMidnight() {
  const midnight = new Date().setHours(24, 0, 0, 0);
  setTimeout(() => { night(); everyMidnight(); }, midnight - Date.now());
}
const night = () => publishOfTheNight().catch((error) => console.error(`night: ${error.message}`));

// The shop's own web server: the page, the log-in, and the address of the hooks.
const types = { html: 'text/html', js: 'text/javascript' };
const server = createServer(async (request, response) => {
  let body = '';
  for await (const bytes of request) body += bytes;
  const path = request.url.split('?')[0];
  const answer = (status, value) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  try {
    if (path === '/hooks') {
      if (!isFromCluster(request.headers['x-chat-signature'], body)) return answer(401, {});
      const question = JSON.parse(body);
      return answer(200, hooks[question.event]?.(question) ?? {});
    }
    if (path === '/login') {
      const { user, password } = JSON.parse(body);
      if (!Object.hasOwn(customers, user) || customers[user] !== password) return answer(403, { error: 'wrong name or password' });
      return answer(200, { token: makeToken(user), cluster: SHOP_CLUSTER });
    }
    const [, folder, name] = /^\/(web\/|)([a-z-]*(?:\.js|\.html)?)$/.exec(path) ?? [];
    if (name === undefined) return answer(404, { error: 'there is nothing here' });
    const found = new URL(folder ? `../../../web/${name}` : `page/${name || 'index.html'}`, here);   // web/client.js is the client
    response.writeHead(200, { 'Content-Type': types[found.pathname.split('.').pop()] }).end(readFileSync(found));
  } catch {
    answer(400, { error: 'this cannot be served' });
  }
});
server.listen(Number(SHOP_PORT), '127.0.0.1', () => console.log(`The shop is open: http://localhost:${SHOP_PORT}`));
everyMidnight();
process.on('SIGUSR1', night);   // kill -USR1: tonight is now

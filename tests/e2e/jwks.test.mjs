// A node whose keys come from a URL, while the server there rotates them and misbehaves: no session notices.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import './support/webcrypto.mjs';
import { ChatClient } from './support/client.mjs';
import { serve } from './support/jwks-server.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { until } from './support/until.mjs';

const timeout = 480_000;
const folder = freshFolder('jwks');
const keys = [];
let server, node, handler;
const asked = [];
const set = () => JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });
const good = (_, response) => response.end(set());

async function addKey() {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const kid = `key-${keys.length + 1}`;
  keys.push({ kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' } });
}
const token = (user, { kid, privateKey } = keys.at(-1)) =>
  new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).setSubject(user).setIssuedAt().setExpirationTime('1h').sign(privateKey);
const connect = async (...of) => ChatClient.connect(node.ws, { token: await token(...of) });

before(async () => {
  await addKey();
  handler = good;
  server = await serve((request, response) => { asked.push(performance.now()); handler(request, response); });
  node = await Node.start({ id: 'chat-1', folder, settings: { auth: 'required', 'jwt-jwks-url': `http://127.0.0.1:${server.port}/keys` } });
});
after(async () => { await node?.stop(); await server?.close(); });

/** All of them take four minutes, because the node waits longer after each failure: FAULTS=all. */
const faults = {
  'stalls for 10 s': (_, response) => { setTimeout(() => response.end(set()), 10_000).unref(); },
  'answers 500': (_, response) => response.writeHead(500).end(),
  'answers garbage': (_, response) => response.end('{"keys":[{"kty":'),
  ...(process.env.FAULTS === 'all' && {
    'answers 1 MB': (_, response) => response.end(' '.repeat(1 << 20)),
    'answers no keys': (_, response) => response.end('{"keys":[]}'),
  }),
};

test('a new key is known soon after the server serves it, and old sessions go on while the server misbehaves', { timeout }, async () => {
  const early = await connect('ana');
  await early.join('lobby');
  const lines = () => readFileSync(node.logFile, 'utf8').split('\n').filter((line) => /jwks|keys/.test(line)).length;
  const [linesBefore, from] = [lines(), performance.now()];
  for (const [fault, bad] of Object.entries(faults)) {
    handler = bad;
    const count = asked.length;
    await addKey();
    await assert.rejects(connect('bob'), /unauthorized|signature|key/, fault);       // its key is not known, and that makes the node ask
    await until(`the server ${fault}`, () => asked.length > count, 130_000);        // again 10, 20, 40, 80 s after a failure
    await early.say('lobby', `while the server ${fault}`);
    (await connect('carla', keys[0])).socket.close();
  }
  handler = good;
  const began = performance.now();
  const late = await until('the newest key is accepted', () => connect('bob'), 200_000);
  console.log(`accepted after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  await late.join('lobby');
  await late.say('lobby', 'with the new key');
  await early.push('the message', ({ type, text }) => type === 'message' && text === 'with the new key');
  const minutes = (performance.now() - from) / 60_000;
  const count = lines() - linesBefore;
  console.log(`${count} log lines in ${minutes.toFixed(1)} minutes, ${asked.length} requests for keys`);
  assert.ok(count <= 2 * Math.ceil(minutes), `${count} log lines`);
  for (const client of [early, late]) client.socket.close();
});

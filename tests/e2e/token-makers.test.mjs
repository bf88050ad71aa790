// Tokens of other makers (npm jose, python3-jwt), and chatctl, which makes and checks them as a node does.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chatctl, check } from './support/chatctl.mjs';
import { makeAuthority, serve } from './support/jwks-server.mjs';
import { freshFolder } from './support/places.mjs';

globalThis.crypto ??= webcrypto;   // Node.js 18
const jose = await import('jose');

const folder = freshFolder('token-makers');
const file = (name, text) => { const path = join(folder, name); writeFileSync(path, text); return path; };
const openssl = (...args) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });

/** A private key in PEM (PKCS #8) for an algorithm. */
function privateKey(alg) {
  const kinds = { ES256: ['EC', 'ec_paramgen_curve:P-256'], ES384: ['EC', 'ec_paramgen_curve:P-384'], ES512: ['EC', 'ec_paramgen_curve:P-521'], EdDSA: ['ED25519'] };
  const [kind, option] = kinds[alg] ?? ['RSA', 'rsa_keygen_bits:2048'];
  return openssl('genpkey', '-algorithm', kind, ...(option ? ['-pkeyopt', option] : []));
}
const rsa = privateKey('RS256');
const isRsa = alg => /^[RP]S/.test(alg);
const keyFor = alg => isRsa(alg) ? rsa : privateKey(alg);
const publicFile = (name, pem) => file(name, execFileSync('openssl', ['pkey', '-pubout'], { input: pem, encoding: 'utf8' }));

const secret = 'a secret of this test: 32 bytes or more';
const secretFile = file('secret', secret + '\n');
const publicAlgs = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const secretAlgs = ['HS256', 'HS384', 'HS512'];

const now = Math.floor(Date.now() / 1000);
const claims = { sub: 'ana', name: 'Ana', iat: now, exp: now + 60, aud: ['chat', 'other'], iss: 'https://id.example', rooms: { 'team.*': ['join', 'send'] } };
const expected = { user: 'ana', name: 'Ana', room: 'team.* join,send' };
const assertAna = told => assert.deepEqual({ user: told.user, name: told.name, room: told.room }, expected, JSON.stringify(told));

describe('npm jose', () => {
  const sign = (alg, key, header = {}) => new jose.SignJWT(claims).setProtectedHeader({ alg, ...header }).sign(key);

  for (const alg of secretAlgs) test(`${alg} is accepted`, async () => {
    assertAna(await check(await sign(alg, new TextEncoder().encode(secret), { typ: 'JWT' }), '--secret-file', secretFile));
  });
  for (const alg of publicAlgs) test(`${alg} is accepted with the key as PEM and as JWK`, async () => {
    const pem = keyFor(alg);
    const token = await sign(alg, await jose.importPKCS8(pem, alg), { kid: 'k1', typ: 'at+jwt' });
    assertAna(await check(token, '--keys', publicFile(`jose-${alg}.pem`, pem)));
    const jwk = { ...createPrivateKey(pem).export({ format: 'jwk' }), kid: 'k1', alg, use: 'sig' };
    assertAna(await check(token, '--keys', file(`jose-${alg}.json`, JSON.stringify({ keys: [{ kty: 'new' }, jwk] }))));
  });
  test('Ed25519, the newer name of EdDSA, is accepted', async () => {
    const pem = privateKey('EdDSA');
    assertAna(await check(await sign('Ed25519', await jose.importPKCS8(pem, 'Ed25519')), '--keys', publicFile('ed25519.pem', pem)));
  });
  test('an unsecured token is refused', async () => {
    const told = await check(new jose.UnsecuredJWT(claims).encode(), '--secret-file', secretFile);
    assert.match(told.refused, /^unknown_algorithm: /);
  });
  test('an encrypted token is refused', async () => {
    const token = await new jose.EncryptJWT(claims).setProtectedHeader({ alg: 'dir', enc: 'A128CBC-HS256' }).encrypt(new Uint8Array(32));
    assert.match((await check(token, '--secret-file', secretFile)).refused, /^malformed: /);
  });
  test('issuer and audience are required if they are given', async () => {
    const token = await sign('HS256', new TextEncoder().encode(secret));
    assertAna(await check(token, '--secret-file', secretFile, '--issuer', 'https://id.example', '--audience', 'chat'));
    assert.match((await check(token, '--secret-file', secretFile, '--issuer', 'https://evil.example')).refused, /^wrong_issuer: /);
    assert.match((await check(token, '--secret-file', secretFile, '--audience', 'chats')).refused, /^wrong_audience: /);
  });
});

describe('python3-jwt', () => {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'support/pyjwt.py');
  const sign = (alg, key, payload = claims, headers) => execFileSync('/usr/bin/python3', [script], { input: JSON.stringify({ key, alg, payload, headers }), encoding: 'utf8' }).trim();

  for (const alg of secretAlgs) test(`${alg} is accepted`, async () => assertAna(await check(sign(alg, secret), '--secret-file', secretFile)));
  for (const alg of publicAlgs) test(`${alg} is accepted`, async () => {
    const pem = keyFor(alg);
    assertAna(await check(sign(alg, pem), '--keys', publicFile(`python-${alg}.pem`, pem)));
  });
  test('a token for Centrifugo gives its channels', async () => {
    const token = sign('HS256', secret, { sub: '42', exp: now + 60, channels: ['lobby'], info: { name: 'Ana' } });
    const told = await check(token, '--secret-file', secretFile);
    assert.equal(told.room, 'lobby join,history,send');
    assert.equal(told.info, '{"name":"Ana"}');
  });
  test('an expired token is refused', async () => {
    assert.match((await check(sign('HS256', secret, { sub: 'ana', exp: now - 60 }), '--secret-file', secretFile)).refused, /^expired: /);
  });
  test('a number as user id is refused', async () => {
    assert.match((await check(sign('HS256', secret, { sub: 42 }), '--secret-file', secretFile)).refused, /^bad_user: /);
  });
  test('a header with crit is refused', async () => {
    assert.match((await check(sign('HS256', secret, claims, { crit: ['exp'] }), '--secret-file', secretFile)).refused, /^critical_header: /);
  });
});

describe('chatctl', () => {
  const make = async (...args) => {
    const { code, out, err } = await chatctl(['token', 'make', ...args]);
    assert.equal(code, 0, err);
    return out.trim();
  };

  for (const alg of publicAlgs) test(`makes ${alg} that jose verifies`, async () => {
    const pem = keyFor(alg);
    const token = await make('--key-file', file(`make-${alg}.pem`, pem), '--alg', alg, '--user', 'ana', '--audience', 'chat', '--key-id', 'k');
    const spki = await jose.importSPKI(execFileSync('openssl', ['pkey', '-pubout'], { input: pem, encoding: 'utf8' }), alg);
    const { payload, protectedHeader } = await jose.jwtVerify(token, spki, { audience: 'chat', algorithms: [alg] });
    assert.equal(payload.sub, 'ana');
    assert.equal(payload.exp - payload.iat, 3600);
    assert.equal(protectedHeader.kid, 'k');
  });
  test('makes a token with everything that a token may say', async () => {
    const told = await check(await make('--secret-file', secretFile, '--user', 'ana', '--name', 'Ana', '--info', '{"a": 1}', '--room', 'team.*=join,send', '--id', 't1', '--lifetime', 'none'), '--secret-file', secretFile);
    assertAna(told);
    assert.equal(told.info, '{"a":1}');
    assert.equal(told.id, 't1');
    assert.equal(told.expires, 'never');
  });
  for (const [what, args, message] of [
    ['no key', ['token', 'make', '--user', 'a'], /--secret-file,--key-file.* is required/],
    ['a short secret', ['token', 'make', '--user', 'a', '--secret-file', file('short', 'short')], /32 bytes or more. Make one: openssl rand -hex 32/],
    ['a public key', ['token', 'make', '--user', 'a', '--key-file', publicFile('no.pem', rsa)], /no private key in PEM/],
    ['another algorithm', ['token', 'make', '--user', 'a', '--key-file', file('rsa.pem', rsa), '--alg', 'ES256'], /not sign with ES256 but with RS256/],
    ['an unknown right', ['token', 'make', '--user', 'a', '--secret-file', secretFile, '--room', '*=read'], /rights are join, history, send/],
    ['a bad lifetime', ['token', 'make', '--user', 'a', '--secret-file', secretFile, '--lifetime', '1y'], /for example 15m/],
    ['a private key to check with', ['token', 'check', '--keys', file('rsa.pem', rsa)], /a node needs the public one: openssl pkey -pubout/],
    ['a missing file', ['token', 'check', '--keys', join(folder, 'missing')], /missing: cannot be read: No such file/],
    ['a URL without TLS', ['token', 'check', '--jwks-url', 'http://id.example/'], /must begin with https:/],
    ['no token', ['token', 'check', '--secret-file', secretFile], /no token on standard input/],
  ]) test(`says what to do about ${what}, with exit code 2`, async () => {
    const { code, err } = await chatctl(args);
    assert.equal(code, 2);
    assert.match(err, message);
    assert.ok(!err.includes(secret) && !err.includes('BEGIN'));
  });
  for (const args of [[], ['token'], ['token', 'make'], ['token', 'check']]) test(`explains "${['chatctl', ...args].join(' ')}"`, async () => {
    const { code, out } = await chatctl([...args, '--help']);
    assert.equal(code, 0);
    assert.match(out, /Usage: chatctl/);
  });
});

describe('a JWK Set behind a URL', () => {
  const closing = [];
  after(() => Promise.all(closing.map(server => server.close())));
  const start = async (handler, tls) => { const server = await serve(handler, tls); closing.push(server); return server; };

  const pem = privateKey('ES256');
  const set = JSON.stringify({ keys: [{ ...createPrivateKey(pem).export({ format: 'jwk' }), kid: 'k1' }] });
  const answer = (_, response) => response.end(set);
  const keyFile = file('jwks-key.pem', pem);
  const token = async () => (await chatctl(['token', 'make', '--key-file', keyFile, '--user', 'ana', '--name', 'Ana', '--room', 'team.*=join,send', '--key-id', 'k1'])).out;
  const authority = makeAuthority(folder, 'authority');
  const stranger = makeAuthority(folder, 'stranger');
  const fails = async (url, message, ...args) => {
    const { code, err } = await chatctl(['token', 'check', '--jwks-url', url, ...args], await token());
    assert.equal(code, 2, err);
    assert.match(err, message);
  };

  test('over HTTPS verifies with the certificate of a known authority', async () => {
    const { port } = await start(answer, authority.certificate('127.0.0.1'));
    assertAna(await check(await token(), '--jwks-url', `https://127.0.0.1:${port}/keys`, '--jwks-ca', authority.file));
    await fails(`https://127.0.0.1:${port}/keys`, /TLS: unable to get local issuer certificate/);
    await fails(`https://127.0.0.1:${port}/keys`, /TLS: unable to get local issuer certificate/, '--jwks-ca', stranger.file);
  });
  test('over HTTPS verifies the name of the host', async () => {
    const { port } = await start(answer, authority.certificate('localhost'));
    assertAna(await check(await token(), '--jwks-url', `https://localhost:${port}/keys`, '--jwks-ca', authority.file));
    await fails(`https://127.0.0.1:${port}/keys`, /TLS: /, '--jwks-ca', authority.file);
  });
  test('of a server that speaks no TLS is an error', async () => {
    const { port } = await start(answer);
    await fails(`https://127.0.0.1:${port}/keys`, /TLS: /, '--jwks-ca', authority.file);
  });
  test('is read over HTTP from this machine, in chunks too', async () => {
    const { port } = await start((_, response) => { response.write(set.slice(0, 20)); response.end(set.slice(20)); });
    assertAna(await check(await token(), '--jwks-url', `http://127.0.0.1:${port}/keys`));
  });
  for (const [what, handler, message] of [
    ['redirects', (_, response) => response.writeHead(302, { Location: '/other' }).end(), /has the status 302, not 200/],
    ['fails', (_, response) => response.writeHead(503).end(set), /has the status 503, not 200/],
    ['serves 1 MB', (_, response) => response.end(' '.repeat(1 << 20)), /body limit exceeded/],
    ['serves 1 MB in chunks', (_, response) => { response.write(' '); response.end(' '.repeat(1 << 20)); }, /body limit exceeded/],
    ['serves a page', (_, response) => response.end('<html>'), /not a JWK Set: not JSON/],
    ['stalls', (_, response) => response.write('{'), /no complete answer in time/],
    ['dies', (_, response) => { response.writeHead(200, { 'Content-Length': 100 }); response.write('{'); response.socket.destroySoon(); }, /the connection broke before the answer/],
  ]) test(`of a server that ${what} is an error`, async () => {
    const { port } = await start(handler);
    await fails(`http://127.0.0.1:${port}/keys`, message);
  });
  test('of a server that is not there is an error', async () => {
    const { port, close } = await serve(answer);
    await close();
    await fails(`http://127.0.0.1:${port}/keys`, /cannot connect: Connection refused/);
  });
});

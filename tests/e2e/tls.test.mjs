// HTTPS and WSS as `deploy/local up --tls` serves them: what a browser that trusts the authority sees, and what openssl is refused.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Tab, launch } from './support/browser.mjs';
import { http } from './support/http.mjs';
import { LocalCluster } from './support/local-cluster.mjs';
import { freshFolder } from './support/places.mjs';

const timeout = 60_000;
const folder = freshFolder('tls');
let cluster, ca;
before(async () => {
  cluster = await LocalCluster.up('tls-cluster', { tls: true, nodes: 2 });
  ca = cluster.file('tls/ca.pem');
}, { timeout });
after(() => cluster?.down(), { timeout });

/** The result of a handshake by `openssl s_client`. Every old protocol and cipher that openssl has is allowed to it. */
function handshake(...options) {
  return new Promise((resolve) => {
    const child = execFile('openssl', ['s_client', '-connect', `127.0.0.1:${cluster.tlsPort}`, '-servername', 'localhost', '-CAfile', ca, '-no-CApath', '-no-CAstore', ...options],
      (error, stdout, stderr) => resolve({ accepted: !error, text: stdout + stderr, cipher: /Cipher is (\S+)/.exec(stdout)?.[1] }));
    child.stdin.end();
  });
}
const secure = (path, options = {}) => new Promise((resolve, reject) => {
  request(`${cluster.https}${path}`, { ca: readFileSync(ca), agent: false, ...options }, (response) => { response.resume(); resolve(response); }).on('error', reject).end();
});
const anySecurity = ':@SECLEVEL=0';

describe('versions and ciphers', { concurrency: false }, () => {
  for (const version of ['tls1', 'tls1_1']) {
    test(`${version} is refused`, { timeout }, async () => {
      const { accepted, text } = await handshake(`-${version}`, '-cipher', `ALL${anySecurity}`);
      assert.equal(accepted, false);
      assert.match(text, /alert protocol version/, 'by the server, not by this client');
    });
  }
  for (const version of ['tls1_2', 'tls1_3']) {
    test(`${version} is accepted, with forward secrecy`, { timeout }, async () => {
      const { accepted, text } = await handshake(`-${version}`, '-verify_return_error');
      assert.equal(accepted, true, text);
      assert.match(text, /Server Temp Key: (X25519|ECDH)/);
      assert.match(text, /Secure Renegotiation IS|TLSv1\.3/);
    });
  }
  test('of all ciphers of TLS 1.2 only those with forward secrecy and authenticated encryption are accepted', { timeout }, async () => {
    const all = execFileSync('openssl', ['ciphers', '-tls1_2', '-s', `ALL:COMPLEMENTOFALL${anySecurity}`], { encoding: 'utf8' }).trim().split(':');
    assert.ok(all.length > 40, `${all.length} ciphers to try`);
    const accepted = [];
    for (const cipher of all) if ((await handshake('-tls1_2', '-cipher', `${cipher}${anySecurity}`)).accepted) accepted.push(cipher);
    assert.deepEqual(accepted.sort(), ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305']);
  });
});

describe('certificates', { concurrency: false }, () => {
  test('the chain leads to the authority of the machine, for each of its names', { timeout }, async () => {
    for (const check of [['-verify_hostname', 'localhost'], ['-verify_ip', '127.0.0.1']]) {
      const { accepted, text } = await handshake('-verify_return_error', ...check);
      assert.equal(accepted, true, text);
      assert.match(text, /Verify return code: 0 \(ok\)/);
      assert.match(text, /depth=1 CN = chat on /);
    }
    assert.equal((await handshake('-verify_return_error', '-verify_hostname', 'chat.example.org')).accepted, false);
  });
  test('the authority cannot vouch for the names of others', { timeout }, () => {
    const at = (name) => join(folder, name);
    writeFileSync(at('evil.cnf'), 'subjectAltName=DNS:bank.example\n');
    execFileSync('openssl', ['req', '-new', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-subj', '/CN=bank.example', '-keyout', at('evil.key'), '-out', at('evil.csr')], { stdio: 'ignore' });
    execFileSync('openssl', ['x509', '-req', '-in', at('evil.csr'), '-CA', ca, '-CAkey', cluster.file('tls/ca.key'), '-extfile', at('evil.cnf'), '-out', at('evil.pem')], { stdio: 'ignore' });
    assert.throws(() => execFileSync('openssl', ['verify', '-CAfile', ca, at('evil.pem')], { stdio: 'pipe' }), /permitted subtree violation/);
  });
  test('its keys are for its user only, and the certificate is kept at the next start', { timeout }, async () => {
    for (const key of ['ca.key', 'server.key']) assert.equal(statSync(cluster.file('tls', key)).mode & 0o077, 0, key);
    const before = readFileSync(cluster.file('tls/server.pem'), 'utf8');
    await cluster.run('scale', '3');
    assert.equal(readFileSync(cluster.file('tls/server.pem'), 'utf8'), before);
    assert.equal((await secure('/node/chat-3/health')).statusCode, 200, 'the new node is reached by HTTPS');
  });
});

test('HTTPS tells browsers to stay with it; plain HTTP is for this machine alone', { timeout }, async () => {
  for (const path of ['/', '/app.js', '/nodes', '/node/chat-1/', '/no-such-file']) {
    assert.equal((await secure(path)).headers['strict-transport-security'], 'max-age=31536000', path);
  }
  assert.equal((await http(`${cluster.nginx.http}/`)).headers['strict-transport-security'], undefined);
  await assert.rejects(http(`http://127.0.0.2:${cluster.port}/`), /ECONNREFUSED/);
  const { statusCode } = await secure('/', { host: '127.0.0.2', servername: 'localhost' });
  assert.equal(statusCode, 200);
});

describe('Chromium', { concurrency: false }, () => {
  const home = join(folder, 'home');
  const withHome = () => launch([], { env: { ...process.env, HOME: home } });
  const certificates = (...words) => execFileSync('certutil', [...words, '-d', `sql:${join(home, '.pki/nssdb')}`], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 });
  before(() => {
    mkdirSync(join(home, '.pki/nssdb'), { recursive: true });
    certificates('-N', '--empty-password');
  });

  test('a browser that does not know the authority does not open the page', { timeout }, async () => {
    const browser = await withHome();
    const page = await browser.newPage();
    await assert.rejects(page.goto(cluster.https), /ERR_CERT_AUTHORITY_INVALID/);
    await browser.close();
  });

  test('a browser that trusts it opens the page without a warning and chats over WSS on two nodes', { timeout }, async () => {
    certificates('-A', '-n', 'chat', '-t', 'C,,', '-i', ca);
    const browser = await withHome();
    const sockets = [], said = [];
    const tabs = [];
    for (const path of ['/node/chat-1/', '/node/chat-2/']) {
      const context = await browser.newContext({ locale: 'en-US' });
      context.on('page', (page) => page.on('websocket', (socket) => sockets.push(socket.url())));
      context.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
      tabs.push(await Tab.open(context, `${cluster.https}${path}?room=tls`));
    }
    await tabs[0].say('over TLS');
    for (const tab of tabs) await tab.hears(['over TLS']);
    assert.deepEqual(sockets.map((url) => url.split('?')[0]).sort(), [1, 2].map((i) => `wss://localhost:${cluster.tlsPort}/node/chat-${i}/ws`));
    assert.deepEqual(said, [], 'the console is empty');
    for (const { complaints } of tabs) assert.deepEqual(complaints, []);
    const response = await tabs[0].page.reload();
    assert.equal((await response.securityDetails()).protocol, 'TLS 1.3');
    assert.match((await response.securityDetails()).issuer, /^chat on /);
    assert.equal(await tabs[0].page.evaluate(() => isSecureContext), true);
    await browser.close();
  });
});

// How a node may reach its Redis: TLS with a verified name, a Unix socket, a password from a file.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChatClient } from '../support/client.mjs';
import { http } from '../support/http.mjs';
import { Node } from '../support/node.mjs';
import { freshFolder } from '../support/places.mjs';
import { freePort } from '../support/program.mjs';
import { Redis } from '../support/redis.mjs';

/** An authority, and a certificate for the name given that it has signed. */
function certify(folder, name) {
  const openssl = (...words) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=authority', '-keyout', 'ca.key', '-out', 'ca.pem');
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=redis', '-keyout', 'redis.key', '-out', 'redis.csr');
  writeFileSync(join(folder, 'redis.ext'), `subjectAltName=${name}\n`);
  openssl('x509', '-req', '-in', 'redis.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'redis.ext', '-out', 'redis.pem');
  return { ca: join(folder, 'ca.pem'), cert: join(folder, 'redis.pem'), key: join(folder, 'redis.key') };
}

async function overTls(t, test, name) {
  const folder = freshFolder(`redis/${test}`);
  const { ca, cert, key } = certify(folder, name);
  const port = await freePort();
  const redis = await Redis.start(folder, {
    flags: ['--tls-port', String(port), '--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca, '--tls-auth-clients', 'no'],
  });
  t.after(() => redis.stop());
  return { folder, redis, ca, url: (host) => `rediss://chat:PASSWORD@${host}:${port}` };
}

async function talks(node) {
  const client = await ChatClient.connect(node.ws);
  await client.join('lobby');
  await client.say('lobby', 'hello');
  await client.hears('lobby', 'hello');
  await client.close();
}

const refusesCertificate = ({ name, certified, settings = ({ ca }) => ({ 'redis-ca': ca }), says }) => ({
  name: `over TLS, ${name}: the node does not connect, and says why`,
  async run(t) {
    const server = await overTls(t, `tls-${name.replace(/\W+/g, '-')}`, certified);
    const node = await Node.start({ id: 'chat-1', folder: server.folder, redis: { url: server.url('127.0.0.1') }, settings: settings(server), ready: false });
    t.after(() => node.stop());
    await node.program.line(says);
    assert.equal((await http(`${node.http}/ready`)).status, 503);
    assert.doesNotMatch(node.log, /PASSWORD/);
  },
});

export const ways = [
  {
    name: 'over TLS, with a certificate that names its address: people talk',
    async run(t) {
      const { folder, ca, url } = await overTls(t, 'tls', 'IP:127.0.0.1');
      const node = await Node.start({ id: 'chat-1', folder, redis: { url: url('127.0.0.1') }, settings: { 'redis-ca': ca } });
      t.after(() => node.stop());
      await talks(node);
    },
  },
  refusesCertificate({ name: 'with a certificate of another name', certified: 'DNS:redis.example', says: /redis_down .*TLS with 127\.0\.0\.1/ }),
  refusesCertificate({ name: 'signed by nobody the system knows', certified: 'IP:127.0.0.1', settings: () => ({}), says: /redis_down .*TLS with 127\.0\.0\.1: .*certificate/ }),
  {
    name: 'over TLS to a port without it: the node does not connect',
    async run(t) {
      const { folder, redis, ca } = await overTls(t, 'tls-plain', 'IP:127.0.0.1');
      const node = await Node.start({ id: 'chat-1', folder, redis: { url: `rediss://chat:PASSWORD@127.0.0.1:${redis.port}` }, settings: { 'redis-ca': ca }, ready: false });
      t.after(() => node.stop());
      await node.program.line(/redis_down /);
      assert.equal((await http(`${node.http}/ready`)).status, 503);
    },
  },
  {
    name: 'over a Unix socket, with the password from a file: people talk',
    async run(t) {
      const folder = freshFolder('redis/unix');
      const socket = join(folder, 'redis.sock'), file = join(folder, 'password');
      const redis = await Redis.start(folder, { flags: ['--unixsocket', socket] });
      t.after(() => redis.stop());
      writeFileSync(file, 'PASSWORD\n');
      const node = await Node.start({ id: 'chat-1', folder, redis: { url: `redis+unix://chat@${socket}?db=1` }, settings: { 'redis-password-file': file } });
      t.after(() => node.stop());
      await talks(node);
      assert.equal(await redis.command('-n', '1', 'EXISTS', 'chat:{lobby}:log'), '1');
    },
  },
];

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';

const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe' });

/** An authority in `folder`; certificate(name) makes one for a host: { key, cert }. */
export function makeAuthority(folder, label) {
  const file = name => join(folder, `${label}-${name}`);
  const newKey = name => openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file(name));
  newKey('ca.key');
  openssl('req', '-x509', '-new', '-key', file('ca.key'), '-subj', `/CN=${label}`, '-days', '2', '-out', file('ca.pem'));
  return {
    file: file('ca.pem'),
    certificate(host) {
      newKey('key.pem');
      writeFileSync(file('ext'), `subjectAltName=${/^[\d.]+$/.test(host) ? 'IP' : 'DNS'}:${host}\n`);
      openssl('req', '-new', '-key', file('key.pem'), '-subj', '/CN=server', '-out', file('csr.pem'));
      openssl('x509', '-req', '-in', file('csr.pem'), '-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial',
        '-days', '2', '-extfile', file('ext'), '-out', file('cert.pem'));
      return { key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem')) };
    },
  };
}

/** Serves on a free port with `handler`; { port, close }. With `tls` ({ key, cert }) over HTTPS. */
export async function serve(handler, tls) {
  const server = tls ? https.createServer(tls, handler) : http.createServer(handler);
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    close: () => new Promise(resolve => { server.closeAllConnections(); server.close(resolve); }),
  };
}

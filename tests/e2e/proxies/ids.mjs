import assert from 'node:assert/strict';
import { RawSocket } from '../support/raw.mjs';
import { until } from '../support/until.mjs';

const forged = 'forged-by-the-client';
const secret = 'very-secret';
const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

/** The proxy gives each request an id of its own, whatever the client says, and writes it into its log, but no token.
 * @param {{ port: number }} proxy in front of the stub alone  @param {import('../support/stub-node.mjs').StubNode} stub
 * @param {() => string} log of the proxy  @param {((id: string) => string) | null} written how its log has an id; null: it has none */
export async function assertIds(proxy, stub, log, written) {
  const requests = [['/sse', ''], ['/ws', upgrade], [`/node/${stub.id}/ws`, upgrade], ['/chatHub', upgrade], ['/poll', ''], ['/health', '']];
  for (const [path, more] of requests) {
    const raw = await RawSocket.connect(proxy.port);
    raw.write(`GET ${path}?access_token=${secret} HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${forged}\r\n${more || 'Connection: close\r\n'}\r\n`);
    await raw.head();
    raw.destroy();
  }
  const ids = ['/sse', '/ws', '/chatHub', '/poll', '/health'].flatMap((path) => stub.of(path).map((headers) => headers['x-request-id'])).filter(Boolean);
  assert.ok(ids.length >= requests.length, `${ids.length} requests have an id`);
  for (const id of ids) assert.match(id, /^[0-9a-f-]{32,36}$/);
  const logged = ['/sse', '/ws', '/chatHub', '/poll'].flatMap((path) => stub.of(path).map((headers) => headers['x-request-id']));
  assert.equal(new Set(logged).size, requests.length - 1, 'each its own, also over the node route');
  if (written) for (const id of logged) await until(`${id} is in the log, once`, () => log().split(written(id)).length === 2);
  else await until('all requests are in the log', () => requests.every(([path]) => log().includes(path)));
  assert.ok(!log().includes(forged), 'the id that the client gave is in the log');
  assert.ok(!log().includes(secret), 'a token is in the log');
}

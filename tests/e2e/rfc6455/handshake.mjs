import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { closePayload, frame, op } from '../support/frames.mjs';
import { acceptFor, handshake, sampleKey } from '../support/raw.mjs';
import { answered, chopped, failsWith, request, stillOpen } from './expect.mjs';

async function upgraded(raw, key = sampleKey) {
  const head = await raw.head();
  assert.equal(head.status, 101, head.text);
  assert.equal(head.headers.get('sec-websocket-accept'), acceptFor(key));
  assert.match(head.headers.get('upgrade') ?? '', /^websocket$/i);
  assert.match(head.headers.get('connection') ?? '', /\bupgrade\b/i);
  assert.equal(head.headers.get('sec-websocket-extensions'), undefined, 'no extension was agreed');
  return head;
}

async function refused(raw, ...statuses) {
  const head = await raw.head();
  assert.ok(statuses.includes(head.status), `expected ${statuses.join(' or ')}:\n${head.text}`);
  return head;
}

/** A handshake that is accepted although it looks unusual. */
const accepted = [
  ['the handshake of RFC 6455 §1.3', {}],
  ['Upgrade: WebSocket in other letters', { headers: { Upgrade: 'WebSocket' } }],
  ['Upgrade: WEBSOCKET in capitals', { headers: { Upgrade: 'WEBSOCKET' } }],
  ['Connection: keep-alive, Upgrade', { headers: { Connection: 'keep-alive, Upgrade' } }],
  ['Connection: upgrade in small letters', { headers: { Connection: 'upgrade' } }],
  ['Connection: Upgrade,keep-alive without blank', { headers: { Connection: 'Upgrade,keep-alive' } }],
  ['two Connection lines', { headers: { Connection: ['keep-alive', 'Upgrade'] } }],
  ['a query in the target', { target: '/ws?room=lobby' }],
  ['an Origin of the same host', (port) => ({ headers: { Origin: `http://127.0.0.1:${port}` } })],
  ['no Origin at all, as programs do', {}],
  ['an extension the server does not know', { headers: { 'Sec-WebSocket-Extensions': 'x-unknown; a=1' } }],
  ['an offer of permessage-deflate, which is declined', { headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' } }],
  ['cookies and other headers', { headers: { Cookie: 'a=b; c=d', 'User-Agent': 'x'.repeat(500), 'X-Other': '1' } }],
  ['7 KiB of headers', { headers: { 'X-Long': 'x'.repeat(7 * 1024) } }],
  ['header names in small letters', { headers: { 'Sec-WebSocket-Key': undefined, 'sec-websocket-key': sampleKey, 'Sec-WebSocket-Version': undefined, 'sec-websocket-version': '13' } }],
  ['header names in capitals', { headers: { Upgrade: undefined, UPGRADE: 'websocket', Connection: undefined, CONNECTION: 'UPGRADE' } }],
  ['blanks around header values', { headers: { Upgrade: '  websocket  ', 'Sec-WebSocket-Version': ' 13 ' } }],
  ['headers in another order', { headers: { Host: undefined, Connection: undefined, Upgrade: undefined, 'X-First': '1', connection: 'Upgrade', upgrade: 'websocket', host: 'localhost' } }],
  ['a Content-Length of 0', { headers: { 'Content-Length': '0' } }],
];

/** A handshake that must be refused, with the statuses that say so. */
const rejected = [
  ['POST', { method: 'POST', headers: { 'Content-Length': '0' } }, 400, 405],
  ['PUT', { method: 'PUT', headers: { 'Content-Length': '0' } }, 400, 405],
  ['DELETE', { method: 'DELETE' }, 400, 405],
  ['OPTIONS', { method: 'OPTIONS' }, 400, 405],
  ['HTTP/1.0', { version: 'HTTP/1.0' }, 400, 405, 426, 505],
  ['no Host', { headers: { Host: undefined } }, 400],
  ['two Hosts', { headers: { Host: ['a', 'b'] } }, 400],
  ['no Upgrade header', { headers: { Upgrade: undefined } }, 400, 404, 426],
  ['Upgrade to something else', { headers: { Upgrade: 'h2c' } }, 400, 404, 426],
  ['no Connection header', { headers: { Connection: undefined } }, 400, 426],
  ['Connection without upgrade', { headers: { Connection: 'keep-alive' } }, 400, 426],
  ['no key', { headers: { 'Sec-WebSocket-Key': undefined } }, 400],
  ['an empty key', { headers: { 'Sec-WebSocket-Key': '' } }, 400],
  ['a key of 15 bytes', { headers: { 'Sec-WebSocket-Key': Buffer.alloc(15, 1).toString('base64') } }, 400],
  ['a key of 17 bytes', { headers: { 'Sec-WebSocket-Key': Buffer.alloc(17, 1).toString('base64') } }, 400],
  ['a key that is too short', { headers: { 'Sec-WebSocket-Key': 'abc' } }, 400],
  ['a key that is not base64', { headers: { 'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!==' } }, 400],
  ['two keys', { headers: { 'Sec-WebSocket-Key': [sampleKey, sampleKey] } }, 400],
  ['a key of 1,000 characters', { headers: { 'Sec-WebSocket-Key': 'A'.repeat(1000) } }, 400],
  ['a path that is no WebSocket', { target: '/health' }, 200, 400, 404, 426],
  ['a path that does not exist', { target: '/socket' }, 404],
  ['a body announced on a GET', { headers: { 'Content-Length': '5' } }, 400],
  ['a chunked body on a GET', { headers: { 'Transfer-Encoding': 'chunked' } }, 400],
  ['Content-Length together with Transfer-Encoding', { headers: { 'Content-Length': '5', 'Transfer-Encoding': 'chunked' } }, 400],
  ['two Content-Lengths', { headers: { 'Content-Length': ['0', '5'] } }, 400],
  ['a blank before the colon', { headers: { 'X-Bad ': '1' } }, 400],
  ['a folded header line', { headers: { 'X-Folded': 'a\r\n b' } }, 400],
  ['a control character in a header', { headers: { 'X-Bad': 'a\x01b' } }, 400],
  ['one header of 33 KiB', { headers: { 'X-Long': 'x'.repeat(33 * 1024) } }, 431],
  ['1,100 headers that make 33 KiB', { headers: Object.fromEntries(Array.from({ length: 1100 }, (_, i) => [`X-${i}`, 'x'.repeat(24)])) }, 431],
  ['a target of 33 KiB', { target: `/ws?${'x'.repeat(33 * 1024)}` }, 414, 431],
];

const versions = ['0', '7', '8', '12', '14', '255', '13, 8', 'thirteen', '', undefined];

/** §4.1, §4.2 and §4.4 */
export const openingHandshake = [
  ...accepted.map(([name, options]) => ({
    name: `accepted: ${name}`,
    open: 'tcp',
    async run(raw) {
      raw.write(handshake(raw.port, typeof options === 'function' ? options(raw.port) : options));
      await upgraded(raw);
      await stillOpen(raw);
    },
  })),
  ...rejected.map(([name, options, ...statuses]) => ({
    name: `refused with ${statuses.join(' or ')}: ${name}`,
    open: 'tcp',
    async run(raw) {
      raw.write(handshake(raw.port, options));
      await refused(raw, ...statuses);
    },
  })),
  ...versions.map((version) => ({
    name: `version ${version === undefined ? 'missing' : `"${version}"`}: refused with 426 or 400, and 426 names version 13`,
    open: 'tcp',
    async run(raw) {
      raw.write(handshake(raw.port, { headers: { 'Sec-WebSocket-Version': version } }));
      const isNumber = /^\d+$/.test(version ?? '');
      const head = isNumber ? await refused(raw, 426) : await refused(raw, 400, 426);
      if (head.status === 426) assert.equal(head.headers.get('sec-websocket-version'), '13');
    },
  })),
  ...Array.from({ length: 5 }, (_, i) => ({
    name: `the accept value belongs to the key (${i + 1})`,
    open: 'tcp',
    async run(raw) {
      const key = randomBytes(16).toString('base64');
      raw.write(handshake(raw.port, { headers: { 'Sec-WebSocket-Key': key } }));
      await upgraded(raw, key);
    },
  })),
  ...[['chat.v1', 'chat.v1'], ['x-other, chat.v1', 'chat.v1'], ['chat.v1, x-other', 'chat.v1'], [['x-other', 'chat.v1'], 'chat.v1']].map(([offer, chosen]) => ({
    name: `subprotocols ${JSON.stringify(offer)} offered: ${chosen} chosen`,
    open: 'tcp',
    async run(raw) {
      raw.write(handshake(raw.port, { headers: { 'Sec-WebSocket-Protocol': offer } }));
      const head = await upgraded(raw);
      assert.equal(head.headers.get('sec-websocket-protocol'), chosen);
      await stillOpen(raw);
    },
  })),
  ...['x-other', 'chat.v2', 'CHAT.V1', 'chat.v1x'].map((offer) => ({
    name: `only subprotocol ${offer} offered: none is chosen`,
    open: 'tcp',
    async run(raw) {
      raw.write(handshake(raw.port, { headers: { 'Sec-WebSocket-Protocol': offer } }));
      const head = await raw.head();
      assert.ok([101, 400].includes(head.status), head.text);
      assert.equal(head.headers.get('sec-websocket-protocol'), undefined);
    },
  })),
  {
    name: 'no subprotocol offered: none is named in the answer',
    open: 'tcp',
    async run(raw) {
      raw.write(handshake(raw.port));
      assert.equal((await upgraded(raw)).headers.get('sec-websocket-protocol'), undefined);
    },
  },
  ...[1, 7, 64].map((size) => ({
    name: `a handshake in TCP segments of ${size} is accepted`,
    open: 'tcp',
    async run(raw) {
      await chopped(raw, Buffer.from(handshake(raw.port)), size);
      await upgraded(raw);
    },
  })),
  {
    name: 'frames sent right behind the handshake, in its segment, are answered',
    open: 'tcp',
    async run(raw) {
      const [first, second] = [request(), request()];
      raw.write(Buffer.concat([Buffer.from(handshake(raw.port)), frame({ payload: first.text }), frame({ payload: second.text })]));
      await upgraded(raw);
      await answered(raw, first);
      await answered(raw, second);
    },
  },
  {
    name: 'half a frame behind the handshake waits for its other half',
    open: 'tcp',
    async run(raw) {
      const asked = request();
      const bytes = frame({ payload: asked.text });
      raw.write(Buffer.concat([Buffer.from(handshake(raw.port)), bytes.subarray(0, 7)]));
      await upgraded(raw);
      raw.write(bytes.subarray(7));
      await answered(raw, asked);
    },
  },
  {
    name: 'a close right behind the handshake is answered',
    open: 'tcp',
    async run(raw) {
      raw.write(Buffer.concat([Buffer.from(handshake(raw.port)), frame({ opcode: op.close, payload: closePayload(1000) })]));
      await upgraded(raw);
      await failsWith(raw, 1000);
    },
  },
  {
    name: 'an upgrade after a plain request on the same connection is accepted',
    open: 'tcp',
    async run(raw) {
      raw.write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1:${raw.port}\r\n\r\n`);
      const head = await raw.head();
      assert.equal(head.status, 200);
      raw.bytes = raw.bytes.subarray(Number(head.headers.get('content-length')));
      raw.write(handshake(raw.port));
      await upgraded(raw);
      await stillOpen(raw);
    },
  },
  ...[['bare line feeds', (text) => text.replaceAll('\r\n', '\n')], ['a bare carriage return in a line', (text) => text.replace('Upgrade: ', 'X: a\rb\r\nUpgrade: ')],
    ['a NUL in the target', (text) => text.replace('/ws', '/ws\0')], ['a request line of three blanks', (text) => text.replace('GET /ws', 'GET   /ws')],
    ['a line that is no header', (text) => text.replace('Upgrade: websocket', 'Upgrade websocket')], ['a TLS hello instead of HTTP', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.padEnd(300, '\0')],
    ['a WebSocket frame instead of HTTP', () => '\x81\x85abcdefghi\r\n\r\n']].map(([name, spoil]) => ({
    name: `refused with 400 or cut: ${name}`,
    open: 'tcp',
    async run(raw) {
      raw.write(Buffer.from(spoil(handshake(raw.port)), 'latin1'));
      const head = await raw.head().catch((error) => (raw.ended ? null : Promise.reject(error)));
      assert.ok(head === null || head.status === 400, head?.text);
      await raw.end();
    },
  })),
];

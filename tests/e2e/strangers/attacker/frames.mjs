/** RFC 6455 §5.2. The masking key is zero: it is valid and costs the attacker no time. */
export function frame(opcode, payload, fin = true) {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
  const head = body.length < 126 ? 2 : body.length < 65_536 ? 4 : 10;
  const bytes = Buffer.alloc(head + 4 + body.length);
  bytes[0] = (fin ? 0x80 : 0) | opcode;
  if (head === 2) bytes[1] = 0x80 | body.length;
  else if (head === 10) {
    bytes[1] = 0x80 | 127;
    bytes.writeBigUInt64BE(BigInt(body.length), 2);
  } else {
    bytes[1] = 0x80 | 126;
    bytes.writeUInt16BE(body.length, 2);
  }
  body.copy(bytes, head + 4);
  return bytes;
}

export const opcode = { continuation: 0, text: 1, binary: 2, ping: 9, pong: 10 };

export const upgrade = (target) => Buffer.from(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
  + 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n');

export function request(method, target, body) {
  const about = body === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  return Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${about}\r\n${body ?? ''}`);
}

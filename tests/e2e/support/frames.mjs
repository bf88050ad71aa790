import { randomBytes } from 'node:crypto';

/** RFC 6455 §5.2 opcodes. */
export const op = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/**
 * A client frame as bytes, right by default and wrong where a test says so.
 * @param {object} o
 * @param {number} [o.rsv]            the three reserved bits as a number 0…7
 * @param {Buffer | null} [o.mask]    the masking key; null sends the frame unmasked
 * @param {bigint} [o.claimedLength]  a length other than the payload's
 * @param {7 | 16 | 64} [o.lengthBits]  which of the three length forms to write, also where a shorter one would do
 */
export function frame({ fin = true, rsv = 0, opcode = op.text, payload = '', mask = randomBytes(4), claimedLength, lengthBits }) {
  const body = Buffer.from(payload);
  const length = claimedLength ?? BigInt(body.length);
  const form = lengthBits ?? (length < 126n ? 7 : length < 65536n ? 16 : 64);
  const head = Buffer.alloc({ 7: 2, 16: 4, 64: 10 }[form]);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (mask ? 0x80 : 0) | { 7: Number(length & 0x7fn), 16: 126, 64: 127 }[form];
  if (form === 16) head.writeUInt16BE(Number(length), 2);
  if (form === 64) head.writeBigUInt64BE(length, 2);
  if (!mask) return Buffer.concat([head, body]);
  return Buffer.concat([head, mask, body.map((byte, i) => byte ^ mask[i % 4])]);
}

/** The payload of a close frame. */
export function closePayload(code, reason = '') {
  const text = Buffer.from(reason);
  const payload = Buffer.alloc(2 + text.length);
  payload.writeUInt16BE(code, 0);
  text.copy(payload, 2);
  return payload;
}

/** Takes one server frame off the front of `bytes`; null when it is not whole yet. */
export function parseFrame(bytes) {
  if (bytes.length < 2) return null;
  let length = bytes[1] & 0x7f;
  let at = 2;
  if (length === 126) {
    if (bytes.length < 4) return null;
    length = bytes.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return null;
    length = Number(bytes.readBigUInt64BE(2));
    at = 10;
  }
  const masked = (bytes[1] & 0x80) !== 0;
  if (bytes.length < at + length) return null;
  return {
    fin: (bytes[0] & 0x80) !== 0, rsv: (bytes[0] >> 4) & 7, opcode: bytes[0] & 15, masked,
    payload: bytes.subarray(at, at + length), size: at + length, shortestLength: at === (length < 126 ? 2 : length < 65536 ? 4 : 10),
  };
}

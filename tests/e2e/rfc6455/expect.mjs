import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { op } from '../support/frames.mjs';

let lastId = 0;

/** A request that is answered by any connection, as text of exactly `bytes` bytes if given. */
export function request(bytes, id = ++lastId) {
  const empty = JSON.stringify({ type: 'node', id, pad: '' });
  const pad = bytes === undefined ? '' : 'x'.repeat(bytes - empty.length);
  return { id, text: JSON.stringify({ type: 'node', id, pad }) };
}

/** The reply to a `request` arrives. */
export function answered(raw, { id }) {
  return raw.object((object) => object.type === 'node' && object.id === id);
}

/** The connection still works: a fresh request is answered. */
export async function stillOpen(raw) {
  const again = request();
  raw.text(again.text);
  await answered(raw, again);
}

/** The server fails the connection: a close frame with `code`, then the end of TCP, made by the server (§7.1.1, §7.1.7). */
export async function failsWith(raw, code) {
  const close = await raw.close();
  assert.equal(close.code, code, `closed with ${close.code} ${close.reason}`);
  await raw.end();
}

/** Joins a room of its own, so that its messages come back to it and to no other client. */
export async function enter(raw) {
  const room = `rfc6455-${++lastId}`;
  raw.send({ type: 'join', id: ++lastId, room });
  await raw.object((object) => object.type === 'joined' && object.room === room);
  return room;
}

/** The text of a `send` and the text that the message push must have. */
export function saying(room, text) {
  return Buffer.from(JSON.stringify({ type: 'send', id: ++lastId, room, text }));
}

export async function hears(raw, room, text) {
  const message = await raw.object((object) => object.type === 'message' && object.room === room);
  assert.equal(message.text, text);
}

/** Sends `payload` as one message in frames of the given payloads. */
export function fragments(raw, payloads, opcode = op.text) {
  payloads.forEach((payload, i) => raw.frame({ opcode: i === 0 ? opcode : op.continuation, fin: i === payloads.length - 1, payload }));
}

/** `payload` cut in `count` nearly equal pieces. */
export function pieces(payload, count) {
  const bytes = Buffer.from(payload);
  return Array.from({ length: count }, (_, i) => bytes.subarray(Math.floor((i * bytes.length) / count), Math.floor(((i + 1) * bytes.length) / count)));
}

/** Writes bytes in TCP segments of `size`. */
export async function chopped(raw, bytes, size) {
  for (let at = 0; at < bytes.length; at += size) {
    raw.write(bytes.subarray(at, at + size));
    await turn();
  }
}

// permessage-deflate: off unless a node is told otherwise, and then for clients that offer it, beside clients that do not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import WebSocket from 'ws';
import { ChatClient } from './support/client.mjs';
import { frame, op } from './support/frames.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { until, within } from './support/until.mjs';

const folder = freshFolder('compression');
let node;
before(async () => { node = await Node.start({ id: 'squeezing', folder, settings: { compression: 'on' } }); });
after(() => node?.stop());

/** A client of the `ws` package as it is when nothing is said: it offers compression. */
async function offering(url) {
  const socket = new WebSocket(url, ['chat.v1']);
  const told = [];
  socket.on('message', (bytes) => told.push(JSON.parse(String(bytes))));
  await within('it is open', new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject); }));
  const ask = async (request) => {
    socket.send(JSON.stringify(request));
    return until(`the reply to ${request.id}`, () => told.find(({ id }) => id === request.id));
  };
  return { socket, told, ask };
}

test('whoever offers it gets what all get, in fewer bytes, and may send so', async () => {
  const plain = await ChatClient.connect(node.ws);
  const squeezed = await offering(node.ws);
  assert.match(squeezed.socket.extensions, /^permessage-deflate/);
  await plain.join('lobby');
  assert.equal((await squeezed.ask({ type: 'join', id: 1, room: 'lobby' })).type, 'joined');
  const before = squeezed.socket._socket.bytesRead;
  const text = 'the same words again and again, '.repeat(60);
  await plain.say('lobby', text);
  const seen = await until('the message', () => squeezed.told.find(({ type }) => type === 'message'));
  assert.equal(seen.text, text);
  assert.ok(squeezed.socket._socket.bytesRead - before < text.length / 4, `${squeezed.socket._socket.bytesRead - before} bytes`);

  const answer = `${text} Yes.`;
  assert.equal((await squeezed.ask({ type: 'send', id: 2, room: 'lobby', text: answer })).offset, 2);
  await plain.push('the answer', (event) => event.type === 'message' && event.text === answer);
  squeezed.socket.close();
  await plain.close();
});

test('what unfolds to more than a message may have is refused before it is unfolded', async () => {
  const { socket } = await offering(node.ws);
  const closed = new Promise((resolve) => { socket.once('close', resolve); });
  const bomb = deflateRawSync(Buffer.alloc(4_000_000, 'x'));
  socket._socket.write(frame({ opcode: op.text, rsv: 4, payload: bomb }));
  assert.equal(await within('it is closed', closed), 1009);
});

test('a node that is not told to declines the offer', async (t) => {
  const other = await Node.start({ id: 'plain', folder });
  t.after(() => other.stop());
  const { socket, ask } = await offering(other.ws);
  assert.equal(socket.extensions, '');
  assert.equal((await ask({ type: 'node', id: 1 })).node, 'plain');
  socket.close();
});

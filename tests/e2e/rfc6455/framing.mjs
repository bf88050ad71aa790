import assert from 'node:assert/strict';
import { frame, op } from '../support/frames.mjs';
import { answered, chopped, enter, failsWith, fragments, request, saying, stillOpen } from './expect.mjs';

// 16,384 bytes is the largest message chat.v1 takes; longer ones are in limits.mjs.
const sizes = [125, 126, 127, 128, 997, 4096, 16383, 16384];

export const framing = [
  ...sizes.map((size) => ({
    name: `a text message of ${size} bytes is answered`,
    async run(raw) {
      const asked = request(size);
      assert.equal(asked.text.length, size);
      raw.text(asked.text);
      await answered(raw, asked);
    },
  })),
  ...sizes.flatMap((size) => [1, 997].filter((chop) => size <= 1000 || chop > 1).map((chop) => ({
    name: `a text message of ${size} bytes in TCP segments of ${chop} is answered`,
    async run(raw) {
      const asked = request(size);
      await chopped(raw, frame({ payload: asked.text }), chop);
      await answered(raw, asked);
    },
  }))),
  ...[['zeros', '00000000'], ['ones', 'ffffffff'], ['one zero byte', 'a1b200c3'], ['ASCII', '7b227d0a']].map(([name, hex]) => ({
    name: `a masking key of ${name} is as good as any`,
    async run(raw) {
      const asked = request();
      raw.frame({ payload: asked.text, mask: Buffer.from(hex, 'hex') });
      await answered(raw, asked);
    },
  })),
  {
    name: 'a message cut in frames with different masking keys is put together',
    async run(raw) {
      const asked = request();
      fragments(raw, [asked.text.slice(0, 9), asked.text.slice(9)]);
      await answered(raw, asked);
    },
  },
  {
    name: 'an empty text message is answered by an error and the connection stays open',
    async run(raw) {
      raw.text('');
      const error = await raw.object((object) => object.type === 'error');
      assert.equal(error.code, 'bad_request');
      await stillOpen(raw);
    },
  },
  ...[2, 20, 200].map((count) => ({
    name: `${count} messages in one TCP segment are answered in order`,
    async run(raw) {
      const asked = Array.from({ length: count }, () => request());
      raw.write(Buffer.concat(asked.map(({ text }) => frame({ payload: text }))));
      for (const one of asked) {
        const reply = await raw.object((object) => object.type === 'node');
        assert.equal(reply.id, one.id);
      }
    },
  })),
  {
    name: 'a frame whose header comes alone waits for its payload',
    async run(raw) {
      const asked = request(126);
      const bytes = frame({ payload: asked.text });
      for (const [from, to] of [[0, 1], [1, 2], [2, 4], [4, 8], [8, bytes.length]]) await chopped(raw, bytes.subarray(from, to), 200);
      await answered(raw, asked);
    },
  },
  {
    name: 'the server writes a frame of more than 65,535 bytes with a 64-bit length',
    async run(raw) {
      const room = await enter(raw);
      for (let i = 0; i < 17; ++i) raw.frame({ payload: saying(room, `${i} `.padEnd(4096, 'x')) });
      await raw.object((object) => object.type === 'message' && object.text.startsWith('16 '));
      raw.send({ type: 'history', id: 1, room, limit: 50 });
      const page = await raw.object((object) => object.type === 'page');
      assert.equal(page.messages.length, 17);
    },
  },
  ...[[16, 0], [16, 1], [16, 125], [64, 0], [64, 1], [64, 125], [64, 126], [64, 1000]].map(([lengthBits, size]) => ({
    name: `a length of ${size} written in ${lengthBits} bits is not the shortest form: 1002`,
    async run(raw) {
      raw.frame({ payload: 'x'.repeat(size), lengthBits });
      await failsWith(raw, 1002);
    },
  })),
  ...[2n ** 63n, 2n ** 63n + 5n, 2n ** 64n - 1n].map((claimedLength) => ({
    name: `a 64-bit length of ${claimedLength} has its top bit set: 1002`,
    async run(raw) {
      raw.frame({ payload: '', claimedLength });
      await failsWith(raw, 1002);
    },
  })),
  ...Object.entries(op).flatMap(([name, opcode]) => ['', 'abc'].map((payload) => ({
    name: `an unmasked ${name} frame ${payload ? 'with payload' : 'without payload'}: 1002`,
    async run(raw) {
      raw.frame({ opcode, payload, mask: null });
      await failsWith(raw, 1002);
    },
  }))),
  {
    name: 'an unmasked frame after good ones: they are answered, then 1002',
    async run(raw) {
      const asked = request();
      raw.write(Buffer.concat([frame({ payload: asked.text }), frame({ payload: 'x', mask: null })]));
      await answered(raw, asked);
      await failsWith(raw, 1002);
    },
  },
  ...[0, 1, 125, 126, 1000].map((size) => ({
    name: `a binary message of ${size} bytes on a JSON connection: 1003`,
    async run(raw) {
      raw.frame({ opcode: op.binary, payload: Buffer.alloc(size) });
      await failsWith(raw, 1003);
    },
  })),
  {
    name: 'a binary message in fragments on a JSON connection: 1003',
    async run(raw) {
      fragments(raw, ['a', 'b', 'c'], op.binary);
      await failsWith(raw, 1003);
    },
  },
];

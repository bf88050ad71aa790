import { frame, op } from '../support/frames.mjs';
import { answered, failsWith, fragments, pieces, request } from './expect.mjs';

const limit = 16_384;

/** Not in RFC 6455, but §10.4 asks for it: how much of a message, how many frames and how many pings are taken. */
export const limits = [
  ...[limit + 1, 65535, 65536, 2 ** 20].map((size) => ({
    name: `a message of ${size} bytes: 1009`,
    async run(raw) {
      raw.text('x'.repeat(size));
      await failsWith(raw, 1009);
    },
  })),
  ...[BigInt(limit + 1), 2n ** 16n, 2n ** 31n, 2n ** 32n, 2n ** 40n, 2n ** 63n - 1n].map((claimedLength) => ({
    name: `a header that claims ${claimedLength} bytes is refused before any of them: 1009`,
    async run(raw) {
      raw.write(frame({ claimedLength }));
      await failsWith(raw, 1009);
    },
  })),
  {
    name: `fragments of ${limit} bytes together are answered`,
    async run(raw) {
      const asked = request(limit);
      fragments(raw, pieces(asked.text, 32));
      await answered(raw, asked);
    },
  },
  {
    name: `fragments of ${limit + 1} bytes together: 1009`,
    async run(raw) {
      fragments(raw, pieces(request(limit + 1).text, 32));
      await failsWith(raw, 1009);
    },
  },
  {
    name: 'a message that would grow past the limit is refused by the header of the fragment that does it: 1009',
    async run(raw) {
      raw.frame({ fin: false, payload: 'x'.repeat(limit) });
      raw.write(frame({ opcode: op.continuation, fin: false, claimedLength: 1n }));
      await failsWith(raw, 1009);
    },
  },
  {
    name: 'a message in endless empty fragments: 1008',
    async run(raw) {
      raw.frame({ fin: false, payload: '{' });
      for (let i = 0; i < 200; ++i) raw.frame({ opcode: op.continuation, fin: false });
      await failsWith(raw, 1008);
    },
  },
  {
    name: 'a message in endless fragments of one byte: 1008',
    async run(raw) {
      raw.frame({ fin: false, payload: '{' });
      for (let i = 0; i < 200; ++i) raw.frame({ opcode: op.continuation, fin: false, payload: ' ' });
      await failsWith(raw, 1008);
    },
  },
  {
    name: 'a flood of pings: 1008',
    async run(raw) {
      for (let i = 0; i < 500; ++i) raw.frame({ opcode: op.ping, payload: `${i}` });
      await failsWith(raw, 1008);
    },
  },
];

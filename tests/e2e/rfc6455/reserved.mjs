import { frame, op } from '../support/frames.mjs';
import { answered, failsWith, request } from './expect.mjs';

const bits = [1, 2, 3, 4, 5, 6, 7];
const written = (rsv) => rsv.toString(2).padStart(3, '0');

/** §5.2: no extension is negotiated, so RSV1-3 must be 0. */
export const reservedBits = [
  ...['text', 'binary', 'close', 'ping', 'pong'].flatMap((name) => bits.map((rsv) => ({
    name: `RSV ${written(rsv)} on a ${name} frame: 1002`,
    async run(raw) {
      raw.frame({ opcode: op[name], rsv });
      await failsWith(raw, 1002);
    },
  }))),
  ...bits.map((rsv) => ({
    name: `RSV ${written(rsv)} on the last fragment of a message: 1002`,
    async run(raw) {
      raw.frame({ fin: false, payload: '{"type":' });
      raw.frame({ opcode: op.continuation, rsv, payload: '"node"}' });
      await failsWith(raw, 1002);
    },
  })),
  ...bits.map((rsv) => ({
    name: `RSV ${written(rsv)} after a good message in the same segment: it is answered, then 1002`,
    async run(raw) {
      const asked = request();
      raw.write(Buffer.concat([frame({ payload: asked.text }), frame({ rsv, payload: asked.text })]));
      await answered(raw, asked);
      await failsWith(raw, 1002);
    },
  })),
];

/** §5.2: opcodes 3-7 and B-F are reserved. */
export const opcodes = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
  {
    name: `opcode 0x${opcode.toString(16)} without payload: 1002`,
    async run(raw) {
      raw.frame({ opcode });
      await failsWith(raw, 1002);
    },
  },
  {
    name: `opcode 0x${opcode.toString(16)} with payload: 1002`,
    async run(raw) {
      raw.frame({ opcode, payload: 'reserved' });
      await failsWith(raw, 1002);
    },
  },
  {
    name: `opcode 0x${opcode.toString(16)} after a good message and a ping: both are answered, then 1002`,
    async run(raw) {
      const asked = request();
      raw.text(asked.text);
      await answered(raw, asked);
      raw.frame({ opcode: op.ping, payload: 'p' });
      await raw.control(op.pong);
      raw.frame({ opcode, payload: 'reserved' });
      await failsWith(raw, 1002);
    },
  },
  {
    name: `opcode 0x${opcode.toString(16)} between two fragments: 1002`,
    async run(raw) {
      raw.frame({ fin: false, payload: '{' });
      raw.frame({ opcode });
      await failsWith(raw, 1002);
    },
  },
]);

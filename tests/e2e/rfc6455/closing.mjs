import assert from 'node:assert/strict';
import { closePayload, frame, op } from '../support/frames.mjs';
import { chopped, failsWith, request } from './expect.mjs';

function close(raw, payload) {
  raw.frame({ opcode: op.close, payload });
}

/** After its close frame the server says nothing more and ends TCP. */
async function closesOnce(raw) {
  await raw.close();
  await raw.end();
  assert.equal(raw.bytes.length, 0, `more after the close frame: ${raw.bytes.toString('hex')}`);
}

/** §5.5.1, §7 */
export const closing = [
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4999].map((code) => ({
    name: `a close with ${code} is answered with ${code}, then the server ends TCP`,
    async run(raw) {
      close(raw, closePayload(code));
      await failsWith(raw, code);
    },
  })),
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999].map((code) => ({
    name: `a close with ${code}, which may not be sent: 1002`,
    async run(raw) {
      close(raw, closePayload(code));
      await failsWith(raw, 1002);
    },
  })),
  ...[5000, 65535].map((code) => ({
    name: `a close with ${code}, which has no meaning, ends the connection all the same`,
    async run(raw) {
      close(raw, closePayload(code));
      assert.ok([code, 1002].includes((await raw.close()).code));
      await raw.end();
    },
  })),
  {
    name: 'a close without code is answered, by an empty close or 1000',
    async run(raw) {
      close(raw, '');
      assert.ok([null, 1000].includes((await raw.close()).code));
      await raw.end();
    },
  },
  {
    name: 'a close with half a code: 1002',
    async run(raw) {
      close(raw, Buffer.from([3]));
      await failsWith(raw, 1002);
    },
  },
  ...['bye', 'até já', 'x'.repeat(123)].map((reason) => ({
    name: `a close with a reason of ${Buffer.byteLength(reason)} bytes is answered`,
    async run(raw) {
      close(raw, closePayload(1000, reason));
      await failsWith(raw, 1000);
    },
  })),
  {
    name: 'a close of 126 bytes is longer than a control frame may be: 1002',
    async run(raw) {
      close(raw, closePayload(1000, 'x'.repeat(124)));
      await failsWith(raw, 1002);
    },
  },
  ...['80', 'cebae1bdb9cf83cebcceb5eda080656469746564', 'c3', 'ff'].map((hex) => ({
    name: `a close whose reason is not UTF-8 (${hex}): 1007`,
    async run(raw) {
      close(raw, closePayload(1000, Buffer.from(hex, 'hex')));
      await failsWith(raw, 1007);
    },
  })),
  {
    name: 'a close without FIN is a fragmented control frame: 1002',
    async run(raw) {
      raw.frame({ opcode: op.close, fin: false, payload: closePayload(1000) });
      await failsWith(raw, 1002);
    },
  },
  {
    name: 'a close byte by byte is answered',
    async run(raw) {
      await chopped(raw, frame({ opcode: op.close, payload: closePayload(1000, 'slowly') }), 1);
      await failsWith(raw, 1000);
    },
  },
  ...[
    ['a second close', () => frame({ opcode: op.close, payload: closePayload(1001) })],
    ['a ping', () => frame({ opcode: op.ping, payload: 'late' })],
    ['a request', () => frame({ payload: request().text })],
    ['a frame that is itself wrong', () => frame({ rsv: 7, mask: null, payload: 'x' })],
    ['10 KB of noise', () => Buffer.alloc(10_000, 0x99)],
  ].map(([name, bytes]) => ({
    name: `after a close, ${name} in the same segment is not looked at`,
    async run(raw) {
      raw.write(Buffer.concat([frame({ opcode: op.close, payload: closePayload(1000) }), bytes()]));
      await closesOnce(raw);
    },
  })),
  {
    name: 'requests before a close in the same segment do not keep it from being answered',
    async run(raw) {
      const asked = Array.from({ length: 5 }, () => frame({ payload: request().text }));
      raw.write(Buffer.concat([...asked, frame({ opcode: op.close, payload: closePayload(1000) })]));
      await closesOnce(raw);
    },
  },
  {
    name: 'a client that ends its sending side without a close frame is let go',
    async run(raw) {
      raw.text(request().text);
      raw.socket.end();
      await raw.end();
    },
  },
];

import assert from 'node:assert/strict';
import { frame, op } from '../support/frames.mjs';
import { answered, chopped, failsWith, request, stillOpen } from './expect.mjs';

const payloads = [
  ['no payload', Buffer.alloc(0)],
  ['one byte', Buffer.from('a')],
  ['a word', Buffer.from('Hello')],
  ['bytes that are not UTF-8', Buffer.from('00fffefdfcfb00ff', 'hex')],
  ['124 bytes', Buffer.alloc(124, 0xfe)],
  ['125 bytes', Buffer.alloc(125, 0xfe)],
];

/** §5.5.2, §5.5.3 */
export const pings = [
  ...payloads.map(([name, payload]) => ({
    name: `a ping with ${name} is answered by a pong with the same`,
    async run(raw) {
      raw.frame({ opcode: op.ping, payload });
      assert.deepEqual(await raw.control(op.pong), payload);
    },
  })),
  ...payloads.map(([name, payload]) => ({
    name: `a ping with ${name}, byte by byte, is answered`,
    async run(raw) {
      await chopped(raw, frame({ opcode: op.ping, payload }), 1);
      assert.deepEqual(await raw.control(op.pong), payload);
    },
  })),
  ...payloads.map(([name, payload]) => ({
    name: `a pong nobody asked for with ${name} is passed over`,
    async run(raw) {
      raw.frame({ opcode: op.pong, payload });
      await stillOpen(raw);
    },
  })),
  {
    name: 'a pong is not taken for the answer to a later ping',
    async run(raw) {
      raw.frame({ opcode: op.pong, payload: 'mine' });
      raw.frame({ opcode: op.ping, payload: 'yours' });
      assert.equal(String(await raw.control(op.pong)), 'yours');
    },
  },
  {
    name: 'ten pings in one segment: pongs come in order and the last ping gets its pong',
    async run(raw) {
      const names = Array.from({ length: 10 }, (_, i) => `ping ${i}`);
      raw.write(Buffer.concat(names.map((payload) => frame({ opcode: op.ping, payload }))));
      let last = -1;
      while (last < 9) {                               // §5.5.3 lets a server answer only the most recent one
        const at = names.indexOf(String(await raw.control(op.pong)));
        assert.ok(at > last, `pong ${at} after pong ${last}`);
        last = at;
      }
      await stillOpen(raw);
    },
  },
  {
    name: 'pings between messages disturb neither',
    async run(raw) {
      for (let i = 0; i < 5; ++i) {
        const asked = request();
        raw.write(Buffer.concat([frame({ opcode: op.ping, payload: `${i}` }), frame({ payload: asked.text })]));
        let pong, reply;
        while (!pong || !reply) {
          const got = await raw.next();
          if (got.opcode === op.pong) pong = String(got.payload);
          else if (got.payload.includes(`"id":${asked.id}`)) reply = got;
        }
        assert.equal(pong, String(i));
      }
    },
  },
  ...[126, 127, 1000, 65536].flatMap((size) => ['ping', 'pong'].map((name) => ({
    name: `a ${name} of ${size} bytes is longer than a control frame may be: 1002`,
    async run(raw) {
      raw.frame({ opcode: op[name], payload: Buffer.alloc(size, 0x61) });
      await failsWith(raw, 1002);
    },
  }))),
  ...['ping', 'pong'].map((name) => ({
    name: `a ${name} without FIN is a fragmented control frame: 1002`,
    async run(raw) {
      raw.frame({ opcode: op[name], fin: false, payload: 'part' });
      await failsWith(raw, 1002);
    },
  })),
  ...['ping', 'pong'].map((name) => ({
    name: `a ${name} of 126 bytes by its header alone is refused without waiting for the payload`,
    async run(raw) {
      raw.write(frame({ opcode: op[name], claimedLength: 126n }));
      await failsWith(raw, 1002);
    },
  })),
  {
    name: 'a ping in the middle of a message is answered before its end',
    async run(raw) {
      const asked = request();
      raw.frame({ fin: false, payload: asked.text.slice(0, 10) });
      raw.frame({ opcode: op.ping, payload: 'now' });
      assert.equal(String(await raw.control(op.pong)), 'now');
      raw.frame({ opcode: op.continuation, payload: asked.text.slice(10) });
      await answered(raw, asked);
    },
  },
];

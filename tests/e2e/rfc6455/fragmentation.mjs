import assert from 'node:assert/strict';
import { frame, op } from '../support/frames.mjs';
import { answered, chopped, failsWith, fragments, pieces, request, stillOpen } from './expect.mjs';

/** §5.4 */
export const fragmentation = [
  ...[2, 3, 5, 16, 64].map((count) => ({
    name: `a message in ${count} fragments is answered`,
    async run(raw) {
      const asked = request(200);
      fragments(raw, pieces(asked.text, count));
      await answered(raw, asked);
    },
  })),
  ...[2, 16].map((count) => ({
    name: `a message in ${count} fragments, byte by byte, is answered`,
    async run(raw) {
      const asked = request();
      const parts = pieces(asked.text, count);
      const bytes = parts.map((payload, i) => frame({ opcode: i ? op.continuation : op.text, fin: i === count - 1, payload }));
      await chopped(raw, Buffer.concat(bytes), 1);
      await answered(raw, asked);
    },
  })),
  ...[['first', (t) => ['', t]], ['middle', (t) => [t.slice(0, 5), '', '', t.slice(5)]], ['last', (t) => [t, '']], ['first and last', (t) => ['', t, '']]].map(([where, cut]) => ({
    name: `an empty ${where} fragment changes nothing`,
    async run(raw) {
      const asked = request();
      fragments(raw, cut(asked.text));
      await answered(raw, asked);
    },
  })),
  {
    name: 'three empty fragments are an empty message: an error, and the connection stays open',
    async run(raw) {
      fragments(raw, ['', '', '']);
      assert.equal((await raw.object((object) => object.type === 'error')).code, 'bad_request');
      await stillOpen(raw);
    },
  },
  {
    name: 'fragmented and whole messages follow each other',
    async run(raw) {
      for (let i = 0; i < 3; ++i) {
        const [cut, whole] = [request(), request()];
        fragments(raw, pieces(cut.text, 3));
        raw.text(whole.text);
        await answered(raw, cut);
        await answered(raw, whole);
      }
    },
  },
  ...['ping', 'pong'].map((name) => ({
    name: `a ${name} between each two fragments changes nothing`,
    async run(raw) {
      const asked = request();
      pieces(asked.text, 5).forEach((payload, i) => {
        raw.frame({ opcode: i ? op.continuation : op.text, fin: i === 4, payload });
        raw.frame({ opcode: op[name], payload: `${i}` });
      });
      let reply;
      while (!reply) {
        const got = await raw.next();
        if (got.opcode === op.text && got.payload.includes(`"id":${asked.id}`)) reply = got;
        else assert.ok(got.opcode === op.pong || got.opcode === op.text);
      }
      await raw.frame({ opcode: op.pong, payload: 'late' });
    },
  })),
  ...[true, false].flatMap((fin) => ['', 'x'].map((payload) => ({
    name: `a continuation ${fin ? 'with' : 'without'} FIN ${payload ? '' : 'and without payload '}with nothing to continue: 1002`,
    async run(raw) {
      raw.frame({ opcode: op.continuation, fin, payload });
      await failsWith(raw, 1002);
    },
  }))),
  {
    name: 'a continuation after a finished message: it is answered, then 1002',
    async run(raw) {
      const asked = request();
      fragments(raw, pieces(asked.text, 2));
      raw.frame({ opcode: op.continuation, payload: 'more' });
      await answered(raw, asked);
      await failsWith(raw, 1002);
    },
  },
  ...['text', 'binary'].flatMap((name) => [true, false].map((fin) => ({
    name: `a ${name} frame ${fin ? 'with' : 'without'} FIN while a message is open: 1002`,
    async run(raw) {
      raw.frame({ fin: false, payload: '{"type":' });
      raw.frame({ opcode: op[name], fin, payload: 'x' });
      await failsWith(raw, 1002);
    },
  }))),
  {
    name: 'a new message after a continuation that did not end the first: 1002',
    async run(raw) {
      raw.frame({ fin: false, payload: '{' });
      raw.frame({ opcode: op.continuation, fin: false, payload: '"a":' });
      raw.text('{}');
      await failsWith(raw, 1002);
    },
  },
  {
    name: 'a close in the middle of a message ends the connection in good order',
    async run(raw) {
      raw.frame({ fin: false, payload: '{"type":' });
      raw.frame({ opcode: op.close, payload: Buffer.from([0x03, 0xe8]) });
      await failsWith(raw, 1000);
    },
  },
];

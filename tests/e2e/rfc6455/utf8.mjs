import { frame, op } from '../support/frames.mjs';
import { chopped, enter, failsWith, fragments, hears, saying } from './expect.mjs';

const samples = ['κόσμε', 'é€😀\u{10ffff}'];
const points = [0x7f, 0x80, 0x7ff, 0x800, 0xfff, 0x1000, 0xd7ff, 0xe000, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1fffe, 0x1ffff, 0x10fffe, 0x10ffff];
const invalid = {
  'a lone continuation byte': '80', 'the last lone continuation byte': 'bf', 'two lone continuation bytes': '8080',
  'a lone 2-byte start': 'c2', 'a lone 3-byte start': 'e0', 'a lone 4-byte start': 'f0', 'a 3-byte character cut short': 'e282', 'a 4-byte character cut short': 'f09f98',
  'an overlong NUL': 'c080', 'an overlong slash in 2 bytes': 'c0af', 'an overlong slash in 3 bytes': 'e080af', 'an overlong slash in 4 bytes': 'f08080af',
  'the largest overlong of 2 bytes': 'c1bf', 'the largest overlong of 3 bytes': 'e09fbf', 'the largest overlong of 4 bytes': 'f08fbfbf',
  'a high surrogate': 'eda080', 'a low surrogate': 'edbfbf', 'a pair of surrogates': 'eda080edb080',
  'a code point above U+10FFFF': 'f4908080', 'the start byte F5': 'f5808080', 'a 5-byte form': 'f888808080', 'a 6-byte form': 'fc8480808080',
  'the byte FE': 'fe', 'the byte FF': 'ff', 'a character interrupted by ASCII': 'e28241', 'a character interrupted by another': 'e2c3a9',
};

/** Where each byte of `text` starts inside `payload`: the places at which to cut. */
function cuts(payload, text) {
  const bytes = Buffer.from(text);
  const start = payload.indexOf(bytes);
  return Array.from({ length: bytes.length - 1 }, (_, i) => start + i + 1);
}

function broken(hex) {
  return Buffer.concat([Buffer.from('{"type":"node","id":1,"pad":"'), Buffer.from(hex, 'hex'), Buffer.from('"}')]);
}

/** §8.1 */
export const utf8 = [
  ...samples.flatMap((text) => cuts(Buffer.from(text), text).flatMap((_, i) => [
    {
      name: `"${text}" split in two fragments after byte ${i + 1} comes back whole`,
      async run(raw) {
        const room = await enter(raw);
        const payload = saying(room, text);
        const at = cuts(payload, text)[i];
        fragments(raw, [payload.subarray(0, at), payload.subarray(at)]);
        await hears(raw, room, text);
      },
    },
    {
      name: `"${text}" in one frame, split in two TCP segments after byte ${i + 1}, comes back whole`,
      async run(raw) {
        const room = await enter(raw);
        const payload = saying(room, text);
        const bytes = frame({ payload });
        const at = bytes.length - payload.length + cuts(payload, text)[i];
        await chopped(raw, bytes.subarray(0, at), at);
        await chopped(raw, bytes.subarray(at), bytes.length);
        await hears(raw, room, text);
      },
    },
  ])),
  ...points.map((point) => ({
    name: `U+${point.toString(16).toUpperCase().padStart(4, '0')} is valid and comes back`,
    async run(raw) {
      const room = await enter(raw);
      raw.frame({ payload: saying(room, `[${String.fromCodePoint(point)}]`) });
      await hears(raw, room, `[${String.fromCodePoint(point)}]`);
    },
  })),
  ...Object.entries(invalid).map(([name, hex]) => ({
    name: `${name} (${hex}) in a text message: 1007`,
    async run(raw) {
      raw.frame({ payload: broken(hex) });
      await failsWith(raw, 1007);
    },
  })),
  ...['c3', 'e282', 'f09f98'].map((hex) => ({
    name: `a message that ends inside a character (${hex}): 1007`,
    async run(raw) {
      raw.frame({ payload: Buffer.from(hex, 'hex') });
      await failsWith(raw, 1007);
    },
  })),
  ...['80', 'c0af', 'eda080', 'f4908080', 'ff'].map((hex) => ({
    name: `bad bytes (${hex}) in a first fragment fail at once, without the rest of the message: 1007`,
    async run(raw) {
      raw.frame({ fin: false, payload: Buffer.from(hex, 'hex') });
      await failsWith(raw, 1007);
    },
  })),
  {
    name: 'bad bytes in a last fragment: 1007',
    async run(raw) {
      raw.frame({ fin: false, payload: '{"pad":"' });
      raw.frame({ opcode: op.continuation, payload: Buffer.from('ff227d', 'hex') });
      await failsWith(raw, 1007);
    },
  },
  {
    name: 'a character whose second half never comes because the next fragment is empty and last: 1007',
    async run(raw) {
      fragments(raw, [Buffer.from('e282', 'hex'), '']);
      await failsWith(raw, 1007);
    },
  },
];

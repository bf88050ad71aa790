// Mutates bytes. The same seed gives the same mutations.

const TOKENS = [
  '\n', ' ', '\0', '"', '{', '}', '[', '\\', '\xff\xfe', '-1', '0', '18446744073709551616', '9007199254740993', '1e309', 'nan',
  'm ', 'p ', 't ', '+', '-', ':', '\r\n', '\u202e',
].map((text) => Buffer.from(text, 'latin1'));
const LONG = [300, 5000, 70_000];

const cut = (random, bytes) => random.whole(0, bytes.length);

const ways = [
  (random, bytes) => {                                         // flips bits
    const out = Buffer.from(bytes);
    for (let i = random.whole(1, 8); i > 0 && out.length; --i) out[random.whole(0, out.length - 1)] ^= 1 << random.whole(0, 7);
    return out;
  },
  (random, bytes) => bytes.subarray(0, cut(random, bytes)),
  (random, bytes) => bytes.subarray(cut(random, bytes)),
  (random, bytes) => {                                         // inserts a token
    const at = cut(random, bytes);
    return Buffer.concat([bytes.subarray(0, at), random.pick(TOKENS), bytes.subarray(at)]);
  },
  (random, bytes) => {                                         // repeats a piece
    const from = cut(random, bytes);
    const piece = bytes.subarray(from, from + random.whole(1, 40));
    return Buffer.concat([bytes.subarray(0, from), ...Array.from({ length: random.whole(1, 50) }, () => piece), bytes.subarray(from)]);
  },
  (random, bytes) => Buffer.from(bytes.latin1Slice().replace(/\d+/, () => random.pick(TOKENS).latin1Slice()), 'latin1'),
  (random, bytes) => {                                         // swaps the two parts
    const at = cut(random, bytes);
    return Buffer.concat([bytes.subarray(at), bytes.subarray(0, at)]);
  },
  (random, bytes, other) => Buffer.concat([bytes.subarray(0, cut(random, bytes)), other.subarray(cut(random, other))]),
  (random, bytes) => {
    const at = cut(random, bytes);
    return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(random.pick(LONG), random.whole(0, 255)), bytes.subarray(at)]);
  },
  () => Buffer.alloc(0),
];

/** Applies one to four mutations to `bytes`; some insert a piece of `other`. */
export function mutate(random, bytes, other) {
  let out = Buffer.from(bytes);
  for (let i = random.whole(1, 4); i > 0; --i) out = random.pick(ways)(random, out, Buffer.from(other));
  return out;
}

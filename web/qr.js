// A QR code (ISO/IEC 18004) of a short text: bytes, error correction level M, versions 1 to 10. Returns the modules, true is dark.

/** Per version from 1: codewords in all, codewords of error correction a block, blocks. */
const VERSIONS = [[26, 10, 1], [44, 16, 1], [70, 26, 1], [100, 18, 2], [134, 24, 2], [172, 16, 4], [196, 18, 4], [242, 22, 4], [292, 22, 5], [346, 26, 5]];
const MASKS = /** @type {((x: number, y: number) => number)[]} */ ([
  (x, y) => (x + y) % 2, (_, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3, (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => x * y % 2 + x * y % 3, (x, y) => (x * y % 2 + x * y % 3) % 2, (x, y) => ((x + y) % 2 + x * y % 3) % 2]);

/** @param {string} text @returns {boolean[][] | null} null: it is too long */
export function encode(text) {
  const bytes = new TextEncoder().encode(text);
  const version = VERSIONS.findIndex(([all, check, blocks], i) => bytes.length + (i < 9 ? 2 : 3) <= all - check * blocks) + 1;
  if (version === 0) return null;
  const data = codewords(bytes, version);
  const drawn = MASKS.map((_, mask) => draw(version, data, mask));
  return drawn.reduce((best, next) => (penalty(next) < penalty(best) ? next : best));
}

/** Data and check codewords, their blocks interleaved. @param {Uint8Array} bytes @param {number} version */
function codewords(bytes, version) {
  const [all, check, blocks] = VERSIONS[version - 1];
  const room = all - check * blocks;
  const bits = [[4, 4], [bytes.length, version < 10 ? 8 : 16], ...[...bytes].map((byte) => [byte, 8])].map(([value, width]) => value.toString(2).padStart(width, '0')).join('');
  const padded = (bits + '0'.repeat(Math.min(4, room * 8 - bits.length))).replace(/.{1,8}/g, (byte) => byte.padEnd(8, '0'));
  const words = Array.from({ length: room }, (_, i) => (i * 8 < padded.length ? parseInt(padded.slice(i * 8, i * 8 + 8), 2) : (i - padded.length / 8) % 2 ? 0x11 : 0xec));
  const short = Math.floor(room / blocks);
  const longFrom = blocks - room % blocks; // the last blocks have one word more
  const generator = generatorOf(check);
  const parts = Array.from({ length: blocks }, (_, i) => {
    const from = i * short + Math.max(0, i - longFrom);
    return words.slice(from, from + short + (i >= longFrom ? 1 : 0));
  });
  const checks = parts.map((part) => remainder(part, generator));
  const across = (/** @type {number[][]} */ lists, /** @type {number} */ length) => Array.from({ length }, (_, i) => lists.flatMap((list) => (i < list.length ? [list[i]] : []))).flat();
  return [...across(parts, short + 1), ...across(checks, check)];
}

/** In the field of 256 elements. @param {number} a @param {number} b */
function times(a, b) {
  let product = 0;
  for (let i = 7; i >= 0; i--) product = (product << 1) ^ ((product >>> 7) * 0x11d) ^ (((b >>> i) & 1) * a);
  return product;
}

/** @param {number} degree */
function generatorOf(degree) {
  const result = [...Array(degree - 1).fill(0), 1];
  for (let i = 0, root = 1; i < degree; i++, root = times(root, 2)) {
    for (let j = 0; j < degree; j++) result[j] = times(result[j], root) ^ (result[j + 1] ?? 0);
  }
  return result;
}

/** @param {number[]} words @param {number[]} generator */
function remainder(words, generator) {
  const rest = generator.map(() => 0);
  for (const word of words) {
    const factor = word ^ /** @type {number} */ (rest.shift());
    rest.push(0);
    generator.forEach((g, i) => { rest[i] ^= times(g, factor); });
  }
  return rest;
}

/** A value and its check bits. @param {number} value @param {number} width of the check @param {number} generator */
function checked(value, width, generator) {
  let rest = value;
  for (let i = 0; i < width; i++) rest = (rest << 1) ^ ((rest >>> (width - 1)) * generator);
  return (value << width) | rest;
}

/** @param {number} version @param {number[]} data @param {number} mask */
function draw(version, data, mask) {
  const size = version * 4 + 17;
  /** @type {boolean[][]} */ const modules = Array.from({ length: size }, () => Array(size));
  const set = (/** @type {number} */ x, /** @type {number} */ y, /** @type {unknown} */ dark) => {
    if (x >= 0 && y >= 0 && x < size && y < size) modules[y][x] = Boolean(dark);
  };
  const square = (/** @type {number} */ cx, /** @type {number} */ cy, /** @type {number} */ radius, /** @type {number[]} */ light) => {
    for (let y = -radius; y <= radius; y++) for (let x = -radius; x <= radius; x++) set(cx + x, cy + y, !light.includes(Math.max(Math.abs(x), Math.abs(y))));
  };
  for (let i = 0; i < size; i++) {
    set(i, 6, i % 2 === 0);
    set(6, i, i % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4, [2, 4]);
  const last = size - 7;
  const places = version === 1 ? [] : version < 7 ? [6, last] : [6, (6 + last) / 2, last];
  for (const x of places) for (const y of places) if (!(x === 6 && (y === 6 || y === last)) && !(x === last && y === 6)) square(x, y, 2, [1]);

  const format = checked(mask, 10, 0x537) ^ 0x5412; // level M has the number 0
  for (let i = 0; i < 15; i++) {
    const bit = (format >>> i) & 1;
    set(8, i < 6 ? i : i < 8 ? i + 1 : size - 15 + i, bit);
    set(i < 8 ? size - 1 - i : i === 8 ? 7 : 14 - i, 8, bit);
  }
  set(8, size - 8, true);
  if (version >= 7) {
    const own = checked(version, 12, 0x1f25);
    for (let i = 0; i < 18; i++) {
      const [a, b] = [size - 11 + i % 3, Math.floor(i / 3)];
      set(a, b, (own >>> i) & 1);
      set(b, a, (own >>> i) & 1);
    }
  }

  let bit = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const isUp = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++) for (const x of [right, right - 1]) {
      const y = isUp ? size - 1 - step : step;
      if (modules[y][x] !== undefined) continue;
      const dark = ((data[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1;
      set(x, y, dark ^ Number(MASKS[mask](x, y) === 0));
      bit++;
    }
  }
  return modules;
}

/** How hard a code is to read: runs, squares and false corners of one colour, too much of one. @param {boolean[][]} modules */
function penalty(modules) {
  const rows = modules.map((row) => row.map(Number).join(''));
  const columns = modules.map((_, x) => modules.map((row) => Number(row[x])).join(''));
  let sum = 0;
  for (const line of [...rows, ...columns]) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
    sum += 40 * [...line.matchAll(/(?=00001011101|10111010000)/g)].length;
  }
  for (let y = 1; y < rows.length; y++) for (let x = 1; x < rows.length; x++) {
    if (new Set([rows[y][x], rows[y][x - 1], rows[y - 1][x], rows[y - 1][x - 1]]).size === 1) sum += 3;
  }
  const dark = rows.join('').replaceAll('0', '').length / rows.length ** 2;
  return sum + 10 * Math.floor(Math.abs(dark - 0.5) * 20);
}

import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { chatd } from './places.mjs';

/** chatctl of the build under test. */
const program = join(dirname(chatd), 'chatctl');

/** Runs `chatctl …` with `input` on standard input: { code, out, err }. */
export function chatctl(args, input = '') {
  return new Promise(resolve => {
    const child = execFile(program, args, (error, out, err) => resolve({ code: error?.code ?? 0, out, err }));
    child.stdin.on('error', () => {});   // a command that fails at once does not read it
    child.stdin.end(input);
  });
}

/** The output of `chatctl token check` for a token: its lines as an object, or { refused }. */
export async function check(token, ...args) {
  const { code, out, err } = await chatctl(['token', 'check', ...args], token);
  if (code > 1) throw new Error(err);
  return Object.fromEntries(out.trimEnd().split('\n').map(line => [line.slice(0, 9).trimEnd(), line.slice(10)]));
}

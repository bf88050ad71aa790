// The commands of Redis behind what this tab sees: an append and its publication for each acknowledged message of its own, a
// notification for each message that comes. src/backplane/README.md describes them. Their times in Redis are not known here. Pure.

/** @typedef {{ key: number, at: number, kind: 'append' | 'repetition' | 'notification', room: string, offset: number, node: string, lines: string[] }} Command
 * at: when this tab got the acknowledgement or the message; node: which node gave the command, or was notified */
/** @typedef {{ list: Command[], last: number, sent: ReadonlyMap<string, any> }} Commands list: newest first; sent: requests without an answer, by their id */

export const MOST_COMMANDS = 20;
const MOST_SENT = 64;
const LONGEST_TEXT = 40;

/** @returns {Commands} */
export const noCommands = () => ({ list: [], last: 0, sent: new Map() });

/** @param {Commands} commands @param {any} event @param {number} now @param {string} node of this tab @returns {Commands} */
export function reduceCommands(commands, event, now, node) {
  if (event.type !== 'frame' || event.lost) return commands;
  const type = /"type":"(\w+)"/.exec(event.text)?.[1];
  if (type !== 'send' && type !== 'ack' && type !== 'message') return commands;
  const frame = JSON.parse(event.text);
  if (event.out) return type === 'send' ? { ...commands, sent: new Map([...[...commands.sent].slice(1 - MOST_SENT), [String(frame.id), frame]]) } : commands;
  const asked = commands.sent.get(String(frame.id));
  if (type === 'message') return added(commands, { at: now, kind: 'notification', room: frame.room, offset: frame.offset, node, lines: notification(frame) });
  if (!asked) return commands;
  const sent = new Map([...commands.sent].filter(([id]) => id !== String(frame.id)));
  const kind = frame.duplicate ? 'repetition' : 'append';
  return added({ ...commands, sent }, { at: now, kind, room: asked.room, offset: frame.offset, node, lines: append(asked, frame.offset, frame.epoch, kind) });
}

/** @param {Commands} commands @param {Omit<Command, 'key'>} command @returns {Commands} */
const added = (commands, command) => ({ ...commands, last: commands.last + 1, list: [{ ...command, key: commands.last + 1 }, ...commands.list].slice(0, MOST_COMMANDS) });

/** What lua/append.lua does in one step. @param {any} request @param {number} offset @param {string} epoch @param {'append' | 'repetition'} kind */
function append({ room, seq, text }, offset, epoch, kind) {
  const key = `chat:{${room}}`;
  const look = [`EVALSHA <append.lua> … ${key}:state ${key}:log ${key}:live`, `  HMGET ${key}:state .run .top .epoch … <producer>`];
  if (kind === 'repetition') return [...look, `  → <producer> = ${seq}:${offset}`];
  return [...look, `  HSET ${key}:state .top ${offset} <producer> ${seq}:${offset}`, `  XADD ${key}:log MAXLEN ~ <history-size> 0-${offset} m ${body(text)}`,
    `  SPUBLISH ${key}:live "m ${epoch} ${offset}\\n${body(text)}"`];
}

/** @param {any} message */
const notification = ({ room, epoch, offset, text }) => [`SSUBSCRIBE chat:{${room}}:live`, `  → smessage "m ${epoch} ${offset}\\n${body(text)}"`];

/** @param {string | undefined} text */
const body = (text) => (text === undefined ? '{… "data": …}' : `{… "text": ${JSON.stringify(text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text)}}`);

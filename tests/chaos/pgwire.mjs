// The protocol of PostgreSQL, version 3: a letter, the length of the rest of the frame (with itself), the content. The first
// frames of a client have no letter, and the answer to its question for TLS is one byte.
import { once } from 'node:events';
import { connect } from 'node:net';

const VERSION = 196608;
const TLS_QUESTIONS = [80877103, 80877104];

/** The whole frames at the front of `bytes`, whose lengths stand behind so many bytes, and the bytes behind them. */
function splitFrames(bytes, letter = 1) {
  const frames = [];
  let start = 0;
  while (start + letter + 4 <= bytes.length) {
    const end = start + letter + bytes.readUInt32BE(start + letter);
    if (end > bytes.length) break;
    frames.push(bytes.subarray(start, end));
    start = end;
  }
  return { frames, rest: bytes.subarray(start) };
}

/** Both directions of one connection. It must not use TLS. */
function framesOfConnection() {
  let isStarted = false;
  let oneByteAnswers = 0;

  function requests(bytes) {
    if (isStarted) return splitFrames(bytes);
    const [first] = splitFrames(bytes, 0).frames;
    if (!first) return { frames: [], rest: bytes };
    const code = first.readUInt32BE(4);
    if (code === VERSION) isStarted = true;
    if (TLS_QUESTIONS.includes(code)) ++oneByteAnswers;
    const { frames, rest } = requests(bytes.subarray(first.length));
    return { frames: [first, ...frames], rest };
  }

  function replies(bytes) {
    const answers = Math.min(oneByteAnswers, bytes.length);
    oneByteAnswers -= answers;
    const { frames, rest } = splitFrames(bytes.subarray(answers));
    return { frames: [...Array.from({ length: answers }, (_, i) => bytes.subarray(i, i + 1)), ...frames], rest };
  }

  return { requests, replies };
}

const isOf = (letter) => (frame) => frame[0] === letter.charCodeAt(0);
const textsIn = (bytes) => bytes.toString('utf8').split('\0');

/** What the fault proxy must know of PostgreSQL: the frames of a connection, its name, and which frames are what. */
export const pgwire = {
  frames: framesOfConnection,
  connections: {
    all: () => true,
    appends: (name) => name === 'chatd-appends',
    writers: (name) => name === 'chatd-appends' || name === 'chatd-commands',
    subscriptions: (name) => name === 'chatd-notifications',
  },
  /** chatd names each of its connections in application_name. */
  nameIn(frame) {
    if (frame.length < 8 || frame.readUInt32BE(4) !== VERSION) return '';
    const words = textsIn(frame.subarray(8));
    return words[words.indexOf('application_name') + 1] ?? '';
  },
  /** A call goes from its Bind to its Sync, with which its transaction is committed; its reply ends when the server is ready again. */
  beginsCall: isOf('B'),
  endsCall: isOf('S'),
  endsReply: isOf('Z'),
  /** Whether it is a notification of messages, of one room or of any: "r <room> <room> …". */
  isPush(frame, room) {
    if (!isOf('A')(frame)) return false;
    const [, payload] = textsIn(frame.subarray(9));
    const [kind, ...rooms] = payload.split(' ');
    return kind === 'r' && (!room || rooms.includes(room));
  },
};

/** A request of a client that has begun. */
export function encode(letter, ...texts) {
  const content = Buffer.concat(texts.map((text) => (Buffer.isBuffer(text) ? text : Buffer.from(`${text}\0`))));
  const frame = Buffer.alloc(5 + content.length);
  frame.write(letter, 'latin1');
  frame.writeUInt32BE(4 + content.length, 1);
  content.copy(frame, 5);
  return frame;
}

/** The first frame of a client. @param {{ [name: string]: string }} parameters */
export function encodeStart(parameters) {
  const content = encode('?', ...Object.entries(parameters).flat(), Buffer.from([0])).subarray(5);
  const frame = Buffer.alloc(8 + content.length);
  frame.writeUInt32BE(frame.length);
  frame.writeUInt32BE(VERSION, 4);
  content.copy(frame, 8);
  return frame;
}

/** A session of the user with all rights straight with PostgreSQL, past every proxy: for questions and faults of a test. */
export class Session {
  #rows = [];
  #error = null;
  #waiting = [];

  /** Fails if PostgreSQL takes no session. */
  static async open(port, name = 'test') {
    const session = new Session();
    const { replies } = framesOfConnection();
    let rest = Buffer.alloc(0);
    session.socket = connect(port, '127.0.0.1');
    session.socket.on('data', (chunk) => {
      const split = replies(rest.length ? Buffer.concat([rest, chunk]) : chunk);
      rest = split.rest;
      for (const frame of split.frames) session.#take(frame);
    });
    session.socket.on('close', () => session.#fail(session.#error ?? new Error('PostgreSQL closed the session')));
    session.socket.on('error', () => {});
    const ready = session.#ready();
    session.socket.write(encodeStart({ user: 'postgres', database: 'postgres', application_name: name, search_path: 'chat' }));
    await ready;
    return session;
  }

  #ready() { return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject })); }

  #fail(error) { for (const { reject } of this.#waiting.splice(0)) reject(error); }

  #take(frame) {
    switch (String.fromCharCode(frame[0])) {
      case 'D': this.#rows.push(valuesOf(frame)); break;
      case 'E': this.#error = new Error(textsIn(frame.subarray(5)).find((text) => text.startsWith('M'))?.slice(1)); break;
      case 'Z': {
        const [rows, error] = [this.#rows, this.#error];
        this.#rows = [];
        this.#error = null;
        const { resolve, reject } = this.#waiting.shift();
        if (error) reject(error);
        else resolve(rows);
        break;
      }
      default:
    }
  }

  /** One text of SQL, which is one transaction. Returns the values of each row, as texts. */
  run(sql) {
    if (this.socket.destroyed) return Promise.reject(new Error('PostgreSQL closed the session'));
    const rows = this.#ready();
    this.socket.write(encode('Q', sql));
    return rows;
  }

  /** The end of this session. An open transaction is undone. */
  async close() {
    if (this.socket.closed) return;
    const closed = once(this.socket, 'close');
    this.socket.end(encode('X'));
    await closed;
  }
}

function valuesOf(frame) {
  const values = [];
  let at = 7;
  for (let left = frame.readUInt16BE(5); left > 0; --left) {
    const size = frame.readInt32BE(at);
    at += 4;
    values.push(size < 0 ? null : frame.utf8Slice(at, at + size));
    at += Math.max(0, size);
  }
  return values;
}

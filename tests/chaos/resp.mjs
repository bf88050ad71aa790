// RESP2, the protocol of Redis: the end of a frame, its value, and a connection that sends one command after another.
import { connect } from 'node:net';
import { once } from 'node:events';

const CR = 13;

function lineEnd(bytes, start) {
  const at = bytes.indexOf(CR, start);
  return at < 0 || at + 1 >= bytes.length ? -1 : at + 2;
}

/** Where the frame that begins at `start` ends; -1 when it is not whole yet. */
export function frameEnd(bytes, start = 0) {
  const end = start < bytes.length ? lineEnd(bytes, start) : -1;
  if (end < 0) return -1;
  const type = bytes[start];
  if (type !== 0x24 && type !== 0x2a) return end;                       // + - : end with their line
  const count = Number(bytes.latin1Slice(start + 1, end - 2));
  if (count < 0) return end;
  if (type === 0x24) return end + count + 2 <= bytes.length ? end + count + 2 : -1;
  let at = end;
  for (let i = 0; i < count && at >= 0; ++i) at = frameEnd(bytes, at);
  return at;
}

/** The whole frames at the front of `bytes`, and the bytes behind them. */
export function splitFrames(bytes) {
  const frames = [];
  let start = 0;
  for (let end = frameEnd(bytes, 0); end >= 0; end = frameEnd(bytes, start)) {
    frames.push(bytes.subarray(start, end));
    start = end;
  }
  return { frames, rest: bytes.subarray(start) };
}

/** The words of a request, or of any array of bulk strings. */
export function words(frame) { return decode(frame, 0).value; }

function decode(bytes, start) {
  const end = lineEnd(bytes, start);
  const line = bytes.utf8Slice(start + 1, end - 2);
  switch (bytes[start]) {
    case 0x2b: return { value: line, end };
    case 0x2d: return { value: new Error(line), end };
    case 0x3a: return { value: Number(line), end };
    case 0x24: {
      const size = Number(line);
      return size < 0 ? { value: null, end } : { value: bytes.utf8Slice(end, end + size), end: end + size + 2 };
    }
    default: {
      const list = [];
      let at = end;
      for (let left = Number(line); left > 0; --left) {
        const item = decode(bytes, at);
        list.push(item.value);
        at = item.end;
      }
      return { value: list, end: at };
    }
  }
}

/** A word is a Buffer, or anything that has a text. */
export function encode(request) {
  const words = request.map((word) => (Buffer.isBuffer(word) ? word : Buffer.from(String(word))));
  return Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...words.flatMap((word) => [Buffer.from(`$${word.length}\r\n`), word, Buffer.from('\r\n')])]);
}

const isCall = (frame) => /EVALSHA/i.test(frame.toString('latin1', 0, 24));

/** What the fault proxy must know of Redis: the frames of a connection, its name, and which frames are what. */
export const resp = {
  frames: () => ({ requests: splitFrames, replies: splitFrames }),
  connections: {
    all: () => true,
    appends: (name) => name === 'chatd-appends',
    writers: (name) => name === 'chatd-appends' || name === 'chatd-commands',
    subscriptions: (name) => name === 'chatd-subscriptions',
  },
  /** chatd names each of its connections with CLIENT SETNAME. */
  nameIn(frame) {
    const [command, sub, name] = words(frame);
    return /^client$/i.test(command) && /^setname$/i.test(sub) ? name : '';
  },
  /** A call is one frame, and so is its reply. */
  beginsCall: isCall,
  endsCall: isCall,
  endsReply: () => true,
  /** Whether it is a push of messages, of one room or of any. */
  isPush(frame, room) {
    const text = frame.toString('latin1', 0, 200);
    return text.includes('smessage') && text.includes(`${room ? `chat:{${room}}:live` : ''}\r\n`) && /\r\nm /.test(text);
  },
};

/** A connection straight to Redis, past every proxy: for questions of a test. */
export class Store {
  static async open(port) {
    const store = new Store();
    store.waiting = [];
    let rest = Buffer.alloc(0);
    store.socket = connect(port, '127.0.0.1');
    store.socket.on('data', (chunk) => {
      const split = splitFrames(rest.length ? Buffer.concat([rest, chunk]) : chunk);
      rest = split.rest;
      for (const frame of split.frames) store.waiting.shift().resolve(decode(frame, 0).value);
    });
    store.socket.on('close', () => { for (const { reject } of store.waiting.splice(0)) reject(new Error('Redis closed the connection')); });
    await once(store.socket, 'connect');
    store.socket.on('error', () => {});
    return store;
  }

  /** Replies in the order of the requests; an error reply is thrown. */
  async ask(...requests) {
    const replies = requests.map((request) => new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.socket.write(encode(request));
    }));
    const values = await Promise.all(replies);
    for (const value of values) if (value instanceof Error) throw value;
    return values;
  }

  close() { this.socket.destroy(); }
}

// Sends the same requests over each protocol and transport. A wire has `open()`, `say(requests)`, `raw(text)` and `closed`.
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { frame, opcode, request, upgrade } from './frames.mjs';
import { Line } from './line.mjs';

const TO_OPEN = 3000;
const END = '\x1e';

class WebSocketWire {
  target = '/ws';

  constructor(place) { this.place = place; }

  async open() {
    this.line = new Line(this.place);
    if (!await this.line.up) return false;
    this.line.write(upgrade(`${this.place.prefix ?? ''}${this.target}`));
    return await this.line.until(() => this.line.heard, this.place.deaf ? 50 : TO_OPEN) || Boolean(this.place.deaf);
  }

  get closed() { return this.line.closed; }
  write(bytes) { return this.line.write(bytes); }
  say(requests) { return this.write(frame(opcode.text, JSON.stringify(requests))); }
  /** Sends one text message. */
  raw(text) { return this.write(frame(opcode.text, text)); }
  drop() { this.line?.drop(); }
}

const methods = {
  hello: ({ type, ...fields }) => ['Hello', fields],
  join: ({ room }) => ['JoinRoom', room],
  leave: ({ room }) => ['LeaveRoom', room],
  send: ({ room, name, text }) => ['SendToRoom', room, name ?? null, text],
  history: ({ room, limit }) => ['History', room, null, limit],
  members: ({ room }) => ['Members', room],
  typing: ({ room }) => ['Typing', room],
  node: () => ['GetNodeInfo'],
};

class SignalRWire extends WebSocketWire {
  target = '/chatHub';
  lastId = 0;

  async open() {
    if (!await super.open()) return false;
    this.raw(`{"protocol":"json","version":1}${END}`);
    return true;
  }

  say(requests) {
    return this.raw(requests.map((one) => {
      const [target, ...args] = (methods[one.type] ?? (() => ['Fly']))(one);
      return `${JSON.stringify({ type: 1, invocationId: String(++this.lastId), target, arguments: args })}${END}`;
    }).join(''));
  }
}

class MessagePackWire extends WebSocketWire {
  target = '/chatHub';
  lastId = 0;
  protocol = new MessagePackHubProtocol();

  async open() {
    if (!await super.open()) return false;
    this.raw(`{"protocol":"messagepack","version":1}${END}`);
    return true;
  }

  say(requests) {
    return this.write(Buffer.concat(requests.map((one) => {
      const [target, ...args] = methods[one.type](one);
      return frame(opcode.binary, Buffer.from(this.protocol.writeMessage({ type: 1, invocationId: String(++this.lastId), target, arguments: args, headers: {}, streamIds: [] })));
    })));
  }
}

class SocketIOWire extends WebSocketWire {
  target = '/socket.io/?EIO=4&transport=websocket';

  async open() {
    if (!await super.open()) return false;
    this.raw('40');
    return true;
  }

  say(requests) {
    for (const { type, ...fields } of requests) this.raw(`42${JSON.stringify([type, fields])}`);
    return true;
  }
}

/** Sends requests by POST on one connection; `listen` reads the events on another. */
class HttpWire {
  constructor(place) { this.place = place; }

  get path() { return `${this.place.prefix ?? ''}${this.target}`; }

  async open() {
    let text = '';
    this.line = new Line({ ...this.place, onText: (piece) => { if (!this.token) text += piece; this.#hear(piece); } });
    if (!await this.line.up) return false;
    this.line.write(request(this.opening, this.path));
    const token = () => /"id":"([\w-]+)"/.exec(text)?.[1];
    if (!await this.line.until(token, TO_OPEN)) return false;
    this.token = token();
    this.listen();
    this.posts = new Line({ ...this.place, onText: (piece) => this.#hear(piece, true) });
    return this.posts.up;
  }

  #hear(piece, isPost) {
    if (piece.includes('HTTP/1.1 404') || piece.includes('"type":"close"')) this.gone = true;
    if (!isPost) this.onText?.(piece);
  }

  get closed() { return this.gone || this.line.closed || this.posts.closed; }
  raw(body) { return this.posts.write(request('POST', `${this.path}?id=${this.token}`, body)); }
  say(requests) { return this.raw(JSON.stringify(requests)); }
  drop() { this.line?.drop(); this.posts?.drop(); }
}

class SseWire extends HttpWire {
  target = '/sse';
  opening = 'GET';
  listen() {}
}

class PollWire extends HttpWire {
  target = '/poll';
  opening = 'POST';

  listen() {
    const ask = (ack) => this.line.write(request('GET', `${this.path}?id=${this.token}&ack=${ack}`));
    this.onText = (piece) => {
      const answer = /\{"ack":(\d+)/.exec(piece);
      if (answer) ask(answer[1]);
      else if (piece.startsWith('HTTP/1.1 204')) ask(0);
    };
    ask(0);
  }
}

const kinds = { 'chat.v1': WebSocketWire, signalr: SignalRWire, messagepack: MessagePackWire, socketio: SocketIOWire, sse: SseWire, poll: PollWire };

/** @param {string} kind @param {{ port: number, from: string, tally: object, prefix?: string, deaf?: boolean }} place */
export const wire = (kind, place) => new kinds[kind](place);

// Clients that listen. Like the page, they skip a frame that is not JSON.
import { request } from 'node:http';
import WebSocket from 'ws';
import { http } from '../support/http.mjs';
import { until, within } from '../support/until.mjs';

class Listener {
  heard = new Set();
  skipped = 0;

  take(text) {
    let event = {};
    try {
      event = JSON.parse(text);
    } catch { ++this.skipped; }
    if (event.type === 'connection') this.token = event.id;
    if (event.type === 'joined') this.isIn = true;
    if (event.type === 'message') this.heard.add(event.text);
  }
}

export class SocketListener extends Listener {
  static async enter(node, room, from) {
    const listener = new SocketListener();
    listener.socket = new WebSocket(node.ws, ['chat.v1'], { localAddress: from, perMessageDeflate: false });
    listener.socket.on('message', (bytes) => listener.take(String(bytes)));
    listener.socket.on('close', () => { listener.cut = true; });
    await within('a WebSocket', new Promise((resolve, reject) => {
      listener.socket.once('open', resolve);
      listener.socket.once('error', reject);
    }));
    listener.socket.on('error', () => { listener.cut = true; });        // also for a frame that is not UTF-8
    listener.send({ type: 'join', room, history: 0 });
    await until(`a listener is in ${room}`, () => listener.isIn);
    return listener;
  }

  send(object) { if (!this.cut) this.socket.send(JSON.stringify(object)); }
  terminate() { this.socket.terminate(); }
}

/** Listens on an event stream of `node` and sends its requests to `other`, so that they pass through Redis. */
export class StreamListener extends Listener {
  static async enter(node, other, room, from) {
    const listener = new StreamListener();
    let text = '';
    listener.call = request(`${node.http}/sse`, { localAddress: from, agent: false }, (response) => {
      response.setEncoding('utf8');
      response.on('error', () => {});
      response.on('close', () => { listener.cut = true; });
      response.on('data', (piece) => {
        const blocks = (text + piece).split('\n\n');
        text = blocks.pop();
        for (const block of blocks) {
          const data = block.split('\n').filter((line) => line.startsWith('data: '));
          if (data.length) listener.take(data.map((line) => line.slice(6)).join('\n'));
        }
      });
    });
    listener.call.on('error', () => { listener.cut = true; });
    listener.call.end();
    await until('an event stream', () => listener.token);
    await until(`a listener is in ${room}`, async () => {
      if (!listener.isIn) await http(`${other.http}/sse?id=${listener.token}`, { method: 'POST', body: JSON.stringify({ type: 'join', room, history: 0 }), from });
      return listener.isIn;
    });
    return listener;
  }

  terminate() { this.call.destroy(); }
}

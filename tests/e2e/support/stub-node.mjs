import { once } from 'node:events';
import { createServer } from 'node:http';

/** In place of a node: keeps the heads of requests, and answers 200, or 403 to an upgrade. */
export class StubNode {
  static async start(id) {
    const stub = new StubNode();
    stub.id = id;
    stub.requests = [];
    const keep = ({ method, url, headers }) => stub.requests.push({ method, url, headers });
    stub.server = createServer((request, response) => { keep(request); response.end('{}'); });
    stub.server.on('upgrade', (request, socket) => { keep(request); socket.on('error', () => {}); socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'); });
    stub.server.listen(0, '127.0.0.1');
    await once(stub.server, 'listening');
    stub.port = stub.server.address().port;
    return stub;
  }

  /** The heads of requests for this path. */
  of(path) { return this.requests.filter(({ url }) => url.split('?')[0] === path).map(({ headers }) => headers); }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

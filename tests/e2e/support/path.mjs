import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A way to a port of this machine that can be made narrow: its bytes then arrive at 1 KB a second. */
export class Path {
  static async to(port) {
    const path = new Path();
    path.ends = new Set();
    path.server = createServer((near) => path.#lay(near, connect({ port, host: '127.0.0.1' }))).listen(0, '127.0.0.1');
    await once(path.server, 'listening');
    path.url = `ws://127.0.0.1:${path.server.address().port}/ws`;
    return path;
  }

  #lay(near, far) {
    const end = { near, far };
    this.ends.add(end);
    for (const [socket, other] of [[near, far], [far, near]]) {
      socket.on('error', () => {});                            // told by `close`
      socket.on('close', () => { this.ends.delete(end); other.end(); });
    }
    near.pipe(far);
    far.pipe(near);
  }

  /** From now on it reads only as fast as it passes bytes on, as a slow phone does. */
  narrow() {
    for (const { near, far } of this.ends) far.unpipe(near);
    this.drip = setInterval(() => {
      for (const { near, far } of this.ends) {
        const bytes = far.read(1024) ?? far.read();
        if (bytes) near.write(bytes);
      }
    }, 1000);
  }

  widen() {
    clearInterval(this.drip);
    for (const { near, far } of this.ends) far.pipe(near);
  }

  close() {
    clearInterval(this.drip);
    this.server.close();
    for (const { near, far } of this.ends) { near.destroy(); far.destroy(); }
  }
}

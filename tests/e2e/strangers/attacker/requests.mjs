// Plain HTTP: requests at full speed, half requests, and silent connections.
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { request, upgrade } from './frames.mjs';
import { Line } from './line.mjs';

const PIPELINED = 16;

const lanes = (plan, run) => Promise.all(Array.from({ length: plan.sockets }, (_, i) => run(i)));

/** Pipelines requests on kept connections. Opens each again when the server has closed it. Plan: { method, target, body } */
export async function requests(plan, { tally, over, left }) {
  const bytes = Buffer.concat(Array.from({ length: PIPELINED }, () => request(plan.method, plan.target, plan.body)));
  const port = (i) => plan.ports[i % plan.ports.length];
  await lanes(plan, async (i) => {
    while (!over()) {
      const line = new Line({ port: port(i), from: plan.from, tally });
      if (!await line.up) await pause(Math.min(20, left()));
      while (!over() && !line.closed) {
        ++tally.shots;
        line.write(bytes);
        await line.news(Math.min(1000, left()));
        while (line.clogged && !line.closed && !over()) await line.news(left());
        await turn();
      }
      line.drop();
    }
  });
}

/** Sends half a request on each connection and holds it until the server closes it. */
export async function halfRequests(plan, { tally, over, left }) {
  const half = Buffer.from('GET /nodes HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ');
  await lanes(plan, async () => {
    while (!over()) {
      const line = new Line({ port: plan.ports[0], from: plan.from, tally });
      if (!await line.up) await pause(Math.min(20, left()));
      line.write(half);
      while (!over() && !line.closed) await line.news(left());
      line.drop();
    }
  });
}

/** Connects as fast as possible and sends nothing. Holds the newest `sockets` connections. */
export async function silence(plan, { tally, over, left }) {
  const held = [];
  while (!over()) {
    const line = new Line({ port: plan.ports[0], from: plan.from, tally });
    held.push(line);
    if (held.length > plan.sockets) held.shift().drop();
    if (held.length % 16 === 0) await Promise.race([line.up, pause(Math.min(50, left()))]);
    else await turn();
  }
}

/** Opens `sockets` WebSockets and holds them. */
export async function crowd(plan, { tally, over, left }) {
  await lanes(plan, async () => {
    const line = new Line({ port: plan.ports[0], from: plan.from, tally });
    if (!await line.up) return;
    line.write(upgrade('/ws'));
    while (!over() && !line.closed) await line.news(left());
  });
}

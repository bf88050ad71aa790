// Faults of nodes, and of NGINX in front of them.
import WebSocket from 'ws';
import { until, within } from '../e2e/support/until.mjs';

const GHOSTS = 3;

/** SIGSTOP, and SIGCONT after the time; `hides` where it is long enough for the lease to end. */
const standStill = (name, milliseconds, more) => ({
  name, kind: 'stopped node', lasts: [milliseconds, milliseconds], ...more,
  expected: 'its people wait or move; what it does late is a repetition or a gap',
  start({ cluster }, random) {
    const node = random.pick(cluster.nodes);
    node.program.signal('SIGSTOP');
    return node;
  },
  stop(_, node) { node.program.signal('SIGCONT'); },
});

/** An open socket; null where the node refuses it: the fault before may not be over for this node. */
function opened(url) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, 'chat.v1');
    socket.once('open', () => resolve(socket));
    socket.on('error', () => resolve(null));
  });
}

/** Users on this node, in rooms with a watcher, that will not come back when it dies. */
async function ghosts({ cluster, crowd }, node, random) {
  const rosters = random.sample(crowd.rosters.filter(({ watcher }) => watcher.node !== node.id), GHOSTS);
  return Promise.all(rosters.map(async (roster) => {
    const socket = await until('a connection', () => opened(cluster.nginx.wsOf(node.id)));
    const id = await within('a welcome', new Promise((welcomed) => {
      socket.on('message', (bytes) => {
        const told = JSON.parse(bytes);
        if (told.type === 'welcome') welcomed(told.user.id);
        if (told.type === 'error') setTimeout(join, told.retry_after_ms ?? 100);     // the fault before may not be over for this node
      });
      const join = () => socket.send(JSON.stringify({ type: 'join', id: 2, room: roster.name }));
      socket.send(JSON.stringify({ type: 'hello', id: 1, name: 'ghost', identity_secret: random.hex(32) }));
      join();
    }));
    await until('the watcher sees the ghost', () => roster.people.has(id));
    return { roster, id };
  }));
}

export const nodeFaults = [
  {
    name: 'kill-node', kind: 'killed node', lasts: [500, 2500], from: 'start', recoversIn: 3_000,
    expected: 'its people are elsewhere within 3 s, nothing lost, nothing twice',
    async start({ cluster }, random) {
      const node = random.pick(cluster.nodes);
      await cluster.kill(node);
      return node;
    },
    stop: ({ cluster }, node) => cluster.startNode(node),
  },
  {
    name: 'lose-node', kind: 'lost node', lasts: [8_500, 8_500], long: true, from: 'start',
    expected: 'its people who stay away are gone from every list within 8 s',
    async start(world, random) {
      const { cluster } = world;
      const node = random.pick(cluster.nodes);
      const people = await ghosts(world, node, random);
      await cluster.kill(node);
      const diedAt = performance.now();
      for (const { roster, id } of people) roster.expectGone([id], diedAt);
      return { node, rosters: people.map(({ roster }) => roster) };
    },
    async stop({ cluster, history }, { node, rosters }) {
      for (const roster of rosters) {
        for (const { diedAt, goneAt } of roster.ghosts.splice(0)) {
          history.presence.ghosts.push({ watcher: roster.watcher.index, room: roster.room, diedAt, goneAt });
        }
      }
      await cluster.startNode(node);
    },
  },
  {
    name: 'drain-node', kind: 'drained node', lasts: [0, 1000], drains: true,
    expected: 'its people are asked to move, spread over the drain time; nobody is seen leaving',
    async start({ cluster }, random) {
      const node = random.pick(cluster.nodes);
      await cluster.drain(node);
      return node;
    },
    stop: ({ cluster }, node) => cluster.startNode(node),
  },
  {
    name: 'rolling-restart', kind: 'rolling restart', lasts: [0, 0], long: true, drains: true,
    expected: 'as drain-node, for one after the other; nobody flaps',
    async start({ cluster }) {
      for (const node of cluster.nodes) {
        await cluster.drain(node);
        await cluster.startNode(node);
      }
    },
    stop() {},
  },
  {
    name: 'scale', kind: 'scaled down and up', lasts: [1500, 3000], long: true, drains: true,
    expected: 'NGINX gets a shorter list and a longer one again; nobody is seen leaving',
    async start({ cluster }, random) {
      const node = random.pick(cluster.nodes);
      cluster.spreadOver(cluster.nodes.filter((other) => other !== node));
      await cluster.drain(node);
      return node;
    },
    async stop({ cluster }, node) {
      await cluster.startNode(node);
      cluster.spreadOver(cluster.nodes);
    },
  },
  standStill('stop-node', 1000),
  standStill('stop-node-8s', 8000, { long: true, hides: true }),
  standStill('stop-node-30s', 30_000, { long: true, hides: true, onlyFrom: 600 }),
  {
    name: 'reload-nginx', kind: 'reloaded NGINX', lasts: [0, 500],
    expected: 'nothing',
    start({ cluster }) { cluster.reloadNginx(); },
    stop() {},
  },
  {
    name: 'kill-nginx', kind: 'killed NGINX', lasts: [0, 800],
    expected: 'everybody is cut off at once and comes back',
    start: ({ cluster }) => cluster.killNginx(),
    stop: ({ cluster }) => cluster.startNginx(),
  },
];

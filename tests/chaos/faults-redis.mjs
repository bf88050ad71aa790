// Faults of Redis itself.
import { truncateSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const command = (name, kind, words, expected) => ({
  name, kind, lasts: [0, 0], expected,
  start: ({ cluster }) => cluster.server.redis.command(...words),
  stop() {},
});

export const redisFaults = [
  {
    name: 'kill-redis', kind: 'killed Redis', lasts: [0, 1500], mayRewind: true, recoversIn: 3_000,
    expected: 'sends are refused for the moment, then a new epoch goes on where the old one ended',
    start: ({ cluster }) => cluster.server.kill(),
    stop: ({ cluster }) => cluster.server.startAgain(),
  },
  {
    name: 'stop-redis', kind: 'stopped Redis', lasts: [500, 5000],
    expected: 'retryable refusals, no message stored twice',
    start({ cluster }) { cluster.server.redis.program.signal('SIGSTOP'); },
    stop({ cluster }) { cluster.server.redis.program.signal('SIGCONT'); },
  },
  {
    name: 'lost-fsync', kind: 'lost fsync', lasts: [0, 500], mayRewind: true, mayReset: true, alone: true, recoversIn: 3_000,
    expected: 'up to a second of the log is gone: announced by `rewound`, or `reset` where a room had begun in it; repaired by nodes and clients',
    async start({ cluster }, random) {
      const before = cluster.server.appendOnlyFile();
      await pause(random.between(200, 1000));
      await cluster.server.kill();
      const after = cluster.server.appendOnlyFile();
      const written = after.path === before.path ? after.size - before.size : 0;
      truncateSync(after.path, after.size - random.whole(0, written));
    },
    stop: ({ cluster }) => cluster.server.startAgain(),
  },
  {
    name: 'wipe', kind: 'wiped Redis', lasts: [0, 0], mayReset: true, hides: true, alone: true, wantsOneStore: true,
    expected: 'everybody is told to start again; what was there before is gone and that is said',
    async start({ cluster, history }) {
      const at = performance.now();
      history.life(await cluster.server.wipe(), at);
    },
    stop() {},
  },
  command('script-flush', 'forgotten scripts', ['SCRIPT', 'FLUSH'], 'nothing'),
  command('kill-normal', 'killed connections', ['CLIENT', 'KILL', 'TYPE', 'normal'], 'what was under way is sent again'),
  command('kill-pubsub', 'killed subscriptions', ['CLIENT', 'KILL', 'TYPE', 'pubsub'], 'what was said meanwhile is refilled'),
  {
    name: 'maxmemory', kind: 'out of memory', lasts: [500, 2000],
    expected: 'sends are refused for the moment; no script runs halfway',
    start: ({ cluster }) => cluster.server.redis.command('CONFIG', 'SET', 'maxmemory', '1mb'),
    stop: ({ cluster }) => cluster.server.redis.command('CONFIG', 'SET', 'maxmemory', '0'),
  },
  {
    name: 'disk-full', kind: 'full disk', lasts: [500, 9000],
    expected: 'sends are refused for the moment, people go on reading',
    start({ cluster }) { cluster.server.redis.fillDisk(64 * 1024); },
    stop({ cluster }) { cluster.server.redis.freeDisk(); },
  },
];

// Faults of PostgreSQL itself. No one of them may take an acknowledged message: nodes acknowledge what is on its disk.
import { setTimeout as pause } from 'node:timers/promises';

const command = (name, kind, sql, expected) => ({
  name, kind, lasts: [0, 0], expected,
  start: ({ cluster }) => cluster.server.run(sql),
  stop() {},
});

const terminate = (name, kind, ending, expected) => command(
  name, kind, `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'chat' and application_name like '%${ending}'`, expected,
);

/** It ends so, and is started again. */
const ends = (name, kind, end, expected) => ({
  name, kind, lasts: [0, 1500], recoversIn: 3_000, hides: true, expected,      // presence is unlogged
  start: ({ cluster }) => end(cluster.server),
  stop: ({ cluster }) => cluster.server.startAgain(),
});

/** A transaction of somebody else that has begun with this, and is undone. */
const transaction = (name, kind, lasts, sql, expected) => ({
  name, kind, lasts, expected,
  async start({ cluster, crowd }, random) {
    const session = await cluster.server.session('somebody');
    await session.run('begin');
    await session.run(sql(random.pick(crowd.talks)[1], crowd));
    return session;
  },
  async stop(_, session) {
    await session.run('rollback');
    await session.close();
  },
});

const roomOf = (crowd, room) => crowd.history.rooms[room];

async function configure({ cluster }, setting) {
  await cluster.server.ask(async (session) => {
    await session.run(`alter system ${setting}`);
    await session.run('select pg_reload_conf()');
  });
}

export const postgresFaults = [
  ends('kill-postgres', 'killed PostgreSQL', (server) => server.kill(), 'sends are refused for the moment, then a new epoch goes on where the old one ended'),
  ends('stop-immediately', 'PostgreSQL stopped immediately', (server) => server.end('SIGQUIT'), 'as kill-postgres'),
  ends('restart-postgres', 'restarted PostgreSQL', (server) => server.end('SIGINT'), 'as kill-postgres'),
  {
    name: 'kill-backend', kind: 'killed process of a session', lasts: [0, 0], recoversIn: 3_000, hides: true,
    expected: 'PostgreSQL ends all sessions and recovers as from a crash: as kill-postgres',
    async start({ cluster }, random) {
      const pids = await cluster.server.run(`select pid from pg_stat_activity where usename = 'chat'`);
      if (pids.length > 0) process.kill(Number(random.pick(pids)[0]), 'SIGKILL');
    },
    stop: ({ cluster }) => cluster.server.answers(),
  },
  {
    name: 'stop-postgres', kind: 'stopped PostgreSQL', lasts: [500, 5000],
    expected: 'retryable refusals, no message stored twice',
    start({ cluster }) { cluster.server.pause(); },
    stop({ cluster }) { cluster.server.resume(); },
  },
  terminate('terminate-sessions', 'terminated sessions', '', 'what was under way is sent again'),
  terminate('terminate-listeners', 'terminated listeners', '-notifications', 'what was said meanwhile is read from the logs'),
  transaction('lock-log', 'locked table', [1000, 4000], () => 'lock table log', 'nothing is stored or read: sends are refused for the moment'),
  transaction('lock-room', 'locked room', [1000, 4000], (room, crowd) => `select from room where name = '${roomOf(crowd, room)}' for update`,
    'sends to the room are refused for the moment, other rooms go on'),
  transaction('undone-publication', 'undone publication', [500, 2000], (room, crowd) => `select chat_publish('${roomOf(crowd, room)}', '{"text": "undone"}')`,
    'it is shown to nobody, and the room goes on'),
  {
    name: 'read-only', kind: 'read-only', lasts: [300, 2000],
    expected: 'sends are refused for the moment, people go on reading',
    start: (world) => configure(world, 'set default_transaction_read_only = on'),
    stop: (world) => configure(world, 'reset default_transaction_read_only'),
  },
  {
    name: 'no-connections', kind: 'all connections taken', lasts: [500, 2500],
    expected: 'nodes that lose their sessions wait until others end theirs',
    async start({ cluster }) {
      const sessions = [await cluster.server.session('somebody')];
      const fill = async () => {
        for (;;) sessions.push(await cluster.server.session('stranger'));
      };
      await fill().catch(() => {});
      const ended = await sessions[0].run(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'chat'`);
      for (let tries = 0; tries < 3 * ended.length; ++tries) await fill().catch(() => pause(2));
      return sessions;
    },
    stop: (_, sessions) => Promise.all(sessions.map((session) => session.close())),
  },
  command('checkpoint', 'checkpoint', 'checkpoint', 'nothing'),
  command('vacuum-full', 'table written anew', 'vacuum full log', 'messages wait a moment'),
  {
    name: 'disk-full', kind: 'full disk', lasts: [500, 5000],
    expected: 'sends are refused for the moment, people go on reading',
    start: ({ cluster }) => cluster.server.fillDisk(16 * 1024),
    stop({ cluster }) { cluster.server.freeDisk(); },
  },
  {
    name: 'wipe', kind: 'removed rooms', lasts: [0, 0], mayReset: true, alone: true,
    expected: 'everybody is told to start again; what was there before is gone and that is said',
    async start({ cluster, history }) {
      const at = performance.now();
      history.life(await cluster.server.wipe(), at);
    },
    stop() {},
  },
];

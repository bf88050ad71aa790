// An unusable Redis: the node is not ready, and its log has the reason and the remedy, once, however often it tries.
import assert from 'node:assert/strict';
import { http } from '../support/http.mjs';
import { Node } from '../support/node.mjs';
import { freshFolder } from '../support/places.mjs';
import { Redis } from '../support/redis.mjs';
import { until } from '../support/until.mjs';

/** `breaks` gets the server and gives the URL of the node; `says` is the text that the log must have. */
const useless = ({ name, flags = [], breaks = (redis) => redis.url, says, mends }) => ({
  name: `${name}: the node is not ready and says what to do`,
  async run(t) {
    const folder = freshFolder(`redis/useless-${name.replace(/\W+/g, '-')}`);
    const redis = await Redis.start(folder, { flags });
    t.after(() => redis.kill());
    const url = await breaks(redis, t);
    const node = await Node.start({ id: 'chat-1', folder, redis: { url }, ready: false });
    t.after(() => node.stop());
    await node.program.line(/event=redis_unusable .*do=/);
    assert.match(node.log, says);
    assert.equal((await http(`${node.http}/ready`)).status, 503);
    const connections = async () => Number(/total_connections_received:(\d+)/.exec(await redis.command('INFO', 'stats'))[1]);
    const before = await connections();
    await until('the node has tried some times more', async () => (await connections()) > before + 16, 20_000);
    assert.ok(node.log.split('\n').length < 16, node.log);
    if (!mends) return;
    await mends(redis);
    await until('the node is ready', async () => (await http(`${node.http}/ready`)).status === 200, 10_000);
  },
});

const user = (...rules) => async (redis) => {
  await redis.command('ACL', 'SETUSER', 'poor', 'reset', 'on', '>secret', '~chat:*', '&chat:*', '+@all', ...rules);
  return `redis://poor:secret@127.0.0.1:${redis.port}`;
};
const mends = (redis) => redis.command('ACL', 'SETUSER', 'poor', '~chat:*', '&chat:*', '+@all');

export const rights = [
  useless({ name: 'no right to EVALSHA', breaks: user('-evalsha'), says: /NOPERM.*ACL rules/, mends }),
  useless({ name: 'no right to SCRIPT', breaks: user('-script'), says: /SCRIPT LOAD: NOPERM.*ACL rules/ }),
  useless({ name: 'no right to a command that scripts use', breaks: user('-xadd'), says: /(executing the script|ACL failure).*ACL rules/, mends }),
  useless({ name: 'no right to the channels', breaks: user('resetchannels'), says: /(NOPERM|channel).*ACL rules/, mends }),
  useless({ name: 'no right to the keys', breaks: user('resetkeys', '~other:*'), says: /NOPERM.*ACL rules/ }),
  useless({ name: 'EVALSHA is renamed', flags: ['--rename-command', 'EVALSHA', 'hidden'], says: /unknown command.*do not rename/ }),
  useless({ name: 'SCRIPT is removed', flags: ['--rename-command', 'SCRIPT', ''], says: /unknown command.*do not rename/ }),
  useless({
    name: 'it is a replica',
    async breaks(redis, t) {
      const replica = await redis.replica('replica');
      t.after(() => replica.kill());
      redis.command = (...words) => replica.command(...words);
      return replica.url;
    },
    says: /READONLY.*name the primary/,
  }),
  useless({ name: 'it is a Redis Cluster', flags: ['--cluster-enabled', 'yes'], says: /Redis Cluster.*name one Redis/ }),
];

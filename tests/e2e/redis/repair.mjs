// deploy/redis-start repairs the append-only file after a crash, before Redis reads it.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { freshFolder } from '../support/places.mjs';
import { Redis } from '../support/redis.mjs';
import { until } from '../support/until.mjs';

/** Two writes that belong together, as one script makes them. */
const pairOf = (redis, value) => redis.command('EVAL', "redis.call('RPUSH', 'first', ARGV[1]) redis.call('RPUSH', 'second', ARGV[1])", '0', value);
const lists = (redis) => Promise.all(['first', 'second'].map(async (key) => (await redis.command('LRANGE', key, '0', '-1')).split('\n')));
const restart = (redis) => redis.kill().then(() => redis.start());
const said = (redis) => redis.program.output.split('\n').filter((line) => line.startsWith('redis-start'));

export const repair = [
  {
    name: 'redis-start cuts off half a transaction, which never comes back, and says how much; otherwise it says nothing',
    async run(t) {
      const redis = await Redis.start(freshFolder('redis/repair'), { fsync: 'always' });
      t.after(() => redis.stop());
      assert.deepEqual(said(redis), [], 'without a file it has nothing to do');
      for (const value of ['alpha', 'beta', 'gamma']) await pairOf(redis, value);
      await redis.kill();
      redis.tear('gamma', '\r\n$6\r\nsecond\r\n$5\r\ngamma');
      await redis.start();
      assert.equal(said(redis).length, 1);
      assert.match(said(redis)[0], /cut off .* appendonly\.aof\.1\.incr\.aof: \d+ bytes$/);
      await pairOf(redis, 'delta');
      for (let i = 0; i < 2; ++i) {
        await restart(redis);
        assert.deepEqual(said(redis), [], 'nothing is wrong with the file');
        assert.deepEqual(await lists(redis), [['alpha', 'beta', 'delta'], ['alpha', 'beta', 'delta']]);
      }
    },
  },
  {
    name: 'redis-start closes the hole that Redis leaves when its disk was full after a rewrite of the file, and all is there',
    async run(t) {
      const redis = await Redis.start(freshFolder('redis/hole'));
      t.after(() => redis.stop());
      await pairOf(redis, 'before');
      await redis.command('BGREWRITEAOF');
      await until('the file is rewritten', async () => /aof_rewrite_in_progress:0[^]*aof_current_size/.test(await redis.command('INFO', 'persistence'))
        && redis.appendOnlyFile.includes('.2.incr.'));
      await pairOf(redis, 'rewritten');
      redis.fillDisk(40);                             // a piece of the next write fits in, and is taken back
      await redis.command('SET', 'piece', 'x'.repeat(100)).catch(() => {});
      await until('Redis notices', async () => /aof_last_write_status:err/.test(await redis.command('INFO', 'persistence')));
      redis.freeDisk();
      await until('Redis goes on', async () => /aof_last_write_status:ok/.test(await redis.command('INFO', 'persistence')));
      await pairOf(redis, 'after');
      await until('it is written', async () => (await redis.command('INFO', 'persistence')).includes('aof_buffer_length:0'));
      await restart(redis);
      assert.equal(said(redis).length, 1);
      assert.match(said(redis)[0], /closed a hole .* appendonly\.aof\.2\.incr\.aof$/);
      assert.deepEqual(await lists(redis), [['before', 'rewritten', 'after'], ['before', 'rewritten', 'after']]);
    },
  },
];

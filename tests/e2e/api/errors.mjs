import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Application } from '../support/api.mjs';
import { ChatClient } from '../support/client.mjs';
import { http } from '../support/http.mjs';
import { until } from '../support/until.mjs';

const timeout = 30_000;

export default (shared) => describe('an application is told', () => {
  const refusal = (...args) => shared.app().refusal(...args);
  const code = async (...args) => (await refusal(...args)).code;

  test('that it needs a good key: 401 in both modes', { timeout }, async () => {
    for (const secret of [undefined, 'wrong', `${shared.keys.secret('shop')}x`, '']) {
      for (const headers of [{}, { 'X-Error-Mode': 'transport' }]) {
        const error = await new Application(shared.cluster.nodes[0], secret).refusal('info', {}, headers);
        assert.deepEqual([error.code, error.status], [101, 401]);
        assert.doesNotMatch(error.sentence, /wrong/);
      }
    }
  });

  test('that its key has not the scope of a method', { timeout }, async () => {
    const as = (id) => new Application(shared.cluster.nodes[1], shared.keys.secret(id));
    await as('writer').call('publish', { room: 'scopes', text: 'hello' });
    await as('writer').call('notify', { rooms: ['scopes'], event: 'Hello' });
    await as('reader').call('history', { room: 'scopes' });
    for (const [id, method, parameters] of [['writer', 'history', { room: 'scopes' }], ['writer', 'ban', { user: 'x' }], ['reader', 'publish', { room: 'scopes', text: 'x' }], ['reader', 'disconnect', { user: 'x' }]]) {
      const error = await as(id).refusal(method, parameters);
      assert.equal(error.code, 103);
      assert.match(error.sentence, new RegExp(`"${method}"`));
    }
    const { replies } = await as('reader').call('batch', { commands: [{ history: { room: 'scopes' } }, { publish: { room: 'scopes', text: 'x' } }] });
    assert.deepEqual([replies[0].history.offset, replies[1].error.code], [1, 103]);
  });

  test('that there is no such method', { timeout }, async () => {
    for (const method of ['fly', 'Publish', 'publish/more', 'history_remove', '%70ublish']) assert.equal(await code(method, {}), 104, method);
    for (const path of ['/', '/api', '/api/']) assert.equal((await http(shared.app().url + path, { method: 'POST' })).status, 405, path);
    assert.equal((await http(`${shared.app().url}/health`)).status, 404);
  });

  test('that methods are called by POST', { timeout }, async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, headers } = await http(`${shared.app().url}/api/info`, { method, headers: { 'X-API-Key': shared.keys.secret('shop') } });
      assert.deepEqual([status, headers.allow], [405, 'POST']);
    }
  });

  test('which parameter is wrong', { timeout }, async () => {
    for (const [method, parameters, sentence] of [
      ['publish', { room: 'lobby', text: 'x', colour: 'red' }, /^"colour" is no parameter of this method$/],
      ['publish', { room: 'lobby', text: 7 }, /^"text" must be a text$/],
      ['publish', { room: 'lobby', text: 'a\0b' }, /NUL/],
      ['publish', { text: 'x' }, /^"room" is missing$/],
      ['publish', { room: 'lobby', channel: 'lobby', text: 'x' }, /not both/],
      ['publish', { room: 'A Room', text: 'x' }, /room's name/],
      ['publish', { room: '', text: 'x' }, /room's name/],
      ['broadcast', { text: 'x' }, /"rooms" is missing/],
      ['broadcast', { rooms: Array.from({ length: 1001 }, (_, i) => `r${i}`), text: 'x' }, /more than 1000/],
      ['broadcast', { rooms: ['a', 'B'], text: 'x' }, /room's name/],
      ['history', { room: 'lobby', limit: 201 }, /at most 200/],
      ['history', { room: 'lobby', limit: -1 }, /"limit"/],
      ['history', { room: 'lobby', limit: 1.5 }, /"limit"/],
      ['history', { room: 'lobby', reverse: 1 }, /"reverse" must be true or false/],
      ['history', { room: 'lobby', since: 5 }, /"since" must be an object/],
      ['history', { room: 'lobby', since: { seq: 5 } }, /"seq" is no parameter/],
      ['rooms', { limit: 0 }, /1 to 1000/], ['channels', { limit: 101 }, /1 to 100/],
      ['rooms', { cursor: 'junk' }, /./], ['rooms', { prefix: 'UPPER' }, /./],
      ['channels', { pattern: 'a*b' }, /"pattern"/], ['channels', { pattern: 'a', prefix: 'b' }, /"pattern"/],
      ['info', { verbose: true }, /"verbose" is no parameter/],
    ]) {
      const error = await refusal(method, parameters);
      assert.equal(error.code, 107, `${method} ${JSON.stringify(parameters)}`);
      assert.match(error.sentence, sentence);
    }
    await shared.app().try('history', { room: 'lobby', channel: null, since: null, limit: null });
  });

  test('that its body is not readable', { timeout }, async () => {
    for (const body of ['{', 'room=lobby', '[]', '"x"', 'null', '{"room":"a","room":"b"}', '{"room":"\\ud800"}', Buffer.from([0x7b, 0xff, 0x7d]), '['.repeat(50_000)]) {
      const { status, json } = await shared.app().post('presence', body);
      assert.deepEqual([status, json.error.code], [200, 107], String(body).slice(0, 40));
      assert.match(json.error.message, /the body/);
    }
    assert.equal((await shared.app().post('info', '')).json.result.nodes.length, 3);
  });

  test('that its body is too large', { timeout }, async () => {
    const { status, json } = await shared.app().post('publish', JSON.stringify({ room: 'lobby', text: 'x'.repeat(256 * 1024) }));
    assert.deepEqual([status, json], [413, { error: 'more than 256 KiB of body' }]);
  });

  test('each error by the status of HTTP, if it asks for it in one of two spellings', { timeout }, async () => {
    for (const [method, parameters, expected, status] of [
      ['publish', { room: 'lobby' }, 107, 400], ['publish', { room: 'lobby', text: 'x'.repeat(5000) }, 107, 413], ['fly', {}, 104, 404],
      ['history', { room: 'epochs', since: { epoch: 'other' } }, 112, 416],
    ]) {
      await shared.app().call('publish', { room: 'epochs', text: 'hello' });
      for (const [headers, seen] of [[{}, 200], [{ 'X-Error-Mode': 'transport' }, status], [{ 'X-Centrifugo-Error-Mode': 'transport' }, status], [{ 'X-Error-Mode': 'other' }, 200]]) {
        const error = await refusal(method, parameters, headers);
        assert.deepEqual([error.code, error.status], [expected, seen], `${method} ${JSON.stringify(headers)}`);
      }
    }
    const error = await new Application(shared.cluster.nodes[0], shared.keys.secret('reader')).refusal('publish', {}, { 'X-Error-Mode': 'transport' });
    assert.deepEqual([error.code, error.status], [103, 403]);
  });

  test('that the store is nearly full: 111, while rooms that exist go on', { timeout }, async () => {
    await shared.app().call('publish', { room: 'lobby', text: 'before' });
    const { redis } = shared.cluster;
    await redis.command('SETRANGE', 'filler', '30000000', 'x');   // so that some percent are room enough for what Redis itself needs
    const used = Number(/used_memory:(\d+)/.exec(await redis.command('INFO', 'memory'))[1]);
    await redis.command('CONFIG', 'SET', 'maxmemory', String(Math.ceil(used / 0.93)));
    try {
      const error = await until('the node takes no new rooms', () => shared.app().call('publish', { room: `new-${Date.now()}`, text: 'x' }, { 'X-Error-Mode': 'transport' }).then(() => null, (refused) => (refused.code === 111 ? refused : null)));
      assert.deepEqual([error.code, error.status, error.headers['retry-after']], [111, 429, '60']);
      await shared.app().call('publish', { room: 'lobby', text: 'after' });
    } finally {
      await redis.command('CONFIG', 'SET', 'maxmemory', '0');
      await redis.command('DEL', 'filler');
    }
    await until('the node takes new rooms', () => shared.app().call('publish', { room: 'new-room', text: 'x' }));
  });

  // The last one: every node loses the store.
  test('that the store does not answer: 108 from every method that needs it, and then it goes on', { timeout }, async () => {
    const client = await ChatClient.connect(shared.cluster.nodes[0].ws);
    await client.join('lobby');
    shared.cluster.redis.pause();
    try {
      const calls = {
        publish: { room: 'lobby', text: 'x', idempotency_key: 'while-away' }, history: { room: 'lobby', limit: 1 }, presence: { room: 'lobby' }, presence_stats: { room: 'lobby' },
        rooms: {}, channels: {}, info: {}, subscribe: { user: 'x', room: 'lobby' }, disconnect: { user: 'x' }, refresh: { user: 'x', expired: true },
        notify: { users: ['x', 'y'], event: 'E' }, ban: { user: 'x', room: 'away' }, unban: { user: 'x', room: 'away' }, block: { user: 'nobody' }, revoke: { token: 'away' },
      };
      await Promise.all(Object.entries(calls).map(async ([method, parameters]) => {
        const error = await refusal(method, parameters, { 'X-Error-Mode': 'transport' });
        assert.deepEqual([error.code, error.status], [108, 503], method);
      }));
      const { responses } = await shared.app().call('broadcast', { rooms: ['lobby', 'hall'], text: 'x' });
      assert.deepEqual(responses.map(({ error }) => error.code), [108, 108]);
    } finally {
      shared.cluster.redis.resume();
    }
    const { offset, duplicate } = await until('the store answers', () => shared.app().call('publish', { room: 'lobby', text: 'x', idempotency_key: 'while-away' }));
    assert.ok(offset > 0, `${duplicate}`);
    const { publications } = await until('the log can be read, over another connection', () => shared.app().call('history', { room: 'lobby', limit: 200, reverse: true }));
    assert.equal(publications.filter(({ data }) => data.text === 'x').length <= 2, true);
    for (const node of shared.cluster.nodes) await until(`${node.id} takes clients`, async () => (await http(`${node.http}/ready`)).status === 200);
    client.terminate();
  });
});

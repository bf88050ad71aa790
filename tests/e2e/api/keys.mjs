import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ApiKeys, Application, methods } from '../support/api.mjs';
import { Node } from '../support/node.mjs';
import { chatd, top } from '../support/places.mjs';
import { Program } from '../support/program.mjs';
import { until, within } from '../support/until.mjs';

const timeout = 30_000;

export default (shared) => describe('the server API', () => {
  test('has the methods that openapi.json describes, and no other', () => {
    const table = /kMethods = .*?\}\);/s.exec(readFileSync(join(top, 'src/api/server_api.cpp'), 'utf8'))[0];
    const served = [...table.matchAll(/\{"(\w+)", Scope::/g)].map(([, name]) => name);
    assert.ok(served.length > 15);
    assert.deepEqual([...served, 'batch'].sort(), [...methods].sort());
  });

  test('takes new keys at SIGHUP, and keeps those it has if the file is broken', { timeout }, async () => {
    const keys = new ApiKeys(shared.folder, {});
    keys.file = keys.settings['api-keys'] = join(shared.folder, 'rotated-keys.json');
    keys.write({ shop: ['publish', 'read'] });
    const node = await Node.start({ id: 'alone', folder: shared.folder, settings: keys.settings });
    try {
      const rereads = () => [...node.log.matchAll(/event=reloaded/g)].length;
      const reload = async () => {
        const before = rereads();
        node.program.signal('SIGHUP');
        await until('the node has read its files', () => rereads() > before);
      };
      const before = new Application(node, keys.secret('shop'));
      await before.call('publish', { room: 'lobby', text: 'a node alone has the API, too' });
      assert.deepEqual(await before.refusal('disconnect', { user: 'x' }).then(({ code }) => code), 103);
      keys.write({ shop: ['read', 'admin'] });
      await before.call('info');
      await reload();
      const after = new Application(node, keys.secret('shop'));
      assert.deepEqual(await after.call('disconnect', { user: 'x' }), { sessions: 0 });
      assert.equal((await after.refusal('publish', { room: 'lobby', text: 'x' })).code, 103);
      assert.equal((await before.refusal('info', {})).code, 101);
      writeFileSync(keys.file, '{"keys":[]}');
      await reload();
      await after.call('info');
      assert.match(node.log, /event=api_keys_not_read .*there is no key in it/);
    } finally {
      await node.stop();
    }
  });

  test('does not start with keys that are not good, and says what is wrong', { timeout }, async () => {
    const good = { id: 'shop', secret: 'x'.repeat(16), scopes: ['read'] };
    for (const [text, sentence] of [
      ['', /cannot be read, or is empty/], ['{', /this is not JSON/], ['[]', /needs one object \{"keys":\[…\]\}/],
      [JSON.stringify({ keys: [] }), /there is no key in it/],
      [JSON.stringify({ keys: [{ ...good, secret: 'short' }] }), /key 1 needs a "secret" of 16 to 256 bytes/],
      [JSON.stringify({ keys: [good, { ...good, secret: 'y'.repeat(16) }] }), /key 2 has the id or the secret of another/],
    ]) {
      const file = join(shared.folder, 'bad-keys.json');
      writeFileSync(file, text);
      const program = new Program('bad-keys', chatd, ['--listen', '127.0.0.1:0', '--api-listen', '127.0.0.1:0', '--api-keys', file], {});
      assert.equal(await within('it ends', program.exited), 2, program.output);
      assert.match(program.output, /chatd: --api-keys: /);
      assert.match(program.output, sentence);
      assert.doesNotMatch(program.output, /x{16}/, 'no secret is shown');
    }
  });

  test('is not where the clients are, and clients are not where it is', { timeout }, async () => {
    const [node] = shared.cluster.nodes;
    const { url } = shared.app();
    const headers = { 'X-API-Key': shared.keys.secret('shop') };
    for (const base of [node.http, shared.cluster.nginx.http]) {
      const response = await fetch(`${base}/api/info`, { method: 'POST', headers });
      assert.ok(response.status >= 400, `${base}: ${response.status}`);
    }
    for (const path of ['/ws', '/sse', '/nodes', '/metrics']) assert.equal((await fetch(url + path)).status, 404, path);
  });
});

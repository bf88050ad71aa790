// deploy/examples: an application beside the cluster, in each of its languages, started by its one command. The cluster is already
// there, with the files that the command has made.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Tab, launch } from './support/browser.mjs';
import { ApiKeys, Application } from './support/api.mjs';
import { ChatClient, Refused } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { http } from './support/http.mjs';
import { cleanEnvironment } from './support/node.mjs';
import { freshFolder, top } from './support/places.mjs';
import { Program, freePort } from './support/program.mjs';
import { HubClient } from './support/signalr.mjs';
import { until } from './support/until.mjs';

const timeout = 60_000;
const shop = join(top, 'deploy/examples/shop');

for (const language of ['node', 'python']) {
  describe(`the shop in ${language}`, () => {
    let cluster, program, address, hookSecret;
    const closers = [];

    before(async () => {
      const folder = freshFolder(`examples-${language}`);
      const port = await freePort();
      address = `http://127.0.0.1:${port}`;
      execFileSync(join(shop, 'prepare'), [folder, String(port)]);
      hookSecret = readFileSync(join(folder, 'hook-secret'), 'utf8').trim();
      const keys = new ApiKeys(folder, { shop: ['publish'] });
      cluster = await Cluster.start(`examples-${language}-cluster`, { nodes: 2, settings: {
        ...keys.settings, auth: 'optional', 'jwt-secret-file': join(folder, 'jwt-secret'), hooks: join(folder, 'hooks.json'), 'allowed-origins': address,
      } });
      program = new Program(language, join(shop, `run-${language}`), [], { logFile: join(folder, 'shop.log'), env: cleanEnvironment({
        SHOP_PORT: String(port), SHOP_FOLDER: folder, SHOP_CLUSTER: cluster.nginx.http, SHOP_API: new Application(cluster.nodes[0]).url, SHOP_API_KEYS: keys.file,
      }) });
      await program.line(/The shop is open/);
    }, { timeout });
    after(async () => {
      await Promise.all(closers.map((close) => close()));
      await program?.stop();
      await cluster?.stop();
    });

    const logIn = (user, password) => http(`${address}/login`, { method: 'POST', body: JSON.stringify({ user, password }) });
    const enter = async (user, password, node = 0) => {
      const token = user && (await logIn(user, password)).json.token;
      const client = await ChatClient.connect(cluster.nodes[node].ws, token ? { token } : {});
      closers.push(() => client.terminate());
      return client;
    };
    const is = (code, text) => (error) => error instanceof Refused && error.code === code && error.message.includes(text);

    test('makes a token for a customer, and none for a wrong password', { timeout }, async () => {
      assert.equal((await logIn('ana', 'coffee')).status, 403);
      const ana = await enter('ana', 'tea');
      assert.deepEqual([ana.user.id, ana.user.name], ['ana', 'ana']);
    });

    test('decides who joins', { timeout }, async () => {
      const [ana, bo] = [await enter('ana', 'tea'), await enter('bo', 'coffee', 1)];
      await ana.join('shop-staff');
      await assert.rejects(bo.join('shop-staff'), is('forbidden', 'staff only'));
      await bo.join('shop-floor');
      await (await enter()).join('lobby');
    });

    test('moderates one word', { timeout }, async () => {
      const [ana, bo] = [await enter('ana', 'tea'), await enter('bo', 'coffee', 1)];
      await Promise.all([ana.join('shop-floor'), bo.join('shop-floor')]);
      await ana.say('shop-floor', 'Darn, no darning wool');
      await bo.hears('shop-floor', '****, no darning wool');
    });

    test('answers its own methods on each protocol, and tells the others what was bought', { timeout }, async () => {
      const [ana, bo] = [await enter('ana', 'tea'), await enter('bo', 'coffee', 1)];
      await bo.join('shop-floor');
      const call = async (method, item) => (await ana.request('call', { method, arguments: [item] })).result;
      const { left } = await call('Stock', 'tea');
      assert.deepEqual(await call('Buy', 'tea'), { item: 'tea', left: left - 1 });
      await bo.hears('shop-floor', 'ana has bought tea');
      await until('ana is told', () => ana.pushes.find(({ type, event }) => type === 'notice' && event === 'bought'));
      const hub = await HubClient.connect(cluster.nodes[1]);
      closers.push(() => hub.stop());
      assert.deepEqual(await hub.invoke('Stock', 'tea'), { item: 'tea', left: left - 1 });
      await assert.rejects(hub.invoke('Stock', 'milk'), /there is no milk/);
      for (let i = 0; i < 3; ++i) await call('Buy', 'coffee');
      await assert.rejects(call('Buy', 'coffee'), is('forbidden', 'coffee is sold out'));
    });

    test('refuses a hook that the cluster has not signed', { timeout }, async () => {
      const { status } = await http(`${address}/hooks`, { method: 'POST', body: '{"event":"call","method":"Buy","arguments":["tea"]}' });
      assert.equal(status, 401);
    });

    const now = () => Math.floor(Date.now() / 1000);
    const sign = (body, time = now(), secret = hookSecret) => createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
    const hook = (body, signature) => http(`${address}/hooks`, { method: 'POST', body, headers: { 'X-Chat-Signature': signature } });

    test('takes a hook if any of its signatures fits, as while the secret is changed', { timeout }, async () => {
      const body = JSON.stringify({ event: 'join', room: 'shop-floor', user: { id: 'bo' } });
      const [good, other] = [sign(body), sign(body, now(), 'the secret before')];
      for (const [signatures, status] of [[[good], 200], [[other, good], 200], [[good, other], 200], [[other], 401]]) {
        const header = [`t=${now()}`, ...signatures.map((hex) => `v1=${hex}`)].join();
        assert.equal((await hook(body, header)).status, status, header);
      }
    });

    test('refuses a signature that is none, whatever it is', { timeout }, async () => {
      const body = '{"event":"join"}';
      const digits = '9'.repeat(5000);
      for (const header of ['', 'v1', `t=${now()}`, `t=${now()},v1=\u00e9`, `t=${now()},v1=${'\u00e9'.repeat(64)}`, `t=${digits},v1=${sign(body, digits)}`,
        `t=-1,v1=${sign(body, -1)}`, `t=${now() - 301},v1=${sign(body, now() - 301)}`]) {
        assert.equal((await hook(body, header)).status, 401, header);
      }
    });

    test('sells nothing under a name that is none of its items', { timeout }, async () => {
      for (const item of ['constructor', '__proto__', { a: 1 }, { toString: 1 }, ['tea'], null, 7, undefined]) {
        const body = JSON.stringify({ event: 'call', method: 'Buy', arguments: item === undefined ? [] : [item], user: { id: 'bo', name: 'Bo' } });
        const { status, json } = await hook(body, `t=${now()},v1=${sign(body)}`);
        assert.equal(status, 200, body);
        assert.deepEqual(Object.keys(json), ['error'], body);
      }
    });

    test('publishes once a night, however often it tries', { timeout }, async () => {
      const bo = await enter('bo', 'coffee', 1);
      await bo.join('shop-floor');
      for (const times of [1, 2]) {
        program.signal('SIGUSR1');
        await until('the API has answered', () => program.output.split('night: ').length === times + 1);
      }
      await bo.hears('shop-floor', 'The shop is closed for tonight');
      assert.match(program.output, /night: .*"duplicate":true/);
      assert.equal(bo.messages('shop-floor').filter(({ text }) => text === 'The shop is closed for tonight').length, 1);
    });

    test('has a page that logs in and calls its method in Chromium', { timeout }, async (t) => {
      const browser = await launch();
      t.after(() => browser.close());
      class ShopTab extends Tab { online() { return this.page.waitForSelector('#login'); } }
      const tab = await ShopTab.open(await browser.newContext(), `${address}/`);
      await tab.page.fill('#login [name=user]', 'ana');
      await tab.page.fill('#login [name=password]', 'wrong');
      await tab.page.click('#login button');
      await until('it is refused', async () => (await tab.page.innerText('#status')) === 'wrong name or password');
      await tab.page.fill('#login [name=password]', 'tea');
      await tab.page.click('#login button');
      await until('she is in the shop', async () => (await tab.page.innerText('#messages')).length > 0);
      await tab.page.click('#stock');
      await until('the shop answers', async () => /^\d+ left$/.test(await tab.page.innerText('#answer')));
      const before = Number.parseInt(await tab.page.innerText('#answer'));
      await tab.page.click('#buy');
      await until('there is less', async () => (await tab.page.innerText('#answer')) === `${before - 1} left`);
      await until('she is told', async () => (await tab.page.innerText('#status')) === 'You have bought tea');
      await tab.page.fill('#say [name=text]', 'darn good tea');
      await tab.page.click('#say button');
      await until('all see it', async () => (await tab.page.innerText('#messages')).includes('ana: **** good tea'));
      assert.deepEqual(tab.complaints.filter((text) => !text.includes('403')), []);
    });
  });
}

// A classic SignalR front end in Chromium, without a change: the official browser bundle and the script in signalr-page/, beside
// the project's own page and served by the same NGINX or node as the hub.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Tab, launch } from './support/browser.mjs';
import { Cluster } from './support/cluster.mjs';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { top } from './support/places.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
const classic = '/classic/index.html';
const bundle = 'tests/node_modules/@microsoft/signalr/dist/browser/signalr.min.js';
let cluster, browser, web;
before(async () => {
  cluster = await Cluster.start('signalr-page');
  web = join(top, 'build/e2e/signalr-page/web');
  cpSync(join(top, 'web'), web, { recursive: true });
  cpSync(join(top, 'tests/e2e/signalr-page'), join(web, 'classic'), { recursive: true });
  cpSync(join(top, bundle), join(web, 'classic/signalr.min.js'));
  await serveWeb(cluster.nginx);
  browser = await launch();
}, { timeout });
after(async () => {
  await browser?.close();
  await cluster?.stop();
});

/** NGINX as generated, but for the folder it serves. */
async function serveWeb(nginx) {
  const file = join(nginx.folder, 'nginx.conf');
  writeFileSync(file, readFileSync(file, 'utf8').replace(`root "${join(top, 'web')}"`, () => `root "${web}"`));
  nginx.program.signal('SIGHUP');
  await until('NGINX serves the classic page', async () => (await http(nginx.http + classic)).status === 200);
}

/** The classic page and the actions of its user. */
class ClassicTab extends Tab {
  at(id) { return this.page.locator(`#${id}`); }
  online(milliseconds = 20_000) {
    return until('the classic page is connected', async () => await this.at('sendButton').isEnabled() && this.node(), milliseconds);
  }
  node() { return this.at('nodeId').innerText(); }
  nodes() { return this.at('nodesList').locator('li').allInnerTexts(); }
  lines() { return this.at('messagesList').locator('li').allInnerTexts(); }
  async say(text) {
    await this.at('userInput').fill('Classic');
    await this.at('messageInput').fill(text);
    await this.at('sendButton').click();
  }
  async heard(said) { return (await this.lines()).flatMap((line) => said.filter((text) => line.endsWith(` says ${text}`))); }
}

/** The first attempt to come back may reach the node while it dies, which NGINX answers with 502; the next comes 2 s later. */
const ofLoss = /WebSocket|Connection disconnected|Failed to (load resource|complete negotiation|start the connection)/;

const context = () => browser.newContext({ locale: 'en-US' });
const openClassic = async (origin) => ClassicTab.open(await context(), origin + classic);
const openOwn = async (id) => Tab.open(await context(), `${cluster.nginx.http}${cluster.nginx.node(id)}`);

async function closeAll(tabs) {
  for (const tab of tabs) await tab.page.context().close();
}

test('it connects, knows its node and all others, and talks with the lobby of the page of this project', { timeout }, async () => {
  const tab = await openClassic(cluster.nginx.http);
  const node = await tab.node();
  const own = await openOwn(cluster.nodes.find(({ id }) => id !== node).id);
  await until('three nodes', async () => (await tab.nodes()).length === 3);
  assert.deepEqual(await tab.nodes(), ['chat-1', 'chat-2', 'chat-3']);

  const said = [];
  for (const round of [1, 2, 3]) {
    for (const who of [tab, own]) {
      said.push(`round ${round} from ${who === tab ? 'the classic page' : 'our page'}`);
      await who.say(said.at(-1));
      for (const other of [tab, own]) await other.hears(said);
    }
  }
  for (const other of [tab, own]) assert.deepEqual(await other.heard(said), said, 'each line once, in one order');
  assert.equal((await tab.lines())[0], `Classic says ${said[0]}`);
  const [first] = await tab.at('messagesList').locator('li').all();
  assert.equal(await first.getAttribute('title'), `${await tab.at('connectionId').innerText()} on ${node}`);
  assert.deepEqual([...tab.complaints, ...own.complaints], []);
  await closeAll([tab, own]);
});

test('its node is killed: it comes back by itself and goes on', { timeout }, async () => {
  const tab = await openClassic(cluster.nginx.http);
  const victim = cluster.node(await tab.node());
  const own = await openOwn(cluster.nodes.find((node) => node !== victim).id);
  await own.say('before');
  await tab.hears(['before']);
  await victim.kill();
  await until('it is on another node', async () => await tab.at('sendButton').isEnabled() && (await tab.node()) !== victim.id, 30_000);
  const said = ['welcome back', 'thank you'];
  await own.say(said[0]);
  await tab.hears([said[0]]);
  await tab.say(said[1]);
  assert.deepEqual(await tab.hears(said), said);
  assert.deepEqual(await own.hears(said), said);
  assert.deepEqual(tab.complaints.filter((text) => !ofLoss.test(text)), [], 'but for the lost connection itself');
  assert.deepEqual(own.complaints.filter((text) => !/502.*\/health\)/.test(text)), [], 'but for the question whether that node is well');
  await closeAll([tab, own]);
  await victim.start();
  await cluster.active(3);
});

test('a lone node serves it, too, under its own Content-Security-Policy', { timeout }, async (t) => {
  const node = await Node.start({ id: 'alone', folder: join(top, 'build/e2e/signalr-page'), settings: { 'web-root': web } });
  t.after(() => node.stop());
  const tab = await openClassic(node.http);
  assert.equal(await tab.node(), 'alone');
  await tab.say('hello, me');
  assert.deepEqual(await tab.hears(['hello, me']), ['hello, me']);
  assert.deepEqual(tab.complaints, []);
  await closeAll([tab]);
});

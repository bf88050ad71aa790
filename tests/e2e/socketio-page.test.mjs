// A Socket.IO front end of the tutorials in Chromium, without a change: the official browser bundle and the script in
// socketio-page/, beside the project's own page and served by the same NGINX or node.
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
const page = '/socketio/index.html';
let cluster, browser, web;
before(async () => {
  cluster = await Cluster.start('socketio-page');
  web = join(top, 'build/e2e/socketio-page/web');
  cpSync(join(top, 'web'), web, { recursive: true });
  cpSync(join(top, 'tests/e2e/socketio-page'), join(web, 'socketio'), { recursive: true });
  cpSync(join(top, 'tests/node_modules/socket.io-client/dist/socket.io.min.js'), join(web, 'socketio/socket.io.min.js'));
  const file = join(cluster.nginx.folder, 'nginx.conf');
  writeFileSync(file, readFileSync(file, 'utf8').replace(`root "${join(top, 'web')}"`, () => `root "${web}"`));
  cluster.nginx.program.signal('SIGHUP');
  await until('NGINX serves the page', async () => (await http(cluster.nginx.http + page)).status === 200);
  browser = await launch();
}, { timeout });
after(async () => {
  await browser?.close();
  await cluster?.stop();
});

/** The page of the tutorials and the actions of its user. */
class TutorialTab extends Tab {
  at(id) { return this.page.locator(`#${id}`); }
  id() { return this.at('id').innerText(); }
  online(milliseconds = 20_000) { return until('the page is connected', () => this.id(), milliseconds); }
  lines() { return this.at('messages').locator('li').allInnerTexts(); }
  async say(text) {
    await this.at('input').fill(text);
    await this.at('input').press('Enter');
  }
  async heard(said) { return (await this.lines()).flatMap((line) => said.filter((text) => line.endsWith(`]: ${text}`))); }
}

const context = () => browser.newContext({ locale: 'en-US' });
const open = async (origin) => TutorialTab.open(await context(), origin + page);
async function closeAll(tabs) { for (const tab of tabs) await tab.page.context().close(); }

test('it talks with the lobby of the page of this project, and changes to a WebSocket by itself', { timeout }, async () => {
  const tab = await open(cluster.nginx.http);
  const own = await Tab.open(await context(), `${cluster.nginx.http}/`);
  const said = [];
  for (const round of [1, 2, 3]) {
    for (const one of [tab, own]) {
      said.push(`round ${round} from ${one === tab ? 'the tutorial' : 'our page'}`);
      await one.say(said.at(-1));
      for (const other of [tab, own]) await other.hears(said);
    }
  }
  for (const other of [tab, own]) assert.deepEqual(await other.heard(said), said, 'each line once, in one order');
  assert.ok((await tab.lines()).includes(`[${await tab.id()}]: ${said[0]}`));
  await until('a WebSocket', async () => (await tab.at('transport').innerText()) === 'websocket');
  assert.deepEqual([...tab.complaints, ...own.complaints], []);
  await closeAll([tab, own]);
});

test('its node is killed: it comes back as the same user, with what was said meanwhile', { timeout }, async () => {
  const tab = await open(cluster.nginx.http);
  await tab.say('which node is mine?');
  await tab.hears(['which node is mine?']);
  const id = await tab.id();
  for (const victim of cluster.nodes) {                 // one of them is the tab's
    await victim.kill();
    const own = await Tab.open(await context(), `${cluster.nginx.http}${cluster.nginx.node(cluster.nodes.find((node) => node !== victim).id)}`);
    await own.say(`without ${victim.id}`);
    await tab.hears([`without ${victim.id}`], 40_000);
    await closeAll([own]);
    await victim.start();
    await cluster.active(3);
  }
  const said = cluster.nodes.map((node) => `without ${node.id}`);
  assert.deepEqual(await tab.heard(said), said, 'each once, in order');
  await until('it is connected', () => tab.id());
  assert.equal(await tab.id(), id);
  await closeAll([tab]);
});

test('a lone node serves it, too, under its own Content-Security-Policy', { timeout }, async (t) => {
  const node = await Node.start({ id: 'alone', folder: join(top, 'build/e2e/socketio-page'), settings: { 'web-root': web } });
  t.after(() => node.stop());
  const tab = await open(node.http);
  await tab.say('hello, me');
  assert.deepEqual(await tab.hears(['hello, me']), ['hello, me']);
  assert.deepEqual(tab.complaints, []);
  await closeAll([tab]);
});

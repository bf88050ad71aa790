// Chromium, and faults: nodes that die, drain, hang or are chosen dead, and networks that go. The page shows it at once and loses no message.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Tab, enter as enterAs, launch, leave, pageAt } from './support/browser.mjs';
import { Cluster } from './support/cluster.mjs';
import { Node } from './support/node.mjs';
import { top } from './support/places.mjs';
import { shoot } from './support/shots.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
let cluster;
let browser;
before(async () => {
  cluster = await Cluster.start('trouble', { settings: { 'messages-per-second': 10 } });
  browser = await launch();
}, { timeout });
after(async () => {
  await browser?.close();
  await cluster?.stop();
});

const enter = (room, { id = '', ...options } = {}) => enterAs(browser, pageAt(cluster, id, room), options);
const standing = (tab, id) => tab.page.locator(`[data-testid="node-card"][data-node="${id}"]`).getAttribute('data-standing');

/** Everything the banner says from now on, and whether the log ever moved. */
function watchBanner(tab) {
  return tab.page.evaluate(() => {
    window.banners = [];
    const banner = document.querySelector('[data-testid="banner"]');
    const top = document.querySelector('.log').getBoundingClientRect().top;
    window.moved = 0;
    const look = () => {
      const text = banner.hidden ? '' : banner.querySelector('span').textContent;
      if (text !== (window.banners.at(-1) ?? '')) window.banners.push(text);
      window.moved = Math.max(window.moved, Math.abs(document.querySelector('.log').getBoundingClientRect().top - top));
      requestAnimationFrame(look);
    };
    look();
  });
}
const banners = (tab) => tab.page.evaluate(() => ({ texts: window.banners.filter(Boolean), moved: window.moved }));

test('a killed node is seen in the panel within 2 s, by its own people and by others; the banner is one and moves nothing', { timeout }, async (t) => {
  const [own, other] = [await enter('kill', { id: 'chat-2' }), await enter('kill', { id: 'chat-1' })];
  for (const tab of [own, other]) await until('all three are there', async () => (await tab.page.locator('[data-standing="active"], [data-standing="here"]').count()) === 3);
  assert.equal(await standing(own, 'chat-2'), 'here');
  assert.notEqual(await own.page.locator('[data-standing="here"] dd').first().innerText(), '0');
  await watchBanner(own);
  const killed = Date.now();
  await cluster.node('chat-2').kill();
  const seen = await Promise.all([own, other].map(async (tab) => {
    await until('the card says so', async () => (await standing(tab, 'chat-2')) === 'silent', 10_000);
    return Date.now() - killed;
  }));
  t.diagnostic(`seen after ${seen.join(' and ')} ms`);
  await shoot(own, 'kill-desktop');
  await own.online();
  await own.page.waitForTimeout(1500);
  const said = await banners(own);
  t.diagnostic(`banners: ${JSON.stringify(said)}`);
  assert.ok(Math.max(...seen) <= 2000, seen.join());
  assert.ok(said.texts.length <= 2, said.texts.join(' | '));
  assert.equal(said.moved, 0);
  assert.equal(await own.page.locator('[data-standing="here"]').count(), 1);
  await leave(own);

  // The dead one is chosen: the connection stays, and that it cannot be is said.
  await watchBanner(other);
  await other.at('node-picker').selectOption('chat-2');
  await until('it is said', async () => (await other.at('banner').getAttribute('data-kind')) === 'nodeAway', 5_000);
  assert.equal(await other.at('connection').getAttribute('data-state'), 'online');
  assert.equal(await other.node(), 'chat-1');
  await until('the picker is back', async () => (await other.at('node-picker').inputValue()) === 'chat-1');
  await cluster.node('chat-2').start();
  await until('it is there again', async () => (await standing(other, 'chat-2')) === 'active', 30_000);
  await other.at('node-picker').selectOption('chat-2');
  await until('the tab is on it', async () => (await standing(other, 'chat-2')) === 'here');
  await other.say('I moved');
  await other.hears(['I moved']);
  assert.ok((await banners(other)).texts.every((text) => /does not answer/.test(text)), 'no word of a lost connection');
  await leave(other);
});

test('a node that drains is no lost connection, and nothing is missed', { timeout }, async () => {
  const tab = await enter('drain', { id: 'chat-2' });
  await watchBanner(tab);
  const stopping = cluster.node('chat-2').stop();
  await until('the tab is elsewhere', async () => (await tab.node()) !== 'chat-2' && (await tab.at('connection').getAttribute('data-state')) === 'online', 20_000);
  await stopping;
  await tab.say('still here');
  await tab.hears(['still here']);
  const { texts } = await banners(tab);
  assert.ok(!texts.some((text) => /lost/i.test(text)), texts.join(' | '));
  await leave(tab);
  await cluster.node('chat-2').start();
  await cluster.active(3);
});

test('offline is seen within 3 s, and what is said meanwhile waits and says why', { timeout }, async (t) => {
  const tab = await enter('offline');
  const cut = Date.now();
  await tab.page.context().setOffline(true);
  await until('the page says so', async () => (await tab.at('connection').getAttribute('data-state')) !== 'online', 12_000);
  t.diagnostic(`offline after ${Date.now() - cut} ms`);
  assert.ok(Date.now() - cut <= 3000);
  await until('the banner, too', async () => (await tab.at('banner').getAttribute('data-kind')) === 'offline' && !(await tab.at('banner').isHidden()));
  for (let i = 1; i <= 20; i++) await tab.say(`line ${i}`);
  await until('all 20 wait, and why', async () => /^20 messages wait: no connection$/.test(await tab.at('waits').innerText()));
  await shoot(tab, 'offline-desktop');
  await tab.page.context().setOffline(false);
  await tab.online();
  await until('all is stored', async () => (await tab.messages()).filter(({ state }) => state === 'stored').length === 20, 30_000);
  assert.ok(await tab.at('waits').isHidden());
  await leave(tab);
});

test('a server that hangs is seen within 3 s by somebody who only looks', { timeout }, async (t) => {
  const node = await Node.start({ id: 'alone', folder: join(top, 'build/e2e/trouble') });
  t.after(() => node.stop());
  const tab = await Tab.open(await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 } }), `${node.http}/`);
  await until('its card is there', async () => (await tab.at('node-card').count()) === 1);
  const hung = Date.now();
  node.program.signal('SIGSTOP');
  await until('the page says so', async () => (await tab.at('banner').getAttribute('data-kind')) === 'doubt' && !(await tab.at('banner').isHidden()), 12_000);
  const took = Date.now() - hung;
  node.program.signal('SIGCONT');
  t.diagnostic(`seen after ${took} ms`);
  await until('and when it is over', () => tab.at('banner').isHidden());
  assert.ok(took <= 3000);
  await leave(tab);
});

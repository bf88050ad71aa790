// Chromium, three tabs on three nodes: the view of a user. Screenshots are left in build/screenshots.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Tab, launch, pageAt } from './support/browser.mjs';
import { Cluster } from './support/cluster.mjs';
import { Node } from './support/node.mjs';
import { top } from './support/places.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
const shots = join(top, 'build/screenshots');
let cluster;
let browser;
before(async () => {
  mkdirSync(shots, { recursive: true });
  cluster = await Cluster.start('browser', { settings: { 'messages-per-second': 10 } });
  browser = await launch();
}, { timeout });
after(async () => {
  await browser?.close();
  await cluster?.stop();
});

const address = (id, room) => pageAt(cluster, id, room);

/** A tab of its own person on each node. */
function onEveryNode(room) {
  return Promise.all(cluster.nodes.map(async ({ id }) => Tab.open(await browser.newContext({ locale: 'en-US' }), address(id, room))));
}

async function closeAll(tabs) {
  for (const tab of tabs) await tab.page.context().close();
}

test('three tabs on three nodes show three badges, and what is typed in each appears in all, once and in one order', { timeout }, async () => {
  const tabs = await onEveryNode('three');
  assert.deepEqual(await Promise.all(tabs.map((tab) => tab.node())), ['chat-1', 'chat-2', 'chat-3']);
  const said = [];
  for (const round of [1, 2, 3]) {
    for (const [i, tab] of tabs.entries()) {
      said.push(`round ${round} from tab ${i + 1}`);
      await tab.say(said.at(-1));
    }
  }
  const [first, ...others] = await Promise.all(tabs.map((tab) => tab.hears(said)));
  assert.deepEqual([...first].sort(), [...said].sort(), 'each line once');
  for (const other of others) assert.deepEqual(other, first, 'the same order');

  for (const [i, tab] of tabs.entries()) {
    await until('every own message is stored', async () => (await tab.messages()).every(({ state, mine }) => !mine || state === 'stored'));
    const messages = await tab.messages();
    assert.deepEqual(messages.map(({ offset }) => offset), messages.map((_, k) => k + 1));
    for (const message of messages) assert.ok(message.text.includes(`from tab ${Number(message.node.slice(5))}`), `${message.text} taken by ${message.node}`);
    assert.deepEqual(messages.map(({ mine }) => mine), messages.map(({ node }) => node === `chat-${i + 1}`));
    await until('three people', async () => /\b3\b/.test(await tab.at('people-count').first().innerText()));
    await until('three node cards', async () => (await tab.at('node-card').count()) === 3);
    assert.deepEqual(tab.complaints, []);
  }
  await closeAll(tabs);
});

test('a node is killed while its person types: the tab moves to another node and the conversation is complete everywhere', { timeout }, async () => {
  const tabs = await onEveryNode('moving');
  const [, victim] = tabs;
  const said = [];
  const say = async (tab, text) => { said.push(text); await tab.say(text); };
  for (const [i, tab] of tabs.entries()) await say(tab, `before ${i + 1}`);
  await victim.hears(said);
  await victim.at('composer').fill('half a sen');
  await cluster.node('chat-2').kill();
  await victim.at('composer').pressSequentially('tence');
  said.push('half a sentence');
  await victim.at('composer').press('Enter');
  await say(tabs[0], 'meanwhile from 1');
  await say(tabs[2], 'meanwhile from 3');

  await until('the tab is on another node', async () => (await victim.node()) !== 'chat-2' && (await victim.at('connection').first().getAttribute('data-state')) === 'online', 30_000);
  await say(victim, 'from my new node');
  const [first, ...others] = await Promise.all(tabs.map((tab) => tab.hears(said, 30_000)));
  assert.deepEqual([...first].sort(), [...said].sort(), 'nothing lost, nothing twice');
  for (const other of others) assert.deepEqual(other, first);
  for (const tab of [tabs[0], tabs[2]]) assert.deepEqual(tab.complaints.filter((text) => !/\/node\/chat-2\/health/.test(text)), [], 'but for asking the dead one');
  assert.deepEqual(victim.complaints.filter((text) => !/WebSocket connection|Failed to load resource/.test(text)), [], 'but for the lost connection itself');
  await closeAll(tabs);
  await cluster.node('chat-2').start();
  await cluster.active(3);
});

test('a connection that is lost on purpose comes back with what was missed', { timeout }, async () => {
  const tabs = await onEveryNode('loss');
  const said = ['here'];
  await tabs[0].say('here');
  await tabs[1].hears(said);
  await tabs[1].at('simulate-loss').first().evaluate((button) => button.click());
  for (const line of ['while you were away', 'and more']) { said.push(line); await tabs[0].say(line); }
  assert.deepEqual(await tabs[1].hears(said), said);
  await tabs[1].online();
  await closeAll(tabs);
});

test('a reload keeps the person and shows the conversation once', { timeout }, async () => {
  const tab = await Tab.open(await browser.newContext({ locale: 'en-US' }), address('chat-1', 'reload'));
  const said = ['one', 'two', 'three'];
  for (const line of said) await tab.say(line);
  await tab.hears(said);
  await tab.page.reload();
  await tab.online();
  assert.deepEqual(await tab.hears(said), said);
  assert.ok((await tab.messages()).every(({ mine }) => mine), 'still my own');
  await closeAll([tab]);
});

test('whoever writes to somebody opens a room of two, which the other one finds by itself', { timeout }, async () => {
  const [ana, bia, eva] = await onEveryNode('square');
  const about = (tab) => tab.page.locator('[data-testid="person"]:not([disabled])');
  await until('three people', async () => (await about(ana).count()) === 2);
  const id = await bia.page.locator('[data-testid="person"][disabled]').first().getAttribute('data-user');
  await ana.page.locator(`[data-testid="person"][data-user="${id}"]`).evaluate((button) => button.click());
  await ana.say('just the two of us');
  assert.deepEqual(await ana.hears(['just the two of us']), ['just the two of us']);

  const direct = bia.page.locator('[data-testid="room"][data-room^="dm."]');
  await until('it is on the list of the other one', async () => (await direct.count()) === 1);
  await direct.evaluate((button) => button.click());
  assert.deepEqual(await bia.hears(['just the two of us']), ['just the two of us']);
  await bia.say('so it is');
  await ana.hears(['just the two of us', 'so it is']);
  assert.equal(await eva.page.locator('[data-testid="room"][data-room^="dm."]').count(), 0);
  for (const tab of [ana, bia, eva]) {
    assert.deepEqual(tab.complaints, []);
    assert.ok(await tab.at('banner').isHidden(), await tab.at('banner').innerText());
  }
  await closeAll([ana, bia, eva]);
});

test('markup in a message is text', { timeout }, async () => {
  const tab = await Tab.open(await browser.newContext({ locale: 'en-US' }), address('chat-1', 'markup'));
  const said = ['<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '"><svg onload=alert(1)>', 'javascript:alert(1)', '&lt;b&gt;'];
  tab.page.on('dialog', () => tab.complaints.push('a script ran'));
  for (const line of said) await tab.say(line);
  assert.deepEqual(await tab.hears(said), said);
  assert.equal(await tab.at('message').locator('script, img[src=x], svg[onload], b, a[href^=javascript]').count(), 0);
  assert.deepEqual(tab.complaints, []);
  await closeAll([tab]);
});

test('the button opens a tab on every node', { timeout }, async () => {
  const context = await browser.newContext({ locale: 'en-US' });
  const tab = await Tab.open(context, address('', 'all-nodes'));
  await until('three node cards', async () => (await tab.at('node-card').count()) === 3);
  await tab.at('open-all-nodes').first().evaluate((button) => button.click());
  const nodes = () => Promise.all(context.pages().map((page) => page.locator('[data-testid="node-badge"]').first().getAttribute('data-node').catch(() => null)));
  await until('tabs on all three nodes', async () => new Set((await nodes()).filter(Boolean)).size === 3, 30_000);
  await until('three tabs are one person', async () => /\b1\b/.test(await tab.at('people-count').first().innerText()));
  await context.close();
});

test('the page of a lone node without Redis and NGINX works, too', { timeout }, async (t) => {
  const node = await Node.start({ id: 'alone', folder: join(top, 'build/e2e/browser') });
  t.after(() => node.stop());
  const tab = await Tab.open(await browser.newContext({ locale: 'en-US' }), `${node.http}/`);
  await tab.say('hello, me');
  assert.deepEqual(await tab.hears(['hello, me']), ['hello, me']);
  assert.equal(await tab.node(), 'alone');
  assert.deepEqual(tab.complaints, []);
  await closeAll([tab]);
});

const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
for (const [device, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ['dark', 'light']) {
    test(`${device}, ${colorScheme}: nothing is cut off to the side, and it is photographed`, { timeout }, async () => {
      const context = await browser.newContext({ viewport, colorScheme, locale: 'en-US', deviceScaleFactor: device === 'phone' ? 2 : 1, hasTouch: device === 'phone', isMobile: device === 'phone' });
      const room = `photo-${device}-${colorScheme}`;
      const others = await onEveryNode(room);
      for (const [i, tab] of others.entries()) await tab.say(['Good morning from the first node', 'Bom dia! Which node is everybody on?', 'Here on the third, look at the badges'][i]);
      const tab = await Tab.open(context, address('chat-1', room));
      await tab.hears(['Good morning from the first node']);
      await tab.say('Scaling to five nodes now, watch the list');
      await until('it is stored', async () => (await tab.messages()).some(({ mine, state }) => mine && state === 'stored'));
      await tab.page.screenshot({ path: join(shots, `${device}-${colorScheme}.png`) });
      const overflow = await tab.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0);
      assert.ok(await tab.at('banner').isHidden(), await tab.at('banner').innerText());
      assert.deepEqual(tab.complaints, []);
      await closeAll([...others, tab]);
    });
  }
}

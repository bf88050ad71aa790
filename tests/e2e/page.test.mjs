// Chromium, and the use of the page: composing, renaming, reloading, leaving it for another tab.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Tab, enter as enterAs, launch, leave, pageAt } from './support/browser.mjs';
import { Cluster } from './support/cluster.mjs';
import { shoot } from './support/shots.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
const LONG_NAME = 'a-node-with-a-name-that-nobody-would-give-it-but-somebody-did '.repeat(3).trim();
let cluster;
let browser;
before(async () => {
  cluster = await Cluster.start('page', { settings: { 'messages-per-second': 10 } });
  const third = cluster.node('chat-3');
  await third.stop();
  Object.assign(third.settings, { 'node-name': LONG_NAME, 'node-description': LONG_NAME.replaceAll(' ', '') });
  await third.start();
  await cluster.active(3);
  browser = await launch();
}, { timeout });
after(async () => {
  await browser?.close();
  await cluster?.stop();
});

const address = (id, room) => pageAt(cluster, id, room);
const enter = (room, { id = '', ...options } = {}) => enterAs(browser, address(id, room), options);

test('an unknown node has a page, in the language of the browser, that leads to the chat', { timeout }, async () => {
  for (const [locale, words] of [['pt-BR', 'Este nó não existe'], ['es-MX', 'Este nodo no existe'], ['fr', 'There is no such node']]) {
    const page = await (await browser.newContext({ locale })).newPage();
    await page.goto(`${cluster.nginx.http}/unknown-node.html?room=here`);
    assert.equal(await page.locator('h1:visible').allInnerTexts().then(String), words);
    if (locale === 'fr') await shoot({ page }, 'unknown-node');
    await page.locator('a:visible').click();
    await page.locator('[data-testid="connection"][data-state="online"]').waitFor();
    assert.equal(new URL(page.url()).search, '?room=here');
    await page.context().close();
  }
});

test('Enter that ends a composition does not send', { timeout }, async () => {
  const tab = await enter('ime');
  await tab.at('composer').fill('にほんご');
  for (const init of [{ isComposing: true }, { keyCode: 229 }]) {
    await tab.at('composer').evaluate((box, more) => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...more })), init);
  }
  assert.equal(await tab.at('composer').inputValue(), 'にほんご');
  await tab.at('composer').press('Enter');
  await tab.hears(['にほんご']);
  await leave(tab);
});

test('a long name of a node stays in its place', { timeout }, async () => {
  const tab = await enter('names', { id: 'chat-3' });
  await until('its card is there', async () => (await tab.page.locator('[data-node="chat-3"][data-testid="node-card"]').count()) === 1);
  await tab.say('from there');
  const wide = await tab.page.evaluate(() => ['.panel', '.header', '.log', '.rooms'].filter((at) => {
    const box = document.querySelector(at);
    return box.scrollWidth > box.clientWidth;
  }));
  assert.deepEqual(wide, []);
  await shoot(tab, 'long-names-desktop');
  await leave(tab);
});

test('a name, a theme and a language chosen in one tab reach the others', { timeout }, async () => {
  const one = await enter('tabs');
  const two = await Tab.open(one.page.context(), address('', 'tabs'));
  await one.say('/nick Renamed Otter');
  await until('the other tab shows it', async () => (await two.at('name-button').innerText()).includes('Renamed Otter'));
  await two.say('who am I');
  await one.hears(['who am I']);
  assert.equal(await one.at('message').last().locator('.author').textContent(), 'Renamed Otter');
  await one.at('settings').click();
  await one.at('theme').selectOption('dark');
  await until('the theme, too', () => two.page.evaluate(() => document.documentElement.dataset.theme === 'dark'));
  await one.at('language').selectOption('pt');
  await until('and the language', async () => /Pessoas/.test(await two.at('tab-people').innerText()));
  await leave(one);
});

test('a draft survives a reload, each in its room', { timeout }, async () => {
  const tab = await enter('draft-a');
  await tab.at('composer').fill('half a sen');
  await tab.say('/join draft-b').catch(() => {});
  await tab.at('composer').fill('another');
  await tab.page.reload();
  await tab.online();
  assert.equal(await tab.at('composer').inputValue(), 'another');
  await leave(tab);
});

test('a notification opens its room', { timeout }, async () => {
  const tab = await enter('noted', { permissions: ['notifications'] });
  const writer = await enter('elsewhere');
  await tab.page.evaluate(() => {
    localStorage.setItem('chat.notifications', 'true');
    window.notes = [];
    window.Notification = class { static permission = 'granted'; constructor(title) { window.notes.push(this); this.title = title; } close() {} };
    Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });
  });
  await tab.say('/join elsewhere');
  await tab.page.locator('[data-testid="room"][data-room="noted"]').click();
  await writer.say('look here');
  await until('a notification', async () => (await tab.page.evaluate(() => window.notes.length)) === 1);
  await tab.page.evaluate(() => window.notes[0].onclick());
  await until('its room', () => tab.page.evaluate(() => document.querySelector('[data-testid="room"][aria-current]').dataset.room === 'elsewhere'));
  await leave(tab);
  await leave(writer);
});

test('a room of two says that it is private', { timeout }, async () => {
  const [ana, bia] = [await enter('pair'), await enter('pair')];
  const other = ana.page.locator('[data-testid="person"]:not([disabled])');
  await until('two people', async () => (await other.count()) === 1);
  assert.ok(await ana.at('direct-note').isHidden());
  await other.evaluate((button) => button.click());
  assert.match(await ana.at('direct-note').innerText(), /Only the two of you can open this room/);
  await leave(ana);
  await leave(bia);
});

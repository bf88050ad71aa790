// Chromium, and what goes wrong: nodes that die, networks that go, small screens, other tabs. The page says it at once and loses nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Tab, launch } from './support/browser.mjs';
import { Cluster } from './support/cluster.mjs';
import { Node } from './support/node.mjs';
import { top } from './support/places.mjs';
import { shoot } from './support/shots.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
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

const address = (id, room) => `${cluster.nginx.http}${id ? `/node/${id}/` : '/'}?room=${room}`;
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function enter(room, { id = '', ...options } = {}) {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 }, ...options });
  return Tab.open(context, address(id, room));
}
const leave = (tab) => tab.page.context().close();
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
  assert.match(await tab.at('waits').innerText(), /^20 messages wait: no connection$/);
  await shoot(tab, 'offline-desktop');
  await tab.page.context().setOffline(false);
  await tab.online();
  await until('all is stored', async () => (await tab.messages()).filter(({ state }) => state === 'stored').length === 20, 30_000);
  assert.ok(await tab.at('waits').isHidden());
  await leave(tab);
});

test('a server that hangs is seen within 3 s by somebody who only looks', { timeout }, async (t) => {
  const node = await Node.start({ id: 'alone', folder: join(top, 'build/e2e/page') });
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

test('a room of two says that it is not private', { timeout }, async () => {
  const [ana, bia] = [await enter('pair'), await enter('pair')];
  const other = ana.page.locator('[data-testid="person"]:not([disabled])');
  await until('two people', async () => (await other.count()) === 1);
  assert.ok(await ana.at('direct-note').isHidden());
  await other.evaluate((button) => button.click());
  assert.match(await ana.at('direct-note').innerText(), /anyone who knows the name of this room can read it/);
  await leave(ana);
  await leave(bia);
});

test('a drawer is a dialog: Tab stays in it, Escape and its button close it', { timeout }, async () => {
  const tab = await enter('drawers', phone);
  for (const which of ['rooms', 'panel']) {
    await tab.at(`open-${which}`).click();
    const role = await tab.page.locator(`.${which}`).evaluate((el) => [el.getAttribute('role'), el.getAttribute('aria-modal')]);
    assert.deepEqual(role, ['dialog', 'true']);
    await tab.page.waitForTimeout(300);        // it slides in
    await shoot(tab, `drawer-${which}-phone`);
    for (let i = 0; i < 30; i++) {
      await tab.page.keyboard.press('Tab');
      const outside = await tab.page.evaluate((which) => document.activeElement !== document.body && !document.activeElement.closest(`.${which}`) && document.activeElement.outerHTML, which);
      assert.equal(outside, false);
    }
    if (which === 'rooms') await tab.page.keyboard.press('Escape');
    else await tab.page.locator('.panel [data-testid="close-drawer"]').click();
    assert.equal(await tab.page.evaluate(() => document.activeElement.dataset.testid), `open-${which}`);
  }
  await leave(tab);
});

test('at 200 % nothing overlaps, and with forced colours the selected tab is told', { timeout }, async () => {
  const tab = await enter('zoom', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
  await tab.say('a line');
  await tab.hears(['a line']);
  await shoot(tab, 'zoom-200');
  const overlaps = await tab.page.evaluate(() => {
    const boxes = [...document.querySelectorAll('.header > *, .conversation > .log, .composer')].map((el) => [el.className, el.getBoundingClientRect()]).filter(([, b]) => b.width > 1);
    const meet = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
    return boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([, b]) => meet(a, b)).map(([two]) => `${one} × ${two}`));
  });
  assert.deepEqual(overlaps, []);
  assert.equal(await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
  await leave(tab);

  const forced = await enter('forced', { forcedColors: 'active' });
  const looks = (at) => forced.page.locator(at).evaluate((el) => {
    const { backgroundColor, color } = getComputedStyle(el);
    const sample = document.body.appendChild(document.createElement('p'));
    sample.className = 'room';
    sample.setAttribute('aria-current', 'page');
    const { backgroundColor: ground, color: text } = getComputedStyle(sample);
    const same = [backgroundColor === ground, color === text, backgroundColor !== color];
    sample.remove();
    return same;
  });
  for (const at of ['[aria-selected=true]', '.room[aria-current]']) assert.deepEqual(await looks(at), [true, true, true], at);
  await shoot(forced, 'forced-colours');
  await leave(forced);
});

test('axe finds nothing: empty, busy, drawers, dialogs, dark and light, phone and desktop', { timeout: 240_000 }, async () => {
  for (const options of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { colorScheme: 'light', ...phone }, { colorScheme: 'dark', ...phone }]) {
    const tab = await enter(`axe-${options.colorScheme}-${options.isMobile ?? false}`, { bypassCSP: true, ...options });
    const check = async (state) => {
      await tab.page.evaluate(axe);
      const found = await tab.page.evaluate(() => window.axe.run());
      assert.deepEqual(found.violations.map(({ id, nodes }) => `${state}: ${id}: ${nodes[0].html}`), [], JSON.stringify(options));
    };
    await check('empty');
    await tab.say('hello www.example.org');
    await tab.hears(['hello www.example.org']);
    await check('busy');
    if (options.isMobile) {
      for (const which of ['rooms', 'panel']) {
        await tab.at(`open-${which}`).click();
        await tab.page.waitForTimeout(300);
        await check(which);
        await tab.page.keyboard.press('Escape');
      }
    } else {
      await tab.at('tab-people').click();
      await check('people');
    }
    await tab.at('settings').click();
    await check('settings');
    await tab.page.keyboard.press('Escape');
    await tab.page.context().setOffline(true);
    await until('offline', async () => !(await tab.at('banner').isHidden()), 10_000);
    await check('offline');
    await leave(tab);
  }
});

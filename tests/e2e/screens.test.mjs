// Chromium, and every screen: drawers, 200 %, forced colours, and what axe says of all of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { Tab, launch } from './support/browser.mjs';
import { Cluster } from './support/cluster.mjs';
import { shoot } from './support/shots.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
let cluster;
let browser;
before(async () => {
  cluster = await Cluster.start('screens', { settings: { 'messages-per-second': 10 } });
  browser = await launch();
}, { timeout });
after(async () => {
  await browser?.close();
  await cluster?.stop();
});

const address = (id, room) => `${cluster.nginx.http}${id ? `/node/${id}/` : '/'}?room=${room}`;

async function enter(room, { id = '', ...options } = {}) {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 }, ...options });
  return Tab.open(context, address(id, room));
}
const leave = (tab) => tab.page.context().close();


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

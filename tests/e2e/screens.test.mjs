// Chromium, and every screen: drawers, 200 %, forced colours, and the report of axe on each.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { enter as enterAs, launch, leave, pageAt } from './support/browser.mjs';
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

const enter = (room, { id = '', ...options } = {}) => enterAs(browser, pageAt(cluster, id, room), options);

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

/** Parts that lie over others, or beside the screen: pieces of text and icons, as far as they are not clipped. */
function clashes(page) {
  return page.evaluate(() => {
    const seen = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !el.closest('.unseen, .skip, noscript, option, .log');
    const pieces = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode;
      if (!text.data.trim() || !seen(text.parentElement)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const { left, right, top, bottom } = range.getBoundingClientRect();
      const box = { left, right, top, bottom };
      for (let el = text.parentElement; el; el = el.parentElement) {
        const { overflow, clipPath } = getComputedStyle(el);
        const edge = el.getBoundingClientRect();
        if (clipPath !== 'none') box.right = box.left;
        if (overflow !== 'visible') Object.assign(box, { left: Math.max(box.left, edge.left), right: Math.min(box.right, edge.right), top: Math.max(box.top, edge.top), bottom: Math.min(box.bottom, edge.bottom) });
      }
      if (box.right > box.left && box.bottom > box.top && !text.parentElement.closest('.avatar')) pieces.push([text.data, box]);
    }
    for (const el of document.querySelectorAll('button svg, .dot, .avatar, textarea')) if (seen(el)) pieces.push([el.outerHTML.slice(0, 40), el.getBoundingClientRect()]);
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
    return [
      ...pieces.flatMap(([one, a], i) => pieces.slice(i + 1).filter(([, b]) => meet(a, b)).map(([two]) => `${one} × ${two}`)),
      ...pieces.filter(([, box]) => box.right > innerWidth + 1 || box.left < -1).map(([one]) => `${one} is beside the screen`),
    ];
  });
}

test('at 200 % and more nothing overlaps, on desktops, tablets and phones', { timeout }, async () => {
  for (const [width, height] of [[640, 400], [760, 500], [320, 256], [195, 422]]) {
    const tab = await enter('zoom-of-a-long-name', { viewport: { width, height }, deviceScaleFactor: 2, locale: 'pt-BR', id: 'chat-2' });
    await tab.say('a line');
    await tab.hears(['a line']);
    await shoot(tab, `zoom-${width}`);
    assert.deepEqual(await clashes(tab.page), [], `${width} × ${height}`);
    assert.equal(await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    await leave(tab);
  }
});

test('with forced colours the selected tab and room are told', { timeout }, async () => {
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

// Chromium reads a long conversation: the place is kept to the pixel, there is no dead end, and frames do not get fewer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Tab, launch } from './support/browser.mjs';
import { ChatClient } from './support/client.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { Reader, fill, worst } from './support/reader.mjs';
import { until } from './support/until.mjs';

const timeout = 600_000;
/** How much is read. Keys and fingers are slow: READ=3000 lets them read all of it, which takes ten minutes. */
const LONG = 3000;
const READ = Number(process.env.READ ?? 600);
let node;
let browser;
let filler;
before(async () => {
  node = await Node.start({ id: 'alone', folder: freshFolder('reading'), settings: { 'history-size': 20_000 } });
  browser = await launch();
  filler = await ChatClient.connect(node.ws, { name: 'Filler' });
  await fill(filler, 'long', LONG);
  for (const room of ['keys', 'touch', 'short']) await fill(filler, room, READ);
}, { timeout });
after(async () => {
  await filler?.close();
  await browser?.close();
  await node?.stop();
});

async function reads(options = {}, room = 'long', where = browser) {
  const context = await where.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 }, reducedMotion: 'no-preference', ...options });
  const tab = await Tab.open(context, `${node.http}/?room=${room}`);
  await until('the newest messages are there', async () => (await tab.messages()).length >= 50);
  const reader = new Reader(tab.page);
  await reader.atRest();
  return { tab, reader, close: () => context.close() };
}

/** Puts the mouse over the conversation, or the focus into it. */
const over = (tab) => tab.page.mouse.move(600, 400);
const focus = (tab) => tab.page.locator('.log').focus();

/** Each in a room of its own: the line about a reader that has left would move the rows of the next one. */
const ways = {
  wheel: { isSame: true, room: 'long', last: LONG, options: {}, enter: over, up: (tab) => () => tab.page.mouse.wheel(0, -1500), down: (tab) => () => tab.page.mouse.wheel(0, 1500) },
  'Page Up and Page Down': { isSame: true, room: 'keys', last: READ, options: {}, enter: focus, up: (tab) => () => tab.page.keyboard.press('PageUp'), down: (tab) => () => tab.page.keyboard.press('PageDown') },
  touch: {
    isSame: false, room: 'touch', last: READ,
    options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    enter: async (tab) => { tab.cdp = await tab.page.context().newCDPSession(tab.page); },
    up: (tab) => () => swipe(tab, 620), down: (tab) => () => swipe(tab, -620),
  },
};

/** A finger that stops before it leaves, so that nothing flies on. */
async function swipe(tab, distance) {
  const touch = (type, y) => tab.cdp.send('Input.dispatchTouchEvent', { type, touchPoints: y === null ? [] : [{ x: 195, y }] });
  const from = 400 - distance / 2;
  await touch('touchStart', from);
  for (let i = 1; i <= 10; i++) await touch('touchMove', from + distance * i / 10);
  await tab.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 60)));
  await touch('touchMove', from + distance);
  await touch('touchEnd', null);
}

for (const [name, { isSame, room, last, options, enter, up, down }] of Object.entries(ways)) {
  test(`${last} messages by ${name}: from the newest to the first and back, nothing jumps`, { timeout }, async (t) => {
    const { tab, reader, close } = await reads(options, room);
    await enter(tab);
    await reader.tellCorrections();
    const upward = worst(await reader.go(up(tab), () => reader.isAtBeginning()), { isSame });
    const downward = worst(await reader.go(down(tab), () => reader.isAtEnd(last)), { isSame });
    t.diagnostic(`${name}: up ${JSON.stringify(upward)}, down ${JSON.stringify(downward)}`);
    for (const { error, bent } of [upward, downward]) {
      assert.ok(error <= 1, `a step was ${error} px off`);
      assert.ok(bent <= 1, `what was in view moved apart by ${bent} px`);
    }
    assert.deepEqual(tab.complaints, []);
    await close();
  });
}

test('the jump to the newest message is there at once, from wherever', { timeout }, async (t) => {
  const { tab, reader, close } = await reads();
  await focus(tab);
  for (let i = 0; i < 8; i++) await reader.step(() => tab.page.keyboard.press('Home'));
  const took = await tab.page.evaluate((last) => new Promise((resolve) => {
    const log = document.querySelector('.log');
    const from = performance.now();
    document.querySelector('[data-testid="jump"]').click();
    const look = () => {
      const there = log.scrollHeight - log.scrollTop - log.clientHeight <= 1 && document.querySelector(`[data-offset="${last}"]`);
      if (there) resolve(performance.now() - from);
      else requestAnimationFrame(look);
    };
    look();
  }), LONG);
  t.diagnostic(`jump: ${Math.round(took)} ms`);
  assert.ok(took <= 1000);
  await reader.atRest();
  assert.ok(await reader.isAtEnd(LONG), 'and it stays there');
  await close();
});

test('6,000 messages on the page and 50 a second more: reading keeps 50 frames a second', { timeout }, async (t) => {
  await fill(filler, 'busy', 6000);
  const { tab, reader, close } = await reads({}, 'busy');
  await focus(tab);
  await reader.go(() => tab.page.locator('.log').evaluate((log) => { log.scrollTop = 0; }), () => reader.isAtBeginning());
  const talking = setInterval(() => { void filler.say('busy', `and on it goes ${Date.now()}`); }, 20);
  await over(tab);
  const measured = tab.page.evaluate(() => new Promise((resolve) => {
    const frames = [];
    let last = performance.now();
    const end = last + 8000;
    const look = (now) => {
      frames.push(now - last);
      last = now;
      if (now < end) requestAnimationFrame(look);
      else resolve(frames.slice(1).sort((a, b) => a - b));
    };
    requestAnimationFrame(look);
  }));
  for (let i = 0; i < 40; i++) {
    await tab.page.mouse.wheel(0, i < 20 ? 300 : -250);
    await tab.page.waitForTimeout(150);
  }
  const frames = await measured;
  clearInterval(talking);
  const at = (share) => frames[Math.floor(frames.length * share)];
  const rows = await tab.page.evaluate(() => document.querySelectorAll('.rows > li').length);
  t.diagnostic(`median ${(1000 / at(0.5)).toFixed(1)} frames/s, 95 % of frames within ${at(0.95).toFixed(1)} ms, ${rows} rows in the document, ${await tab.at('jump').innerText()}`);
  assert.ok(1000 / at(0.5) >= 50);
  await close();
});

test('Home again and again comes to the first message', { timeout }, async () => {
  const { tab, reader, close } = await reads();
  await focus(tab);
  await reader.go(() => tab.page.keyboard.press('Home'), () => reader.isAtBeginning());
  await close();
});

test('the scrollbar pulled up again and again comes to the first message', { timeout }, async (t) => {
  const withBars = await launch([], { ignoreDefaultArgs: ['--hide-scrollbars'] });
  t.after(() => withBars.close());
  const { tab, reader } = await reads({}, 'short', withBars);
  const { mouse } = tab.page;
  const box = await tab.page.locator('.log').boundingBox();
  const right = box.x + box.width - 5;
  await reader.go(async () => {
    const middle = await tab.page.locator('.log').evaluate((log) => (log.scrollTop + log.clientHeight / 2) / log.scrollHeight);
    await mouse.move(right, box.y + middle * box.height);
    await mouse.down();
    await mouse.move(right, box.y + 5, { steps: 10 });
    await reader.atRest();
    await mouse.up();
  }, () => reader.isAtBeginning());
});

/** In a room of its own. In a room that an earlier test has left, the line "… left" may come between the two keys. It makes the
 * conversation 34 px longer; Page Down then ends so near the end that the page goes on to the end. */
test('Page Up and Page Down turn the conversation while one writes', { timeout }, async () => {
  await fill(filler, 'turned', 100);
  const { tab, reader, close } = await reads({}, 'turned');
  await tab.at('composer').fill('half a sentence');
  const up = await reader.step(() => tab.page.keyboard.press('PageUp'));
  assert.ok(up.moved > 300, String(up.moved));
  const down = await reader.step(() => tab.page.keyboard.press('PageDown'));
  assert.ok(Math.abs(down.moved + up.moved) < 1, `up ${up.moved}, down ${down.moved}`);   // the browser rounds where it stands
  assert.equal(await tab.at('composer').inputValue(), 'half a sentence');
  await close();
});

test('old messages are not news to a screen reader, a new one is', { timeout }, async () => {
  const { tab, close } = await reads();
  await tab.page.evaluate(() => {
    window.spoken = [];
    new MutationObserver((changes) => {
      const live = document.querySelector('.log').getAttribute('aria-live');
      for (const { addedNodes } of changes) for (const row of addedNodes) if (live !== 'off' && row.dataset?.offset) window.spoken.push(Number(row.dataset.offset));
    }).observe(document.querySelector('.rows'), { childList: true });
  });
  await over(tab);
  await tab.page.mouse.wheel(0, -3000);
  await until('older messages are loaded', async () => (await tab.messages())[0].offset < LONG - 60);
  assert.deepEqual(await tab.page.evaluate(() => window.spoken), []);
  await tab.at('jump').click();
  await filler.say('long', 'something new');
  await until('it is said', async () => (await tab.page.evaluate(() => window.spoken)).length > 0);
  assert.deepEqual(await tab.page.evaluate(() => window.spoken), [(await tab.messages()).at(-1).offset]);
  await close();
});

// Chromium, and the Lab: nodes and store as they are, the way of each message, kills, drains, a store that stands still; axe.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enter as enterAs, launch, leave, pageAt } from './support/browser.mjs';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { checkWithAxe, cutTexts, shoot } from './support/shots.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
let cluster;
let browser;
before(async () => {
  cluster = await Cluster.start('lab', { settings: { 'drain-seconds': 4 } });
  browser = await launch();
}, { timeout });
after(async () => {
  await browser?.close();
  await cluster?.stop();
});

/** A tab with the Lab open, on a node or on the one that NGINX chooses. */
async function enter(room, { id = '', ...options } = {}) {
  const tab = await enterAs(browser, `${pageAt(cluster, id, room)}&lab=1`, options);
  await tab.at('lab').waitFor();
  return tab;
}
const cards = (tab) => tab.page.locator('[data-testid="lab-node"]').evaluateAll((all) => Object.fromEntries(all.map((one) => [one.dataset.node, one.querySelector('[data-testid="lab-state"]').textContent])));
const store = (tab) => tab.at('lab-store').getByTestId('lab-state').textContent();
const onMap = (tab, id) => tab.page.locator(`[data-testid="map-node"][data-node="${id}"]`).evaluate((node) => ({ ...node.dataset }));
const events = (tab) => tab.at('lab-events').innerText();
const allReady = (tab, what = 'three nodes are ready') => until(what, async () => JSON.stringify(await cards(tab)) === JSON.stringify({ 'chat-1': 'ready', 'chat-2': 'ready', 'chat-3': 'ready' }), 15_000);

/** Seconds until the page shows it. */
async function sees(what, probe) {
  const from = performance.now();
  await until(what, probe);
  return (performance.now() - from) / 1000;
}

test('the Lab opens by its button, stays open after a reload, and closes; only an open one is shown the cluster', { timeout }, async () => {
  const tab = await enterAs(browser, pageAt(cluster, '', 'opened'));
  const frames = [];
  tab.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => frames.push(String(payload))));
  assert.equal(await tab.at('lab').count(), 0);
  await tab.at('open-lab').click();
  await allReady(tab);
  assert.equal(await store(tab), 'answers');
  const rate = tab.at('lab-node').first().locator('.lab-value');
  assert.match(await rate.innerText(), /^[\d.]+ deliveries\/s$/);
  assert.match(await rate.getAttribute('title'), /One message for ten people counts ten times/);
  assert.match(await tab.at('lab-rate-hint').innerText(), /^Deliveries a second: how often a node wrote a message to a client/);
  assert.equal(await tab.at('open-lab').getAttribute('aria-pressed'), 'true');
  await tab.page.reload();
  await allReady(tab, 'it is open again');
  assert.equal(frames.filter((frame) => frame.includes('"watch","on":true')).length, 1);
  await tab.at('open-lab').click();
  await until('it is closed', async () => (await tab.at('lab').count()) === 0);
  await until('the pushes end', () => frames.some((frame) => frame.includes('"watch","on":false')));
  await tab.page.reload();
  await tab.online();
  assert.equal(await tab.at('lab').count(), 0);
  assert.deepEqual(tab.complaints, []);
  await leave(tab);
});

test('a message flies in the colour of its node, and the own one says how long it really took', { timeout }, async () => {
  const [tab, other] = [await enter('flown', { id: 'chat-1' }), await enter('flown', { id: 'chat-2' })];
  await Promise.all([allReady(tab), allReady(other)]);
  await until('both are known', async () => /^2 /.test(await tab.at('people-count').innerText()));
  const flown = tab.page.evaluate(() => new Promise((done) => {
    const seen = [];
    const look = () => {
      const dots = [...document.querySelectorAll('.map-air circle')];
      if (dots.length) seen.push(dots.map((dot) => [Number(dot.getAttribute('cx')), dot.dataset.colour]));
      if (seen.length && !dots.length) done(seen);
      else requestAnimationFrame(look);
    };
    look();
  }));
  await other.say('by chat-2');
  const seen = await flown;
  const colour = (await onMap(tab, 'chat-2')).colour;
  assert.ok(seen.flat().every(([, one]) => one === colour), 'one colour');
  assert.ok(seen.some((dots) => dots.length === 2), 'to the two nodes with people of the room');
  assert.ok(seen.every((dots) => dots.length < 3), 'and to no other');
  assert.ok(seen.at(-1)[0][0] < 116, 'the end is this tab');
  await tab.say('my own');
  await until('the time is there', async () => /^real: \d+ ms$/.test(await tab.at('lab-real').textContent()));
  await until('the list has it, too', async () => /chat-1 took your message 2 of flown; real: \d+ ms/.test(await tab.at('lab-recent').textContent()));
  assert.deepEqual([...tab.complaints, ...other.complaints], []);
  await leave(tab);
  await leave(other);
});

test('a user who wants no motion gets the last messages as a list', { timeout }, async () => {
  const tab = await enter('still', { reducedMotion: 'reduce' });
  await allReady(tab);
  assert.match(await tab.at('lab-recent').innerText(), /No message yet/);
  await tab.say('one');
  await until('it is listed', async () => /took your message 1 of still; real: \d+ ms/.test(await tab.at('lab-recent').innerText()));
  assert.equal(await tab.page.locator('.map-air circle').count(), 0);
  await tab.at('try-drop').click();
  await until('both messages of the experiment are listed', async () => /took your message 3 of still[^]*took your message 2 of still[^]*this tab asked for it: a push was missing/.test(await tab.at('lab-recent').innerText()));
  await leave(tab);
});

test('a killed node does not answer within 2 s on both pages, and is ready again', { timeout }, async () => {
  const tabs = [await enter('killed', { id: 'chat-1', bypassCSP: true, colorScheme: 'light' }), await enter('killed', { id: 'chat-3', bypassCSP: true, colorScheme: 'dark' })];
  await Promise.all(tabs.map((tab) => allReady(tab)));
  await cluster.node('chat-2').kill();
  const seconds = await Promise.all(tabs.map((tab) => sees('chat-2 does not answer', async () => (await cards(tab))['chat-2'] === 'not answering')));
  assert.ok(Math.max(...seconds) < 2, String(seconds));
  assert.equal((await onMap(tabs[0], 'chat-2')).state, 'silent');
  for (const tab of tabs) await until('the event', async () => /chat-2 does not answer/.test(await events(tab)));
  await checkWithAxe(tabs[0], 'lab-killed-light');
  await checkWithAxe(tabs[1], 'lab-killed-dark');
  await cluster.node('chat-2').start();
  await Promise.all(tabs.map((tab) => allReady(tab, 'chat-2 is back')));
  console.log(`a kill was on the pages after ${seconds.map((s) => s.toFixed(2)).join(' and ')} s`);
  for (const tab of tabs) await leave(tab);
});

test('the own node is killed: it is grey at once, then the line goes to another node, with the time and the messages that were missed', { timeout }, async () => {
  const [tab, other] = [await enter('moved', { id: 'chat-2' }), await enter('moved', { id: 'chat-1' })];
  await Promise.all([allReady(tab), allReady(other)]);
  await tab.page.evaluate(() => {
    const look = () => window.greyAt ??= ['lost', 'silent'].includes(document.querySelector('[data-testid="map-node"][data-node="chat-2"]')?.dataset.state) ? performance.timeOrigin + performance.now() : undefined;
    new MutationObserver(look).observe(document.querySelector('.map'), { subtree: true, childList: true, attributes: true });
  });
  const killedAt = Date.now();
  await cluster.node('chat-2').kill();
  await other.say('missed');
  const seconds = await sees('another node has the line', async () => {
    const here = await tab.page.locator('[data-testid="map-node"][data-own="true"]').getAttribute('data-node', { timeout: 100 });
    return here !== 'chat-2';
  });
  const grey = await until('it was grey', () => tab.page.evaluate(() => window.greyAt));
  assert.ok(grey - killedAt < 1000, `${grey - killedAt} ms`);
  await until('it says how long that took', async () => /^chat-2 → chat-[13]: reconnected in [\d.]+ s(, 1 message recovered)?$/.test(await tab.at('lab-status').innerText()));
  await until('chat-2 does not answer', async () => (await cards(tab))['chat-2'] === 'not answering');
  assert.match(await events(tab), /This tab reconnected to chat-[13] in [\d.]+ s[^]*This tab lost its connection to chat-2/);
  await tab.hears(['missed']);
  await shoot(tab, 'lab-moved-desktop');
  console.log(`the node was grey after ${Math.round(grey - killedAt)} ms, the line moved after ${seconds.toFixed(2)} s`);
  await cluster.node('chat-2').start();
  await allReady(tab, 'chat-2 is back');
  await leave(tab);
  await leave(other);
});

test('a drain is shown, then that the node is gone, then that it came', { timeout }, async () => {
  const tab = await enter('drained', { id: 'chat-1' });
  const guest = await enterAs(browser, pageAt(cluster, 'chat-3', 'drained'));
  await allReady(tab);
  const stays = await ChatClient.connect(cluster.node('chat-3').ws);   // so that the drain takes its time
  const stopped = cluster.node('chat-3').stop();
  const shown = new Set();
  await until('chat-3 drains, then is gone', async () => shown.add((await cards(tab))['chat-3']).has('gone'), 15_000);
  await stopped;
  assert.ok(shown.has('draining'), [...shown].join());
  await until('the events', async () => /chat-3 left[^]*chat-3 drains/.test(await events(tab)));
  await cluster.node('chat-3').start();
  await allReady(tab, 'chat-3 is back');
  await until('the event', async () => /chat-3 came/.test(await events(tab)));
  await leave(guest);
  await leave(tab);
});

test('a store that stands still is on the pages within 2 s, with the nodes as they were', { timeout }, async () => {
  const tabs = [await enter('stalled', { id: 'chat-1' }), await enter('stalled', { id: 'chat-2' })];
  await Promise.all(tabs.map((tab) => allReady(tab)));
  cluster.redis.pause();
  const seconds = await Promise.all(tabs.map((tab) => sees('the store does not answer', async () => (await store(tab)) === 'not answering')));
  assert.ok(Math.max(...seconds) < 2, String(seconds));
  await allReady(tabs[0], 'the nodes are as they were');
  await tabs[0].say('patience');
  await until('a message waits', async () => (await tabs[0].at('lab-real').textContent()) === 'waiting: 1');
  for (const text of ['more', 'and more', 'and that']) await tabs[0].say(text);
  await until('the map and the conversation count the same four', async () => (await tabs[0].at('lab-real').textContent()) === 'waiting: 4' && /^4 messages wait\b/.test(await tabs[0].at('waits').textContent()));
  await shoot(tabs[0], 'lab-stalled-desktop');
  cluster.redis.resume();
  await Promise.all(tabs.map((tab) => until('it answers', async () => (await store(tab)) === 'answers')));
  assert.match(await events(tabs[0]), /The store answers again[^]*The store does not answer/);
  await until('it went', async () => /took your message 1 of stalled; real: [\d,]{3,} ms/.test(await tabs[0].at('lab-recent').textContent()));
  await tabs[1].hears(['patience', 'more', 'and more', 'and that']);
  console.log(`a store that stands still was on the pages after ${seconds.map((s) => s.toFixed(2)).join(' and ')} s`);
  for (const tab of tabs) await leave(tab);
});

test('beside the Lab, people and cluster are a drawer; a chosen node is a move without a loss', { timeout }, async () => {
  const tab = await enter('beside', { id: 'chat-1' });
  await allReady(tab);
  const panel = tab.page.locator('.panel');
  assert.equal(await panel.isVisible(), false);
  await tab.at('people-count').click();
  await tab.at('person').first().waitFor();
  await tab.at('tab-cluster').click();
  await tab.at('node-picker').selectOption('chat-2');
  await tab.page.keyboard.press('Escape');
  await until('the panel is away', async () => !(await panel.isVisible()));
  await until('it says so', async () => /^This tab moved to chat-2 in \d+ ms$/.test(await tab.at('lab-status').innerText()));
  assert.equal((await cards(tab))['chat-1'], 'ready');
  assert.deepEqual(tab.complaints, []);
  await leave(tab);
});

test('the Lab speaks the language that is chosen while it is open', { timeout }, async () => {
  const tab = await enter('spoken');
  await allReady(tab);
  await tab.at('settings').click();
  await tab.at('language').selectOption('pt');
  await until('the nodes are told in Portuguese', async () => (await cards(tab))['chat-1'] === 'pronto');
  assert.equal(await tab.at('lab').count(), 1);
  await leave(tab);
});

test('a legend says what each mark means, in three languages', { timeout }, async () => {
  for (const [locale, tick] of [['en-US', 'acknowledged: it is in the store'], ['pt-BR', 'confirmada: está no armazenamento'], ['es-MX', 'confirmado: está en el almacén']]) {
    const tab = await enter('legend', { locale, bypassCSP: true });
    await tab.at('lab-legend').locator('summary').click();
    const marks = await tab.at('lab-legend').locator('li').evaluateAll((all) => Object.fromEntries(all.map((li) => [li.dataset.mark, { words: li.textContent, drawn: li.querySelector('svg').getBoundingClientRect().width > 10 }])));
    assert.equal(Object.keys(marks).length, 12);
    assert.equal(marks.markTick.words, tick);
    for (const [mark, { words, drawn }] of Object.entries(marks)) assert.ok(drawn && words !== mark && words.length > 8, mark);
    await tab.at('lab-legend').scrollIntoViewIfNeeded();
    await checkWithAxe(tab, `lab-legend-${locale.slice(0, 2)}`);
    await leave(tab);
  }
});

test('a hidden tab is shown nothing, and the next picture is no news', { timeout }, async () => {
  const tab = await enter('hidden');
  await allReady(tab);
  const frames = [];
  await tab.page.evaluate(() => {
    const hide = (/** @type {boolean} */ hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    Object.assign(window, { hide });
  });
  const cdp = await tab.page.context().newCDPSession(tab.page);
  await cdp.send('Network.enable');
  cdp.on('Network.webSocketFrameSent', ({ response }) => frames.push(response.payloadData));
  await tab.page.evaluate(() => window.hide(true));
  await until('it says so', () => frames.some((frame) => frame.includes('"watch","on":false')));
  await tab.page.evaluate(() => window.hide(false));
  await until('it watches again', () => frames.some((frame) => frame.includes('"watch","on":true')));
  await allReady(tab);
  assert.equal((await events(tab)).trim(), '');
  await leave(tab);
});

test('on a phone the Lab is a tab beside the chat', { timeout }, async () => {
  const tab = await enter('pocket', { ...phone, locale: 'pt-BR' });
  await tab.at('lab-map').waitFor();
  assert.equal(await tab.at('composer').isVisible(), false);
  await tab.at('show-chat').tap();
  await until('the chat is there alone', async () => !(await tab.at('lab').isVisible()) && await tab.at('composer').isVisible());
  await tab.say('olá');
  await tab.hears(['olá']);
  await tab.at('show-lab').tap();
  await until('it was counted all the same', async () => /^real: \d+ ms$/.test(await tab.at('lab-real').textContent()));
  const wide = await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
  await leave(tab);
});

test('on a phone no text of the Lab is cut off, in three languages', { timeout }, async () => {
  for (const [locale, width] of [['es-MX', 360], ['pt-BR', 390], ['en-US', 360]]) {
    const tab = await enter('narrow', { ...phone, viewport: { width, height: width === 360 ? 740 : 844 }, locale, id: 'chat-2' });
    await tab.at('lab-store').waitFor();
    await tab.at('mode-explicit').click();
    await tab.at('lab-legend').locator('summary').click();
    await tab.at('try-drop').click();
    await until('it is over', async () => (await tab.at('result-drop').getAttribute('data-state')) === 'done');
    await until('the commands are shown', async () => /SPUBLISH/.test(await tab.at('lab-commands').innerText()));
    assert.deepEqual(await cutTexts(tab), [], `${locale} ${width}`);
    cluster.redis.pause();
    await until('the store does not answer', async () => (await tab.at('map-store').getAttribute('data-state')) === 'silent');
    assert.deepEqual(await outside(tab), [], locale);
    cluster.redis.resume();
    await cluster.node('chat-3').kill();
    await until('chat-3 does not answer', async () => (await onMap(tab, 'chat-3')).state === 'silent');
    assert.deepEqual(await outside(tab), [], locale);
    await cluster.node('chat-3').start();
    await tab.page.locator('[data-testid="map-node"][data-node="chat-3"][data-state="ready"]').waitFor();
    await leave(tab);
  }
});

/** Words on the map that are not in their node, or beside the map. */
const outside = (tab) => tab.page.evaluate(() => [...document.querySelectorAll('.map text')].filter((text) => {
  const { left, right } = text.getBoundingClientRect();
  const box = (text.closest('.map-node')?.querySelector('rect') ?? text.ownerSVGElement).getBoundingClientRect();
  return left < box.left + 3 || right > box.right - 3;
}).map((text) => text.textContent));

test('axe finds nothing in the Lab, dark, light and on a phone; nothing overflows', { timeout: 240_000 }, async () => {
  const screens = {
    'light-1280': { colorScheme: 'light' }, 'dark-1280': { colorScheme: 'dark', locale: 'es' }, 'dark-1920': { colorScheme: 'dark', viewport: { width: 1920, height: 1080 } },
    'light-1920': { colorScheme: 'light', viewport: { width: 1920, height: 1080 } }, 'light-768': { colorScheme: 'light', viewport: { width: 768, height: 1024 } },
    'dark-768': { colorScheme: 'dark', viewport: { width: 768, height: 1024 } }, 'dark-360': { colorScheme: 'dark', ...phone }, 'light-360': { colorScheme: 'light', locale: 'pt-BR', ...phone },
  };
  for (const [name, options] of Object.entries(screens)) {
    const tab = await enter(`seen-${name}`, { bypassCSP: true, ...options });
    await tab.at('lab-store').waitFor();
    const chat = tab.at('show-chat');
    if (await chat.isVisible()) await chat.click();
    await tab.say('Hello');
    await tab.hears(['Hello']);
    if (await chat.isVisible()) await tab.at('show-lab').click();
    await tab.at('lab-real').waitFor();
    await checkWithAxe(tab, `lab-${name}`);
    const wide = await tab.page.evaluate(() => [...document.querySelectorAll('.lab, .lab *')].filter((el) => !el.closest('.lab-recent') && el.getBoundingClientRect().right > innerWidth + 1).map((el) => el.outerHTML.slice(0, 80)));
    assert.deepEqual(wide, []);
    assert.deepEqual(tab.complaints, []);
    await leave(tab);
  }
});

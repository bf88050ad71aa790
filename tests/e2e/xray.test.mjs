// Chromium, and the X-ray of a message: its way over the nodes, the times of the tab, its frames; axe.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enter as enterAs, launch, leave, pageAt } from './support/browser.mjs';
import { Cluster } from './support/cluster.mjs';
import { checkWithAxe, cutTexts } from './support/shots.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
let cluster;
let browser;
before(async () => {
  cluster = await Cluster.start('xray');
  browser = await launch();
}, { timeout });
after(async () => {
  await browser?.close();
  await cluster?.stop();
});

const enter = (room, { id = '', lab = true, ...options } = {}) => enterAs(browser, `${pageAt(cluster, id, room)}${lab ? '&lab=1' : ''}`, options);

/** Opens the X-ray of the message with this text, by its bar or, on a touch screen, by its details. */
async function open(tab, text) {
  const row = tab.at('message').filter({ hasText: text });
  await row.focus();
  await row.getByTestId('message-xray').click();
  await tab.at('xray').waitFor();
}
const steps = (tab) => tab.at('xray-step').evaluateAll((all) => all.map((one) => [one.dataset.kind, one.dataset.node ?? '']));
const kinds = async (tab, kind) => (await steps(tab)).filter(([one]) => one === kind).map(([, node]) => node).sort();
const facts = (tab) => tab.at('xray-facts').evaluate((list) => Object.fromEntries([...list.querySelectorAll('div')].map((one) => [one.querySelector('dt').textContent, one.querySelector('dd').textContent])));
const isWhole = (tab) => until('all steps are there', async () => (await kinds(tab, 'written')).length === 2 && (await kinds(tab, 'acked')).length === 1);

test('the own message: each hop with its time, in causal order, its place in the log, and its frames', { timeout }, async () => {
  const tab = await enter('seen', { id: 'chat-1', bypassCSP: true, colorScheme: 'light' });
  const other = await enter('seen', { id: 'chat-2', lab: false });
  await tab.at('lab-store').waitFor();
  await tab.say('look through me');
  await other.hears(['look through me']);
  await open(tab, 'look through me');
  await isWhole(tab);
  const order = await steps(tab);
  assert.deepEqual(order[0], ['sent', '']);
  assert.deepEqual(order[1], ['received', 'chat-1']);
  assert.deepEqual(await kinds(tab, 'heard'), ['chat-1', 'chat-2']);
  assert.equal((await kinds(tab, 'arrived')).length, 1);
  const times = await tab.at('xray-step').locator('.xray-ms').allTextContents();
  for (const time of times) assert.match(time, /^\+[\d.,]+ ms$/);
  assert.deepEqual(times, [...times].sort((a, b) => parseFloat(a.slice(1)) - parseFloat(b.slice(1))));
  assert.match(await tab.at('xray-error').innerText(), /exact to [\d.]+ ms/);
  const shown = await facts(tab);
  assert.equal(shown.Offset, '1');
  assert.match(shown['Producer · seq'], / · 1$/);
  assert.deepEqual([shown.Tries, shown.Duplicate, shown['Acknowledged when']], ['1', 'no', 'stored']);
  assert.match(shown['Delivered by'], /chat-[12]: 1 socket, chat-[12]: 1 socket/);
  assert.match(shown.Trace, /^[0-9a-f]{32}$/);
  const frames = tab.at('xray-frame');
  assert.equal(await frames.count(), 3);
  await frames.first().locator('summary').click();
  const text = JSON.parse(await frames.first().locator('pre').innerText());
  assert.deepEqual([text.type, text.text], ['send', 'look through me']);
  await frames.first().getByRole('button').click();
  await until('it was copied', async () => /Copied/.test(await frames.first().innerText()));
  await checkWithAxe(tab, 'xray-light-1280');
  assert.deepEqual(tab.complaints, []);
  console.log(`steps: ${order.map(([kind, node], i) => `${kind}${node ? ` ${node}` : ''} ${times[i]}`).join(', ')}`);
  await leave(tab);
  await leave(other);
});

test('the message of another user: this tab has not sent it, and says what is not known', { timeout }, async () => {
  const [tab, other] = [await enter('others', { id: 'chat-1' }), await enter('others', { id: 'chat-2' })];
  await other.at('lab-store').waitFor();
  await other.say('from elsewhere');
  await tab.hears(['from elsewhere']);
  await open(tab, 'from elsewhere');
  await until('the steps are there', async () => (await kinds(tab, 'written')).length === 2);
  assert.deepEqual((await steps(tab))[0], ['received', 'chat-2']);
  assert.match(await tab.at('xray-error').innerText(), /did not see it sent/);
  assert.equal(await tab.at('xray-frame').count(), 1);
  assert.deepEqual([...tab.complaints, ...other.complaints], []);
  await leave(tab);
  await leave(other);
});

test('a push that the Lab dropped: the X-ray says so, and that the tab asked again', { timeout }, async () => {
  const tab = await enter('dropped', { id: 'chat-1', bypassCSP: true, colorScheme: 'dark' });
  await tab.at('lab-store').waitFor();
  await tab.say('before it');
  await tab.hears(['before it']);
  await tab.at('try-drop').click();
  await until('it is over', async () => (await tab.at('result-drop').getAttribute('data-state')) === 'done');
  await open(tab, 'Lab: message 1 of 2');
  await until('the steps are there', async () => (await kinds(tab, 'written')).length === 1);
  assert.equal((await facts(tab)).Offset, '2');
  const order = (await steps(tab)).map(([kind]) => kind);
  assert.deepEqual(order.filter((kind) => ['dropped', 'asked', 'recovered', 'arrived'].includes(kind)), ['dropped', 'asked', 'recovered']);
  assert.match((await facts(tab)).Push, /this tab dropped it[^]*asked again/);
  const frames = await tab.at('xray-frame').evaluateAll((all) => all.map((one) => [JSON.parse(one.querySelector('pre').textContent).type, one.dataset.lost]));
  assert.deepEqual(frames.map(([type, lost]) => (lost === 'true' ? `${type} dropped` : type)).sort(), ['ack', 'join', 'joined', 'message dropped', 'send']);
  await checkWithAxe(tab, 'xray-dropped');
  assert.equal(await tab.at('banner').isVisible(), false, 'the tab was never away');
  await leave(tab);
});

test('a message that waited for a store that stood still: when it was first sent, how often, and when its acknowledgement came', { timeout }, async () => {
  const tab = await enter('waited', { id: 'chat-1', bypassCSP: true, colorScheme: 'light' });
  await tab.at('lab-store').waitFor();
  await tab.say('before it');
  await tab.hears(['before it']);
  cluster.redis.pause();
  await tab.say('patience');
  await tab.at('lab-wire').locator('summary').click();
  await until('it was tried again', async () => (await tab.at('lab-frames').evaluate((list) => [...list.children].filter((li) => /"type":"send".*patience/.test(li.textContent)).length)) >= 2, 20_000)
    .finally(() => cluster.redis.resume());
  await until('it is stored', async () => (await tab.messages()).some(({ text, state }) => text === 'patience' && state === 'stored'));
  await open(tab, 'patience');
  await until('the steps are there', async () => (await kinds(tab, 'written')).length === 1);
  assert.deepEqual((await steps(tab))[0], ['sent', '']);
  const shown = await facts(tab);
  assert.match(shown['First sent'], /^\d+:\d\d:\d\d\.\d{3}/);
  assert.ok(Number(shown.Tries) >= 2, shown.Tries);
  assert.equal((await kinds(tab, 'resent')).length, Number(shown.Tries) - 1);
  assert.match(shown.Acknowledged, /[\d,]{3,} ms after the first try$/);
  await checkWithAxe(tab, 'xray-waited');
  console.log(`waited: ${JSON.stringify(shown)}, ${JSON.stringify(await steps(tab))}`);
  await leave(tab);
});

test('a message that was sent while no Lab was open has no trace, and the Lab is one click away', { timeout }, async () => {
  const tab = await enter('blind', { lab: false, bypassCSP: true });
  await tab.say('unseen');
  await tab.hears(['unseen']);
  await tab.page.keyboard.press('Escape');
  await tab.at('message').focus();
  await tab.page.keyboard.press('Enter');
  await tab.at('details-xray').click();
  await tab.at('xray-none').waitFor();
  assert.equal((await facts(tab)).Offset, '1');
  await checkWithAxe(tab, 'xray-none');
  await tab.at('xray-none').getByRole('button').click();
  await tab.at('lab').waitFor();
  await tab.say('seen now');
  await tab.hears(['seen now']);
  await open(tab, 'seen now');
  await until('it has a trace', async () => (await kinds(tab, 'received')).length === 1);
  await leave(tab);
});

test('axe finds nothing, dark, in Spanish, and on a phone in Portuguese; nothing overflows', { timeout }, async () => {
  const screens = { 'dark-1280': { colorScheme: 'dark', locale: 'es' }, 'dark-360': { colorScheme: 'dark', locale: 'pt-BR', ...phone }, 'light-360': { colorScheme: 'light', ...phone } };
  for (const [name, options] of Object.entries(screens)) {
    const tab = await enter(`xray-${name}`, { bypassCSP: true, ...options });
    await tab.at('lab-store').waitFor();
    const chat = tab.at('show-chat');
    if (await chat.isVisible()) await chat.click();
    await tab.say('Hello');
    await tab.hears(['Hello']);
    await tab.at('message').focus();
    await tab.at('message-xray').click();
    await until('the steps are there', async () => (await kinds(tab, 'written')).length === 1);
    await checkWithAxe(tab, `xray-${name}`);
    for (const one of await tab.at('xray-frame').all()) await one.locator('summary').click();
    assert.deepEqual(await cutTexts(tab, 'dialog'), [], name);
    const blank = await tab.page.evaluate(() => [document.querySelector('dialog'), document.querySelector('dialog form')].map((el) => {
      el.scrollTop = 1e6;
      const last = document.querySelector('dialog .xray > :last-child').getBoundingClientRect().bottom;
      return { scrolls: el.scrollTop > 0, blank: el.getBoundingClientRect().bottom - last };
    }));
    assert.equal(blank[0].scrolls, false, 'the dialog itself does not scroll');
    if (blank[1].scrolls) assert.ok(blank[1].blank < 64, `${blank[1].blank} px of nothing`);
    const wide = await tab.page.evaluate(() => [...document.querySelectorAll('.xray, .xray *')].filter((el) => el.getBoundingClientRect().right > innerWidth + 1).map((el) => el.outerHTML.slice(0, 80)));
    assert.deepEqual(wide, []);
    assert.deepEqual(tab.complaints, []);
    await leave(tab);
  }
});

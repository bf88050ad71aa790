// Chromium, and the X-ray of a message: its way over the nodes, the times of the tab, its frames; axe.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { enter as enterAs, launch, leave, pageAt } from './support/browser.mjs';
import { Cluster } from './support/cluster.mjs';
import { checkWithAxe } from './support/shots.mjs';
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
  await row.hover();
  await tab.at('message-xray').click();
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
    const wide = await tab.page.evaluate(() => [...document.querySelectorAll('.xray, .xray *')].filter((el) => el.getBoundingClientRect().right > innerWidth + 1).map((el) => el.outerHTML.slice(0, 80)));
    assert.deepEqual(wide, []);
    assert.deepEqual(tab.complaints, []);
    await leave(tab);
  }
});

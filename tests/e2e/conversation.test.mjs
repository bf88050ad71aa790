// Chromium, and the conversation: groups of messages, details, Markdown, replies, mentions, links to messages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leave } from './support/browser.mjs';
import { ChatClient } from './support/client.mjs';
import { message, pageStage, phone, say } from './support/page-stage.mjs';
import { fill } from './support/reader.mjs';
import { shoot } from './support/shots.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
const stage = pageStage('conversation');
const { enter } = stage;

test('one name, one dot and one time stand above the messages of a group', { timeout }, async () => {
  const [ana, luis] = [await enter('groups', { id: 'chat-1' }), await enter('groups', { id: 'chat-2' })];
  await until('the line about the join is there', async () => (await ana.page.locator('.line').count()) === 1);
  await say(ana, 'one', 'two');
  await luis.hears(['one', 'two']);
  await say(luis, 'three');
  await ana.hears(['one', 'two', 'three']);
  const heads = (tab) => tab.page.evaluate(() => Array.from(document.querySelectorAll('[data-testid="message"]'), (row) => row.querySelectorAll('.head time').length));
  assert.deepEqual(await heads(luis), [1, 0, 1]);
  assert.deepEqual(await heads(ana), [1, 0, 1]);
  assert.equal(await message(luis, 'one').getByTestId('node-badge').getAttribute('data-node'), 'chat-1');
  await leave(ana);
  await leave(luis);
});

test('the mouse, the focus or a tap tells node, offset and time of a message, and its details the ack', { timeout }, async () => {
  const tab = await enter('details', { id: 'chat-3' });
  await say(tab, 'first', 'second');
  await message(tab, 'second').hover();
  assert.match(await tab.at('facts').innerText(), /chat-3\s*#2 · \d{1,2}:\d\d:\d\d/);
  await tab.page.mouse.move(5, 5);
  assert.equal(await tab.at('message-bar').count(), 0);
  await tab.page.locator('.log').focus();
  await tab.page.keyboard.press('ArrowUp');
  await tab.page.keyboard.press('ArrowUp');
  assert.match(await tab.at('facts').innerText(), /#1 ·/);
  await tab.page.keyboard.press('Tab');
  assert.equal(await tab.page.evaluate(() => document.activeElement.dataset.testid), 'message-reply', 'the bar is behind its message');
  await tab.page.keyboard.press('Shift+Tab');
  await tab.page.keyboard.press('Enter');
  assert.equal(await tab.at('details-offset').innerText(), '1');
  assert.match(await tab.at('details-ack').innerText(), /^after \d+ ms$/);
  assert.match(await tab.at('details').innerText(), /Epoch\s+\w{8}/);
  await tab.page.keyboard.press('Escape');
  assert.equal(await tab.page.evaluate(() => document.activeElement.dataset.offset), '1', 'the focus is back at the message');
  await tab.page.keyboard.press('Escape');
  assert.equal(await tab.page.evaluate(() => document.activeElement.id), 'composer');
  await leave(tab);

  const touch = await enter('details', phone);
  await message(touch, 'first').locator('.bubble').tap();
  assert.match(await touch.at('facts').innerText(), /#1 ·/);
  assert.deepEqual(touch.complaints, []);
  await leave(touch);
});

test('Markdown light is elements, code can be copied, and links lead out only to http and https', { timeout }, async () => {
  const tab = await enter('markdown', { permissions: ['clipboard-read', 'clipboard-write'] });
  await say(tab, '**bold** *it* `x*y` https://a.example/ [docs](https://b.example/x) [bad](javascript:alert(1)) :tada:', '```js\nlet a = 1 < 2;\n```', '- one\n- two', '> said');
  const rows = tab.at('message');
  assert.deepEqual(await rows.first().locator('strong, em, code').allInnerTexts(), ['bold', 'it', 'x*y']);
  assert.deepEqual(await rows.first().locator('a').evaluateAll((links) => links.map((a) => [a.href, a.rel, a.textContent])), [
    ['https://a.example/', 'noopener noreferrer', 'https://a.example/'], ['https://b.example/x', 'noopener noreferrer', 'docs (b.example)']]);
  assert.match(await rows.first().innerText(), /\[bad\]\(javascript:alert\(1\)\) 🎉/);
  assert.deepEqual(await tab.page.locator('.text li, .text blockquote').allInnerTexts(), ['one', 'two', 'said']);
  await tab.at('copy-code').click();
  await until('the code is on the clipboard', async () => (await tab.page.evaluate(() => navigator.clipboard.readText())) === 'let a = 1 < 2;');
  assert.deepEqual(tab.complaints, []);
  await leave(tab);
});

test('4 KB of marks in one message are drawn at once', { timeout }, async (t) => {
  const tab = await enter('marks');
  for (const part of ['*', '[', '*a ', '> ', '`a', '_a*b ']) {
    const text = part.repeat(Math.floor(4000 / part.length)).trim();
    const from = Date.now();
    await tab.say(text);
    await until('it is stored', async () => (await tab.messages()).at(-1)?.state === 'stored');
    t.diagnostic(`${JSON.stringify(part)}: ${Date.now() - from} ms`);
    assert.ok(Date.now() - from < 3000, part);
  }
  await leave(tab);
});

test('a reply quotes a message, and a click on the quote goes there', { timeout }, async () => {
  const filler = await ChatClient.connect(stage.cluster.nodes[0].ws, { name: 'Filler' });
  await filler.join('replies', { history: 0 });
  await filler.say('replies', 'the **first** word');
  await fill(filler, 'replies', 700);
  const tab = await enter('replies');
  await until('the newest are there', async () => (await tab.messages()).length >= 50);
  await tab.say('> @Filler #1: the first word\nI agree');
  await tab.hears(['Filler the first wordI agree']);
  await tab.at('quote').last().click();
  await until('the message is in view and has the focus', () => tab.page.evaluate(() => document.activeElement.dataset.offset === '1'));
  await shoot(tab, 'jumped-to-desktop');
  await tab.page.keyboard.press('r');
  assert.equal(await tab.at('composer').inputValue(), '> @Filler #1: the first word\n');
  await tab.at('jump').click();
  await tab.page.keyboard.press('Escape');
  assert.deepEqual(tab.complaints, []);
  await leave(tab);
  await filler.close();
});

test('the link of a message leads to it, on any node', { timeout }, async () => {
  const filler = await ChatClient.connect(stage.cluster.nodes[0].ws, { name: 'Filler' });
  await fill(filler, 'linked', 400);
  const tab = await enter('linked', { id: 'chat-1', permissions: ['clipboard-read', 'clipboard-write'] });
  await until('the newest are there', async () => (await tab.messages()).length >= 50);
  await tab.at('message').last().hover();
  await tab.at('message-more').click();
  await tab.at('details-link').click();
  const link = `${stage.cluster.nginx.http}/?room=linked&at=400`;
  await until('the link is on the clipboard', async () => (await tab.page.evaluate(() => navigator.clipboard.readText())) === link);
  for (const [id, offset] of [['chat-2', 400], ['chat-3', 7]]) {
    const other = await enter(`linked&at=${offset}`, { id });
    await until('its message has the focus', () => other.page.evaluate((offset) => Number(document.activeElement.dataset.offset) === offset, offset));
    assert.equal(new URL(other.page.url()).search, '?room=linked');
    await leave(other);
  }
  const gone = await enter('linked&at=401');
  await until('it is said', async () => /401 is not in the log/.test(await gone.at('banner').innerText()));
  await leave(gone);
  await leave(tab);
  await filler.close();
});

test('an @ completes names by keyboard, and the mentioned person sees it', { timeout }, async () => {
  const [ana, luis] = [await enter('names'), await enter('names')];
  await luis.say('/nick Luis Romero');
  await until('the name is known', async () => (await ana.at('person').allInnerTexts()).join().includes('Luis Romero') || (await ana.at('tab-people').click(), false));
  await ana.at('composer').pressSequentially('hello @lu');
  await ana.at('completion').waitFor();
  const [owned, active] = await ana.at('composer').evaluate((box) => [box.getAttribute('aria-controls'), box.getAttribute('aria-activedescendant')]);
  assert.deepEqual([owned, active], ['completions', 'completion-0']);
  await ana.page.keyboard.press('Enter');
  assert.equal(await ana.at('composer').inputValue(), 'hello @Luis Romero ');
  await ana.at('composer').pressSequentially(':tad');
  await ana.at('completion').first().waitFor();
  await ana.page.keyboard.press('Tab');
  await ana.page.keyboard.press('Enter');
  await luis.hears(['hello @Luis Romero 🎉']);
  assert.equal(await luis.page.locator('[data-names-me] .mention[data-me]').count(), 1);
  assert.equal(await ana.page.locator('[data-names-me]').count(), 0);
  await ana.at('composer').pressSequentially('@');
  await ana.page.keyboard.press('Escape');
  assert.ok(await ana.at('completions').isHidden());
  assert.equal(await ana.at('composer').inputValue(), '@');
  await leave(ana);
  await leave(luis);
});

test('with reduced motion nothing moves, and a message that was jumped to is marked all the same', { timeout }, async () => {
  const tab = await enter('calm', { reducedMotion: 'reduce' });
  await say(tab, 'the first');
  await tab.say('> @X #1: the first\nyes');
  await tab.at('quote').click();
  await tab.page.locator('.message.found').waitFor();
  assert.deepEqual(await tab.page.evaluate(() => document.getAnimations().length), 0);
  await until('the mark goes', async () => (await tab.page.locator('.message.found').count()) === 0);
  await leave(tab);
});

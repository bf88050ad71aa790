// Chromium, and the dialogs over the conversation: search, cards, known rooms, invitations, keys; axe on each of them, and on the parts of a message.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tab, leave, pageAt } from './support/browser.mjs';
import { ChatClient } from './support/client.mjs';
import { message, pageStage, phone, say } from './support/page-stage.mjs';
import { fill } from './support/reader.mjs';
import { checkWithAxe, shoot } from './support/shots.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
const stage = pageStage('dialogs');
const { enter } = stage;

test('a search reads the log back to its beginning, and a result leads to its message', { timeout }, async () => {
  const filler = await ChatClient.connect(stage.cluster.nodes[0].ws, { name: 'Filler' });
  await filler.join('searched', { history: 0 });
  await filler.say('searched', 'a Needle, só uma');
  await fill(filler, 'searched', 900);
  const tab = await enter('searched');
  await until('the newest are there', async () => (await tab.messages()).length >= 50);
  await tab.page.keyboard.press('Control+Shift+F');
  await tab.at('search-input').fill('needle SO');
  await tab.at('search-result').waitFor();
  await until('it is done', async () => /1 result in 901 messages/.test(await tab.at('search-status').innerText()));
  assert.deepEqual(await tab.page.locator('.result mark').allInnerTexts(), ['Needle', 'só']);
  await shoot(tab, 'search-desktop');
  await tab.at('search-result').click();
  await until('its message has the focus', () => tab.page.evaluate(() => document.activeElement.dataset.offset === '1'));
  await tab.at('open-search').click();
  await tab.at('search-input').fill('no such word');
  await until('nothing is found', async () => /Nothing was found/.test(await tab.at('search-status').innerText()));
  assert.deepEqual(tab.complaints, []);
  await leave(tab);
  await filler.close();
});

test('two people of one name are told apart, and a card has the tag of each', { timeout }, async () => {
  const tabs = [await enter('twins', { id: 'chat-1' }), await enter('twins', { id: 'chat-2' }), await enter('twins', { id: 'chat-3' })];
  const [ana, twin, luis] = tabs;
  for (const tab of [ana, twin]) {
    await tab.say('/nick Ana Sousa');
    await until('so it is', async () => /Ana Sousa/.test(await tab.at('name-button').textContent()));
  }
  await say(ana, 'I am Ana');
  await luis.hears(['I am Ana']);
  await say(twin, 'I am, too');
  await luis.hears(['I am Ana', 'I am, too']);
  const tags = luis.page.locator('.rows .id-tag');
  await until('each has a tag', async () => (await tags.count()) === 2);
  assert.notEqual(...(await tags.allInnerTexts()));
  await message(luis, 'I am Ana').getByTestId('author').click();
  assert.equal(await luis.at('card-tag').innerText(), (await tags.allInnerTexts())[0]);
  assert.match(await luis.at('card').innerText(), /1 other person here has the same name/);
  await luis.at('card-mention').click();
  assert.equal(await luis.at('composer').inputValue(), '@Ana Sousa ');
  await message(luis, 'I am, too').getByTestId('author').click();
  await luis.at('card-message').click();
  await until('a room of two', () => luis.page.evaluate(() => document.querySelector('.room[aria-current]').dataset.room.startsWith('dm.')));
  for (const tab of tabs) await leave(tab);
});

test('known rooms have the number of people, also those one has left; a typed name opens another', { timeout }, async () => {
  const [tab, other] = [await enter('garden'), await enter('garden')];
  await tab.say('/join kitchen');
  await until('the room', async () => /kitchen/.test(await tab.page.locator('h1').innerText()));
  await tab.say('/leave');
  await tab.page.keyboard.press('Control+k');
  const known = (room) => tab.page.locator(`[data-testid="known-room"][data-room="${room}"]`).innerText();
  await until('the people are counted', async () => /2 people here/.test(await known('garden')));
  assert.match(await known('kitchen'), /visited before/);
  await tab.at('room-input').fill('kit');
  assert.equal(await tab.at('known-room').count(), 1);
  await tab.at('known-room').click();
  await until('the room', async () => /kitchen/.test(await tab.page.locator('h1').innerText()));
  await leave(tab);
  await leave(other);
});

test('the address of a room can be copied, and is there as a QR code', { timeout }, async () => {
  const tab = await enter('invited', { permissions: ['clipboard-read', 'clipboard-write'], id: 'chat-2' });
  await tab.at('open-share').click();
  await tab.at('copy-link').click();
  const address = `${stage.cluster.nginx.http}/?room=invited`;
  await until('it is on the clipboard', async () => (await tab.page.evaluate(() => navigator.clipboard.readText())) === address);
  assert.ok(await tab.at('qr').isVisible());
  assert.deepEqual(tab.complaints, []);
  await leave(tab);
});

test('an empty room explains the page, and ? lists the keys, but not while the user writes', { timeout }, async () => {
  const tab = await enter('nothing-yet');
  assert.match(await tab.at('welcome').innerText(), /One node of the cluster takes each message/);
  await tab.at('composer').pressSequentially('?');
  assert.equal(await tab.at('shortcuts').count(), 0);
  await tab.page.locator('.log').focus();
  await tab.page.keyboard.press('?');
  await tab.at('shortcuts').waitFor();
  await tab.page.keyboard.press('Escape');
  await say(tab, '!');
  assert.equal(await tab.at('welcome').count(), 0);
  await leave(tab);
});

test('a part of the page that does not load says so', { timeout }, async () => {
  const context = await stage.browser.newContext({ locale: 'en-US' });
  await context.route('**/views/search.js', (route) => route.abort());
  const tab = await Tab.open(context, pageAt(stage.cluster, '', 'partly'));
  await tab.at('open-search').click();
  await until('the banner', async () => /cannot be loaded now/.test(await tab.at('banner').innerText()));
  await leave(tab);
});

test('axe finds nothing in the bar, details, completions, card, search, rooms, invitation and keys, on phones and desktops, dark and light', { timeout: 240_000 }, async () => {
  for (const [name, options] of Object.entries({ light: { colorScheme: 'light' }, dark: { colorScheme: 'dark', locale: 'es' }, phone: { colorScheme: 'dark', locale: 'pt-BR', ...phone } })) {
    const tab = await enter(`axe-${name}`, { bypassCSP: true, ...options });
    const other = await enter(`axe-${name}`);
    await checkWithAxe(tab, `welcome-${name}`);
    await say(other, '**bold** `code` https://a.example/ [docs](https://b.example/x)', '```sh\nls -l\n```', '- one\n- two', '> said');
    await say(tab, '> @Ana #1: bold\nyes :tada:');
    await tab.say('/nick Otter');
    await say(other, '@Otter see');
    const row = message(tab, 'ls -l');
    if (options.isMobile) await row.locator('.bubble').tap();
    else await row.hover();
    await checkWithAxe(tab, `bar-${name}`);
    await tab.at('message-more').click();
    await checkWithAxe(tab, `details-${name}`);
    await tab.page.keyboard.press('Escape');
    await tab.at('author').last().click();
    await checkWithAxe(tab, `card-${name}`);
    await tab.page.keyboard.press('Escape');
    await tab.at('composer').pressSequentially('@');
    await tab.at('completion').first().waitFor();
    await checkWithAxe(tab, `completions-${name}`);
    await tab.page.keyboard.press('Escape');
    await tab.at('composer').fill('');
    await tab.page.locator('.log').focus();
    for (const [key, id] of [['Control+Shift+F', 'search'], ['Control+k', 'rooms'], ['?', 'keys']]) {
      await tab.page.keyboard.press(key);
      await tab.page.locator('dialog[open]').waitFor();
      if (id === 'search') {
        await tab.page.keyboard.type('o');
        await tab.at('search-result').first().waitFor();
      }
      await checkWithAxe(tab, `${id}-${name}`);
      await tab.page.locator('dialog header button').click();
    }
    if (options.isMobile) await tab.at('open-rooms').click();
    await tab.at(options.isMobile ? 'nav-share' : 'open-share').click();
    await tab.at('qr').waitFor();
    await checkWithAxe(tab, `share-${name}`);
    assert.deepEqual(tab.complaints, []);
    await leave(tab);
    await leave(other);
  }
});

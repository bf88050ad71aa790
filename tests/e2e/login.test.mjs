// Chromium, and users with tokens: signing in by link and by hand, the end of a token, clusters without tokens.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AuthNodes } from './support/auth-nodes.mjs';
import { Tab, enter as enterAs, leave } from './support/browser.mjs';
import { ChatClient } from './support/client.mjs';
import { banner, isCalled, knock, paste, signIn } from './support/login.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
let nodes, open, closed, off, browser;
before(async () => {
  nodes = await AuthNodes.start('login');
  ({ optional: open, required: closed, off, browser } = nodes);
}, { timeout });
after(() => nodes?.stop());

const guest = (room = 'lobby') => enterAs(browser, `${open.http}/?room=${room}`);
const user = async (token) => enterAs(browser, `${open.http}/#token=${await token}`);
const ana = (claims) => nodes.ana(claims);

test('a link signs in: the token leaves the address, and is in the storage of this tab only', { timeout }, async () => {
  const token = await ana();
  const tab = await user(token);
  assert.equal(tab.page.url(), `${open.http}/?room=lobby`.replace('?room=lobby', ''));
  assert.equal(await tab.page.evaluate(() => history.length), 2, 'no entry of the history has it');
  const kept = await tab.page.evaluate((token) => [localStorage, sessionStorage].map((store) => Object.keys(store).filter((key) => store[key].includes(token))), token);
  assert.deepEqual(kept, [[], ['chat.token']]);
  await tab.at('name-button').click();
  assert.equal(await tab.at('my-id').innerText(), 'ana');
  assert.match(await tab.at('signed-in').innerText(), /signed in until \d/);
  assert.ok(await tab.at('name-fixed').isVisible());
  assert.equal(await tab.at('name-input').count(), 0);
  await tab.page.keyboard.press('Escape');
  await tab.say('/nick Somebody Else');
  await banner(tab, 'nameFixed');
  await tab.say('it is me');
  await tab.hears(['it is me']);
  const reader = await ChatClient.connect(open.ws);
  const { messages } = await reader.join('lobby');
  assert.deepEqual(messages.find((m) => m.text === 'it is me').from, { id: 'ana', name: 'Ana Sousa' });
  reader.socket.close();
  assert.ok(!open.log.includes(token));
  assert.deepEqual(tab.complaints, []);
  await leave(tab);
});

test('a reload keeps the user, another tab is a guest, and signing out ends it', { timeout }, async () => {
  const tab = await user(ana());
  await tab.page.reload();
  await tab.online();
  await isCalled(tab, 'Ana Sousa');
  const other = await Tab.open(tab.page.context(), `${open.http}/`);
  assert.doesNotMatch(await other.at('name-button').textContent(), /Ana Sousa/);
  await tab.at('name-button').click();
  await tab.at('sign-out').click();
  await until('a guest', async () => !/Ana Sousa/.test(await tab.at('name-button').textContent()));
  assert.equal(await tab.page.evaluate(() => sessionStorage.getItem('chat.token')), '');
  await tab.at('name-button').click();
  assert.match(await tab.at('signed-in').innerText(), /guest/);
  await leave(tab);
});

test('a token is pasted, by keyboard alone; another text is refused', { timeout }, async () => {
  const tab = await guest();
  await tab.at('name-button').press('Enter');
  await tab.at('sign-in').press('Enter');
  await paste(tab, 'hello');
  assert.match(await tab.at('token-problem').innerText(), /not a token/);
  await paste(tab, ` ${await ana()}\n`);
  await isCalled(tab, 'Ana Sousa');
  await tab.online();
  await leave(tab);
});

test('a link in an open tab signs in, too', { timeout }, async () => {
  const tab = await guest();
  await tab.page.evaluate((token) => { location.hash = `token=${token}`; }, await ana());
  await isCalled(tab, 'Ana Sousa');
  assert.ok(!tab.page.url().includes('token'));
  await leave(tab);
});

test('a refused token is said; one goes on as a guest, or with another', { timeout }, async () => {
  const forged = `${(await ana()).slice(0, -4)}AAAA`;
  for (const way of ['guest', 'token']) {
    const tab = await knock(browser, `${open.http}/#token=${forged}`);
    await banner(tab, 'unauthorized');
    await tab.at('banner-sign-in').click();
    if (way === 'guest') await tab.at('go-as-guest').click();
    else await paste(tab, await ana());
    await tab.online();
    await until('no banner', () => tab.at('banner').isHidden());
    assert.equal(/Ana Sousa/.test(await tab.at('name-button').textContent()), way === 'token');
    await leave(tab);
  }
});

test('where a token is required, a guest is asked for one', { timeout }, async () => {
  const tab = await knock(browser, `${closed.http}/`);
  await banner(tab, 'unauthorized');
  assert.match(await tab.at('banner').innerText(), /needs a token/);
  await tab.at('banner-sign-in').click();
  assert.equal(await tab.at('go-as-guest').count(), 0);
  await paste(tab, await ana());
  await tab.online();
  await leave(tab);
});

test('a token that ends soon is said, and another one refreshes the session', { timeout }, async () => {
  const tab = await user(ana({ seconds: 20 }));
  await banner(tab, 'expiring');
  let sockets = 0;
  tab.page.on('websocket', () => sockets++);
  await tab.at('banner-sign-in').click();
  await paste(tab, await ana());
  await until('no banner', () => tab.at('banner').isHidden());
  assert.equal(sockets, 0, 'no new connection');
  await leave(tab);
});

test('a token that has ended is said, and a message written meanwhile goes with the next token', { timeout }, async () => {
  const tab = await user(ana({ seconds: -20 }));        // within the skew that clocks may have
  await banner(tab, 'expired', 40_000);
  await tab.say('written in between');
  await tab.at('banner-sign-in').click();
  await paste(tab, await ana());
  await tab.online();
  await tab.hears(['written in between']);
  await until('it is stored', async () => (await tab.messages()).some((m) => m.text === 'written in between' && m.state === 'stored'));
  await leave(tab);
});

test('a message that a guest has not sent is not sent as another user, unless that user asks for it', { timeout }, async () => {
  const tab = await guest('drafts');
  await open.kill();
  await tab.say('as a guest');
  await signIn(tab, await ana());
  await open.start();
  await tab.online();
  await until('it has failed', async () => (await tab.messages()).some(({ state }) => state === 'failed'));
  assert.match(await tab.at('message').last().innerText(), /as another user/);
  await tab.at('retry').click();
  await until('it is stored', async () => (await tab.messages()).some(({ state }) => state === 'stored'));
  await leave(tab);
});

test('an open cluster says so where others reach it, once in a session', { timeout }, async () => {
  const near = await enterAs(browser, `${off.http}/`);
  assert.ok(await near.at('open-cluster').isHidden());
  await near.at('name-button').click();
  assert.equal(await near.at('sign-in').count(), 0);
  await leave(near);
  const far = await enterAs(browser, `http://chat.example:${off.port}/`);
  await until('it is said', () => far.at('open-cluster').isVisible());
  await far.at('dismiss-open').press('Enter');
  await far.page.reload();
  await far.online();
  await far.page.waitForTimeout(500);
  assert.ok(await far.at('open-cluster').isHidden());
  await leave(far);
  const safe = await enterAs(browser, `http://chat.example:${open.port}/`);
  await safe.page.waitForTimeout(500);
  assert.ok(await safe.at('open-cluster').isHidden());
  await leave(safe);
});

// Chromium, and the limits of a user: rooms that are not open, or only to read; rooms of two; moderators; axe on all of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AuthNodes } from './support/auth-nodes.mjs';
import { enter as enterAs, leave } from './support/browser.mjs';
import { ChatClient } from './support/client.mjs';
import { banner, denied, knock, looks, signIn } from './support/login.mjs';
import { checkWithAxe } from './support/shots.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
const rules = [
  { rooms: 'news', guest: ['join', 'history', 'presence'], user: ['join', 'history', 'presence'] },
  { rooms: 'staff', guest: [], user: [], members: ['join', 'history', 'send', 'typing', 'presence'] },
  { rooms: 'secretive', guest: ['join', 'send'], user: ['join', 'send'] },
];
let nodes, maker, node, closed, off, browser;
before(async () => {
  nodes = await AuthNodes.start('access', rules);
  ({ maker, optional: node, required: closed, off, browser } = nodes);
}, { timeout });
after(() => nodes?.stop());

const guest = (room, options = {}) => enterAs(browser, `${node.http}/?room=${room}`, options);
const user = async (token, room, options = {}) => enterAs(browser, `${node.http}/?room=${room}#token=${await token}`, options);
const ana = (claims) => nodes.ana(claims);
const moderator = (id, claims) => maker.make(id, { rooms: { '*': ['moderate'] }, ...claims });

test('a room that is not open says so, and opens for a token that grants it', { timeout }, async () => {
  const tab = await guest('staff');
  await denied(tab, /not open to you/);
  assert.equal(await tab.page.locator('[data-testid="room"][data-room="staff"]').getAttribute('data-barred'), 'not_found');
  await tab.at('ask-again').click();
  await banner(tab, 'refused');
  await signIn(tab, await ana({ rooms: { staff: ['join'] } }));
  await until('the message box', () => tab.at('composer').isVisible());
  await tab.say('I may');
  await tab.hears(['I may']);
  await leave(tab);
});

test('where one may only read, the message box says so after the first try', { timeout }, async () => {
  const tab = await guest('news');
  await tab.at('composer').pressSequentially('may I?');          // typing is forbidden, too: nothing is said about that
  assert.ok(await tab.at('banner').isHidden());
  await tab.at('composer').press('Enter');
  await denied(tab, /may not write/);
  await tab.at('ask-again').click();
  await until('the message box is back', () => tab.at('composer').isVisible());
  await leave(tab);
});

test('a room that hides its members says so, and is not asked over and over', { timeout }, async () => {
  const tab = await guest('secretive');
  const asked = [];
  tab.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => { if (JSON.parse(payload).type === 'members') asked.push(payload); }));
  await tab.page.reload();
  await tab.online();
  await tab.at('tab-people').click();
  await until('it says so', async () => /does not show/.test(await tab.page.locator('#people').innerText()));
  for (const text of ['one', 'two', 'three']) await tab.say(text);
  await tab.hears(['one', 'two', 'three']);
  assert.equal(asked.length, 1);
  await leave(tab);
});

test('a room of two is for these two, and the other one is told', { timeout }, async () => {
  const one = await user(ana(), 'pair');
  const two = await user(maker.make('bia', { name: 'Bia' }), 'pair');
  await one.page.locator('[data-testid="person"][data-user="bia"]').evaluate((button) => button.click());
  assert.match(await one.at('direct-note').innerText(), /Only the two of you/);
  await one.say('between us');
  await one.hears(['between us']);
  await until('Bia has the room', async () => (await two.page.locator('[data-testid="room"][data-room="dm.ana.bia"]').count()) === 1);
  const eve = await user(maker.make('eve'), 'dm.ana.bia');
  await denied(eve, /not open to you/);
  for (const tab of [one, two, eve]) await leave(tab);
});

/** Opens the menu of a person for a moderator. */
async function measure(tab, user, id, reason) {
  if (await tab.at('open-panel').isVisible()) await tab.at('open-panel').click();
  await tab.at('tab-people').click();
  const person = tab.page.locator('.person-row', { has: tab.page.locator(`[data-user="${user}"]`) });
  await person.locator('[data-testid="moderate"]').click();
  await tab.at(`measure-${id}`).check();
  await tab.at('reason').fill(reason);
  await tab.page.locator('dialog [type=submit]').click();
}

test('a moderator removes, mutes and bans; the person is told why', { timeout }, async () => {
  const mia = await user(moderator('mia', { name: 'Mia' }), 'forum');
  const bob = await user(maker.make('bob', { name: 'Bob' }), 'forum');
  assert.equal(await bob.at('moderate').count(), 0, 'nothing is offered to others');
  await measure(mia, 'bob', 'mute10', 'be kind');
  await banner(mia, 'muted');
  await bob.say('why?');
  await denied(bob, /may not write/);
  await measure(mia, 'bob', 'kick', 'three warnings');
  await banner(mia, 'kicked');
  await banner(bob, 'removed');
  await denied(bob, /three warnings/);
  assert.equal(await bob.page.locator('[data-testid="room"][data-room="forum"]').getAttribute('data-barred'), 'removed');
  await until('he is back, after the 5 s of a kick', async () => {
    if (await bob.at('denial').isHidden()) return true;
    await bob.at('ask-again').click({ timeout: 500 }).catch(() => {});   // it went meanwhile
    return false;
  });
  await measure(mia, 'bob', 'ban', 'enough');
  await banner(mia, 'banned');
  await denied(bob, /enough/);
  await bob.at('ask-again').click();
  await banner(bob, 'refused');
  await denied(bob, /enough/);
  await leave(mia);
  await leave(bob);
});

test('axe finds nothing in any of it: dark and light, phone and desktop', { timeout: 240_000 }, async () => {
  for (const [look, options] of Object.entries(looks)) {
    const check = (tab, state) => checkWithAxe(tab, `${state}-${look}`);
    const more = { bypassCSP: true, ...options };
    const tab = await user(moderator('ana', { name: 'Ana Sousa', seconds: 30 }), `look-${look}`, more);
    const bob = await ChatClient.connect(node.ws, { token: await maker.make('bob', { name: 'Bob' }) });
    await bob.join(`look-${look}`);
    await banner(tab, 'expiring');
    await check(tab, 'login-expiring');
    await tab.at('name-button').click();
    await check(tab, 'login-profile');
    await tab.at('sign-in').click();
    await check(tab, 'login-sign-in');
    await tab.page.keyboard.press('Escape');
    if (options.isMobile) await tab.at('open-panel').click();
    await tab.at('tab-people').click();
    await tab.page.locator('[data-testid="moderate"]').first().click();
    await check(tab, 'login-moderate');
    await leave(tab);
    bob.socket.close();
    const locked = await guest('staff', more);
    await until('it is said', () => locked.at('denial').isVisible());
    await check(locked, 'login-not-open');
    await leave(locked);
    const refused = await knock(browser, `${closed.http}/`, more);
    await banner(refused, 'unauthorized');
    await check(refused, 'login-needed');
    await leave(refused);
    const far = await enterAs(browser, `http://chat.example:${off.port}/`, more);
    await until('it is said', () => far.at('open-cluster').isVisible());
    await check(far, 'login-open-cluster');
    await leave(far);
  }
});

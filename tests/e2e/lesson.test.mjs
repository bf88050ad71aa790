// Chromium, and the Lab of a cluster of deploy/local with its agent: each button under talking people, each step of the lesson in
// three languages, the wire log, the two modes, the map of a node that is alone; axe.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Tab, enter as enterAs, launch, leave, pageAt } from './support/browser.mjs';
import { http } from './support/http.mjs';
import { LocalCluster } from './support/local-cluster.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { checkWithAxe, cutTexts, shoot } from './support/shots.mjs';
import { amongPeople } from './support/talkers.mjs';
import { until } from './support/until.mjs';

const timeout = 300_000;
const MINUTE = 62_000;
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
let cluster;
let browser;
before(async () => {
  cluster = await LocalCluster.up('lesson', { lab: true, settings: { CHAT_MESSAGES_PER_SECOND: '0' } });
  browser = await launch();
}, { timeout });
after(async () => {
  await browser?.close();
  await cluster?.down();
}, { timeout });

/** A tab with the Lab open and all nodes ready. */
async function enter(room, { id = '', ...options } = {}) {
  const tab = await enterAs(browser, `${pageAt(cluster, id, room)}&lab=1`, options);
  await tab.at('lab').waitFor();
  await ready(tab);
  return tab;
}
const ready = (tab, count = 3) => until(`${count} nodes are ready`, async () => (await tab.page.locator('[data-testid="lab-node"][data-state="ready"]').count()) >= count, 60_000);

/** The nodes that were added leave, as soon as the agent is done with the last one. */
async function backToThree() {
  await until('the agent is free', async () => (await http(`${cluster.http}/lab/agent.json`)).json.busy === null, 60_000);
  await cluster.run('scale', '3');
}

/** Playwright's own click waits until the button is enabled, which is after the experiment that it has begun. */
const clickIfEnabled = (button) => button.evaluate((one) => one.click(), undefined, { timeout: 1_000 });

/** Presses a button of the Lab as soon as the agent lets it, and gives what happened. */
async function press(tab, kind) {
  return until(`${kind} is done`, async () => {
    const result = tab.at(`result-${kind}`);
    const state = await result.getAttribute('data-state');
    if (state === 'done') return result.innerText();
    if (state !== 'runs') await clickIfEnabled(tab.at(`try-${kind}`));
    return false;
  }, MINUTE + 60_000);
}

/** What each says in the end. A slow machine may let "scale" be pressed twice. */
const buttons = {
  kill: /^(chat-\d) died · reconnected in [\d.]+ s on (?!\1)chat-\d · from offset \d+ (· [1-9]\d* recovered )?· 0 lost · 0 doubled$/,
  drain: /^(chat-\d) drained · moved to (?!\1)chat-\d in [\d.]+ s · from offset \d+ (· [1-9]\d* recovered )?· 0 lost · 0 doubled$/,
  pause: /^Seen here: Redis stood still for [\d.]+ s · the message waited [\d,]+ ms · stored 1× · 0 lost · 0 doubled$/,
  cut: /^Reconnected in [\d.]+ s on chat-\d · from offset \d+ (· [1-9]\d* recovered )?· 0 lost · 0 doubled$/,
  drop: /^Push \d+ was dropped · repaired in \d+ ms with \d+ messages? · 0 lost · 0 doubled$/,
  twice: /^Offset \d+ again · duplicate: true · 0 lost · 0 doubled$/,
  burst: /^\d+ stored in [\d.]+ s, \d+ of them in the first 10 s · [\d,]+ ms each · 0 lost · 0 doubled$/,
  slow: /^Your messages took [\d,]+ ms each while it did not read · then it read 5 of 5 · 0 lost · 0 doubled$/,
  scale: /^[45] nodes are ready after [\d.]+ s · 0 lost · 0 doubled$/,
};
for (const [kind, words] of Object.entries(buttons)) {
  test(`the button "${kind}" says what to expect and what happened, while people talk who lose nothing`, { timeout }, async () => {
    const room = `try-${kind}`;
    const tab = await enter(room, { id: 'chat-2' });
    assert.match(await tab.page.locator(`#expect-${kind}`).innerText(), /^Expect: /);
    const said = await amongPeople(cluster, room, async () => {
      const result = await press(tab, kind);
      assert.match(result, words);
      console.log(`${kind}: ${result}`);
      await tab.at(`result-${kind}`).scrollIntoViewIfNeeded();
      await shoot(tab, `lab-try-${kind}`);
    });
    console.log(`${kind}: ${said} messages of others, 0 lost, 0 doubled`);
    assert.deepEqual(tab.complaints.filter((one) => !/WebSocket connection|ERR_|Failed to load resource/.test(one)), []);
    await leave(tab);
    if (kind === 'scale') await backToThree();
  });
}

/** A step of the lesson is ticked; its words, and on to the next. */
async function ticked(tab, step, look = async () => {}) {
  const words = await until(`${step} is ticked`, async () => (await tab.page.locator(`.steps [data-step="${step}"][data-done="true"]`).count()) === 1 && tab.at('lesson-status').innerText(), MINUTE);
  assert.match(words, /\d/, step);
  assert.deepEqual(await lookOf(tab), { mood: 'good', marked: true }, step);
  await look(words);
  await tab.at('lesson-next').click();
  return words;
}

/** How the words of a step look: a mark beside them, and not only a colour. */
const lookOf = (tab) => tab.at('lesson-status').evaluate((el) => ({ mood: el.dataset.mood, marked: el.querySelector('svg.icon') !== null }));
const BUSY = /^(Wait: the agent is busy|Espere: o agente está ocupado|Espera: el agente está ocupado)/;

/** Presses the button of a step until the agent takes it. */
async function take(tab, step) {
  await until(`${step} goes`, async () => {
    if ((await tab.page.locator(`.steps [data-step="${step}"][data-done="true"]`).count()) === 1) return true;
    const [words, mood] = await tab.at('lesson-status').evaluate((el) => [el.textContent, el.dataset.mood]);
    if (BUSY.test(words)) assert.equal(mood, 'wait', 'it is to be waited for');
    await clickIfEnabled(tab.at(`lesson-${step}`));
    return false;
  }, 2 * MINUTE);
}

const learners = {
  en: { locale: 'en-US', colorScheme: 'dark' },
  pt: { locale: 'pt-BR', colorScheme: 'light', ...phone },
  es: { locale: 'es-MX', colorScheme: 'light' },
};
for (const [language, options] of Object.entries(learners)) {
  test(`the lesson in ${language}: seven steps tick themselves, and the end has the learner's own numbers`, { timeout }, async () => {
    const tab = await enterAs(browser, pageAt(cluster, '', `lesson-${language}`), { bypassCSP: true, ...options });
    await tab.at('welcome-lesson').click();
    await tab.at('lesson').waitFor();
    await ready(tab);
    await checkWithAxe(tab, `lesson-${language}-1`);
    assert.match(await tab.at('lesson').innerText(), /The tick \(✓\) beside your message means: it is in the store|O visto \(✓\) ao lado|La marca \(✓\) junto/);
    await tab.at('lesson-hello').click();
    const said = [await ticked(tab, 'hello')];
    const [other] = await Promise.all([tab.page.context().waitForEvent('page'), tab.at('lesson-open').click()]);
    const second = Object.assign(new Tab(), { page: other });
    await second.online();
    if (await second.at('show-chat').isVisible()) await second.at('show-chat').click();
    await second.say('from the second tab');
    said.push(await ticked(tab, 'second'));
    await other.close();
    await take(tab, 'store');
    said.push(await ticked(tab, 'store'));
    assert.equal(await tab.at('lesson-kill').isDisabled(), true, 'first the prediction');
    await tab.at('guess-none').check();
    await checkWithAxe(tab, `lesson-${language}-4`);
    const victim = await tab.node();
    await take(tab, 'kill');
    said.push(await ticked(tab, 'kill', async (words) => {
      assert.ok(words.startsWith(`${victim} `), words);
      const heir = new RegExp(`(?:on|a) (?!${victim})(chat-\\d) ·`).exec(words)?.[1];
      const told = await tab.at('lesson').innerText();
      assert.match(told, new RegExp(`(Now|Agora|Ahora) ${victim} `), 'the one that died');
      assert.match(await tab.at('lesson-why').innerText(), new RegExp(`cursor: .* ${heir} .* ${victim} \\([\\d.,]+\\)`));
      await shoot(tab, `lesson-${language}-killed`);
    }));
    await take(tab, 'twice');
    said.push(await ticked(tab, 'twice'));
    await take(tab, 'drop');
    said.push(await ticked(tab, 'drop'));
    await take(tab, 'scale');
    said.push(await ticked(tab, 'scale'));
    await tab.at('lesson-results').waitFor();
    assert.equal(await tab.page.locator('.lesson-results dd[data-done="true"]').count(), 7);
    await checkWithAxe(tab, `lesson-${language}-results`);
    assert.deepEqual(await cutTexts(tab, '.lesson'), []);
    const wide = await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    console.log(`${language}: ${said.join(' | ')}`);
    await tab.at('lesson-end').click();
    await tab.at('start-lesson').waitFor();
    await leave(tab);
    await backToThree();
  });
}

test('a step that is skipped is said to be skipped', { timeout }, async () => {
  const tab = await enter('skipped');
  await tab.at('start-lesson').click();
  await tab.at('lesson-hello').click();
  await ticked(tab, 'hello');
  for (const step of ['second', 'store', 'kill', 'twice', 'drop', 'scale']) {
    await tab.page.locator(`.steps [data-step="${step}"][aria-current]`).waitFor();
    assert.equal(await tab.page.evaluate(() => document.activeElement.tagName), 'H3', 'the focus goes with the step');
    await tab.at('lesson-skip').click();
  }
  await tab.at('lesson-results').waitFor();
  assert.equal(await tab.page.locator('.lesson-results dd[data-done="true"]').count(), 1);
  assert.equal(await tab.page.locator('.lesson-results dd[data-done="false"]').filter({ hasText: 'Skipped: not seen.' }).count(), 6);
  await leave(tab);
});

test('without the agent the steps and buttons that need it say how to get it, and the others work', { timeout }, async () => {
  const folder = freshFolder('lesson-alone');
  const node = await Node.start({ id: 'alone', folder });
  const tab = await enterAs(browser, `${node.http}/?room=alone&lab=1`, { bypassCSP: true });
  await ready(tab, 1);
  await until('only what works is offered', async () => (await tab.page.locator('.try:visible').count()) === 5);
  assert.match(await tab.at('no-agent').innerText(), /\.\/deploy\/local up --lab/);
  await until('neither NGINX nor Redis is on the map', async () => (await tab.at('map-proxy').count()) + (await tab.at('map-store').count()) === 0);
  await tab.at('mode-explicit').click();
  assert.match(await tab.page.locator('.lab').innerText(), /there is no Redis/);
  assert.match(await press(tab, 'cut'), /^Reconnected in [\d.]+ s on alone · from offset 0 · 0 lost · 0 doubled$/);
  assert.match(await press(tab, 'twice'), /duplicate: true/);
  await tab.at('start-lesson').click();
  await tab.at('lesson-hello').click();
  await ticked(tab, 'hello');
  await tab.at('lesson-skip').click();
  assert.match(await tab.at('lesson-needs').innerText(), /\.\/deploy\/local up --lab/);
  await checkWithAxe(tab, 'lesson-alone');
  await leave(tab);
  await node.stop();
});

test('the wire log has the last frames without secrets, and explicit mode their commands; both survive a change of language', { timeout }, async () => {
  const tab = await enter('wired', { bypassCSP: true, colorScheme: 'dark', permissions: ['clipboard-read', 'clipboard-write'] });
  await tab.at('mode-explicit').click();
  await tab.at('lab-wire').locator('summary').click();
  await tab.say('look at this');
  await until('the append is shown', async () => /appended 1 to wired[^]*EVALSHA[^]*XADD chat:\{wired\}:log MAXLEN ~ <history-size> 0-1 m[^]*SPUBLISH chat:\{wired\}:live/.test(await tab.at('lab-commands').innerText()));
  assert.match(await tab.at('lab-commands').innerText(), /was notified of 1 in wired[^]*SSUBSCRIBE chat:\{wired\}:live/);
  await tab.page.evaluate(() => document.querySelector('[data-testid="name-button"]').click());
  await tab.at('name-input').fill('Somebody');
  await tab.page.keyboard.press('Enter');
  const frames = await until('the new name is sent', async () => { const text = await tab.at('lab-frames').innerText(); return /"name":"Somebody"/.test(text) && text; });
  assert.match(frames, /"identity_secret":"…"/);
  assert.doesNotMatch(frames, /"(producer|identity_secret|token)":"[^…]/);
  assert.doesNotMatch(frames, /"type":"cluster"/);
  assert.match(await tab.at('lab-folded').innerText(), /^\d+ pings? (and|or) pictures? of the cluster folded$/);
  await tab.at('copy-frames').click();
  await until('they are copied', async () => /> \{"type":"send"/.test(await tab.page.evaluate(() => navigator.clipboard.readText())));
  await checkWithAxe(tab, 'lab-explicit-dark');
  await press(tab, 'cut');
  await until('the event is there', async () => /This tab reconnected/.test(await tab.at('lab-events').innerText()));
  await tab.at('settings').click();
  await tab.at('language').selectOption('pt');
  await until('it is told in Portuguese', async () => /Esta aba se reconectou/.test(await tab.at('lab-events').innerText()));
  assert.match(await tab.at('lab-commands').innerText(), /gravou 1 em wired/);
  await leave(tab);
});

test('the map has a line for each connection that a node reports', { timeout }, async () => {
  const tabs = [];
  for (let i = 0; i < 3; ++i) tabs.push(await enter('lines', { id: 'chat-3' }));
  await until('three lines lead to chat-3', async () => (await tabs[0].page.locator('.wire.other').count()) >= 2);
  await shoot(tabs[0], 'lab-lines');
  for (const tab of tabs) await leave(tab);
});

test('axe finds nothing in the whole Lab, at phone and desktop, dark and light', { timeout }, async () => {
  for (const [name, options] of Object.entries({ 'light-1280': { colorScheme: 'light' }, 'dark-1280': { colorScheme: 'dark' }, 'dark-360': { colorScheme: 'dark', ...phone }, 'light-360': { colorScheme: 'light', ...phone } })) {
    const tab = await enter(`whole-${name}`, { bypassCSP: true, ...options });
    await tab.at('start-lesson').click();
    await tab.at('mode-explicit').click();
    await tab.at('lesson-hello').click();
    await until('the command is shown', async () => /appended/.test(await tab.at('lab-commands').innerText()));
    await press(tab, 'cut');
    for (const part of ['lesson', 'lab-tries', 'lab-commands']) {
      await tab.at(part).scrollIntoViewIfNeeded();
      await checkWithAxe(tab, `lab-whole-${part}-${name}`);
    }
    await leave(tab);
  }
});

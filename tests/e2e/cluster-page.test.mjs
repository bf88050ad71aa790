// Chromium, and the page /cluster: an operator's drill of faults in an order by chance, each of which the page alone must name;
// who may open it; a node drained and a person found and disconnected by it; languages, themes, a phone; axe.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { faultsOf } from './cluster-page/faults.mjs';
import { Ward } from './cluster-page/ward.mjs';
import { enter as enterAs, launch, leave } from './support/browser.mjs';
import { ChatClient } from './support/client.mjs';
import { http } from './support/http.mjs';
import { Node } from './support/node.mjs';
import { freshFolder } from './support/places.mjs';
import { randomFor } from './support/seed.mjs';
import { checkWithAxe, cutTexts, shoot } from './support/shots.mjs';
import { TokenMaker } from './support/tokens.mjs';
import { until } from './support/until.mjs';

const timeout = 240_000;
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
let ward, browser;
before(async () => {
  ward = await Ward.start('cluster-page');
  browser = await launch();
}, { timeout });
after(async () => {
  await browser?.close();
  await ward?.stop();
});

/** The page, once it shows the cluster. */
async function enter(options = {}, url = `${ward.nginx.http}/cluster`) {
  const tab = await enterAs(browser, url, { bypassCSP: true, ...options });
  await tab.at('findings').locator('li').first().waitFor();
  return tab;
}
const findings = (tab) => tab.at('findings').locator('li').evaluateAll((all) => all.map((li) => ({ kind: li.dataset.kind, node: li.dataset.node, text: li.textContent })));
const nodes = (tab) => tab.at('node').evaluateAll((all) => Object.fromEntries(all.map((li) => [li.dataset.node, li.querySelector('[data-testid="node-state"]').textContent])));
const calm = (tab) => until('nothing is wrong', async () => (await findings(tab)).every(({ kind }) => kind === 'none'), 60_000);

describe("an operator's drill", () => {
  test('each of eleven faults in an order by chance is on the page by its name', { timeout }, async () => {
    const random = randomFor('the drill');
    const tab = await enter();
    await calm(tab);
    const table = [];
    for (const { name, kinds, node, put, lift, stays } of random.shuffle(faultsOf(ward, random))) {
      const from = performance.now();
      await put();
      const found = await until(`${name}: ${kinds}`, async () => {
        const all = await findings(tab);
        return all.find((one) => kinds.includes(one.kind) && one.node === node);
      }, 30_000).catch(async (why) => { throw new Error(`${why.message}; the page says ${JSON.stringify(await findings(tab))}`); });
      table.push({ fault: name, 'what /cluster says': found.text, 's': ((performance.now() - from) / 1000).toFixed(1) });
      if (kinds[0] === 'killed') await shoot(tab, 'cluster-drill-killed');
      await lift();
      await until(`${name} is over`, async () => stays || !(await findings(tab)).some(({ kind }) => kinds.includes(kind)), 60_000)
        .catch(async (why) => { throw new Error(`${why.message}; the page says ${JSON.stringify(await findings(tab))}`); });
    }
    console.table(table);
    assert.equal(table.length, 11);
    await leave(tab);
  });
});

describe('the page', () => {
  test('shows connections by protocol and transport, the store, rooms, and the events of all nodes', { timeout }, async (t) => {
    const [ana, bia] = await Promise.all([0, 1].map((i) => ChatClient.connect(ward.nodes[i].ws, { name: `guest ${i}` })));
    t.after(() => [ana, bia].forEach((one) => one.terminate()));
    for (const one of [ana, bia]) await one.join('plaza');
    await ana.insist('plaza', 'hello');
    const tab = await enter();
    const card = (id) => tab.page.locator(`[data-testid="node"][data-node="${id}"]`);
    await until('chat-2 has a connection', async () => /chat\.v1 · websocket [12]/.test(await card('chat-2').innerText()));
    const says = (what, part, pattern) => until(what, async () => pattern.test(await part.innerText()), 20_000);   // some figures are a few seconds old
    await says('the figures of chat-1', card('chat-1'), /Loop lag\s+[\d.,]+ ms[^]*Memory\s+[\d.,]+ MB[^]*Version\s+\d+\.\d+/);
    await says('the figures of the store', tab.at('store'), /answers[^]*Round trip\s+[\d.,]+ ms[^]*Appends\/s\s+[\d.,]+[^]*Memory\s+[\d.,]+ MB/);
    await says('the room', tab.at('rooms'), /plaza\s+2/);
    for (const id of ['chat-1', 'chat-2', 'chat-3']) await says(`the events of ${id}`, tab.at('events'), new RegExp(`\\t${id}\\t`));
    assert.deepEqual(tab.complaints, []);
    await leave(tab);
  });

  test('shows which limit held a client back, how often and on which node, also to a page that comes later', { timeout }, async (t) => {
    const count = async (tab) => {
      const rows = await tab.at('limits').locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
      return rows.find(([limit, node]) => limit === 'Messages of a connection' && node === 'chat-3')?.slice(2).map((cell) => Number(cell.replaceAll(',', '')));
    };
    const flood = await ChatClient.connect(ward.nodes[2].ws);
    t.after(() => flood.terminate());
    await flood.join('held');
    const tab = await enter();
    await until('chat-3 has told its figures', async () => /Loop lag\s+[\d.,]+ ms/.test(await tab.page.locator('[data-node="chat-3"]').first().innerText()));
    const before = (await count(tab)) ?? [0, 0];
    const said = await Promise.allSettled(Array.from({ length: 60 }, () => flood.say('held', 'again')));
    const refused = said.filter(({ status }) => status === 'rejected').length;
    assert.ok(refused > 0);
    await until('all refusals are counted', async () => (await count(tab))?.[1] === before[1] + refused, 20_000);
    assert.ok((await count(tab))[0] >= refused);
    assert.match((await findings(tab)).find(({ kind }) => kind === 'limit_messages').text, /chat-3 refused [\d,]+ messages? in the last minute/);
    const late = await enter(phone);
    await until('a later page has the sum', async () => (await count(late))?.[1] === before[1] + refused, 20_000);
    assert.deepEqual(await count(late), [0, before[1] + refused]);
    await late.at('limits').scrollIntoViewIfNeeded();
    await checkWithAxe(late, 'cluster-limits-phone');
    for (const one of [tab, late]) await leave(one);
  });

  test('finds a person on all nodes, and disconnects one session', { timeout }, async (t) => {
    const clients = await Promise.all(ward.nodes.map((node) => ChatClient.connect(node.ws, { name: 'Zilda Prado' })));
    t.after(() => clients.forEach((one) => one.terminate()));
    const tab = await enter();
    await tab.at('find-input').fill('zilda');
    await tab.at('find').click();
    await until('three sessions', async () => (await tab.at('found').count()) === 3);
    assert.equal(await tab.at('find-told').textContent(), '3 open sessions.');
    await shoot(tab, 'cluster-found');
    const row = tab.page.locator(`[data-testid="found"][data-session="${clients[1].welcome.session}"]`);
    const button = row.getByTestId('disconnect');
    await button.click();
    assert.equal(await button.textContent(), 'Sure? Press again');
    assert.equal(clients[1].closeCode, undefined);
    await button.click();
    assert.equal((await clients[1].closed).code, 4502);
    await until('it says so', async () => /The session has ended/.test(await row.innerText()));
    assert.equal(clients[0].closeCode, undefined);
    await leave(tab);
  });

  test('drains a node, which leaves', { timeout }, async () => {
    const tab = await enter();
    await calm(tab);
    const card = tab.page.locator('[data-testid="node"][data-node="chat-2"]');
    await card.getByTestId('drain').click();
    await card.getByTestId('drain').click();
    await until('chat-2 is gone', async () => (await nodes(tab))['chat-2'] === undefined, 20_000);
    assert.equal(await ward.nodes[1].program.exited, 0);
    await until('the event is listed', async () => /operator_drains\s+node=chat-2/.test(await tab.at('events').innerText()));
    await calm(tab);
    await ward.nodes[1].start();
    await until('chat-2 is back', async () => (await nodes(tab))['chat-2'] === 'ready', 20_000);
    await leave(tab);
  });

  for (const [locale, words] of [['en-US', 'Nothing is wrong.'], ['pt-BR', 'Nada está errado.'], ['es-ES', 'Nada está mal.']]) {
    test(`speaks ${locale}, on a desktop and a phone, dark and light, and axe finds nothing`, { timeout }, async () => {
      for (const [name, options] of [['desktop-light', { colorScheme: 'light' }], ['desktop-dark', { colorScheme: 'dark' }], ['phone-light', { ...phone, colorScheme: 'light' }], ['phone-dark', { ...phone, colorScheme: 'dark' }]]) {
        const tab = await enter({ locale, ...options });
        await until(words, async () => (await findings(tab))[0].text === words, 60_000);
        assert.equal(await tab.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'nothing is cut off');
        await tab.at('find-input').fill('Operator');
        await tab.at('find').click();
        await tab.at('found').first().waitFor();
        assert.deepEqual(await cutTexts(tab), [], name);
        await checkWithAxe(tab, `cluster-${locale.slice(0, 2)}-${name}`);
        await leave(tab);
      }
    });
  }

  test('axe finds nothing in what it says of a killed node and of a store that stands still', { timeout }, async () => {
    const [light, dark] = [await enter({ colorScheme: 'light' }), await enter({ colorScheme: 'dark', ...phone })];
    await ward.nodes[2].kill();
    for (const tab of [light, dark]) await until('it is named', async () => (await findings(tab)).some(({ kind }) => kind === 'killed'), 20_000);
    ward.redis.pause();
    for (const tab of [light, dark]) await until('the store is named', async () => (await findings(tab)).some(({ kind }) => kind === 'storeAway'), 20_000);
    await checkWithAxe(light, 'cluster-faults-light');
    await checkWithAxe(dark, 'cluster-faults-phone-dark');
    ward.redis.resume();
    await ward.nodes[2].start();
    for (const tab of [light, dark]) {
      await calm(tab);
      await leave(tab);
    }
  });
});

describe('who may see it', () => {
  const details = (client) => client.request('watch', { details: true }).then(({ type }) => type, ({ code }) => code);
  const order = (url, headers = {}) => http(`${url}/api/find`, { method: 'POST', headers, body: '{"text":"nobody"}' });

  test('without tokens: a client of the machine of a node, past NGINX and behind it; none that comes through it from elsewhere, and no page of another site', { timeout }, async (t) => {
    for (const url of [ward.nginx, ward.nodes[0]]) {
      const client = await ChatClient.connect(url.ws);
      t.after(() => client.terminate());
      assert.equal(await details(client), 'watching');
      assert.equal((await order(url.http)).status, 200);
    }
    const elsewhere = { 'X-Forwarded-For': '203.0.113.5' };
    const answer = await order(ward.nodes[0].http, elsewhere);
    assert.equal(answer.status, 403);
    assert.match(answer.json.error.message, /machine of a node/);
    const bare = await ward.node('chat-7', { settings: { 'trusted-proxies': '10.0.0.0/8' } });   // it does not believe its proxy
    t.after(() => bare.stop());
    assert.equal((await order(bare.http, elsewhere)).status, 403);
    assert.equal((await order(bare.http)).status, 200);
    assert.equal((await order(ward.nodes[0].http, { Host: 'rebound.example' })).status, 403);
    assert.equal((await order(ward.nodes[0].http, { Origin: 'https://other.example' })).status, 403);
    const named = await ChatClient.connect(ward.nodes[0].ws, { host: 'rebound.example' });
    t.after(() => named.terminate());
    assert.equal(await details(named), 'forbidden');
  });

  test('with tokens: the right "admin" for all rooms, and nothing else; the page asks for such a token', { timeout }, async (t) => {
    const folder = freshFolder('cluster-page-tokens');
    const maker = new TokenMaker(folder);
    const node = await Node.start({ id: 'chat-1', folder, settings: { auth: 'optional', ...maker.settings } });
    t.after(() => node.stop());
    const token = (rooms) => maker.make('olga', { name: 'Olga', rooms });
    const [operator, narrow, moderator] = await Promise.all([{ '*': ['admin'] }, { lobby: ['admin'] }, { '*': ['moderate'] }].map(token));
    for (const [given, type, status] of [[operator, 'watching', 200], [narrow, 'forbidden', 403], [moderator, 'forbidden', 403], [undefined, 'forbidden', 403]]) {
      const client = await ChatClient.connect(node.ws, { token: given });
      t.after(() => client.terminate());
      assert.equal(await details(client), type);
      assert.equal((await order(node.http, given && { Authorization: `Bearer ${given}` })).status, status);
    }
    assert.equal((await order(node.http, { Authorization: 'Bearer nonsense' })).status, 401);
    const tab = await enterAs(browser, `${node.http}/cluster`, { bypassCSP: true });
    await until('it says why', async () => /only operators/.test(await tab.at('denied').textContent()));
    await checkWithAxe(tab, 'cluster-sign-in');
    await tab.at('token-input').fill(operator);
    await tab.at('sign-in').click();
    await until('the cluster is shown', async () => (await nodes(tab))['chat-1'] === 'ready');
    await tab.page.reload();
    await until('the tab keeps the token', async () => (await nodes(tab))['chat-1'] === 'ready');
    await leave(tab);
  });
});

import { chromium } from 'playwright-core';
import { until } from './until.mjs';

/** Chromium as Debian ships it; CHROMIUM chooses another one. @param {string[]} [more] flags @param {object} [options] of Playwright */
export function launch(more = [], options = {}) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', ...more], ...options });
}

/** The page of a node, or without an id the one that NGINX chooses, in a room. */
export const pageAt = (cluster, id, room) => `${cluster.nginx.http}${id ? `/node/${id}/` : '/'}?room=${room}`;

/** A tab of a new user. @param {object} [options] of the browser's context */
export async function enter(browser, url, options = {}) {
  return Tab.open(await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 }, ...options }), url);
}
export const leave = (tab) => tab.page.context().close();

/** One tab of the page and its errors. */
export class Tab {
  /** @param context tabs of one context share their storage: they are one person in several tabs */
  static async open(context, url) {
    const tab = new this();
    tab.page = await context.newPage();
    tab.complaints = [];
    tab.page.on('pageerror', (error) => tab.complaints.push(`uncaught: ${error.message}`));
    tab.page.on('console', (message) => { if (message.type() === 'error' || /Content Security Policy|Trusted/i.test(message.text())) tab.complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`); });
    await tab.page.goto(url);
    await tab.online();
    return tab;
  }

  at(testid) { return this.page.locator(`[data-testid="${testid}"]`); }

  online(milliseconds = 20_000) {
    return until(`${this.page.url()} is online`, async () => (await this.at('connection').first().getAttribute('data-state')) === 'online', milliseconds);
  }

  /** The id on the node badge. */
  async node() { return this.at('node-badge').first().getAttribute('data-node'); }

  async say(text) {
    const composer = this.at('composer');
    await composer.fill(text);
    await composer.press('Enter');
  }

  /** Every message on the screen, from top to bottom, read in one go: a row that is drawn anew in between is not missed. */
  messages() {
    return this.page.evaluate(() => Array.from(document.querySelectorAll('[data-testid="message"]'), (row) => ({
      offset: Number(row.dataset.offset), node: row.dataset.node, state: row.dataset.state, mine: row.dataset.mine === 'true',
      text: row.querySelector('[data-testid="text"]').textContent,
    })));
  }

  /** The lines of `said` that are on the screen and stored, in their order, each as often as it is shown. */
  async heard(said) {
    return (await this.messages()).filter(({ state }) => state === 'stored').map(({ text }) => text).filter((text) => said.includes(text));
  }

  hears(said, milliseconds = 20_000) {
    return until(`${said.length} lines on ${this.page.url()}`, async () => {
      const heard = await this.heard(said);
      return heard.length >= said.length && heard;
    }, milliseconds);
  }
}

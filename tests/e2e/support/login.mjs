import { Tab } from './browser.mjs';
import { until } from './until.mjs';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Options of the browser's context for each look of the page. */
export const looks = {
  'desktop-light': { colorScheme: 'light' }, 'desktop-dark': { colorScheme: 'dark' },
  'phone-light': { colorScheme: 'light', ...phone }, 'phone-dark': { colorScheme: 'dark', locale: 'pt-BR', ...phone },
};

/** A tab that is perhaps not let in: online is not waited for. */
export async function knock(browser, url, options = {}) {
  const tab = new Tab();
  tab.page = await (await browser.newContext({ locale: 'en-US', ...options })).newPage();
  await tab.page.goto(url);
  return tab;
}

/** Gives a token to the dialog that is open, by keyboard. */
export async function paste(tab, token) {
  await tab.at('token-input').fill(token);
  await tab.page.keyboard.press('Tab');
  await tab.page.locator('dialog [type=submit]').press('Enter');
}

/** Signs in by hand. */
export async function signIn(tab, token) {
  await tab.at('name-button').press('Enter');
  await tab.at('sign-in').press('Enter');
  await paste(tab, token);
}

export function banner(tab, kind, milliseconds) {
  return until(`the banner says ${kind}`, async () => (await tab.at('banner').isVisible()) && (await tab.at('banner').getAttribute('data-kind')) === kind, milliseconds);
}

/** A line with these words replaces the message box. */
export function denied(tab, words) {
  return until(`the message box says ${words}`, async () => (await tab.at('denial').isVisible()) && words.test(await tab.at('denial').innerText()));
}

export const isCalled = (tab, name) => until(`the user is ${name}`, async () => (await tab.at('name-button').textContent()).includes(name));

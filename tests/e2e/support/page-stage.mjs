import { after, before } from 'node:test';
import { enter, launch, pageAt } from './browser.mjs';
import { Cluster } from './cluster.mjs';
import { until } from './until.mjs';

export const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/** A cluster and a browser for all tests of a suite. `enter(room, { id, … })` opens a tab, on the node `id`. */
export function pageStage(suite, options) {
  const stage = { enter: (room, { id = '', ...how } = {}) => enter(stage.browser, pageAt(stage.cluster, id, room), how) };
  before(async () => {
    stage.cluster = await Cluster.start(suite, options);
    stage.browser = await launch();
  }, { timeout: 120_000 });
  after(async () => {
    await stage.browser?.close();
    await stage.cluster?.stop();
  });
  return stage;
}

/** The row of the message with this text. */
export const message = (tab, text) => tab.at('message').filter({ hasText: text });

/** Says it, and waits until the log has it: the next one is behind it. */
export async function say(tab, ...texts) {
  const last = async () => (await tab.messages()).at(-1)?.offset ?? 0;
  for (const text of texts) {
    const before = await last();
    await tab.say(text);
    await until(`"${text}" is on the page`, async () => (await last()) > before);
  }
}

// A stranger with one address attacks at full speed, with default settings, and nobody else notices: what is said, what is
// felt and what is left behind. Cases in strangers/, the documented limits in strangers/limits.mjs.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { floods } from './strangers/floods.mjs';
import { table } from './strangers/report.mjs';
import { strikeStage } from './strangers/stage.mjs';

after(async () => {
  await strikeStage();
  console.log(table());
});

const timeout = 60_000;
const chosen = process.env.ATTACKS ? new RegExp(process.env.ATTACKS) : /./;

for (const [title, cases] of Object.entries({ 'one request over and over': floods })) {
  describe(title, () => {
    for (const { name, run } of cases.filter((one) => chosen.test(one.name))) {
      test(`${name}: the others chat on`, { timeout }, async () => {
        const { complaints } = await run();
        assert.deepEqual(complaints, []);
      });
    }
  });
}

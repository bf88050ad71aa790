// Attacks from one address at full speed against a cluster with default settings. Bystanders, memory, /ready and Redis must
// stay within the bounds of strangers/limits.mjs, which also has the documented limits. The attacks are in strangers/.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { isChosen } from './strangers/chosen.mjs';
import { dedup } from './strangers/dedup.mjs';
import { floods } from './strangers/floods.mjs';
import { hoards } from './strangers/hoard.mjs';
import { httpFloods } from './strangers/http.mjs';
import { leaving } from './strangers/leaving.mjs';
import { poisons } from './strangers/poison.mjs';
import { table } from './strangers/report.mjs';
import { pushing, sends } from './strangers/sends.mjs';
import { strikeStage } from './strangers/stage.mjs';

after(async () => {
  await strikeStage();
  console.log(table());
});

const timeout = 120_000;

const subjects = {
  'one request over and over: the others chat on': floods,
  'plain HTTP and bare connections: the others chat on': httpFloods,
  'how much one address gets stored': [...sends, ...pushing],
  'what others have stored': dedup,
  'what an address leaves in Redis': hoards,
  'an attacker who writes to Redis': poisons,
  'a node that is told to end': leaving,
};

for (const [title, cases] of Object.entries(subjects)) {
  describe(title, () => {
    for (const { name, run } of cases.filter(isChosen)) {
      test(name, { timeout }, async (t) => {
        const { complaints } = await run(t);
        assert.deepEqual(complaints, []);
      });
    }
  });
}

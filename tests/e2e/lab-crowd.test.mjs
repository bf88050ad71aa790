// The Lab's actions among the crowd of tests/chaos: forty-four people with seven kinds of clients in twenty-two rooms, whom its
// checker judges. Nothing is lost, doubled or out of order.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from '../chaos/checker.mjs';
import { Crowd, roomNames } from '../chaos/crowd.mjs';
import { History } from '../chaos/history.mjs';
import { readLogs, readTops } from '../chaos/logs.mjs';
import { Store } from '../chaos/resp.mjs';
import { rest } from '../chaos/rest.mjs';
import { http } from './support/http.mjs';
import { LocalCluster } from './support/local-cluster.mjs';
import { randomFor } from './support/seed.mjs';
import { until } from './support/until.mjs';

const timeout = 300_000;
const PER_ACTION = 60_000;
let cluster, store;
before(async () => {
  const settings = { CHAT_MESSAGES_PER_SECOND: '0', CHAT_HISTORY_SIZE: '100000', CHAT_PEOPLE_PER_ADDRESS: '0' };
  cluster = await LocalCluster.up('lab-crowd', { lab: true, settings });
  store = await Store.open(cluster.redisPort);
}, { timeout });
after(async () => {
  store?.close();
  await cluster?.down();
}, { timeout });

let nodes = 3;
/** What the end of a round asks of a cluster. */
const judged = {
  get nginx() { return cluster; },
  get nodes() { return Array.from({ length: nodes }, (_, i) => ({ id: `chat-${i + 1}` })); },
  logs: () => readLogs(store, roomNames),
  tops: () => readTops(store, roomNames),
};

const isFree = async () => (await http(`${cluster.http}/lab/agent.json`)).json.busy === null;
const areReady = async () => (await http(`${cluster.http}/nodes`)).json.active_count === nodes;

/** Presses the button and waits until the agent is done and each node is there. */
async function press(wanted) {
  const headers = { 'Content-Type': 'application/json', Origin: cluster.http };
  const answer = await http(`${cluster.http}/lab/actions`, { method: 'POST', headers, body: JSON.stringify(wanted) });
  assert.equal(answer.status, 200, answer.text);
  if (wanted.action === 'scale') ++nodes;
  await until('the agent is free', isFree, PER_ACTION);
  await until('all nodes are there', areReady, PER_ACTION);
}

test('every action of the agent, while forty-four people talk: nothing lost, doubled or out of order', { timeout }, async () => {
  const random = randomFor('the crowd');
  const history = new History(roomNames);
  history.onShown = () => {};
  history.onComplaint = (sentence) => console.log(sentence);
  const crowd = new Crowd({ clients: 44, rate: 200, nginx: cluster, history, random, tokens: 0, nodes: [] });
  try {
    await crowd.everybodyIsIn();
    crowd.talk();
    for (const wanted of [
      { action: 'kill', node: 'chat-1' }, { action: 'drain', node: 'chat-2' }, { action: 'pause', seconds: 3 }, { action: 'scale' },
      { action: 'kill', node: 'chat-3' }, { action: 'drain', node: 'chat-1' }, { action: 'pause', seconds: 5 }, { action: 'kill', node: 'chat-2' },
    ]) {
      const from = performance.now();
      await press(wanted);
      await until('everybody has caught up', () => crowd.caughtUp(from), PER_ACTION);
    }
    await rest(judged, crowd, history, console.log);
  } finally {
    crowd.closed = true;
    crowd.close();
  }
  const { passed, counts, sentences } = check(history);
  console.log(`eight actions, ${history.sends.length} messages: ${Object.entries(counts).map(([kind, n]) => `${kind} ${n}`).join(', ')}`);
  assert.ok(passed, sentences.join('\n'));
});

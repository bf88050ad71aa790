// `deploy/local up --lab`: the agent that the page's Lab asks. Each action on real processes, each refusal, and that nothing is
// lost or doubled while clients talk.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { http } from './support/http.mjs';
import { LocalCluster } from './support/local-cluster.mjs';
import { freshFolder, top } from './support/places.mjs';
import { Program, freePort } from './support/program.mjs';
import { amongPeople } from './support/talkers.mjs';
import { until } from './support/until.mjs';

const timeout = 240_000;
const MINUTE = 61_000;
let cluster;
before(async () => { cluster = await LocalCluster.up('lab-agent', { lab: true, settings: { CHAT_MESSAGES_PER_SECOND: '0', CHAT_LAB_MODE: 'explicit' } }); }, { timeout });
after(() => cluster?.down(), { timeout });

const headersOf = (site, more = {}) => ({ 'Content-Type': 'application/json', Origin: site, ...more });
const lab = async () => (await http(`${cluster.http}/lab/agent.json`)).json;
const ask = (wanted, { headers = headersOf(cluster.http), body = JSON.stringify(wanted) } = {}) => http(`${cluster.http}/lab/actions`, { method: 'POST', headers, body });
const codeOf = ({ status, json }) => [status, json.error?.code];
const ready = async (id) => (await http(`${cluster.http}/node/${id}/ready`)).status === 200;
const idle = () => until('the agent is free', async () => (await lab()).busy === null, 60_000);

/** Carries an action out, as soon as the agent may begin another one. */
async function act(wanted) {
  await idle();
  const answer = await until(`${wanted.action} is admitted`, async () => {
    const one = await ask(wanted);
    return one.status !== 429 && one;
  }, MINUTE);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

test('the agent says what it can do, and the mode that was asked for', { timeout }, async () => {
  const { mode, actions, nodes, busy, most_nodes } = await lab();
  assert.deepEqual({ mode, actions, nodes, busy, most_nodes }, { mode: 'explicit', actions: ['kill', 'drain', 'pause', 'resume', 'scale'], nodes: ['chat-1', 'chat-2', 'chat-3'], busy: null, most_nodes: 5 });
  assert.match((await cluster.run('status')).stdout, /lab +ready/);
});

test('it refuses other origins, names and machines, anything but JSON, and what it does not know', { timeout }, async () => {
  const wanted = { action: 'kill', node: 'chat-2' };
  const pid = cluster.pid('chat-2');
  const cases = [
    [403, 'foreign_origin', { headers: headersOf('http://evil.example') }],
    [403, 'foreign_origin', { headers: headersOf('null') }],
    [403, 'foreign_origin', { headers: headersOf(`http://127.0.0.1:${cluster.port + 1}`) }],
    [403, 'foreign_origin', { headers: { 'Content-Type': 'application/json' } }],
    [403, 'foreign_origin', { headers: headersOf(cluster.http, { 'Sec-Fetch-Site': 'cross-site' }) }],
    [403, 'foreign_origin', { headers: headersOf(cluster.http, { 'Sec-Fetch-Site': 'same-site' }) }],
    [421, 'foreign_host', { headers: headersOf('http://rebound.example', { Host: 'rebound.example' }) }],
    [421, 'foreign_host', { headers: headersOf('http://localhost.evil.example', { Host: 'localhost.evil.example' }) }],
    [415, 'no_json', { headers: headersOf(cluster.http, { 'Content-Type': 'text/plain' }) }],
    [415, 'no_json', { headers: { Origin: cluster.http } }],
    [400, 'no_json', { body: '{' }],
    [400, 'no_json', { body: '[]' }],
    [400, 'no_json', { body: '['.repeat(1000) }],
    [413, 'too_long', { body: JSON.stringify({ ...wanted, more: 'x'.repeat(2000) }) }],
    [400, 'unknown_action', { body: '{"action":"format"}' }],
    [400, 'unknown_action', { body: '{"action":["kill"]}' }],
    [404, 'unknown_node', { body: '{"action":"kill","node":"chat-9"}' }],
    [404, 'unknown_node', { body: '{"action":"kill","node":"../redis"}' }],
    [404, 'unknown_node', { body: '{"action":"kill","node":"redis"}' }],
    [404, 'unknown_node', { body: '{"action":"kill","node":["chat-1"]}' }],
    ...[0, 11, 1.5, '5', true, null].map((seconds) => [400, 'bad_seconds', { body: JSON.stringify({ action: 'pause', seconds }) }]),
  ];
  for (const [status, code, request] of cases) assert.deepEqual(codeOf(await ask(wanted, request)), [status, code], JSON.stringify(request));
  assert.deepEqual(codeOf(await http(`${cluster.http}/lab/agent.json`, { headers: { Host: 'rebound.example' } })), [421, 'foreign_host']);
  assert.deepEqual(codeOf(await http(`${cluster.http}/lab/elsewhere`)), [404, 'not_found']);
  const direct = `http://127.0.0.1:${cluster.nodePort + 800}/lab/agent.json`;
  for (const address of ['192.0.2.7', '::ffff:192.0.2.7', 'localhost', '']) assert.deepEqual(codeOf(await http(direct, { headers: { 'X-Real-IP': address } })), [403, 'foreign_client'], address);
  assert.equal(cluster.pid('chat-2'), pid);
  assert.equal(await ready('chat-2'), true);
});

test('a process that is none of the cluster gets no signal, although a pid file names it', { timeout }, async () => {
  const other = spawn('sleep', ['300'], { stdio: 'ignore' });
  const kept = Object.fromEntries(['chat-2', 'redis'].map((name) => [name, readFileSync(cluster.pidFile(name), 'utf8')]));
  try {
    for (const [name, wanted] of [['chat-2', { action: 'kill', node: 'chat-2' }], ['redis', { action: 'pause', seconds: 1 }]]) {
      for (const pid of [other.pid, cluster.pid('chat-1'), cluster.pid('nginx'), process.pid]) {
        writeFileSync(cluster.pidFile(name), `${pid}\n`);
        assert.deepEqual(codeOf(await ask(wanted)), [409, 'not_ours'], `${name} ${pid}`);
      }
      writeFileSync(cluster.pidFile(name), '999999999\n');
      assert.deepEqual(codeOf(await ask(wanted)), [409, 'not_running']);
      writeFileSync(cluster.pidFile(name), kept[name]);
    }
  } finally {
    for (const [name, pid] of Object.entries(kept)) writeFileSync(cluster.pidFile(name), pid);
    other.kill();
  }
  assert.equal(other.exitCode, null);
  for (const id of ['chat-1', 'chat-2', 'chat-3']) assert.equal(await ready(id), true);
});

test('kill: the node is gone at once and started again; one action at a time', { timeout }, async () => {
  const said = await amongPeople(cluster, 'killed', async () => {
    const pid = cluster.pid('chat-2');
    assert.deepEqual(await act({ action: 'kill', node: 'chat-2' }), { action: 'kill', node: 'chat-2', restart_after_s: 4 });
    const from = performance.now();
    assert.equal((await lab()).busy, 'kill');
    assert.deepEqual(codeOf(await ask({ action: 'kill', node: 'chat-1' })), [409, 'busy']);
    await until('chat-2 is back', async () => (await ready('chat-2')) && cluster.pid('chat-2') !== pid, 30_000);
    console.log(`chat-2 was back ${((performance.now() - from) / 1000).toFixed(1)} s after its kill`);
    await idle();
  });
  console.log(`killed: ${said} messages, 0 lost, 0 doubled`);
});

test('drain: the node tells its clients to move, ends, and is started again', { timeout }, async () => {
  const said = await amongPeople(cluster, 'drained', async () => {
    const pid = cluster.pid('chat-3');
    await act({ action: 'drain', node: 'chat-3' });
    await until('chat-3 drains', async () => (await http(`${cluster.http}/node/chat-3/ready`)).status === 503);
    await until('chat-3 is back', async () => (await ready('chat-3')) && cluster.pid('chat-3') !== pid, 30_000);
    await idle();
  });
  console.log(`drained: ${said} messages, 0 lost, 0 doubled`);
});

test('pause: the store stands still for the seconds that were asked for, or until resume', { timeout }, async () => {
  const said = await amongPeople(cluster, 'paused', async () => {
    await act({ action: 'pause', seconds: 3 });
    const from = performance.now();
    assert.equal(cluster.stateOf('redis'), 'T');
    await until('the store goes on', () => cluster.stateOf('redis') !== 'T');
    const seconds = (performance.now() - from) / 1000;
    assert.ok(seconds > 2.5 && seconds < 4, String(seconds));
    await act({ action: 'pause', seconds: 10 });
    assert.equal((await ask({ action: 'resume' })).status, 200);
    await until('the store goes on', () => cluster.stateOf('redis') !== 'T', 2_000);
    await idle();
  });
  console.log(`paused: ${said} messages, 0 lost, 0 doubled`);
});

test('scale: one node more at a time, and no more than five', { timeout }, async () => {
  const said = await amongPeople(cluster, 'scaled', async () => {
    for (const count of [4, 5]) {
      assert.deepEqual(await act({ action: 'scale' }), { action: 'scale', nodes: count });
      await idle();
      await until('NGINX knows it, too', () => ready(`chat-${count}`), 5_000);      // an old worker may still take a request
    }
    assert.deepEqual(codeOf(await ask({ action: 'scale' })), [409, 'enough_nodes']);
    await cluster.run('scale', '3');
  });
  console.log(`scaled: ${said} messages, 0 lost, 0 doubled`);
});

test('ten actions may begin in a minute', { timeout }, async () => {
  let answer;
  for (let i = 0; i < 11 && answer?.status !== 429; ++i) {
    await idle();
    answer = await ask({ action: 'pause', seconds: 1 });
    await ask({ action: 'resume' });
  }
  assert.deepEqual(codeOf(answer), [429, 'too_many']);
  const wait = Number(answer.headers['retry-after']);
  assert.ok(wait > 0 && wait <= 60, String(wait));
});

test('an agent that is ended leaves no store that stands still; up without --lab has none', { timeout }, async () => {
  await act({ action: 'pause', seconds: 10 });
  process.kill(cluster.pid('lab'), 'SIGTERM');
  await until('the store goes on', () => cluster.stateOf('redis') !== 'T', 2_000);
  await cluster.run('up');
  await until('the page says so', async () => (await lab()).actions.length === 0);
  assert.equal((await ask({ action: 'kill', node: 'chat-1' })).status, 404);
  assert.doesNotMatch((await cluster.run('status')).stdout, /lab/);
});

test('in Compose: only containers of its own project, through a stand-in for the API of Docker', { timeout }, async () => {
  const folder = freshFolder('lab-agent-docker');
  const id = (digit) => digit.repeat(64);
  const labels = (project, service) => ({ 'com.docker.compose.project': project, 'com.docker.compose.service': service, 'com.docker.compose.oneoff': 'False' });
  const containers = [[id('a'), labels('mine', 'chat')], [id('b'), labels('mine', 'redis')], [id('c'), labels('other', 'chat')], [id('d'), labels('other', 'redis')]].map(([Id, Labels]) => ({ Id, Labels, State: 'running' }));
  const done = [];
  const docker = createServer((request, response) => {
    const url = new URL(request.url, 'http://docker');
    const [, , of, verb] = url.pathname.split('/');
    if (request.method === 'POST') done.push(`${verb}${url.search} ${of[0]}`);
    const wanted = JSON.parse(url.searchParams.get('filters') ?? '{"label":[]}').label;
    const fits = ({ Labels }) => wanted.every((one) => { const [name, value] = one.split('='); return Labels[name] === value; });
    const killed = containers.find(({ Id }) => Id === of);
    if (verb === 'kill' && killed) killed.State = 'exited';
    response.end(request.method === 'POST' ? '' : JSON.stringify(verb === 'json' ? { Config: { Labels: labels('mine', 'lab') } } : containers.filter(fits)));
  }).listen(join(folder, 'docker.sock'));
  const port = await freePort();
  const agent = new Program('agent', 'python3', ['-B', join(top, 'deploy/lab/agent.py'), '--listen', `127.0.0.1:${port}`, '--docker', join(folder, 'docker.sock')], { logFile: join(folder, 'agent.log') });
  await agent.line(/event=listening/);
  const site = `http://127.0.0.1:${port}`;
  const order = (wanted) => http(`${site}/lab/actions`, { method: 'POST', headers: headersOf(site), body: JSON.stringify(wanted) });
  const free = () => until('it is free', async () => (await http(`${site}/lab/agent.json`)).json.busy === null);
  const { actions, nodes } = (await http(`${site}/lab/agent.json`)).json;
  assert.deepEqual([actions, nodes], [['kill', 'drain', 'pause', 'resume'], ['aaaaaaaaaaaa']]);
  assert.deepEqual(codeOf(await order({ action: 'kill', node: 'cccccccccccc' })), [404, 'unknown_node']);
  assert.deepEqual(codeOf(await order({ action: 'scale' })), [400, 'unknown_action']);
  assert.equal((await order({ action: 'kill', node: 'aaaaaaaaaaaa' })).status, 200);
  await free();
  assert.equal((await order({ action: 'pause', seconds: 10 })).status, 200);
  assert.equal((await order({ action: 'resume' })).status, 200);
  await free();
  assert.deepEqual(done, ['kill?signal=SIGKILL a', 'start a', 'pause b', 'unpause b']);
  await agent.stop();
  docker.close();
});

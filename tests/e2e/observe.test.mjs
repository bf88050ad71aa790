// deploy/observe: promtool takes its files; a real Prometheus with them, in front of three nodes, fires each alert on its fault. The
// times of the rules are short here, see support/prometheus.mjs; promtool tests them as they are.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Ward } from './cluster-page/ward.mjs';
import { HookedApplication } from './support/application.mjs';
import { ChatClient } from './support/client.mjs';
import { http } from './support/http.mjs';
import { LocalCluster } from './support/local-cluster.mjs';
import { cleanEnvironment } from './support/node.mjs';
import { Path } from './support/path.mjs';
import { freshFolder, top } from './support/places.mjs';
import { Program, freePorts } from './support/program.mjs';
import { Prometheus, observe } from './support/prometheus.mjs';
import { Redis } from './support/redis.mjs';
import { until } from './support/until.mjs';

const timeout = 120_000;
const folder = freshFolder('observe');
const file = (...path) => readFileSync(join(top, ...path), 'utf8');
const promtool = (...args) => spawnSync('promtool', args, { cwd: observe, encoding: 'utf8', ...(typeof args.at(-1) === 'object' && args.pop()) });
const takes = (...args) => {
  const { status, stdout, stderr } = promtool(...args);
  assert.equal(status, 0, stdout + stderr);
};

const rules = file('deploy/observe/alerts.yml');
const alerts = rules.split(/^ +- alert: /m).slice(1).map((text) => ({ name: /^\w+/.exec(text)[0], text, expression: /expr: (>-\n)?([^]*?)\n +(for|labels):/.exec(text)[2] }));
const dashboard = JSON.parse(file('deploy/observe/grafana/dashboards/chat.json'));
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const charted = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expression: expr.replaceAll('$__rate_interval', '15s') })));

/** The names of metrics in an expression: neither labels, functions nor keywords. */
function metricsIn(expression) {
  const bare = expression.replace(/"[^"]*"/g, '').replace(/\{[^}]*\}|\[[^\]]*\]|\b(by|on) *\([^)]*\)/g, ' ');
  return [...bare.matchAll(/\b[a-zA-Z_]\w*\b(?! *\()/g)].map(([name]) => name).filter((name) => !['and', 'or', 'unless'].includes(name));
}

describe('the files', () => {
  test('promtool takes the configuration for Compose, which is what deploy/observe/generate prints, and one for nodes at addresses', () => {
    assert.equal(file('deploy/observe/prometheus.yml'), execFileSync(join(observe, 'generate'), ['dns'], { encoding: 'utf8' }));
    takes('check', 'config', 'prometheus.yml');
    const here = join(folder, 'prometheus.yml');
    writeFileSync(here, execFileSync(join(observe, 'generate'), ['127.0.0.1:9121', '127.0.0.1:9115', '127.0.0.1:9001', '127.0.0.1:9002'], { encoding: 'utf8' }));
    takes('check', 'config', here);
  });

  test('promtool takes the rules, and their tests pass', () => {
    takes('check', 'rules', 'alerts.yml');
    takes('test', 'rules', 'alerts.test.yml');
  });

  test('each alert has a test that fails without it', () => {
    const without = join(folder, 'without');
    mkdirSync(without, { recursive: true });
    writeFileSync(join(without, 'alerts.test.yml'), file('deploy/observe/alerts.test.yml'));
    writeFileSync(join(without, 'alerts.yml'), rules.replace(/alert: /g, 'alert: No'));
    const { status, stdout, stderr } = promtool('test', 'rules', join(without, 'alerts.test.yml'));
    assert.equal(status, 1);
    const failed = [...(stdout + stderr).matchAll(/alertname=\W*(\w+)/g)].map(([, name]) => name);
    assert.deepEqual(alerts.map(({ name }) => name).filter((name) => !failed.includes(name)), []);
  });

  test('each alert says how bad it is, and has a row in the runbook; the runbook names no other', () => {
    const section = /^## Alerts\n([^]*?)(?=^## )/m.exec(file('deploy/README.md'))[1];
    assert.deepEqual([...section.matchAll(/^\| `(Chat\w+)`/gm)].map(([, name]) => name), alerts.map(({ name }) => name));
    for (const { name, text } of alerts) {
      assert.match(text, /severity: (critical|warning)\b/, name);
      assert.match(text, /summary: "[A-Z{].*\."/, name);
      assert.match(text, /runbook_url: deploy\/README\.md#alerts\n/, name);
    }
  });

  test('the dashboard has its rows, and each panel asks the data source that is provisioned', () => {
    assert.deepEqual(dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title), ['Traffic', 'Latency', 'Faults', 'Limits', 'Redis', 'Process']);
    assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
    const [, uid] = /uid: (\w+)/.exec(file('deploy/observe/grafana/provisioning/datasources/prometheus.yml'));
    for (const { title, datasource } of panels) assert.equal(datasource.uid, uid, title);
    const compose = file('docker-compose.yml');
    const [, path] = /path: ([^}\s]+)/.exec(file('deploy/observe/grafana/provisioning/dashboards/chat.yml'));
    assert.ok(compose.includes(`./deploy/observe/grafana/dashboards:${path}:ro`));
  });
});

describe('Prometheus in front of three nodes', () => {
  let redis, application, ward, nodes, prometheus;
  const textOf = async (url) => (await http(url)).text;
  const counted = async (name) => (await Promise.all(nodes.map((node) => textOf(`${node.http}/metrics`)))).reduce((sum, text) => sum + Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\d+)$`, 'm').exec(text)[1]), 0);
  const calm = (milliseconds = 60_000) => until('no alert fires', async () => {
    const firing = (await prometheus.firing()).map(({ labels }) => `${labels.alertname} ${labels.instance ?? ''}`);
    if (firing.length > 0) throw new Error(firing.join(', '));
    return true;
  }, milliseconds);
  /** What must not fire yet does so once the fault is there. */
  async function firesOn(fault, expected) {
    const early = (await prometheus.firing()).filter(({ labels }) => expected.some(([name, node]) => name === labels.alertname && (!node || labels.instance === `127.0.0.1:${node.port}`)));
    assert.deepEqual(early.map(({ labels }) => labels.alertname), []);
    const from = performance.now();
    await fault();
    for (const [name, node] of expected) {
      const { annotations } = await prometheus.fires(name, node);
      console.log(`${((performance.now() - from) / 1000).toFixed(1).padStart(6)} s  ${name.padEnd(24)} ${annotations.summary}`);
    }
  }

  before(async () => {
    redis = await Redis.start(folder);
    ward = Object.assign(new Ward(), { folder, redis });
    application = await HookedApplication.start(folder, { call: { methods: ['Buy'] }, message_posted: { rooms: ['told'] } });
    const own = [{}, { 'max-connections-per-address': 60 }, { 'messages-per-second': 10 }];
    nodes = await Promise.all(own.map((settings, i) => ward.node(`chat-${i + 1}`, { settings: { inbox: 'off', 'drain-seconds': 1, ...application.settings, ...settings } })));
    prometheus = await Prometheus.start(folder, redis, nodes);
  }, { timeout });
  after(async () => {
    await prometheus?.stop();
    await Promise.all((nodes ?? []).map((node) => node.stop()));
    await redis?.stop();
    application?.server.close();
    application?.server.closeAllConnections();
  });

  test('promtool complains of nothing in the metrics of a node', { timeout }, async () => {
    const { stdout, stderr } = promtool('check', 'metrics', { input: await textOf(`${nodes[0].http}/metrics`) });
    assert.equal(stdout + stderr, '');
  });

  test('each metric that a rule or the dashboard names is one of a node, of the exporters or of Prometheus itself', { timeout }, async () => {
    await redis.command('XADD', 'chat:inbox', '*', 'room', 'plaza', 'text', 'waits');
    const names = (text) => [...text.matchAll(/^# TYPE (\w+) (\w+)/gm)].flatMap(([, name, type]) => (type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]));
    const ofNode = names(await textOf(`${nodes[0].http}/metrics`));
    const ofRedis = names(await textOf(`http://${prometheus.exporters[0]}/metrics`));
    const ofQuestions = names(await textOf(`http://${prometheus.exporters[1]}/probe?module=ready&target=${nodes[0].http}/ready`));
    await redis.command('DEL', 'chat:inbox');
    const wanted = new Set([...alerts, ...charted].flatMap(({ expression }) => metricsIn(expression)));
    assert.ok(wanted.size > 40, [...wanted].join(' '));
    for (const name of wanted) {
      const there = name.startsWith('redis_') ? ofRedis : name.startsWith('probe_') ? ofQuestions : ['up', 'ALERTS'].includes(name) ? [name] : ofNode;
      assert.ok(there.includes(name), name);
    }
  });

  test('in a calm cluster no alert fires, and each panel of the dashboard has data', { timeout }, async (t) => {
    const client = await ChatClient.connect(nodes[0].ws);
    t.after(() => client.terminate());
    await client.join('plaza');
    await client.insist('plaza', 'hello');
    for (const job of ['chat', 'redis', 'chat-ready', 'chat-secret', 'chat-clocks']) await until(`${job} is scraped`, async () => (await prometheus.query(`min(up{job="${job}"})`))[0]?.value[1] === '1');
    await calm();
    for (const { title, expression } of charted) await until(`"${title}" has data: ${expression}`, async () => (await prometheus.query(expression)).length > 0);
    assert.equal((await prometheus.rules()).length, alerts.length);
    for (const { name, health, lastError } of await prometheus.rules()) assert.equal(health, 'ok', `${name}: ${lastError}`);
  });

  test('a killed node, one that starts again and again, and a cluster without nodes', { timeout }, async () => {
    await firesOn(() => nodes[0].kill(), [['ChatNodeDown', nodes[0]]]);
    await firesOn(() => Promise.all(nodes.slice(1).map((node) => node.kill())), [['ChatNoNode']]);
    await Promise.all(nodes.map((node) => node.start()));
    await firesOn(async () => {
      const started = () => prometheus.query(`chat_start_time_seconds{instance="127.0.0.1:${nodes[0].port}"}`).then(([sample]) => sample?.value[1]);
      for (let i = 0; i < 3; i++) {
        const before = await until('its start is scraped', started);
        await nodes[0].kill();
        await nodes[0].start();
        await until('its new start is scraped', async () => { const now = await started(); return now && now !== before; });
      }
    }, [['ChatNodeRestarts', nodes[0]]]);
    await calm();
  });

  test('Redis stands still', { timeout }, async () => {
    await firesOn(() => redis.pause(), [['ChatRedisDown'], ...nodes.map((node) => ['ChatStoreAway', node])]);
    redis.resume();
    await calm();
  });

  test('the memory of Redis fills: the alert comes before a message is refused', { timeout }, async (t) => {
    const client = await ChatClient.connect(nodes[0].ws);
    t.after(() => client.terminate());
    await client.join('plaza');
    await redis.command('SETRANGE', 'filler', String(20 * 2 ** 20), 'x');
    const fill = async (part) => {
      const [, used] = /used_memory:(\d+)/.exec(await redis.command('INFO', 'memory'));
      await redis.command('CONFIG', 'SET', 'maxmemory', String(Math.round(Number(used) / part)));
    };
    const refused = () => counted('chat_appends_total{result="refused"}');
    const before = await refused();
    await firesOn(() => fill(0.85), [['ChatRedisNearlyFull']]);
    await client.say('plaza', 'there is room');
    await firesOn(() => fill(0.94), [['ChatRedisFull']]);
    await client.say('plaza', 'there is still room');
    assert.equal(await refused(), before);
    await firesOn(async () => {
      await fill(1.1);
      await assert.rejects(client.say('plaza', 'no room'), ({ reply }) => reply?.temporary === true);
      assert.ok(await refused() > before);
    }, [['ChatMessagesNotStored', nodes[0]]]);
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await redis.command('DEL', 'filler');
    await calm();
  });

  test('Redis is slow, and loses its logs; its exporter ends', { timeout }, async (t) => {
    const client = await ChatClient.connect(nodes[0].ws);
    t.after(() => client.terminate());
    await client.join('plaza');
    await firesOn(async () => {
      redis.pause();
      const said = client.insist('plaza', 'slowly');
      await pause(400);                                     // how slow Redis is, not a time to wait
      redis.resume();
      await said;
    }, [['ChatAppendsSlow', nodes[0]]]);
    await firesOn(() => redis.command('FLUSHALL'), [['ChatLogsLost']]);
    await firesOn(() => prometheus.redisExporter.stop(), [['ChatRedisNotWatched']]);
    prometheus.startRedisExporter();
    await calm();
  });

  test('publications of Redis do not arrive', { timeout }, async (t) => {
    const [speaker, listener] = await Promise.all([nodes[0], nodes[1]].map((node) => ChatClient.connect(node.ws)));
    t.after(() => [speaker, listener].forEach((one) => one.terminate()));
    for (const one of [speaker, listener]) await one.join('plaza');
    let losing = true;
    t.after(() => { losing = false; });
    await firesOn(async () => {
      (async () => {
        for (let i = 0; losing; i++) {
          await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub').catch(() => {});
          await speaker.insist('plaza', `lost ${i}`).catch(() => {});
        }
      })();
    }, [['ChatPublicationsMissed']]);
    losing = false;
    await calm();
  });

  test('limits refuse: a flood of messages, of connections; a node has nearly no descriptors left', { timeout }, async (t) => {
    const opened = [];
    t.after(() => opened.forEach((one) => one.terminate()));
    const open = async (node) => { opened.push(await ChatClient.connect(node.ws)); return opened.at(-1); };
    await firesOn(async () => {
      const flood = await open(nodes[2]);
      await flood.join('flooded');
      const results = await Promise.allSettled(Array.from({ length: 60 }, () => flood.say('flooded', 'again')));
      assert.ok(results.some(({ reason }) => reason?.code === 'rate_limited'));
    }, [['ChatMessagesRefused', nodes[2]]]);
    await firesOn(() => Promise.allSettled(Array.from({ length: 80 }, () => open(nodes[1]))), [['ChatConnectionsRefused', nodes[1]]]);
    await firesOn(async () => {
      execFileSync('prlimit', ['--pid', String(nodes[0].program.child.pid), '--nofile=400:']);
      for (let i = 0; i < 13; i++) await Promise.all(Array.from({ length: 25 }, () => open(nodes[0])));
    }, [['ChatConnectionsNearLimit', nodes[0]]]);
    opened.forEach((one) => one.terminate());
    await calm();
  });

  test('clients read too slowly', { timeout }, async (t) => {
    const path = await Path.to(nodes[0].port);
    const readers = await Promise.all(Array.from({ length: 8 }, () => ChatClient.connect(path.url)));
    const speaker = await ChatClient.connect(nodes[0].ws);
    for (const client of [speaker, ...readers]) await client.join('busy');
    path.narrow();
    const pace = setInterval(() => { for (let i = 0; i < 5; i++) speaker.say('busy', 'x'.repeat(4000)).catch(() => {}); }, 10);
    t.after(async () => {
      clearInterval(pace);
      for (const client of [speaker, ...readers]) client.terminate();
      await path.close();
    });
    await firesOn(() => {}, [['ChatSlowConsumers', nodes[0]]]);
  });

  test('a node stands still for a moment', { timeout }, async () => {
    await firesOn(async () => {
      nodes[1].program.signal('SIGSTOP');
      await pause(2500);                                    // how late its loops are, not a time to wait
      nodes[1].program.signal('SIGCONT');
    }, [['ChatLoopLate', nodes[1]]]);
  });

  test('the application fails, and takes no events', { timeout }, async (t) => {
    const clients = await Promise.all(Array.from({ length: 8 }, (_, i) => ChatClient.connect(nodes[0].ws, { from: `127.0.${i + 1}.1` })));   // one caller each
    let calling = true;
    t.after(() => {
      calling = false;
      clients.forEach((one) => one.terminate());
    });
    application.answers = { call: () => 500, message_posted: () => 500 };
    await firesOn(async () => {
      (async () => {
        while (calling) await Promise.allSettled(clients.map((one) => one.request('call', { method: 'Buy', arguments: [] })));
      })();
    }, [['ChatHooksFail'], ['ChatHookBreakerOpen']]);
    calling = false;
    await firesOn(async () => {
      await clients[0].join('told');
      for (let i = 0; i < 11; i++) await Promise.all(Array.from({ length: 100 }, () => clients[0].say('told', 'and nobody hears of it')));
    }, [['ChatHookEventsWait']]);
    application.answers = {};
  });

  test('no node takes what programs write into the inbox, and then a wrong entry', { timeout }, async (t) => {
    await firesOn(() => redis.command('XADD', 'chat:inbox', '*', 'room', 'plaza', 'text', 'waits'), [['ChatInboxNotConsumed']]);
    const consumer = await ward.node('chat-7');
    t.after(() => consumer.stop());
    await prometheus.look([...nodes, consumer]);
    await until('it is scraped', async () => (await prometheus.query(`chat_inbox_buried_total{instance="127.0.0.1:${consumer.port}"}`)).length > 0);
    await firesOn(() => redis.command('XADD', 'chat:inbox', '*', 'no', 'room'), [['ChatInboxBuried']]);
    await consumer.stop();
    await prometheus.look(nodes);
  });

  test('a node has another secret, one another version, one a wrong clock', { timeout }, async (t) => {
    const other = await ward.node('chat-5', { program: ward.otherVersion().file });
    const ahead = await ward.node('chat-6', { env: ward.clockAhead(90) });
    const odd = await ward.node('chat-4', { settings: { secret: 'a secret of its own' }, ready: false });   // last: those after it would refuse clients
    const more = [odd, other, ahead];
    t.after(() => Promise.all(more.map((node) => node.stop())));
    await firesOn(() => prometheus.look([...nodes, ...more]), [['ChatOtherSecret', odd], ['ChatNodeNotReady', odd], ['ChatMixedVersions'], ['ChatClockOff']]);
    await Promise.all(more.map((node) => node.stop()));
    await prometheus.look(nodes);
  });

  test('with all faults gone no alert fires', { timeout }, () => calm(100_000));
});

test('deploy/observe/local watches the nodes of deploy/local, those that come and go too, and ends with all it started', { timeout }, async (t) => {
  const cluster = await LocalCluster.up('observe-local', { nodes: 2 });
  t.after(() => cluster.down());
  const port = await freePorts(3);
  const program = new Program('deploy/observe/local', join(cluster.folder, 'deploy/observe/local'), [String(port)], { env: cleanEnvironment(), logFile: join(folder, 'local.log'), lastSignal: 'SIGTERM' });
  t.after(() => program.stop());
  const local = Object.assign(new Prometheus(), { http: `http://127.0.0.1:${port}` });
  const up = async (count) => {
    const targets = await local.targets();
    return targets.length === count && targets.every(({ health }) => health === 'up');
  };
  await until('two nodes and Redis are up', () => up(2 * 4 + 1), 40_000);
  assert.equal((await local.rules()).length, alerts.length);
  assert.equal((await local.query('sum(probe_success)'))[0].value[1], '6');
  await cluster.run('scale', '3');
  await until('three nodes are up', () => up(3 * 4 + 1), 40_000);
  await cluster.run('scale', '2');
  await until('the node that left is no target', () => up(2 * 4 + 1), 40_000);
  await program.stop();
  for (const i of [0, 1, 2]) await assert.rejects(http(`http://127.0.0.1:${port + i}`), { code: 'ECONNREFUSED' });
});

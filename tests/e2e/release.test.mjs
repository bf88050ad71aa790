// A release: one version everywhere, the libraries it has, and the files that a running node reads again.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { HookedApplication } from './support/application.mjs';
import { ChatClient } from './support/client.mjs';
import { Node } from './support/node.mjs';
import { chatd, freshFolder, top } from './support/places.mjs';
import { TokenMaker } from './support/tokens.mjs';

const timeout = 30_000;
const folder = freshFolder('release');
const run = (program, ...args) => execFileSync(program, args, { cwd: top, encoding: 'utf8', maxBuffer: 2 ** 26 });
const file = (...path) => readFileSync(join(top, ...path), 'utf8');
const [, version] = /VERSION (\d+\.\d+\.\d+)/.exec(file('CMakeLists.txt'));

describe('the version', () => {
  test('is that of CMakeLists.txt in the programs, the npm package and the list of changes', () => {
    for (const program of [chatd, join(dirname(chatd), 'chatctl')]) assert.match(run(program, '--version'), new RegExp(`^chat(d|ctl) ${version}(\\+[0-9a-f]{7})?\n`));
    assert.equal(JSON.parse(file('web/package.json')).version, version);
    assert.ok(file('CHANGELOG.md').includes(`\n## ${version}`));
  });
  test('of chatd names what it can do', () => {
    assert.match(run(chatd, '--version'), /\nprotocols: chat\.v1, SignalR, Socket\.IO\nbackplanes: memory, redis, redis-shards, postgres\nbuild: \w+.*Boost 1_\d+\n$/);
  });
});

test('the jobs of .github/workflows run together what tests/run runs', () => {
  const read = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))';
  const { jobs } = JSON.parse(run('/usr/bin/python3', '-c', read, '.github/workflows/ci.yml'));
  const [, all] = /^all="([a-z0-9 ]+)"$/m.exec(file('tests/run'));
  const spread = jobs.stages.strategy.matrix.stages.join(' ').split(' ');
  assert.deepEqual([...spread].sort(), all.split(' ').sort());
  assert.equal(jobs.stages.steps.filter(({ run: command }) => command === '.ci/run ${{ matrix.stages }}').length, 1);
});

describe('the list of libraries', { concurrency: false }, () => {
  const list = JSON.parse(run('deploy/sbom', chatd));

  test('has the members that SPDX 2.3 asks for', () => {
    assert.equal(list.spdxVersion, 'SPDX-2.3');
    assert.equal(list.dataLicense, 'CC0-1.0');
    assert.match(list.documentNamespace, /^https:\/\/[^#]+$/);
    assert.match(list.creationInfo.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.match(list.creationInfo.creators[0], /^Tool: /);
    const ids = list.packages.map(({ SPDXID }) => SPDXID);
    assert.equal(new Set(ids).size, ids.length);
    for (const one of list.packages) {
      assert.match(one.SPDXID, /^SPDXRef-[A-Za-z0-9.-]+$/);
      for (const member of ['name', 'versionInfo', 'downloadLocation', 'licenseConcluded', 'licenseDeclared', 'copyrightText']) assert.ok(one[member], `${one.name}: ${member}`);
      assert.equal(one.filesAnalyzed, false);
    }
    for (const { spdxElementId, relatedSpdxElement } of list.relationships) {
      for (const id of [spdxElementId, relatedSpdxElement]) assert.ok(id === list.SPDXID || ids.includes(id), id);
    }
    assert.deepEqual(new Set(list.relationships.map(({ relatedSpdxElement }) => relatedSpdxElement)), new Set(ids));
  });

  test('has every library that the program loads, in the version of this machine, and the headers in it', () => {
    const loaded = [...run('ldd', chatd).matchAll(/(\S+) \(0x/g)].map(([, path]) => path.split('/').at(-1)).filter((name) => !name.startsWith('linux-vdso'));
    assert.ok(loaded.length > 10);
    for (const library of loaded) assert.ok(list.packages.some(({ sourceInfo }) => sourceInfo?.includes(library)), library);
    const packages = new Set(run('dpkg-query', '-W', '-f', '${Package} ${Version}\n').split('\n'));
    for (const { name, versionInfo } of list.packages.slice(1)) assert.ok(packages.has(`${name} ${versionInfo}`), name);
    for (const header of [/^libboost/, /^libcli11/, /^nlohmann-json/]) assert.ok(list.packages.some(({ name }) => header.test(name)), String(header));
    assert.equal(list.packages[0].checksums[0].checksumValue, createHash('sha256').update(readFileSync(chatd)).digest('hex'));
  });

  test('has the notices of each', () => {
    const notices = run('deploy/sbom', '--notices', chatd);
    for (const { name, versionInfo } of list.packages.slice(1)) assert.ok(notices.includes(`\n${name} ${versionInfo}\n`), name);
    for (const words of ['Boost Software License', 'Apache', 'Permission is hereby granted']) assert.ok(notices.includes(words), words);
  });
});

test('SIGHUP makes a node read its keys, rules and hooks again; a broken file leaves what was read before', { timeout }, async (t) => {
  const maker = new TokenMaker(folder), newer = new TokenMaker(freshFolder('release-newer'));
  const rooms = join(folder, 'rooms.json');
  writeFileSync(rooms, '{"rules": []}');
  const application = await HookedApplication.start(folder, { message: { rooms: ['asked'] } });
  const node = await Node.start({ id: 'chat-1', folder, settings: { auth: 'optional', rooms, ...maker.settings, ...application.settings } });
  t.after(async () => { await node.stop(); await application.stop(); });
  const enter = async (token, room) => {
    const client = await ChatClient.connect(node.ws, { token });
    try {
      await client.join(room);
      return (await client.say(room, 'hello')).type;
    } catch (error) {
      return error.code;
    } finally {
      client.terminate();
    }
  };
  const reread = async () => {
    const before = node.log.split('event=reloaded').length;
    node.program.signal('SIGHUP');
    await node.program.line(new RegExp(`(event=reloaded[^]*){${before}}`));
  };

  assert.equal(await enter(await maker.make('ana'), 'news'), 'ack');
  assert.equal(await enter(await newer.make('ana'), 'news').catch((error) => error.code), 'unauthorized');
  writeFileSync(rooms, '{"rules": [{"rooms": "news", "user": ["join", "history"]}]}');
  writeFileSync(maker.file, newer.secret);
  application.write(folder, { message: { rooms: ['other'] } });
  await enter(await maker.make('ana'), 'asked');
  assert.equal(application.asked('message').length, 1);
  await reread();
  assert.equal(await enter(await maker.make('ana'), 'news').catch((error) => error.code), 'unauthorized');
  assert.equal(await enter(await newer.make('ana'), 'news'), 'forbidden');
  await enter(await newer.make('ana'), 'asked');
  assert.equal(application.asked('message').length, 1, 'the new hooks do not ask about this room');

  writeFileSync(rooms, '{"rules": [');
  await reread();
  assert.equal(await enter(await newer.make('ana'), 'news'), 'forbidden');
});

// The files of the deployment that no test here can run for real: each is valid, agrees with what it is made from, and keeps the
// rules of the others.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { routes } from './proxies/routes.mjs';
import { cleanEnvironment } from './support/node.mjs';
import { chatd, freshFolder, top } from './support/places.mjs';

const folder = freshFolder('deployment');
const file = (...path) => readFileSync(join(top, ...path), 'utf8');
const run = (program, args) => execFileSync(program, args, { cwd: top, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: cleanEnvironment({ PATH: `${process.env.PATH}:/usr/sbin` }) });

/** A Compose configuration with all its variables and anchors put in. */
function composed(files = ['docker-compose.yml'], profile) {
  const text = run('docker-compose', [...files.flatMap((one) => ['-f', one]), ...(profile ? ['--profile', profile] : []), 'config']);
  writeFileSync(join(folder, 'compose.yml'), text);
  return JSON.parse(run('/usr/bin/python3', ['-c', 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))', join(folder, 'compose.yml')]));
}

const variants = {
  'NGINX': composed(),
  'profile tls': composed(undefined, 'tls'),
  'profile observe': composed(undefined, 'observe'),
  'profile postgres': composed(undefined, 'postgres'),
  'HAProxy': composed(['docker-compose.yml', 'deploy/haproxy/compose.yml']),
  'Traefik': composed(['docker-compose.yml', 'deploy/traefik/compose.yml']),
};

describe('Compose', () => {
  for (const [name, configuration] of Object.entries(variants)) {
    test(`${name}: each service is bounded, watched and has no rights that it does not need`, () => {
      for (const [service, is] of Object.entries(configuration.services)) {
        assert.equal(is.read_only, true, `${service} cannot write to its image`);
        assert.deepEqual(is.cap_drop, ['ALL'], service);
        assert.deepEqual(is.security_opt, ['no-new-privileges:true'], service);
        assert.deepEqual(is.logging, { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '5' } }, service);
        assert.ok(is.mem_limit, `${service} has a limit of memory`);
        assert.ok(is.pids_limit > 0, `${service} has a limit of threads`);
        assert.ok(is.healthcheck ?? is.build, `${service} has a health check, or its image has`);
        assert.equal(is.restart, 'unless-stopped', service);
      }
      assert.match(file('deploy/Dockerfile'), /^HEALTHCHECK /m);
    });
  }

  test('only a proxy is reachable from outside, Prometheus and Grafana from this machine, and none of them can reach the store', () => {
    const here = ['prometheus', 'grafana'];
    for (const { services, networks } of Object.values(variants)) {
      assert.equal(networks.backplane.internal, true);
      for (const [service, { ports, networks: joined }] of Object.entries(services)) {
        const names = Array.isArray(joined) ? joined : Object.keys(joined);
        if (ports) assert.ok(!names.includes('backplane') && (names.includes('front') || here.includes(service)), service);
        assert.equal(Boolean(ports), !['chat', 'redis', 'redis-2', 'redis-3', 'postgres', 'lab', 'redis-exporter', 'blackbox-exporter'].includes(service), service);
        if (here.includes(service)) for (const port of ports) assert.match(port.host_ip ?? port, /^127\.0\.0\.1\b/, service);
      }
    }
  });
});

describe('.env.example', () => {
  const lines = file('.env.example').split('\n').filter((line) => /^\w+=/.test(line)).map((line) => line.replace(/ +#.*/, '').split(/=(.*)/));

  test('each of its variables counts, and has the default of Compose or of the node', () => {
    const compose = file('docker-compose.yml');
    const help = run(chatd, ['--help']).replace(/\n {30,}/g, ' ');
    const byNodes = new Map([...help.matchAll(/^ {2}--[a-z-]+ (?:TEXT|UINT:INT in \[[^\]]*\])(?:=([^\s:]+))?.*\[(CHAT_\w+)\]/gm)].map(([, value = '', name]) => [name, value]));
    for (const [name, value] of lines) {
      const [, byCompose] = new RegExp(`\\{${name}:-([^}]*)\\}`).exec(compose) ?? [];
      assert.equal(value, byCompose ?? byNodes.get(name), name);
      if (byCompose === undefined) assert.match(compose, new RegExp(`^ +${name}:$`, 'm'));
    }
  });

  test('what is set in .env reaches the nodes, and what is not is left to them', () => {
    const env = join(folder, 'env');
    writeFileSync(env, 'CHAT_LOG_FORMAT=json\nCHAT_MEM_LIMIT=2g\n');
    const text = run('docker-compose', ['--env-file', env, 'config']);
    assert.match(text, /CHAT_LOG_FORMAT: json/);
    assert.match(text, /mem_limit: ('?2g'?|"?2147483648"?)/);
    assert.doesNotMatch(text, /CHAT_LOG_LEVEL: \w*(info|debug)/);
  });
});

describe('HAProxy and Caddy in Compose', () => {
  test('their files are what deploy/…/generate prints', () => {
    assert.equal(file('deploy/haproxy/haproxy.cfg'), run('deploy/haproxy/generate', ['8080', 'dns']));
    assert.equal(file('deploy/caddy/Caddyfile'), run('deploy/caddy/generate', ['{$CHAT_SITE:localhost}', 'dns']));
  });

  test('each program takes its file', () => {
    const here = join(folder, 'haproxy.cfg');
    writeFileSync(here, file('deploy/haproxy/haproxy.cfg').replaceAll('/srv/web', join(top, 'web')));
    run('haproxy', ['-c', '-q', '-f', here]);
    run('caddy', ['validate', '--adapter', 'caddyfile', '--config', 'deploy/caddy/Caddyfile']);
  });
});

describe('Traefik, which is not run', () => {
  const { labels } = variants.Traefik.services.chat;
  // The labels of Traefik 3 that this project uses, as its reference of Docker labels spells them.
  const known = new Set(`traefik.enable traefik.docker.network
    traefik.http.routers.*.rule traefik.http.routers.*.entrypoints traefik.http.routers.*.service traefik.http.routers.*.middlewares
    traefik.http.middlewares.*.inflightreq.amount traefik.http.middlewares.*.inflightreq.sourcecriterion.ipstrategy.depth
    traefik.http.middlewares.*.retry.attempts traefik.http.middlewares.*.retry.initialinterval
    traefik.http.services.*.loadbalancer.server.port traefik.http.services.*.loadbalancer.healthcheck.path
    traefik.http.services.*.loadbalancer.healthcheck.interval traefik.http.services.*.loadbalancer.healthcheck.timeout
    traefik.http.services.*.loadbalancer.sticky.cookie.name traefik.http.services.*.loadbalancer.sticky.cookie.httponly
    traefik.http.services.*.loadbalancer.sticky.cookie.samesite`.split(/\s+/));

  test('its file says that it was not run, and its labels name what there is', () => {
    assert.match(file('deploy/traefik/compose.yml'), /NOT RUN/);
    for (const name of Object.keys(labels)) assert.ok(known.has(name.replace(/^(traefik\.http\.\w+\.)[^.]+/, '$1*')), name);
    assert.ok(labels[`traefik.http.services.${labels['traefik.http.routers.chat.service']}.loadbalancer.server.port`]);
    for (const one of labels['traefik.http.routers.chat.middlewares'].split(',')) {
      assert.ok(Object.keys(labels).some((name) => name.startsWith(`traefik.http.middlewares.${one}.`)), one);
    }
  });

  test('its rule keeps to itself what every proxy does', () => {
    const rule = labels['traefik.http.routers.chat.rule'].replaceAll('$$', '$');
    const [hidden, hub] = [...rule.matchAll(/PathRegexp\(`\(\?i\)([^`]*)`\)/g)].map(([, pattern]) => new RegExp(pattern, 'i'));
    const isForwarded = (path) => !hidden.test(path) || hub.test(path);
    for (const [target, expected] of routes) {
      if (target.startsWith('/node/')) assert.equal(isForwarded(target), false, target);
      else if (/^\/+(metrics|open|api)\b/i.test(target)) assert.equal(isForwarded(target), false, target);
      else if (expected === 'node' || expected === 'page') assert.equal(isForwarded(target), true, target);
    }
  });
});

describe('compose-roll, with a stand-in for Docker', () => {
  /** Keeps containers as files ID with their image, and writes down what is asked of it. A container is healthy when asked twice. */
  const standIn = `#!/bin/bash
    cd "$STATE" || exit
    echo "$(basename "$0") $*" >>asked
    case "$*" in
      *"ps -q chat") ls containers ;;
      *"build chat") echo new >image ;;
      *"up -d --no-deps --no-recreate --scale chat="*)
        while [ "$(ls containers | wc -l)" -lt "$(grep -o 'chat=[0-9]*' <<<"$*" | cut -d= -f2)" ]; do cp image "containers/$(date +%s%N)0000"; done ;;
      "inspect -f {{.Image}} "*) cat "containers/\${*: -1}" ;;
      "inspect -f {{.State.Health.Status}} "*) [ -e "asked-\${*: -1}" ] && echo healthy || echo starting; touch "asked-\${*: -1}" ;;
      "stop -t "*) echo "running: $(ls containers | wc -l)" >>asked ;;
      "rm "*) rm "containers/$2" ;;
      *) exit 1 ;;
    esac`;

  test('each node is replaced after a new one is healthy, there is never one less, and nothing else is touched', { timeout: 60_000 }, () => {
    const state = join(folder, 'docker');
    mkdirSync(join(state, 'containers'), { recursive: true });
    for (const name of ['docker', 'docker-compose']) writeFileSync(join(state, name), standIn, { mode: 0o755 });
    for (const id of ['a', 'b', 'c']) writeFileSync(join(state, 'containers', `${id}00000000000000`), 'old\n');
    writeFileSync(join(state, 'image'), 'old\n');
    const roll = () => execFileSync(join(top, 'deploy/compose-roll'), [], { encoding: 'utf8', env: cleanEnvironment({ PATH: `${state}:${process.env.PATH}`, STATE: state }) });
    assert.match(roll(), /3 nodes run the image new\n$/);
    const left = readdirSync(join(state, 'containers')).map((id) => readFileSync(join(state, 'containers', id), 'utf8').trim());
    assert.deepEqual(left, ['new', 'new', 'new']);
    const asked = readFileSync(join(state, 'asked'), 'utf8').trim().split('\n');
    assert.deepEqual(asked.filter((line) => line.startsWith('running')), Array(3).fill('running: 4'));
    for (const line of asked.filter((one) => one.startsWith('docker-compose'))) assert.match(line, /^docker-compose (ps -q|build|up -d --no-deps .*) ?chat$|chat=\d chat$/);
    assert.ok(asked.filter((line) => line.startsWith('docker stop')).every((line) => line.startsWith('docker stop -t 20 ')));
  });
});

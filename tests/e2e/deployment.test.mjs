// The files of the deployment that no test here can run for real: each is valid, agrees with what it is made from, and keeps the
// rules of the others.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { routes } from './proxies/routes.mjs';
import { cleanEnvironment } from './support/node.mjs';
import { freshFolder, top } from './support/places.mjs';

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
  'NGINX': () => composed(),
  'profile tls': () => composed(undefined, 'tls'),
  'HAProxy': () => composed(['docker-compose.yml', 'deploy/haproxy/compose.yml']),
  'Traefik': () => composed(['docker-compose.yml', 'deploy/traefik/compose.yml']),
};

describe('Compose', () => {
  for (const [name, configuration] of Object.entries(variants)) {
    test(`${name}: each service is bounded, watched and has no rights that it does not need`, () => {
      const { services } = configuration();
      for (const [service, is] of Object.entries(services)) {
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

  test('only a proxy is reachable from outside, and it cannot reach the store', () => {
    for (const configuration of Object.values(variants)) {
      const { services, networks } = configuration();
      assert.equal(networks.backplane.internal, true);
      for (const [service, { ports, networks: joined }] of Object.entries(services)) {
        if (ports) assert.deepEqual(Object.keys(Array.isArray(joined) ? Object.fromEntries(joined.map((one) => [one])) : joined), ['front'], service);
        assert.equal(Boolean(ports), !['chat', 'redis'].includes(service), service);
      }
    }
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
  const labels = () => composed(['docker-compose.yml', 'deploy/traefik/compose.yml']).services.chat.labels;
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
    const all = labels();
    for (const name of Object.keys(all)) assert.ok(known.has(name.replace(/^(traefik\.http\.\w+\.)[^.]+/, '$1*')), name);
    assert.ok(all[`traefik.http.services.${all['traefik.http.routers.chat.service']}.loadbalancer.server.port`]);
    for (const one of all['traefik.http.routers.chat.middlewares'].split(',')) {
      assert.ok(Object.keys(all).some((name) => name.startsWith(`traefik.http.middlewares.${one}.`)), one);
    }
  });

  test('its rule keeps to itself what every proxy does', () => {
    const rule = labels()['traefik.http.routers.chat.rule'].replaceAll('$$', '$');
    const [hidden, hub] = [...rule.matchAll(/PathRegexp\(`\(\?i\)([^`]*)`\)/g)].map(([, pattern]) => new RegExp(pattern, 'i'));
    const isForwarded = (path) => !hidden.test(path) || hub.test(path);
    for (const [target, expected] of routes) {
      if (target.startsWith('/node/')) assert.equal(isForwarded(target), false, target);
      else if (/^\/+(metrics|open|api)\b/i.test(target)) assert.equal(isForwarded(target), false, target);
      else if (expected === 'node' || expected === 'page') assert.equal(isForwarded(target), true, target);
    }
  });
});

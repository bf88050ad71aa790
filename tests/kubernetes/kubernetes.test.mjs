// deploy/kubernetes as kubectl renders it: valid by the schemas of Kubernetes, and right for this server. No cluster runs it here.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { chatd, top } from '../e2e/support/places.mjs';
import { validate } from './schemas.mjs';

const run = (program, args, input) => execFileSync(program, args, { cwd: top, encoding: 'utf8', input, maxBuffer: 2 ** 24, stdio: ['pipe', 'pipe', 'ignore'] });
const rendered = (folder) => JSON.parse(run('/usr/bin/python3', ['-c', 'import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))'], run('kubectl', ['kustomize', folder])));

const objects = rendered('deploy/kubernetes/trial');
const named = (kind, name = 'chat') => objects.find((one) => one.kind === kind && one.metadata.name === name);
const pod = named('Deployment').spec.template.spec;
const [container] = pod.containers;
const seconds = (setting) => Number(container.env.find(({ name }) => name === setting).value);

for (const folder of ['base', 'trial']) {
  test(`${folder}: every object is valid`, () => {
    const all = rendered(`deploy/kubernetes/${folder}`);
    assert.ok(all.length >= 5);
    for (const object of all) assert.doesNotThrow(() => validate(object), `${object.kind} ${object.metadata.name}`);
  });
}

test('a schema finds what is wrong', () => {
  const wrong = structuredClone(named('Deployment'));
  wrong.spec.template.spec.containers[0].ports[0].containerPort = 'nine thousand';
  assert.throws(() => validate(wrong), /containerPort/);
  const misspelt = structuredClone(named('Deployment'));
  misspelt.spec.template.spec.terminationGracePeriod = 40;
  assert.throws(() => validate(misspelt), /no such field: .spec.template.spec.terminationGracePeriod$/);
});

describe('nodes', () => {
  test('have settings that chatd knows, with an id of their own', () => {
    const help = run(chatd, ['--help']);
    for (const { name } of container.env) assert.ok(help.includes(`[${name}]`), name);
    assert.equal(container.env.find(({ name }) => name === 'CHAT_NODE_ID').valueFrom.fieldRef.fieldPath, 'metadata.name');
    assert.equal(pod.enableServiceLinks, false, 'the variables of a service named chat would be settings');
    const secret = objects.find(({ kind }) => kind === 'Secret');
    assert.equal(container.env.find(({ name }) => name === 'CHAT_REDIS').valueFrom.secretKeyRef.name, secret.metadata.name);
  });
  test('have time to drain, and are asked what they answer', () => {
    assert.ok(pod.terminationGracePeriodSeconds > 5 + seconds('CHAT_DRAIN_SECONDS') + 4);
    assert.deepEqual(['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => container[probe].httpGet.path), ['/health', '/health', '/ready']);
  });
  test('have no rights, as the profile "restricted" asks', () => {
    for (const { spec } of ['Deployment', 'StatefulSet'].map((kind) => objects.find((one) => one.kind === kind).spec.template)) {
      assert.equal(spec.securityContext.runAsNonRoot, true);
      assert.equal(spec.securityContext.seccompProfile.type, 'RuntimeDefault');
      assert.equal(spec.automountServiceAccountToken, false);
      for (const { securityContext, resources } of spec.containers) {
        assert.deepEqual(securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
        assert.ok(resources.limits.memory);
      }
    }
  });
  test('go one at a time, whoever asks for it', () => {
    assert.deepEqual(named('Deployment').spec.strategy.rollingUpdate, { maxSurge: 1, maxUnavailable: 0 });
    assert.equal(named('PodDisruptionBudget').spec.maxUnavailable, 1);
    const { scaleDown } = named('HorizontalPodAutoscaler').spec.behavior;
    assert.deepEqual(scaleDown.policies, [{ type: 'Pods', value: 1, periodSeconds: 120 }]);
    assert.ok(scaleDown.stabilizationWindowSeconds >= 300);
    assert.equal(named('Deployment').spec.replicas, undefined, 'the autoscaler owns the number');
  });
});

test('ports fit: the route leads to the service, the service to the nodes, and only nodes reach the store', () => {
  const port = container.ports.find(({ name }) => name === named('Service').spec.ports[0].targetPort).containerPort;
  assert.equal(port, 9000);
  assert.deepEqual(named('NetworkPolicy').spec.ingress, [{ ports: [{ protocol: 'TCP', port }] }]);
  const [hidden, rest] = named('HTTPRoute').spec.rules;
  assert.deepEqual(hidden.matches.map(({ path }) => path.value), ['/metrics', '/open', '/node']);
  assert.equal(hidden.backendRefs, undefined);
  assert.deepEqual(rest.backendRefs.map(({ name, port: to }) => [name, to]), [['chat', named('Service').spec.ports[0].port]]);
  assert.deepEqual(named('NetworkPolicy', 'redis').spec.ingress[0].from, [{ podSelector: { matchLabels: named('Deployment').spec.template.metadata.labels } }]);
});

// deploy/helm as Helm's template language renders it (render/main.go: Go's text/template with sprig, not Helm itself): valid by the
// schemas of Kubernetes, right for this server, and the same nodes as those of deploy/kubernetes. No cluster runs it here.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { chatd, freshFolder, top } from '../e2e/support/places.mjs';
import { until } from '../e2e/support/until.mjs';
import { validate } from './schemas.mjs';

const Ajv = createRequire(import.meta.url)('ajv');
const chart = join(top, 'deploy/helm');
const program = join(top, 'build/kubernetes/render');
execFileSync('go', ['build', '-o', program, './tests/kubernetes/render'], {
  cwd: top,
  env: { ...process.env, CGO_ENABLED: '0', GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: join(top, 'build/kubernetes/cache'), GOFLAGS: '' },
});

const read = (name) => readFileSync(join(chart, name), 'utf8');
const schema = JSON.parse(read('values.schema.json'));
const fits = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
const templates = Object.fromEntries(readdirSync(join(chart, 'templates')).map((name) => [name, read(`templates/${name}`)]));

/** What the chart makes of values in YAML. Throws what a template says. */
function render(values = '', { folder = chart, release = 'chat', ...more } = {}) {
  const { status, stdout, stderr } = spawnSync(program, [folder], { encoding: 'utf8', maxBuffer: 2 ** 24, input: JSON.stringify({ values, release, namespace: 'talk', ...more }) });
  if (status !== 0) throw new Error(stderr);
  const made = JSON.parse(stdout);
  made.objects = made.objects.map(({ object }) => object);
  return made;
}

/** What the schema says against the values, as Helm asks it before it renders. */
function faults(values) {
  return fits(render(values, { only: 'values' }).values) ? [] : fits.errors.map(({ instancePath, message, params }) => `${instancePath} ${message} ${params.additionalProperty ?? ''}`.trim());
}

/** Objects of a rendering by kind and name, and the parts of the Deployment. */
function look({ objects }) {
  const the = (kind, name = 'chat') => objects.find((one) => one.kind === kind && one.metadata.name === name);
  const pod = the('Deployment').spec.template.spec;
  const [node] = pod.containers;
  return { objects, the, pod, node, env: (name) => node.env.find((one) => one.name === name)?.value, path: (name) => node.env.find((one) => one.name === name)?.valueFrom };
}

const sets = [
  {
    title: 'as it comes',
    values: '',
    holds({ the, path, pod }) {
      assert.deepEqual(path('CHAT_REDIS'), { secretKeyRef: { name: 'chat-redis', key: 'url' } });
      assert.equal(the('Deployment').spec.replicas, 3);
      assert.equal(pod.volumes, undefined);
    },
  },
  {
    title: 'with its own Redis password',
    values: `
      settings: {redis: "rediss://chat@redis.stores:6380"}
      secretFiles:
        redis-password-file: {name: redis-auth, key: password}
        redis-ca: {name: redis-tls, key: ca.crt}
      networkPolicy: {storePorts: [6380]}`,
    holds({ the, env, pod, path }) {
      assert.equal(path('CHAT_REDIS'), undefined);
      assert.equal(env('CHAT_REDIS'), 'rediss://chat@redis.stores:6380');
      assert.equal(env('CHAT_REDIS_PASSWORD_FILE'), '/etc/chatd/redis-password-file');
      assert.deepEqual(pod.volumes[0].projected.sources, [
        { secret: { name: 'redis-tls', items: [{ key: 'ca.crt', path: 'redis-ca' }] } },
        { secret: { name: 'redis-auth', items: [{ key: 'password', path: 'redis-password-file' }] } },
      ]);
      assert.deepEqual(the('NetworkPolicy').spec.egress[1].ports, [{ protocol: 'TCP', port: 6380 }]);
    },
  },
  {
    title: 'on PostgreSQL, with a secret of the cluster that you keep',
    values: `
      store: {existingSecret: chat-postgres, key: dsn}
      clusterSecret: {existingSecret: chat-secret}
      networkPolicy: {storePorts: [5432]}`,
    holds({ path }) {
      assert.deepEqual(path('CHAT_REDIS'), { secretKeyRef: { name: 'chat-postgres', key: 'dsn' } });
      assert.deepEqual(path('CHAT_SECRET'), { secretKeyRef: { name: 'chat-secret', key: 'secret' } });
    },
  },
  {
    title: 'behind a Gateway',
    values: `
      httpRoute:
        enabled: true
        parentRefs: [{name: gateway, namespace: gateways, sectionName: https}]
        hostnames: [chat.example.org]
      service: {port: 8080}`,
    holds({ the }) {
      const { parentRefs, hostnames, rules } = the('HTTPRoute').spec;
      assert.deepEqual([parentRefs[0].namespace, hostnames], ['gateways', ['chat.example.org']]);
      assert.deepEqual(rules[0].matches.map(({ path }) => path.value), ['/metrics', '/open', '/node']);
      assert.deepEqual(rules[1].backendRefs, [{ name: 'chat', port: 8080 }]);
    },
  },
  {
    title: 'behind an Ingress with TLS',
    values: `
      ingress:
        enabled: true
        ingressClassName: nginx
        annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "90"}
        hosts: [{host: chat.example.org}]
        tls: [{secretName: chat-tls, hosts: [chat.example.org]}]`,
    holds({ the }) {
      const { spec } = the('Ingress');
      assert.deepEqual(spec.tls, [{ secretName: 'chat-tls', hosts: ['chat.example.org'] }]);
      assert.deepEqual(spec.rules.map(({ host }) => host), ['chat.example.org']);
      assert.deepEqual(spec.rules[0].http.paths.map(({ path, backend }) => `${path} ${backend.service.name}`), ['/metrics chat-nothing', '/open chat-nothing', '/node chat-nothing', '/ chat']);
      assert.equal(the('Service', 'chat-nothing').spec.selector, undefined, 'no node answers there');
    },
  },
  {
    title: 'with autoscaling by CPU',
    values: 'autoscaling: {enabled: true, maxReplicas: 12}',
    holds({ the }) {
      assert.equal(the('Deployment').spec.replicas, undefined, 'the autoscaler owns the number');
      const { metrics, behavior, maxReplicas } = the('HorizontalPodAutoscaler').spec;
      assert.deepEqual(metrics, [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }]);
      assert.deepEqual(behavior.scaleDown, { stabilizationWindowSeconds: 600, policies: [{ type: 'Pods', value: 1, periodSeconds: 120 }] });
      assert.equal(maxReplicas, 12);
    },
  },
  {
    title: 'with autoscaling by connections',
    values: 'autoscaling: {enabled: true, connections: {enabled: true, average: 1000000}}',
    holds({ the }) {
      assert.deepEqual(the('HorizontalPodAutoscaler').spec.metrics, [
        { type: 'Pods', pods: { metric: { name: 'chat_connections' }, target: { type: 'AverageValue', averageValue: '1000000' } } },
      ]);
    },
  },
  {
    title: 'watched by the Prometheus Operator',
    values: 'metrics: {serviceMonitor: {enabled: true, additionalLabels: {release: prometheus}}}',
    holds({ the, objects }) {
      const { metadata, spec } = the('ServiceMonitor');
      assert.equal(metadata.labels.release, 'prometheus');
      assert.deepEqual(spec.endpoints.map(({ port, path }) => [port, path]), [['http', '/metrics']]);
      assert.ok(selects(spec.selector.matchLabels, the('Service').metadata.labels));
      assert.equal(the('Deployment').spec.template.metadata.annotations, undefined, 'nobody reads the metrics twice');
      assert.equal(objects.length, 6);
    },
  },
  {
    title: 'with users, rules, hooks and the server API',
    values: `
      settings: {auth: required}
      files:
        rooms: {rules: [{rooms: news, guest: [join, history]}]}
        hooks: |
          {"secret_file": "/etc/chatd/hook-secret", "hooks": {"join": {"url": "https://shop/hooks"}}}
      secretFiles:
        jwt-secret-file: {name: chat-jwt, key: secret}
        api-keys: {name: chat-api, key: keys.json}
      extraSecretFiles:
        hook-secret: {name: chat-hooks, key: secret}
      api: {from: [{podSelector: {matchLabels: {app: shop}}}]}
      networkPolicy: {egress: [{to: [{podSelector: {matchLabels: {app: shop}}}], ports: [{protocol: TCP, port: 443}]}]}`,
    holds({ the, env, node, pod }) {
      assert.deepEqual(JSON.parse(the('ConfigMap').data.rooms), { rules: [{ rooms: 'news', guest: ['join', 'history'] }] });
      assert.equal(JSON.parse(the('ConfigMap').data.hooks).secret_file, `${node.volumeMounts[0].mountPath}/hook-secret`);
      for (const name of ['CHAT_ROOMS', 'CHAT_HOOKS', 'CHAT_JWT_SECRET_FILE', 'CHAT_API_KEYS']) assert.match(env(name), /^\/etc\/chatd\//, name);
      assert.equal(env('CHAT_HOOK_SECRET'), undefined, 'which is no setting');
      assert.equal(env('CHAT_API_LISTEN'), '0.0.0.0:9900');
      assert.deepEqual(pod.volumes[0].projected.sources.map(({ configMap, secret }) => configMap?.name ?? secret.name).sort(), ['chat', 'chat-api', 'chat-hooks', 'chat-jwt']);
      assert.deepEqual(the('NetworkPolicy').spec.ingress[1], { ports: [{ protocol: 'TCP', port: 9900 }], from: [{ podSelector: { matchLabels: { app: 'shop' } } }] });
      assert.equal(the('Service', 'chat-api').spec.ports[0].port, 9900);
      assert.ok(the('Service').spec.ports.every(({ name }) => name !== 'api'), 'the API is at no port of clients');
    },
  },
  {
    title: 'with settings that YAML and Helm would spell differently',
    values: `
      settings:
        history-size: 1000000
        trace-sample: 1000000000
        max-connections: 10000000
        compression: on
        inbox: off
        auth: off
        io-uring: off
        messages-per-second: 0
        allowed-origins: [https://chat.example.org, "https://*.example.org"]
        signalr-receive: user,message
        node-description: 'a "quoted" one: # 100 %'`,
    holds({ env }) {
      const wanted = {
        HISTORY_SIZE: '1000000',
        TRACE_SAMPLE: '1000000000',
        MAX_CONNECTIONS: '10000000',
        COMPRESSION: 'on',
        INBOX: 'off',
        AUTH: 'off',
        IO_URING: 'off',
        MESSAGES_PER_SECOND: '0',
        ALLOWED_ORIGINS: 'https://chat.example.org,https://*.example.org',
        SIGNALR_RECEIVE: 'user,message',
        NODE_DESCRIPTION: 'a "quoted" one: # 100 %',
      };
      for (const [name, value] of Object.entries(wanted)) assert.equal(env(`CHAT_${name}`), value);
    },
  },
  {
    title: 'closed to all but a gateway and Prometheus',
    values: 'networkPolicy: {from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: gateways}}}, {podSelector: {matchLabels: {app: prometheus}}}]}',
    holds({ the }) {
      const [{ from }] = the('NetworkPolicy').spec.ingress;
      assert.equal(from.length, 3);
      assert.ok(selects(from[2].podSelector.matchLabels, the('Deployment').spec.template.metadata.labels), 'nodes ask each other');
    },
  },
  {
    title: 'on machines and from a registry of your own',
    values: `
      image: {repository: registry.example.org/chatd, tag: 1.2.3, pullPolicy: Always}
      imagePullSecrets: [{name: registry}]
      nodeSelector: {pool: chat}
      tolerations: [{key: chat, operator: Exists, effect: NoSchedule}]
      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a, b]}]}]}}}
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}
        - {maxSkew: 2, topologyKey: rack, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {my: label}}}
      priorityClassName: important
      podLabels: {team: chat}
      podAnnotations: {prometheus.io/scrape: "false"}
      extraEnv: [{name: TZ, value: Europe/Berlin}]
      extraVolumes: [{name: sockets, emptyDir: {}}]
      extraVolumeMounts: [{name: sockets, mountPath: /run/sockets}]
      service: {type: LoadBalancer}`,
    holds({ the, pod, node, env }) {
      assert.equal(node.image, 'registry.example.org/chatd:1.2.3');
      assert.deepEqual(pod.topologySpreadConstraints.map(({ labelSelector }) => labelSelector.matchLabels), [the('Deployment').spec.selector.matchLabels, { my: 'label' }]);
      assert.equal(the('Deployment').spec.template.metadata.annotations['prometheus.io/scrape'], 'false', 'yours win');
      assert.equal(the('Service').spec.externalTrafficPolicy, 'Local', 'limits depend on the addresses of clients');
      assert.equal(env('TZ'), 'Europe/Berlin');
    },
  },
  {
    title: 'on OpenShift, which gives users itself',
    values: 'podSecurityContext: {runAsUser: null, runAsGroup: null}',
    holds({ pod }) {
      assert.deepEqual(pod.securityContext, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    },
  },
  {
    title: 'alone, with its messages in memory and nothing that is optional',
    values: `
      replicaCount: 1
      settings: {backplane: "memory:"}
      podDisruptionBudget: {enabled: false}
      networkPolicy: {enabled: false}
      serviceAccount: {create: false}
      metrics: {annotations: false}`,
    holds({ objects, env, pod }) {
      assert.deepEqual(objects.map(({ kind }) => kind), ['Deployment', 'Service']);
      assert.equal(env('CHAT_BACKPLANE'), 'memory:');
      assert.equal(pod.serviceAccountName, 'default');
    },
  },
];

const selects = (selector, labels) => Object.entries(selector).every(([name, value]) => labels[name] === value);
const sorted = (list) => [...list].sort();

describe('The chart', () => {
  for (const { title, values, holds } of sets) {
    test(title, () => {
      assert.deepEqual(faults(values), []);
      const made = render(values);
      for (const numbers of ['int64', 'Number']) assert.deepEqual(render(values, { numbers }), made, `numbers as ${numbers}`);
      for (const object of made.objects) assert.doesNotThrow(() => validate(object), `${object.kind} ${object.metadata.name}`);
      fitsTogether(look(made));
      holds(look(made));
    });
  }

  test('has the version of the project', () => {
    const [, version] = readFileSync(join(top, 'CMakeLists.txt'), 'utf8').match(/project\(\w+ VERSION (\S+)/);
    assert.equal(read('Chart.yaml').match(/^version: (\S+)/m)[1], version);
    assert.equal(read('Chart.yaml').match(/^appVersion: "(\S+)"/m)[1], version);
  });
  test('names objects after the release', () => {
    const names = (release, values) => new Set(render(values, { release }).objects.map(({ metadata }) => metadata.name));
    assert.deepEqual(names('chat-blue'), new Set(['chat-blue']));
    assert.deepEqual(names('blue'), new Set(['blue-chat']));
    assert.deepEqual(names('blue', 'fullnameOverride: talk'), new Set(['talk']));
    for (const name of names('r'.repeat(53), 'ingress: {enabled: true}')) assert.ok(name.length <= 63, name);
    assert.ok(!selects(look(render()).the('Service').spec.selector, render('', { release: 'chat-blue' }).objects.find(({ kind }) => kind === 'Deployment').spec.template.metadata.labels));
  });
  test('tells after the installation what is left to do', () => {
    assert.match(render().notes, /create secret generic chat-redis --from-literal=url=.*port-forward service\/chat 8080:80.*auth is off/s);
    const rest = render(`${sets.find(({ title }) => title.includes('server API')).values}\n      ingress: {enabled: true, hosts: [{host: a.b}, {host: c.d}]}`.replace(/\n *api: .*/, '')).notes;
    assert.match(rest, /listens, a\.b, c\.d\..*nobody reach the server API/s);
    assert.doesNotMatch(rest, /auth is off|<nil>|map\[/);
  });
});

/** What no schema sees: names and ports of one object that another one uses. */
function fitsTogether({ objects, the, pod, node }) {
  const labels = the('Deployment').spec.template.metadata.labels;
  const names = node.env.map(({ name }) => name);
  assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), [], 'a variable comes once');
  assert.ok(!objects.some(({ kind }) => kind === 'Secret'), 'the chart makes no secrets');
  assert.ok(selects(the('Deployment').spec.selector.matchLabels, labels));
  for (const { kind, metadata, spec } of objects) {
    if (kind === 'Service' && spec.selector) {
      assert.ok(selects(spec.selector, labels), metadata.name);
      for (const { targetPort } of spec.ports) assert.ok(node.ports.some(({ name }) => name === targetPort), targetPort);
    }
    if (kind === 'PodDisruptionBudget') assert.ok(selects(spec.selector.matchLabels, labels));
    if (kind === 'NetworkPolicy') assert.ok(selects(spec.podSelector.matchLabels, labels));
    if (kind === 'HorizontalPodAutoscaler') assert.equal(spec.scaleTargetRef.name, the('Deployment').metadata.name);
    const backends = kind === 'Ingress' ? spec.rules.flatMap(({ http }) => http.paths.map(({ backend }) => [backend.service.name, backend.service.port.name]))
      : kind === 'HTTPRoute' ? spec.rules.flatMap(({ backendRefs = [] }) => backendRefs.map(({ name, port }) => [name, port])) : [];
    for (const [name, port] of backends) assert.ok(the('Service', name).spec.ports.some((one) => one.name === port || one.port === port), `${name} ${port}`);
  }
  const account = the('ServiceAccount');
  if (account) assert.deepEqual([account.metadata.name, account.automountServiceAccountToken], [pod.serviceAccountName, false]);
  for (const { name } of node.volumeMounts ?? []) assert.ok(pod.volumes.some((volume) => volume.name === name), name);
  for (const { configMap } of (pod.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? [])) if (configMap) assert.ok(the('ConfigMap', configMap.name));
  assert.equal(pod.securityContext.runAsNonRoot, true);
  assert.equal(pod.enableServiceLinks, false);
  assert.equal(pod.automountServiceAccountToken, false);
}

describe('Nodes of the chart', () => {
  const ours = look(render('autoscaling: {enabled: true}\nhttpRoute: {enabled: true, parentRefs: [{name: gateway}]}'));
  const yaml = execFileSync('kubectl', ['kustomize', 'deploy/kubernetes/trial'], { cwd: top, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const trial = JSON.parse(execFileSync('/usr/bin/python3', ['-c', 'import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))'], { input: yaml, encoding: 'utf8' }));
  const theirs = look({ objects: trial });

  /** Without what differs on purpose: the names that Helm adds, and where image and secret come from. */
  const alike = (object) => JSON.parse(JSON.stringify(object, (key, value) => {
    if (['app.kubernetes.io/instance', 'serviceAccountName', 'image', 'imagePullPolicy'].includes(key)) return undefined;
    return key === 'env' ? [...value].sort((a, b) => (a.name < b.name ? -1 : 1)).map((one) => (one.valueFrom?.secretKeyRef ? { name: one.name } : one)) : value;
  }));

  for (const kind of ['Deployment', 'Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'NetworkPolicy', 'HTTPRoute']) {
    test(`are those of deploy/kubernetes: ${kind}`, () => assert.deepEqual(alike(ours.the(kind).spec), alike(theirs.the(kind).spec)));
  }

  for (const [values, preStop, drain] of [['', 5, 10], ['settings: {drain-seconds: 0}', 5, 0], ['{settings: {drain-seconds: 600}, preStopSeconds: 20}', 20, 600], ['settings: {drain-seconds: null}', 5, 10]]) {
    test(`have time to end after ${preStop} s of preStop and ${drain} s of drain (${values || 'as it comes'})`, () => {
      const { pod, node, env } = look(render(values));
      assert.deepEqual(node.lifecycle.preStop.exec.command, ['sleep', String(preStop)]);
      assert.equal(env('CHAT_DRAIN_SECONDS'), values.includes('null') ? undefined : String(drain));
      assert.equal(pod.terminationGracePeriodSeconds, preStop + drain + 25);
    });
  }
  test('are replaced for a file that they read only at their start, and not for one that they read again', () => {
    const sum = (files) => look(render(`files: ${files}`)).the('Deployment').spec.template.metadata.annotations['checksum/files'];
    assert.notEqual(sum('{profiles: "{}", rooms: "{}"}'), sum('{profiles: "[]", rooms: "{}"}'));
    assert.equal(sum('{profiles: "{}", rooms: "{}"}'), sum('{profiles: "{}", rooms: "[]"}'));
    assert.equal(sum('{rooms: "{}"}'), undefined);
  });
  test('start with what the chart gives them', async () => {
    const folder = freshFolder('helm');
    const { the, node } = look(render(`${sets.find(({ title }) => title.startsWith('with settings')).values}
        trusted-proxies: [10.0.0.0/8, 192.168.0.0/16]
      files:
        rooms: {rules: [{rooms: news, guest: [join, history]}]}
        hooks: {secret_file: ${folder}/hook-secret, hooks: {join: {url: "http://127.0.0.1:1/hooks", timeout_ms: 1000}}}`));
    writeFileSync(join(folder, 'hook-secret'), 'x'.repeat(32));
    for (const [name, text] of Object.entries(the('ConfigMap').data)) writeFileSync(join(folder, name), text);
    const env = { ...process.env, CHAT_LISTEN: '127.0.0.1:0', CHAT_NODE_ID: 'helm' };
    for (const { name, value } of node.env) if (value !== undefined) env[name] = value.replace('/etc/chatd', folder);
    const started = spawn(chatd, [], { env });
    let log = '';
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (piece) => (log += piece));
    try {
      await until('the node listens or ends', () => /"listening"/.test(log) || started.exitCode !== null);
      assert.match(log, /"listening"/, log);
    } finally {
      started.kill('SIGKILL');
    }
  });
});

describe('The values', () => {
  const defaults = render('', { only: 'values' }).values;
  const tables = ['settings', 'resources', 'podSecurityContext'];   // one value each, as the README has them
  const isTable = (value) => value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0;
  const leavesOf = (value, path = '') => (isTable(value) && !tables.includes(path) ? Object.keys(value).flatMap((key) => leavesOf(value[key], path ? `${path}.${key}` : key)) : [path]);
  const leaves = leavesOf(defaults);

  /** Another value for each. It has an effect on one of these charts: plain, scaled by CPU, with all that is optional. */
  const others = {
    fullnameOverride: 'talk', replicaCount: 5,
    'image.repository': 'mine', 'image.tag': 'new', 'image.pullPolicy': 'Always', imagePullSecrets: [{ name: 'registry' }],
    'store.existingSecret': 'mine', 'store.key': 'dsn', 'clusterSecret.existingSecret': 'mine', 'clusterSecret.key': 'other',
    settings: { ack: 'durable' }, files: { rooms: '{}' }, secretFiles: { 'jwt-keys': { name: 'a', key: 'b' } }, extraSecretFiles: { 'hook-secret': { name: 'a', key: 'b' } },
    extraEnv: [{ name: 'TZ', value: 'UTC' }], extraVolumes: [{ name: 'a', emptyDir: {} }], extraVolumeMounts: [{ name: 'a', mountPath: '/a' }],
    'service.type': 'NodePort', 'service.port': 8080, 'service.annotations': { a: 'b' }, 'api.from': [{ podSelector: {} }],
    'httpRoute.enabled': false, 'httpRoute.annotations': { a: 'b' }, 'httpRoute.parentRefs': [{ name: 'b' }], 'httpRoute.hostnames': ['a.b'],
    'ingress.enabled': false, 'ingress.ingressClassName': 'nginx', 'ingress.annotations': { a: 'b' }, 'ingress.hosts': [{ host: 'a.b' }], 'ingress.tls': [{ secretName: 'a' }],
    'autoscaling.enabled': false, 'autoscaling.minReplicas': 4, 'autoscaling.maxReplicas': 30, 'autoscaling.targetCPUUtilizationPercentage': 50,
    'autoscaling.connections.enabled': false, 'autoscaling.connections.metric': 'mine', 'autoscaling.connections.average': 7,
    'autoscaling.scaleDown.stabilizationWindowSeconds': 60, 'autoscaling.scaleDown.periodSeconds': 60,
    'podDisruptionBudget.enabled': false, 'podDisruptionBudget.maxUnavailable': 2, resources: { limits: { memory: '2Gi' } }, preStopSeconds: 15,
    'serviceAccount.create': false, 'serviceAccount.name': 'mine', 'serviceAccount.annotations': { a: 'b' }, podSecurityContext: { runAsUser: 1000 },
    'networkPolicy.enabled': false, 'networkPolicy.from': [{ podSelector: {} }], 'networkPolicy.storePorts': [5432], 'networkPolicy.egress': [{ ports: [{ port: 443 }] }],
    'metrics.annotations': false, 'metrics.serviceMonitor.enabled': false, 'metrics.serviceMonitor.interval': '30s', 'metrics.serviceMonitor.additionalLabels': { a: 'b' },
    podAnnotations: { a: 'b' }, podLabels: { a: 'b' }, priorityClassName: 'high', nodeSelector: { a: 'b' }, tolerations: [{ operator: 'Exists' }], affinity: { podAffinity: {} },
    topologySpreadConstraints: [{ maxSkew: 2, topologyKey: 'rack', whenUnsatisfiable: 'ScheduleAnyway' }],
  };
  const charts = () => [{}, { autoscaling: { enabled: true } }, {
    clusterSecret: { existingSecret: 'a' }, secretFiles: { 'api-keys': { name: 'a', key: 'b' } }, ingress: { enabled: true }, httpRoute: { enabled: true, parentRefs: [{ name: 'a' }] },
    autoscaling: { enabled: true, connections: { enabled: true } }, metrics: { serviceMonitor: { enabled: true } },
  }];
  const put = (table, [key, ...rest], value) => (table[key] = rest.length > 0 ? put(table[key] ?? {}, rest, value) : value, table);

  test('each has an effect', () => {
    assert.deepEqual(sorted(Object.keys(others)), sorted(leaves));
    const before = charts().map((values) => render(JSON.stringify(values)).objects);
    for (const [path, other] of Object.entries(others)) {
      const after = charts().map((values) => {
        const changed = JSON.stringify(put(values, path.split('.'), other));
        assert.deepEqual(faults(changed), [], path);
        const { objects } = render(changed);
        for (const object of objects) assert.doesNotThrow(() => validate(object), path);
        return objects;
      });
      assert.notDeepEqual(after, before, path);
    }
  });
  test('are all that templates name, and templates name all', () => {
    const named = new Set(Object.values(templates).flatMap((text) => [...text.matchAll(/\.Values((?:\.\w+)+)/g)].map(([, path]) => path.slice(1))));
    assert.deepEqual(sorted(named), sorted(leaves));
  });
  test('each has a comment', () => {
    const parents = [];
    const commented = read('values.yaml').split('\n').flatMap((line) => {
      const found = line.match(/^( *)(\w+):.*?(#.*)?$/);
      if (!found) return [];
      parents.splice(found[1].length / 2, parents.length, found[2]);
      return found[3] ? [parents.join('.')] : [];
    });
    assert.deepEqual(leaves.filter((path) => !commented.includes(path)), []);
  });
  test('each has a row in the README, and no other has one', () => {
    const [, table] = read('README.md').split('\n## Values\n');
    assert.deepEqual(sorted([...table.split('\n## ')[0].matchAll(/^\| `([\w.]+)` \|/gm)].map(([, path]) => path)), sorted(leaves));
  });
});

describe('The schema', () => {
  const help = execFileSync(chatd, ['--help'], { encoding: 'utf8' }).replace(/\n {30,}/g, ' ');
  const settings = new Map([...help.matchAll(/^ {2}--([a-z-]+)(.*)$/gm)].map(([, name, text]) => [name, text]));
  const files = [...settings].filter(([name, text]) => name !== 'config' && /\bFile with\b/.test(text)).map(([name]) => name);
  const known = schema.properties.settings.properties;

  test('knows the settings of chatd, no others, and their ranges', () => {
    const own = ['version', 'config', 'listen', 'api-listen', 'node-id', 'web-root', 'secret', ...files];
    assert.deepEqual(sorted(Object.keys(known)), sorted([...settings.keys()].filter((name) => !own.includes(name))), 'a new setting of chatd goes into values.schema.json, too');
    for (const [name, rule] of Object.entries(known)) {
      const range = settings.get(name).match(/INT in \[(\d+) - (\d+)\]/);
      assert.deepEqual([rule.type === 'integer', rule.minimum, rule.maximum], range ? [true, Number(range[1]), Number(range[2])] : [false, undefined, undefined], name);
      assert.equal(rule.enum?.includes('on') ?? false, /off->0/.test(settings.get(name)), name);
    }
  });
  test('knows the settings of chatd that are files', () => {
    assert.deepEqual(sorted(Object.keys(schema.properties.secretFiles.properties)), sorted(files));
    assert.deepEqual(sorted(schema.properties.extraSecretFiles.propertyNames.not.enum), sorted(files));
    for (const name of Object.keys(schema.properties.files.properties)) assert.ok(files.includes(name), name);
  });
  test('lets each value be that is one', () => {
    assert.deepEqual(faults(''), []);
    assert.deepEqual(faults('global: {from: a parent chart}'), []);
  });

  for (const [values, fault] of [
    ['replicas: 3', /must NOT have additional properties replicas/],
    ['replicaCount: three', /\/replicaCount must be integer/],
    ['settings: {message-per-second: 20}', /\/settings must NOT have additional properties message-per-second/],
    ['settings: {messages_per_second: 20}', /\/settings must NOT .* messages_per_second/],
    ['settings: {listen: "0.0.0.0:80"}', /\/settings must NOT .* listen/],
    ['settings: {drain-seconds: 601}', /\/settings\/drain-seconds must be <= 600/],
    ['settings: {drain-seconds: "10"}', /\/settings\/drain-seconds must be integer/],
    ['settings: {auth: on}', /\/settings\/auth must be equal to one of/],
    ['settings: {secret: abcdefghijklmnop}', /\/settings must NOT .* secret/],
    ['settings: {redis: "redis://chat:hunter2@redis:6379"}', /\/settings\/redis must NOT be valid/],
    ['settings: {backplane: "postgres://:hunter2@db/chat"}', /\/settings\/backplane must NOT be valid/],
    ['secretFiles: {jwt-secret-file: abc}', /\/secretFiles\/jwt-secret-file must be object/],
    ['secretFiles: {hook-secret: {name: a, key: b}}', /\/secretFiles must NOT .* hook-secret/],
    ['extraSecretFiles: {api-keys: {name: a, key: b}}', /\/extraSecretFiles property name must be valid/],
    ['files: {api-keys: "[]"}', /\/files must NOT .* api-keys/],
    ['extraEnv: [{name: CHAT_DRAIN_SECONDS, value: "60"}]', /\/extraEnv\/0\/name must NOT be valid/],
    ['image: {pullPolicy: Sometimes}', /\/image\/pullPolicy must be equal/],
    ['service: {port: 0}', /\/service\/port must be >= 1/],
    ['ingress: {hosts: [chat.example.org]}', /\/ingress\/hosts\/0 must be object/],
    ['httpRoute: {hostnames: ["https://chat.example.org"]}', /\/httpRoute\/hostnames\/0 must match/],
    ['podSecurityContext: {runAsNonRoot: false}', /\/podSecurityContext\/runAsNonRoot must be equal/],
    ['podSecurityContext: {seccompProfile: null}', /\/podSecurityContext must have required property/],
    ['podDisruptionBudget: {maxUnavailable: 0}', /\/podDisruptionBudget\/maxUnavailable must be >= 1/],
    ['metrics: {serviceMonitor: {interval: 15}}', /\/metrics\/serviceMonitor\/interval must be string/],
  ]) test(`refuses ${values}`, () => assert.match(faults(values).join('\n'), fault));
});

describe('Templates', () => {
  for (const [values, fault] of [
    ['httpRoute: {enabled: true}', /httpRoute\.parentRefs: name your gateway/],
    ['store: {existingSecret: ""}', /store\.existingSecret: name the Secret/],
    ['settings: {backplane: "memory:"}', /with memory: each node is alone/],
    ['{replicaCount: 1, settings: {backplane: "memory:"}, autoscaling: {enabled: true}}', /with memory: each node is alone/],
    ['{files: {rooms: "{}"}, secretFiles: {rooms: {name: a, key: b}}}', /rooms is in files and in secretFiles/],
  ]) test(`refuse ${values}`, () => assert.throws(() => render(values), fault));

  for (const [what, from, to, fault] of [
    ['a misspelt field', 'terminationGracePeriodSeconds', 'terminationGracePeriodSecond', /no such field: .spec.template.spec.terminationGracePeriodSecond$/],
    ['a value of the wrong type', 'periodSeconds: 10\n', 'periodSeconds: ten\n', /periodSeconds must be integer/],
    ['a key that comes twice', 'minReadySeconds: 5', 'minReadySeconds: 5\n  minReadySeconds: 6', /already set/],
    ['a wrong indent', 'nindent 12 }}\n          securityContext', 'nindent 8 }}\n          securityContext', /error converting YAML|no such field/],
    ['a helper that is not there', 'chat.graceSeconds', 'chat.grace', /no template "chat.grace"/],
  ]) {
    test(`cannot have ${what}`, () => {
      const folder = join(freshFolder('helm-wrong'), 'chart');
      cpSync(chart, folder, { recursive: true });
      assert.ok(templates['deployment.yaml'].includes(from));
      writeFileSync(join(folder, 'templates/deployment.yaml'), templates['deployment.yaml'].replace(from, to));
      assert.throws(() => render('', { folder }).objects.forEach(validate), fault);
    });
  }
});

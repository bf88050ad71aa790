// Judges objects of Kubernetes, its Gateway API and the Prometheus Operator by the schemas of npm packages.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const packages = { 'gateway.networking.k8s.io': '@kubernetes-models/gateway-api/', 'monitoring.coreos.com': '@kubernetes-models/prometheus-operator/' };

/** Throws where an object is not as its schema describes it, and where it has a field that the schema does not know. */
export function validate(object) {
  const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
  const folder = packages[group] ? packages[group] + group : `kubernetes-models${group && `/${group}`}`;
  const model = new (require(`${folder}/${version}/${object.kind}`)[object.kind])({});
  const read = new Set(['/apiVersion', '/kind']);
  for (const key of Object.keys(object)) model[key] = watched(object[key], `/${key}`, read);
  model.validate();
  const unknown = pathsOf(object).filter((path) => !read.has(path));
  if (unknown.length > 0) throw new Error(`${object.kind}: no such field: ${unknown.join(', ')}`);
}

/** The validators accept fields that they do not know, but they never read them. */
function watched(value, path, read) {
  read.add(path);
  if (value === null || typeof value !== 'object') return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const member = Reflect.get(target, key, receiver);
      return typeof key === 'string' && Object.hasOwn(target, key) ? watched(member, `${path}/${key}`, read) : member;
    },
  });
}

function pathsOf(value, path = '') {
  if (value === null || typeof value !== 'object') return [];
  return Object.keys(value).flatMap((key) => [`${path}/${key}`, ...pathsOf(value[key], `${path}/${key}`)]);
}

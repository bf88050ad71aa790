import Ajv from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { http } from './http.mjs';
import { top } from './places.mjs';

/** src/api/openapi.json: each request that should be good, and each answer, is checked against it. */
export const openapi = JSON.parse(readFileSync(join(top, 'src/api/openapi.json'), 'utf8'));
export const methods = Object.keys(openapi.paths).map((path) => path.replace('/api/', ''));

// OpenAPI's own keywords stand around the schemas, and a `oneOf` of `required` has no type of its own.
const ajv = new Ajv.default({ strictTypes: false, allErrors: true }).addVocabulary(Object.keys(openapi)).addSchema(openapi, 'openapi');
const escaped = (path) => path.replaceAll('~', '~0').replaceAll('/', '~1');

/** Checks a value against the schema at `path` in openapi.json. */
function conforms(value, what, ...path) {
  const validate = ajv.getSchema(`openapi#/${path.map(escaped).join('/')}/content/application~1json/schema`);
  assert.ok(validate(value), `${what} ${JSON.stringify(value)}: ${ajv.errorsText(validate.errors)}`);
}

/** Follows a reference of one step to where it leads. */
const responseAt = (path, status) => {
  const { responses } = openapi.paths[path].post;
  const entry = responses[status] ? String(status) : 'default';
  return responses[entry].$ref?.split('/').slice(1) ?? ['paths', path, 'post', 'responses', entry];
};

/** An error of the API as an exception. */
export class ApiError extends Error {
  constructor({ status, headers, json: { error } }) {
    super(`${error.code}: ${error.message}`);
    Object.assign(this, { code: error.code, sentence: error.message, status, headers });
  }
}

/** A file of keys; each has the name of its scopes. */
export class ApiKeys {
  /** @param {string} folder @param {Record<string, string[]>} scopes by the id of the key */
  constructor(folder, scopes) {
    this.file = join(folder, 'api-keys.json');
    this.settings = { 'api-listen': '127.0.0.1:0', 'api-keys': this.file };
    this.write(scopes);
  }
  write(scopes) {
    this.keys = Object.entries(scopes).map(([id, list]) => ({ id, secret: randomBytes(24).toString('hex'), scopes: list }));
    writeFileSync(this.file, JSON.stringify({ keys: this.keys }), { mode: 0o600 });
  }
  secret(id) { return this.keys.find((key) => key.id === id).secret; }
}

/** An application that calls one node. */
export class Application {
  constructor(node, secret) {
    this.node = node;
    this.secret = secret;
  }

  /** Where the node serves its API: behind the last line of its log that says so. */
  get url() { return `http://127.0.0.1:${[...this.node.log.matchAll(/event=api_listening .*?port=(\d+)/g)].at(-1)[1]}`; }

  /** One request as it is; the whole response. */
  post(method, body, headers = {}) {
    return http(`${this.url}/api/${method}`, { method: 'POST', body, headers: { ...(this.secret && { 'X-API-Key': this.secret }), ...headers } });
  }

  /** Calls with parameters that openapi.json allows; resolves to the result, or rejects with an ApiError. */
  call(method, parameters = {}, headers = {}) {
    conforms(parameters, `parameters of ${method}`, 'paths', `/api/${method}`, 'post', 'requestBody');
    return this.try(method, parameters, headers);
  }

  /** The same with any parameters. */
  async try(method, parameters, headers = {}) {
    const response = await this.post(method, JSON.stringify(parameters), headers);
    const path = openapi.paths[`/api/${method}`] ? `/api/${method}` : '/api/info';
    conforms(response.json, `answer of ${method}`, ...responseAt(path, response.status));
    if (response.json.error) throw new ApiError(response);
    return response.json.result;
  }

  /** Resolves to the error of a call with any parameters. */
  refusal(method, parameters, headers) {
    return this.try(method, parameters, headers).then((result) => assert.fail(`${method} was done: ${JSON.stringify(result)}`), (error) => {
      if (error instanceof ApiError) return error;
      throw error;
    });
  }
}

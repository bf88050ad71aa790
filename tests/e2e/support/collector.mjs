import { createServer } from 'node:http';

/** A collector of OpenTelemetry as far as the tests need one: keeps the spans of POST /v1/traces, with their node. */
export class Collector {
  spans = [];
  strangeRequests = [];

  static async start() {
    const collector = new Collector();
    collector.server = createServer((request, response) => collector.#serve(request, response));
    await new Promise((resolve) => collector.server.listen(0, '127.0.0.1', resolve));
    collector.url = `http://127.0.0.1:${collector.server.address().port}`;
    return collector;
  }

  async #serve(request, response) {
    let body = '';
    for await (const bytes of request) body += bytes;
    const isTraces = request.method === 'POST' && request.url === '/v1/traces' && request.headers['content-type'] === 'application/json';
    if (!isTraces) this.strangeRequests.push(`${request.method} ${request.url}`);
    for (const { resource, scopeSpans } of isTraces ? JSON.parse(body).resourceSpans : []) {
      const { 'service.instance.id': node } = attributesOf(resource);
      for (const { spans } of scopeSpans) this.spans.push(...spans.map((span) => ({ ...span, node, facts: attributesOf(span) })));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}

const attributesOf = ({ attributes }) => Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

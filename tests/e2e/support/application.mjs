import { createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

/** A team's own program behind --hooks: answers with the functions in `answers`, by event, and keeps what it is
 *  asked. A number is a status; undefined breaks the connection. */
export class HookedApplication {
  questions = [];
  /** @type {Record<string, (question: any) => any>} */
  answers = {};
  secret = randomBytes(24).toString('hex');

  /** @param {string} folder of its files @param {Record<string, object>} hooks by event, without their URL */
  static async start(folder, hooks) {
    const application = new HookedApplication();
    application.server = createServer((request, response) => application.#serve(request, response));
    await new Promise((resolve) => application.server.listen(0, '127.0.0.1', resolve));
    application.port = application.server.address().port;
    writeFileSync(join(folder, 'hook-secret'), `${application.secret}\n`, { mode: 0o600 });
    application.file = join(folder, 'hooks.json');
    application.write(folder, hooks);
    return application;
  }

  write(folder, hooks) {
    const url = `http://127.0.0.1:${this.port}/hooks`;
    const withUrls = Object.fromEntries(Object.entries(hooks).map(([event, hook]) => [event, { url, ...hook }]));
    writeFileSync(this.file, JSON.stringify({ secret_file: join(folder, 'hook-secret'), hooks: withUrls }));
  }

  get settings() { return { hooks: this.file }; }

  async #serve(request, response) {
    let body = '';
    for await (const bytes of request) body += bytes;
    const question = JSON.parse(body);
    this.questions.push({ ...question, signed: this.#isSigned(request.headers['x-chat-signature'], body) });
    const answer = await (this.answers[question.event] ?? (() => ({})))(question);
    if (answer === undefined) return response.socket.destroy();
    if (typeof answer === 'number') return response.writeHead(answer).end();
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(answer));
  }

  #isSigned(header, body) {
    const [, time, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
    return mac === createHmac('sha256', this.secret).update(`${time}.${body}`).digest('hex');
  }

  asked(event) { return this.questions.filter((question) => question.event === event); }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

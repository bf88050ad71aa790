// A program of a team that hears of events: writes each as a line into a file, then answers. Its arguments: port, file, secret.
// An event whose message says "poison" is answered with 500, always.
import { createHmac } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, file, secret] = process.argv.slice(2);

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const [, time, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(request.headers['x-chat-signature'] ?? '') ?? [];
  const signed = mac === createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  appendFileSync(file, `${JSON.stringify({ id: request.headers['x-chat-delivery'], signed, ...JSON.parse(body) })}\n`);
  response.statusCode = body.includes('poison') ? 500 : 204;
  response.end();
}).listen(Number(port), '127.0.0.1', () => console.log('listening'));

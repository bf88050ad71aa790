// A typical chat server with `ws` and Redis: a room is a channel; the server publishes the messages of clients, and sends messages of
// the channel to its members. Usage: ws.mjs PORT REDIS_URL. A client connects to /?room=NAME.
import { createServer } from 'node:http';
import { createClient } from 'redis';
import { WebSocketServer } from 'ws';

const [port, url] = process.argv.slice(2);
const publisher = createClient({ url });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

/** @type {Map<string, { members: Set<import('ws').WebSocket>, subscribed: Promise<void> }>} */
const rooms = new Map();

function enter(name) {
  const known = rooms.get(name);
  if (known) return known;
  const members = new Set();
  const room = { members, subscribed: subscriber.subscribe(name, (text) => { for (const member of members) member.send(text); }) };
  rooms.set(name, room);
  return room;
}

const sockets = new WebSocketServer({ noServer: true });
const http = createServer();
// A client whose connection is accepted must not miss a message: the subscription comes first.
http.on('upgrade', async (request, socket, head) => {
  const name = new URL(request.url, 'ws://localhost').searchParams.get('room');
  const room = enter(name);
  await room.subscribed;
  sockets.handleUpgrade(request, socket, head, (client) => {
    room.members.add(client);
    client.on('message', (data) => publisher.publish(name, data.toString()));
    client.on('close', () => room.members.delete(client));
  });
});
http.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 }, () => console.log('listening'));

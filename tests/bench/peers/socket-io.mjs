// A chat server as Socket.IO's documentation has it, with its Redis adapter. Usage: socket-io.mjs PORT REDIS_URL.
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';

const [port, url] = process.argv.slice(2);
const publisher = createClient({ url });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

const http = createServer();
const io = new Server(http, { adapter: createAdapter(publisher, subscriber) });
io.on('connection', (socket) => {
  socket.on('join', async (room) => {
    await socket.join(room);
    socket.emit('joined', room);
  });
  socket.on('send', (room, text) => io.to(room).emit('message', text));
});
http.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 }, () => console.log('listening'));

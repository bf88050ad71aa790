// A front end as tutorials of NestJS and Socket.IO have it: one event each way.
const socket = io();
const messages = document.getElementById('messages');
const input = document.getElementById('input');

socket.on('connect', () => {
  document.getElementById('id').textContent = socket.id;
  document.getElementById('transport').textContent = socket.io.engine.transport.name;
  socket.io.engine.on('upgrade', (transport) => { document.getElementById('transport').textContent = transport.name; });
});
socket.on('disconnect', () => { document.getElementById('id').textContent = ''; });
socket.on('messageToClient', (message) => {
  const line = document.createElement('li');
  line.textContent = message;
  messages.append(line);
});
document.getElementById('form').addEventListener('submit', (event) => {
  event.preventDefault();
  socket.emit('sendMessage', input.value);
  input.value = '';
});

// The front end of Microsoft's tutorial as its text describes it: a handler with two parameters, a method with two. It knows nothing
// of this server.
'use strict';

const at = (id) => document.getElementById(id);
const complain = (error) => console.error(error.toString());
const hub = new signalR.HubConnectionBuilder().withUrl('/chatHub').build();

at('sendButton').disabled = true;   // until there is a connection

hub.on('ReceiveMessage', function (user, message) {
  const row = document.createElement('li');
  row.dataset.count = String(arguments.length);
  row.textContent = `${user} says ${message}`;
  at('messagesList').append(row);
});

at('sendButton').onclick = () => { hub.invoke('SendMessage', at('userInput').value, at('messageInput').value).catch(complain); };

hub.start().then(() => { at('sendButton').disabled = false; }, complain);

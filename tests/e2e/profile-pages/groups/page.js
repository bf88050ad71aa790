// A front end for the hub of Microsoft's sample about groups, as its page describes that hub: the one call Send(text) tells what is
// said in a group, and who has joined or left it. It knows nothing of this server.
'use strict';

const at = (id) => document.getElementById(id);
const complain = (error) => console.error(error.toString());
const hub = new signalR.HubConnectionBuilder().withUrl('/chatHub').build();

hub.on('Send', function (text) {
  const row = document.createElement('li');
  row.dataset.count = String(arguments.length);
  row.textContent = text;
  at('log').append(row);
});

const call = (method, ...more) => hub.invoke(method, at('group').value, ...more).catch(complain);
at('join').onclick = () => { call('AddToGroup'); };
at('leave').onclick = () => { call('RemoveFromGroup'); };
at('send').onclick = () => { call('SendMessageToGroup', at('text').value); };

hub.start().then(() => {
  document.title = hub.connectionId;
  at('send').disabled = false;
}, complain);

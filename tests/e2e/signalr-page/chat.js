// A front end as the tutorials about SignalR with Redis behind NGINX have it. It knows nothing of this server.
'use strict';

const byId = (id) => document.getElementById(id);
const report = (error) => console.error(error.toString());

const connection = new signalR.HubConnectionBuilder().withUrl('/chatHub').withAutomaticReconnect().build();

// Disabled until there is a connection.
byId('sendButton').disabled = true;

connection.on('ReceiveMessage', (user, message, connectionId, nodeId) => {
  const line = document.createElement('li');
  line.textContent = `${user} says ${message}`;
  line.title = `${connectionId} on ${nodeId}`;
  byId('messagesList').appendChild(line);
});

connection.on('NodeInfo', (nodeId, connectionId) => {
  byId('nodeId').textContent = nodeId;
  byId('connectionId').textContent = connectionId;
});

function connected() {
  byId('sendButton').disabled = false;
  connection.invoke('GetNodeInfo').catch(report);
}

connection.onreconnecting(() => { byId('sendButton').disabled = true; });
connection.onreconnected(connected);
connection.start().then(connected).catch(report);

byId('sendButton').addEventListener('click', (event) => {
  connection.invoke('SendMessage', byId('userInput').value, byId('messageInput').value).catch(report);
  event.preventDefault();
});

async function refreshNodes() {
  const response = await fetch('/nodes');
  const { available_nodes: nodes } = await response.json();
  byId('nodesList').replaceChildren(...nodes.map(({ id }) => {
    const line = document.createElement('li');
    line.textContent = id;
    return line;
  }));
}

refreshNodes().catch(report);
setInterval(() => refreshNodes().catch(report), 10000);

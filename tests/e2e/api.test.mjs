// The server API: an application calls any of three nodes, and the clients of all nodes see what it did. Cases are in
// api/, one file for each subject.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import asks from './api/asks.mjs';
import errors from './api/errors.mjs';
import keys from './api/keys.mjs';
import messages from './api/messages.mjs';
import notices from './api/notices.mjs';
import reading from './api/reading.mjs';
import sanctions from './api/sanctions.mjs';
import sdk from './api/sdk.mjs';
import sessions from './api/sessions.mjs';
import socketio from './api/socketio.mjs';
import { ApiKeys, Application } from './support/api.mjs';
import { ChatClient } from './support/client.mjs';
import { Cluster } from './support/cluster.mjs';
import { freshFolder } from './support/places.mjs';
import { HubClient } from './support/signalr.mjs';
import { TokenMaker } from './support/tokens.mjs';

/** What the cases share: filled in before the first, and closed after the last. */
const shared = {
  clients: [],
  /** The application with the key that may do everything, at node 1, 2 or 3. */
  app: (number = 1) => new Application(shared.cluster.nodes[number - 1], shared.keys.secret('shop')),
  /** A client of chat.v1 at node 1, 2 or 3; with `user` it shows a token. */
  async client(number, { user, claims, ...options } = {}) {
    const token = user && await shared.maker.make(user, claims);
    const client = await ChatClient.connect(shared.cluster.nodes[number - 1].ws, { token, ...options });
    shared.clients.push(() => client.terminate());
    return client;
  },
  /** A client of SignalR there. */
  async hub(number, { user, ...how } = {}) {
    const token = user && await shared.maker.make(user);
    const client = await HubClient.connect(shared.cluster.nodes[number - 1], { options: token ? { accessTokenFactory: () => token } : {}, ...how });
    shared.clients.push(() => client.stop());
    return client;
  },
};

before(async () => {
  const folder = freshFolder('api-keys');
  shared.folder = folder;
  shared.maker = new TokenMaker(folder);
  shared.keys = new ApiKeys(folder, { shop: ['publish', 'read', 'admin'], writer: ['publish'], reader: ['read'] });
  const rooms = join(folder, 'rooms.json');
  writeFileSync(rooms, JSON.stringify({ rules: [{ rooms: 'closed-*', guest: [], user: [] }] }));
  shared.cluster = await Cluster.start('api', { settings: { auth: 'optional', rooms, ...shared.maker.settings, ...shared.keys.settings } });
});
after(async () => {
  await Promise.all(shared.clients.map((close) => close()));
  await shared.cluster?.stop();
});

for (const subject of [messages, reading, notices, asks, sessions, sanctions, sdk, keys, errors, socketio]) subject(shared);

import { HttpTransportType, HubConnectionBuilder, JsonHubProtocol, LogLevel } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import WebSocket from 'ws';
import { http } from './http.mjs';
import { until } from './until.mjs';

/** How a client may reach a hub: one line each. */
export const transports = {
  WebSockets: { transport: HttpTransportType.WebSockets },
  'WebSockets without negotiation': { transport: HttpTransportType.WebSockets, skipNegotiation: true },
  ServerSentEvents: { transport: HttpTransportType.ServerSentEvents },
  LongPolling: { transport: HttpTransportType.LongPolling },
};

/** The protocols it may use there. */
export const protocols = {
  json: () => new JsonHubProtocol(),
  messagepack: () => new MessagePackHubProtocol(),
};

/** Each way with each protocol that goes over it. */
export const pairs = Object.entries(transports).flatMap(([way, options]) => Object.entries(protocols)
  .filter(([encoding]) => way !== 'ServerSentEvents' || encoding === 'json')
  .map(([encoding, protocol]) => ({ name: `${way}, ${encoding}`, options, protocol })));

const callbacks = ['ReceiveMessage', 'NodeInfo', 'PresenceChanged', 'Typing', 'CaughtUp', 'Rewound', 'Reset', 'Degraded', 'Reconnect', 'Failure'];

/** The official client. Keeps all that it receives, for assertions. A test can cut its sockets. */
export class HubClient {
  /** @param {{ http: string }} node  or the proxy in front of it
   * @param {{ options?: object, protocol?: object, hub?: string, retries?: number[], stateful?: boolean }} how */
  static async connect(node, how = {}) {
    const client = HubClient.of(node, how);
    await client.connection.start();
    return client;
  }

  static of(node, { options = transports.WebSockets, protocol = protocols.json(), hub = '/chatHub', retries, stateful = false, details = true } = {}) {
    const client = new HubClient();
    client.url = node.http + hub;
    client.sockets = [];
    const { sockets } = client;
    class RememberedSocket extends WebSocket {
      constructor(...args) {
        super(...args);
        sockets.push(this);
      }
    }
    let builder = new HubConnectionBuilder()
      .withUrl(details ? `${client.url}?details=true` : client.url, { ...options, WebSocket: RememberedSocket })
      .withHubProtocol(protocol)
      .configureLogging(LogLevel.None);
    if (retries) builder = builder.withAutomaticReconnect(retries);
    if (stateful) builder = builder.withStatefulReconnect();
    client.connection = builder.build();
    client.heard = Object.fromEntries(callbacks.map((name) => [name, []]));
    for (const name of callbacks) client.connection.on(name, (...args) => { client.heard[name].push(args); });
    client.events = [];
    client.connection.onreconnecting((error) => { client.events.push({ type: 'reconnecting', error }); });
    client.connection.onreconnected((id) => { client.events.push({ type: 'reconnected', id }); });
    client.connection.onclose((error) => { client.events.push({ type: 'closed', error }); });
    return client;
  }

  get id() { return this.connection.connectionId; }
  invoke(method, ...args) { return this.connection.invoke(method, ...args); }
  stop() { return this.connection.stop(); }

  /** Everything a stream brings. */
  stream(method, ...args) {
    return new Promise((resolve, reject) => {
      const items = [];
      this.connection.stream(method, ...args).subscribe({ next: (item) => { items.push(item); }, complete: () => resolve(items), error: reject });
    });
  }

  /** The messages of a room, as they arrived. */
  messages(room) { return this.heard.ReceiveMessage.filter(([, , , , details]) => details.room === room); }
  hears(room, content) {
    return until(`${JSON.stringify(content)} arrives in ${room}`,
      () => this.messages(room).find(([, message]) => JSON.stringify(message) === JSON.stringify(content)));
  }
  happens(type, milliseconds) { return until(`the client is ${type}`, () => this.events.find((event) => event.type === type), milliseconds); }

  /** The token of the connection; the client keeps it to itself. */
  get token() { return new URL(this.connection.connection.transport._url ?? this.sockets.at(-1).url).searchParams.get('id'); }
  /** As when the network goes: the socket is cut, or the node ends a connection without a socket. */
  async cut() {
    if (this.sockets.length > 0) this.sockets.at(-1).terminate();
    else await http(`${this.url}?id=${this.token}`, { method: 'DELETE' });
  }
}

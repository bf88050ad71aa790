// The shapes that travel between the server, client.js and the page. Types only: nothing here runs.

/** @typedef {{ id: string, name: string, nodes?: string[] }} Person */

/** A message as the server pushes it; `seq` is there when its author gave it, and `sender` with it where it is not `from.id`.
 * @typedef {{ room: string, epoch: string, offset: number, from: Person, text?: string, data?: unknown, time: number,
 *   node: string, sender?: string, seq?: number }} Message */

/** The (epoch, offset) of the last message shown. @typedef {{ epoch: string, offset: number }} Cursor */

/** @typedef {{ text_bytes: number, message_bytes: number, rooms: number, messages_per_second: number, burst: number }} Limits */

/** A message that waits to be stored. `seq` and `tries` are set at transmission; `key` names it for the life of the tab.
 * @typedef {{ key: string, room: string, text?: string, data?: unknown, at: number, seq: number, tries: number,
 *   state: 'queued'|'sending'|'waiting'|'failed', retryAt?: number, code?: string }} Entry */

/** @typedef {object} ClientOptions
 * @property {string | (() => string)} url of the WebSocket; a function is asked before each attempt
 * @property {string} [name]
 * @property {string | (() => Promise<string>)} [token] the JWT that names the user; a function is asked before each attempt and when the token ends soon
 * @property {string} [identitySecret] makes several tabs one person
 * @property {import('./outbox.js').Storage} [storage] keeps the outbox of this tab
 * @property {import('./link.js').Env} [env] instead of the runtime's sockets, time and chance */

/** A node as another one sees it: `silent` has not announced itself for 1.2 s. @typedef {{ id: string, name: string, state: 'ready'|'draining'|'silent',
 *   connections: number, rooms: number, messages_per_second: number, started_at: string, version: string }} NodeSeen */

/** @typedef {'kick'|'mute'|'unmute'|'ban'|'unban'} Sanction */

/** Everything a client tells its listener; `at` is the client's clock, `expires` the Unix time in ms at which the token ends, or 0.
 * Code 4500 of `stopped`: no valid token; 4501: the token has ended; 4502: the application has ended the session.
 * `ask`: the application waits for the answer, a value or a promise of one; an Error, or a promise that is rejected, refuses. Only the first counts.
 * A `notice` is a word of the application to the room or, without `room`, to this client: `event` is its name. It is not stored, and may be lost. `rights` of `joined` is empty where the cluster knows no users. `reason` of `removed` and `stopped` is the server's, or a moderator's.
 * @typedef {{ at: number } & (
 *   { type: 'state', state: 'connecting'|'waiting'|'stopped', retryAt?: number, code?: number, reason?: string }
 *   | { type: 'doubt', doubted: boolean }
 *   | { type: 'welcome', node: string, session: string, user: Person, limits: Limits, expires: number }
 *   | { type: 'expiring', expires: number }
 *   | { type: 'refreshed', expires: number }
 *   | { type: 'joined', room: string, epoch: string, offset: number, messages: Message[], count: number,
 *       rights: string[], fresh: boolean, lost: boolean }
 *   | { type: 'message', message: Message }
 *   | { type: 'entry', entry: Entry }
 *   | { type: 'sent', key: string, room: string, offset: number }
 *   | { type: 'discarded', key: string, room: string }
 *   | { type: 'presence', room: string, version: number, joined: Person[], left: Person[], count: number }
 *   | { type: 'typing', room: string, from: Person }
 *   | { type: 'notice', room?: string, event: string, data: unknown }
 *   | { type: 'ask', method: string, arguments: any, answer: (result: unknown) => void }
 *   | { type: 'rewound', room: string, to: number }
 *   | { type: 'reset', room: string, reason: string }
 *   | { type: 'removed', room: string, reason: string }
 *   | { type: 'degraded', available: boolean, room?: string }
 *   | { type: 'cluster', time: number, nodes: NodeSeen[], store: { answers: boolean, round_trip_ms?: number }, details?: any }
 *   | { type: 'refused', room?: string, code: string, message: string }
 * )} ClientEvent */

/** What one node has seen of a traced message: that it took it (`received`), or that it delivered it (`framed`). Times are microseconds of the
 * store's clock, give or take `error_us`. @typedef {{ node: string, trace: string, error_us: number, ahead_us: number, received?: number, appended?: number,
 *   ack?: string, duplicate?: boolean, heard?: number, framed?: number, written?: number, sockets?: number, laggards?: number, incomplete?: boolean }} Hop */

/** Sees each frame as text; `out`: it left. One that came is lost if the tap returns true. @typedef {(text: string, out: boolean) => boolean | void} Tap */

/** @typedef {ClientEvent extends infer E ? E extends any ? Omit<E, 'at'> : never : never} Untimed a ClientEvent before it is told */

/** @typedef {{ code: string, message: string, temporary?: boolean, retry_after_ms?: number, last?: number }} Refusal */
/** @typedef {{ done: (reply: any) => void, failed: (why: Refusal) => void }} Waiting the outcome of a request */

export {};

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

/** @typedef {'kick'|'mute'|'unmute'|'ban'|'unban'} Sanction */

/** Everything a client tells its listener; `at` is the client's clock, `expires` the Unix time in ms at which the token ends, or 0.
 * Code 4500 of `stopped`: no valid token; 4501: the token has ended. `reason` of `removed` and `stopped` is the server's, or a moderator's.
 * @typedef {{ at: number } & (
 *   { type: 'state', state: 'connecting'|'waiting'|'stopped', retryAt?: number, code?: number, reason?: string }
 *   | { type: 'doubt', doubted: boolean }
 *   | { type: 'welcome', node: string, session: string, user: Person, limits: Limits, expires: number }
 *   | { type: 'expiring', expires: number }
 *   | { type: 'refreshed', expires: number }
 *   | { type: 'joined', room: string, epoch: string, offset: number, messages: Message[], count: number,
 *       fresh: boolean, lost: boolean }
 *   | { type: 'message', message: Message }
 *   | { type: 'entry', entry: Entry }
 *   | { type: 'sent', key: string, room: string, offset: number }
 *   | { type: 'discarded', key: string, room: string }
 *   | { type: 'presence', room: string, version: number, joined: Person[], left: Person[], count: number }
 *   | { type: 'typing', room: string, from: Person }
 *   | { type: 'rewound', room: string, to: number }
 *   | { type: 'reset', room: string, reason: string }
 *   | { type: 'removed', room: string, reason: string }
 *   | { type: 'degraded', available: boolean, room?: string }
 *   | { type: 'refused', room?: string, code: string, message: string }
 * )} ClientEvent */

/** @typedef {ClientEvent extends infer E ? E extends any ? Omit<E, 'at'> : never : never} Untimed a ClientEvent before it is told */

/** @typedef {{ code: string, message: string, temporary?: boolean, retry_after_ms?: number, last?: number }} Refusal */
/** @typedef {{ done: (reply: any) => void, failed: (why: Refusal) => void }} Waiting the outcome of a request */

export {};

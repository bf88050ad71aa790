// The state of one room on the page, as a pure function of its events.

import { mentions } from './mentions.js';

/** @typedef {import('./types.js').Person} Person */
/** @typedef {import('./types.js').Message} Message */
/** @typedef {import('./types.js').Entry} Entry */
/** How long the cluster took to acknowledge a message of mine, from its first transmission. @typedef {{ ms: number, tries: number }} Ack */
/** @typedef {{ kind: 'message', key: string, offset: number, from: Person, text: string, isData: boolean, time: number, node: string, mine: boolean,
 *   head: boolean, sender: string, seq: number, ack: Ack | null }} MessageItem
 *   head: the first of a page, which names its author even when it follows another one, so that no older page changes its looks; isData: the text is JSON;
 *   seq: 0 if the sender gave none */
/** @typedef {{ kind: 'line', key: string, at: number, name: string, params: any }} LineItem a quiet line of the system's own */
/** @typedef {MessageItem | LineItem} Item */
/** @typedef {Entry & { sentAt?: number, offset?: number, ack?: Ack }} Pending my message on its way; with an offset once it is stored */

/** @typedef {object} Room
 * @property {string} room
 * @property {string} title the other user of a direct room, or ''
 * @property {boolean} joined
 * @property {string} epoch
 * @property {number} generation rises when the items are replaced
 * @property {Item[]} items oldest first
 * @property {number} shift how many items were put before the first one of this generation, less those that were cut there
 * @property {Pending[]} pending
 * @property {boolean} away the part of the store that keeps this room does not answer
 * @property {boolean} more older messages exist
 * @property {Person[]} members
 * @property {number} version of the members
 * @property {boolean} stale the members must be asked for again
 * @property {number} count people here
 * @property {(Person & { until: number })[]} typing
 * @property {{ epoch: string, offset: number } | null} read where an earlier visit ended; null when there was none
 * @property {number} unread
 * @property {boolean} named one of the unread messages mentions this user
 * @property {number} mark offset of the first message new since you left; 0 = none
 * @property {boolean} atBottom the end of the conversation is in view
 * @property {number} below messages that came while it was not
 * @property {{ offset: number } | null} target a message that the conversation shall show; a new object each time
 * @property {{ code: string, reason: string } | null} barred why the user is not in this room: not_found (not open to this user), forbidden, removed
 * @property {boolean} silenced the last message was refused: the user has no right to send here
 * @property {boolean} hidden the room does not tell this user its members
 * @property {boolean} moderates whether the user may moderate here, as the server said at the join or at the last request
 */

/** @typedef {{ me: Person | null, reading: boolean, at: number }} Context reading: this room is in view */

/** The read position of a room that another user opened for this one. */
export const NEVER = { epoch: '', offset: 0 };

const TYPING_LASTS = 4_000;
const TRIM_AT = 600;
const TRIM_TO = 400;

/** @param {string} room @param {string} [title] @param {Room['read']} [read] @returns {Room} */
export function newRoom(room, title = '', read = null) {
  return {
    room, title, read, joined: false, away: false, epoch: '', generation: 0, items: [], shift: 0, pending: [], more: false, members: [],
    version: 0, stale: true, count: 0, typing: [], unread: 0, named: false, mark: 0, atBottom: true, below: 0, target: null,
    barred: null, silenced: false, hidden: false, moderates: false,
  };
}

/** @param {Room} room @param {any} event @param {Context} context @returns {Room} */
export function reduceRoom(room, event, context) {
  switch (event.type) {
    case 'joined': return joined(room, event, context);
    case 'message': return append({ ...room, epoch: event.message.epoch }, event.message, context);
    case 'page': return page(room, event, context);
    case 'members': return { ...room, members: event.members, version: event.version, count: event.count, stale: false };
    case 'presence': return presence(room, event, context);
    case 'typing': return typing(room, event.from, context);
    case 'entry': return entry(room, event.entry, context);
    case 'sent': return sent(room, event, context);
    case 'discarded': return { ...room, pending: room.pending.filter((p) => p.key !== event.key) };
    case 'rewound': return { ...room, items: room.items.filter((i) => i.kind === 'line' || i.offset <= event.to) };
    case 'degraded': return event.room ? { ...room, away: !event.available } : room;
    case 'refused': return bar(room, room.barred?.code === 'removed' ? room.barred : { code: event.code, reason: '' }); // the reason is not lost at the next try
    case 'removed': return bar(room, { code: 'removed', reason: event.reason });
    case 'may-send': return { ...room, silenced: false };
    case 'members-hidden': return { ...room, stale: false, hidden: true, members: [] };
    case 'moderates': return { ...room, moderates: event.may };
    case 'line': return line(room, event.name, event.params, context.at);
    case 'tick': return room.typing.some((p) => p.until <= event.now)
      ? { ...room, typing: room.typing.filter((p) => p.until > event.now) } : room;
    case 'target': return { ...room, target: { offset: event.offset } };
    case 'bottom': return { ...room, atBottom: event.at, ...(event.at && { below: 0 }) };
  }
  return room;
}

/** @template T @param {T[]} list @param {T} one @param {keyof T} key @returns {T[]} */
function upsert(list, one, key) {
  return list.some((x) => x[key] === one[key]) ? list.map((x) => (x[key] === one[key] ? one : x)) : [...list, one];
}

/** @param {Message} m @param {Context} context @param {boolean} [head] @returns {MessageItem} */
function item(m, { me }, head = false) {
  const text = m.text ?? JSON.stringify(m.data) ?? '';
  return {
    kind: 'message', key: `m${m.offset}`, offset: m.offset, from: m.from, text, isData: m.text === undefined, time: m.time, node: m.node,
    mine: m.from.id === me?.id, head, sender: m.sender ?? m.from.id, seq: m.seq ?? 0, ack: null,
  };
}

/** @param {Message[]} messages oldest first @param {Context} context */
const pageOf = (messages, context) => messages.map((m, i) => item(m, context, i === 0));

/** @param {Room} room @param {Message} m @param {Context} context @returns {Room} */
function append(room, m, context) {
  const mine = room.pending.find((p) => p.offset === m.offset);
  const added = item(m, context);
  if (mine) Object.assign(added, { key: mine.key, ack: mine.ack ?? null }); // the same row on the screen
  const unread = !added.mine && !context.reading;
  const items = [...room.items, added];
  const cut = items.length > TRIM_AT && room.atBottom ? items.length - TRIM_TO : 0;
  if (cut && items[cut].kind === 'message') items[cut] = { ...items[cut], head: true };
  return {
    ...room,
    items: cut ? items.slice(cut) : items,
    shift: room.shift - cut,
    more: room.more || cut > 0,
    pending: mine ? room.pending.filter((p) => p !== mine) : room.pending,
    typing: room.typing.filter((p) => p.id !== m.from.id),
    unread: room.unread + (unread ? 1 : 0),
    named: room.named || (unread && mentions(added.text, context.me)),
    mark: room.mark || (unread ? m.offset : 0),
    below: room.atBottom || added.mine ? room.below : room.below + 1,
  };
}

/** @param {Room} room @param {any} event @param {Context} context @returns {Room} */
function joined(room, event, context) {
  const { epoch, messages, count, rights = [], fresh } = event;
  const here = { ...room, joined: true, epoch, count, stale: true, barred: null, silenced: false, hidden: false, moderates: rights.includes('moderate') };
  if (!fresh) return messages.reduce((/** @type {Room} */ r, /** @type {Message} */ m) => append(r, m, context), here);
  const seen = room.read && (room.read.epoch === epoch || room.read.epoch === NEVER.epoch) ? room.read.offset : Infinity;
  const unseen = messages.filter((/** @type {Message} */ m) => m.offset > seen && m.from.id !== context.me?.id);
  return {
    ...here,
    generation: room.generation + 1,
    shift: 0,
    items: [...pageOf(messages, context), ...room.items.filter((i) => i.kind === 'line').slice(-3)],
    pending: room.pending.filter((p) => !p.offset),
    more: messages.length > 0 && messages[0].offset > 1,
    below: 0,
    target: null,
    unread: context.reading ? 0 : unseen.length,
    named: !context.reading && unseen.some((/** @type {Message} */ m) => mentions(m.text ?? '', context.me)),
    mark: unseen[0]?.offset ?? 0,
  };
}

/** @param {Room} room @param {any} event @param {Context} context @returns {Room} */
function page(room, { messages, more, generation }, context) {
  if (generation !== room.generation) return room;
  const first = room.items.find((i) => i.kind === 'message');
  const older = messages.filter((/** @type {Message} */ m) => !first || m.offset < /** @type {MessageItem} */ (first).offset);
  return { ...room, more: more && messages.length > 0, shift: room.shift + older.length, items: [...pageOf(older, context), ...room.items] };
}

/** @param {Room} room @param {Room['barred']} barred @returns {Room} */
function bar(room, barred) {
  return { ...room, barred, joined: false, stale: false, members: [], count: 0, typing: [] };
}

/** @param {Room} room @param {Entry} one @param {Context} context @returns {Room} */
function entry(room, one, context) {
  const silenced = room.silenced || (one.state === 'failed' && one.code === 'forbidden');
  const sentAt = room.pending.find((p) => p.key === one.key)?.sentAt ?? (one.state === 'sending' ? context.at : undefined);
  return { ...room, silenced, pending: upsert(room.pending, { ...one, ...(sentAt !== undefined && { sentAt }) }, 'key'), mark: context.reading ? 0 : room.mark };
}

/** @param {Room} before @param {{ key: string, offset: number }} event @param {Context} context @returns {Room} */
function sent(before, { key, offset }, { at }) {
  const room = before.silenced ? { ...before, silenced: false } : before;
  const own = room.pending.find((p) => p.key === key);
  const ack = own?.sentAt === undefined ? null : { ms: Math.max(0, at - own.sentAt), tries: own.tries };
  const pending = room.pending.filter((p) => p.key !== key);
  if (room.items.some((i) => i.kind === 'message' && i.offset === offset)) {
    return { ...room, pending, items: room.items.map((i) => (i.kind === 'message' && i.offset === offset ? { ...i, key, ack } : i)) };
  }
  return offset ? { ...room, pending: room.pending.map((p) => (p.key === key ? { ...p, offset, ...(ack && { ack }) } : p)) } : { ...room, pending };
}

/** @param {Room} room @param {{ version: number, joined: Person[], left: Person[], count: number }} event @param {Context} context @returns {Room} */
function presence(room, event, { me, at }) {
  const gone = new Set(event.left.map((p) => p.id));
  const known = new Set(room.members.map((p) => p.id));
  const stale = room.stale || event.version !== room.version + 1;
  const came = event.joined.filter((p) => p.id !== me?.id && !known.has(p.id));
  const went = event.left.filter((p) => p.id !== me?.id);
  const members = event.joined.reduce((list, p) => upsert(list, p, 'id'), room.members.filter((p) => !gone.has(p.id)));
  const next = { ...room, members, version: event.version, stale, count: event.count };
  return came.length || went.length ? people(next, came, went, at) : next;
}

/** One line for all who came and went, as long as no message is in between; a user who did both is left out.
 * @param {Room} room @param {Person[]} came @param {Person[]} went @param {number} at @returns {Room} */
function people(room, came, went, at) {
  const last = room.items.at(-1);
  const before = last?.kind === 'line' && last.name === 'people' ? last.params : { came: [], went: [] };
  const without = (/** @type {Person[]} */ list, /** @type {Person[]} */ others) => list.filter((p) => !others.some((o) => o.id === p.id));
  const params = {
    came: [...without(without(before.came, went), came), ...without(came, before.went)],
    went: [...without(without(before.went, came), went), ...without(went, before.came)],
  };
  const items = before === (/** @type {any} */ (last)?.params) ? room.items.slice(0, -1) : room.items;
  return params.came.length || params.went.length ? line({ ...room, items }, 'people', params, at) : { ...room, items };
}

/** @param {Room} room @param {string} name @param {any} params @param {number} at @returns {Room} */
function line(room, name, params, at) {
  const key = `l${at}.${room.items.length}`;
  return { ...room, items: [...room.items, { kind: 'line', key, at, name, params }] };
}

/** @param {Room} room @param {Person} from @param {Context} context @returns {Room} */
function typing(room, from, { me, at }) {
  return from.id === me?.id ? room : { ...room, typing: upsert(room.typing, { ...from, until: at + TYPING_LASTS }, 'id') };
}

// Payloads of an attacker that can write to Redis: mutations of the payloads that nodes write.
// The mutations of a batch depend only on the seed and the number of the batch.
import { Random } from '../../chaos/random.mjs';
import { mutate } from './mutate.mjs';

export const BATCH = 50;
const WRONG_TYPE = 0.02;

const key = (room, part) => `chat:{${room}}:${part}`;

/** Valid examples of each payload that nodes receive. @param {{ room, epoch, top, body, instance, user, answers, asked }} now */
const published = (now) => [
  ...[0, 1, 2, 100].map((ahead) => [key(now.room, 'live'), `m ${now.epoch} ${now.top + ahead}\n${now.body}`]),
  [key(now.room, 'live'), `m ${now.epoch} ${now.top + 1}\n${now.body}\n${now.body}\n${now.body}`],
  [key(now.room, 'live'), `t ${now.user} Somebody`],
  [key(now.room, 'live'), `p ${now.instance}\n+${now.user} Somebody\n-${now.user}`],
  ...now.answers.map((channel) => [channel, `1\n202 taken`]),
  ...now.asked.map((channel) => [channel, `${now.answers[0]} 1\ns[{"type":"node","id":1}]`]),
];

const stored = (now) => [
  ...Object.entries({ '.run': 'f00d', '.epoch': now.epoch, '.top': now.top, '.ended': `${now.epoch}:3,${now.epoch}:2`, '.kept': 'x' })
    .map(([field, value]) => ['HSET', key(now.room, 'state'), field, String(value)]),
  ...[1, 2, 1000].map((ahead) => ['XADD', key(now.room, 'log'), `0-${now.top + ahead}`, 'm', now.body]),
  ['XADD', key(now.room, 'log'), '*', 'x', now.body],
  ['HSET', key(now.room, 'state'), now.user, '3:7'],
  ['HSET', key(now.room, 'people'), `${now.instance} ${now.user}`, 'Somebody'],
  ['HSET', key(now.room, 'people'), 'no blank', 'Somebody'],
  ['ZADD', 'chat:leases', String(Date.now()), now.instance],
  ['SADD', 'chat:nodes', 'chat-9'],
  ...['id', 'name', 'description', 'started_at', 'last_seen', 'connections', 'rooms', 'messages_per_second'].map((field) => ['HSET', 'chat:node:chat-1', field, '17']),
  ['SET', key(now.connection, 'claimed'), ''],
];

/** 50 Redis commands. Channels and keys are valid; the last argument is mutated. */
export function junk(seed, batch, now, intoKeys) {
  const random = new Random(seed + batch * 7919);
  const examples = intoKeys ? stored(now) : published(now).map(([channel, payload]) => ['SPUBLISH', channel, payload]);
  return Array.from({ length: BATCH }, () => {
    const command = [...random.pick(examples)];
    const other = random.pick(examples).at(-1);
    if (intoKeys && random.chance(WRONG_TYPE)) return ['SET', command[1], 'not the type it had'];
    command.push(mutate(random, command.pop(), other));
    return command;
  });
}

/** The keys an operator deletes after such an attack: all keys of the room, and shared keys of a wrong type. */
export const roomKeys = ({ room }) => ['state', 'earlier', 'log', 'people'].map((part) => key(room, part));
export const sharedKeys = { 'chat:leases': 'zset', 'chat:nodes': 'set', 'chat:node:chat-1': 'hash' };

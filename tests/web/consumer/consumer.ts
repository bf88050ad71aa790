// A program that uses the package, with the types that the package gives it. It is compiled, and not run.

import { ChatClient, type ClientEvent, type Message, type Person, type Refusal } from '@chat-cluster/client';

let outbox: string | null = null;

export const chat = new ChatClient({
  url: () => 'wss://chat.example.org/ws',
  name: 'Ana',
  token: async () => 'a.b.c',
  storage: { load: () => outbox, save: (text) => { outbox = text; } },
});

export const screen: Message[] = [];
export const orders: unknown[] = [];

const ends: (() => void)[] = [
  chat.on('message', ({ message }) => screen.push(message)),
  chat.on('joined', ({ messages, lost, rights }) => {
    if (lost) screen.length = 0;
    screen.push(...messages);
    const moderates: boolean = rights.includes('moderate');
    return moderates;
  }),
  chat.on('notice', ({ room, event, data }) => {
    const where: string | undefined = room;
    if (event === 'order.ready' && where) orders.push(data);
  }),
  chat.on('state', (event) => {
    if (event.state === 'stopped') chat.setToken('');
  }),
  chat.subscribe((event: ClientEvent) => {
    if (event.type === 'sent') chat.typing(event.room);
  }),
];

export async function main(): Promise<Person[]> {
  chat.join('lobby', { history: 20 });
  chat.connect();
  const key: string | null = chat.send('lobby', 'Olá');
  if (key) chat.discard(key);
  chat.send('lobby', { data: { any: ['json'] } });
  const { messages, more } = await chat.history('lobby', 100);
  screen.unshift(...(more ? messages : []));
  const { members } = await chat.members('lobby');
  try {
    await chat.moderate('lobby', members[0]!.id, 'mute', { seconds: 600, reason: 'flood' });
  } catch (why) {
    if ((why as Refusal).code !== 'forbidden') throw why;
  }
  await chat.refresh('d.e.f');
  chat.on('ask', ({ method, answer }) => answer(method === 'Where' ? Promise.resolve('here') : new Error('unknown')));
  const { left }: { left: number } = await chat.call('Stock', ['tea']);
  if (left === 0) await chat.call('Order');
  for (const end of ends) end();
  chat.close();
  return members;
}

// @ts-expect-error: the address is not optional
new ChatClient({ name: 'Ana' });
// @ts-expect-error: a token is a text, or is promised
new ChatClient({ url: 'ws://localhost/ws', token: () => 7 });
// @ts-expect-error: there is no such option
new ChatClient({ url: 'ws://localhost/ws', secret: 'x' });
// @ts-expect-error: there is no such event
chat.on('messages', () => {});
// @ts-expect-error: an event has only its own fields
chat.on('message', ({ room }) => room);
// @ts-expect-error: the data of a notice is of no known type
chat.on('notice', ({ data }) => data.id);
// @ts-expect-error: a body is a text or {data}
chat.send('lobby', 7);
// @ts-expect-error: there is no such action
chat.moderate('lobby', 'luis', 'silence');
// @ts-expect-error: a page is promised
chat.history('lobby', 1).messages;
// @ts-expect-error: the parts of the client are its own
chat.sender;

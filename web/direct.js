// How a room of two reaches the other user: each user listens to a room of their own, `inbox.<user id>`, and the first sender
// leaves the name of the shared room there. The server vouches for `from`, so no user can invite in another's name.

import { load, save } from './settings.js';
import { directRoom } from './text.js';

const INBOX = 'inbox.';

/** @param {import('./client.js').ChatClient} chat @param {(room: string, title: string) => void} opened
 * @returns {(room: string, peer: string) => void} tells the other one, once */
export function directMessages(chat, opened) {
  const told = new Set();
  let me = '';

  /** @param {import('./types.js').Message} message */
  const receive = ({ from, data, epoch, offset }) => {
    save('inbox', { me, epoch, offset });
    const room = directRoom(me, from.id);
    if (from.id !== me && /** @type {any} */ (data)?.direct === room) opened(room, from.name);
  };
  chat.subscribe((event) => {
    if (event.type === 'welcome' && event.user.id !== me) {
      if (me) chat.leave(INBOX + me);
      me = event.user.id;
      const { me: reader = me, ...cursor } = load('inbox', {});
      chat.join(INBOX + me, { cursor: cursor.epoch && reader === me ? cursor : null, history: 20 });
    } else if (event.type === 'joined' && event.room === INBOX + me) event.messages.forEach(receive);
    else if (event.type === 'message' && event.message.room === INBOX + me) receive(event.message);
    else if (event.type === 'sent' && event.room.startsWith(INBOX)) chat.leave(event.room);
  });
  return (room, peer) => {
    if (told.has(room)) return;
    told.add(room);
    chat.join(INBOX + peer, { sendOnly: true });
    chat.send(INBOX + peer, { data: { direct: room } });
  };
}

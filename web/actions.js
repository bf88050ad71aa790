// The actions of a user on this page. Views call these; no other code changes rooms, names or the node.

import { createDrafts } from './drafts.js';
import { createIdentity } from './identity.js';
import { createJump } from './jump.js';
import { pageUrl, socketUrl } from './route.js';
import { load, save, tabStorage } from './settings.js';
import { hasFixedName } from './store.js';
import { cleanName, cleanRoom, directRoom, peerOf } from './text.js';
import { rememberVisit } from './visited.js';

const LOBBY = 'lobby';
const SIMULATED_LOSS = 3_000;
const PAGE = 100;

/** @typedef {ReturnType<typeof createActions>} Actions */

/** @param {{
 *   chat: import('./client.js').ChatClient,
 *   state: () => import('./store.js').State,
 *   dispatch: (event: any) => void,
 *   root: URL,
 *   invite: (room: string, peer: string) => void,
 *   remount: (language: string) => Promise<void>,
 * }} page */
export function createActions({ chat, state, dispatch, root, invite, remount }) {
  const drafts = createDrafts(tabStorage('drafts'));
  /** @type {Map<string, Promise<import('./types.js').Refusal | null>>} */ const loading = new Map();

  const remember = () => save('rooms', [...state().rooms.values()].map(({ room, title }) => ({ room, title })));

  /** The prefix of a node's own address; a node that is alone has none but the site's. @param {string} id */
  const prefix = (id) => {
    const { nodes } = state();
    if (!id || nodes.filter((n) => n.active).length === 1) return '';
    return nodes.find((n) => n.id === id)?.url ?? `${root.pathname}node/${id}/`;
  };

  /** The address always names the room, and the node when one was chosen. @param {boolean} [isNew] */
  const address = (isNew) => {
    const href = pageUrl(root, prefix(state().chosen), state().active);
    if (href !== location.href) history[isNew ? 'pushState' : 'replaceState'](null, '', href);
  };

  /** @param {string} room @param {string} [title] @param {import('./room-state.js').Room['read']} [otherwise] the read position on the first visit */
  const open = (room, title = '', otherwise = null) => {
    dispatch({ type: 'open', room, title, read: load('read', {})[room] ?? otherwise });
    chat.join(room);
    remember();
  };

  /** @param {string} room @param {string} [title] */
  const show = (room, title) => {
    open(room, title);
    dispatch({ type: 'show', room });
    address(true);
  };

  /** @param {string} kind @param {object} [params] */
  const notice = (kind, params) => dispatch({ type: 'banner', kind, params, at: Date.now() });

  const rename = (/** @type {string} */ name) => {
    if (hasFixedName(state())) {
      notice('nameFixed');
      return true;
    }
    if (!name) return false;
    save('name', name);
    chat.rename(name);
    dispatch({ type: 'renamed', name });
    return true;
  };

  const leave = (/** @type {string} */ room) => {
    rememberVisit(state().rooms.get(room));
    drafts.keep(room, '');
    chat.leave(room);
    dispatch({ type: 'close', room });
    remember();
    if (!state().active) show(LOBBY);
    address();
  };

  /** Loads the page before the oldest message there is now. @param {string} name @param {number} [limit]
   * @returns {Promise<import('./types.js').Refusal | null>} why it did not come */
  const older = async (name, limit = PAGE) => {
    const { more, joined, items, generation } = state().rooms.get(name) ?? {};
    const first = items?.find((i) => i.kind === 'message');
    if (!more || !joined || first?.kind !== 'message') return null;
    const load = async () => {
      try {
        const page = await chat.history(name, first.offset, limit);
        dispatch({ type: 'page', room: name, generation, messages: page.messages, more: page.more });
        return null;
      } catch (why) {
        const refusal = /** @type {import('./types.js').Refusal} */ (why);
        if (refusal.code === 'forbidden') dispatch({ type: 'page', room: name, generation, messages: [], more: false });
        return refusal; // after any other error the next look at the page asks again
      } finally {
        loading.delete(name);
      }
    };
    const under = loading.get(name) ?? load();
    loading.set(name, under);
    return under;
  };

  /** @type {Record<string, (argument: string) => boolean>} */
  const commands = {
    nick: (wanted) => rename(cleanName(wanted)),
    join: (typed) => {
      const room = cleanRoom(typed);
      if (room) show(room);
      else notice('badRoom');
      return room !== '';
    },
    leave: () => {
      leave(state().active);
      return true;
    },
    help: () => {
      dispatch({ type: 'line', room: state().active, name: 'helpLine', at: Date.now() });
      return true;
    },
  };

  return {
    open, show, leave, rename, prefix, address, notice, older,
    jump: createJump({ state, dispatch, older, show, notice }),
    ...createIdentity({ chat, state, dispatch, storage: tabStorage('token') }),

    /** Asks again for a room that was not open, or from which the user was removed. @param {string} room */
    rejoin: (room) => chat.join(room),

    /** Opens the Lab or closes it; on a small screen, shows it or the chat. @param {'' | 'lab' | 'chat'} show */
    lab(show) {
      save('lab', show !== '');
      dispatch({ type: 'lab', show });
    },

    /** The user knows that anybody can read along. */
    dismissOpen() {
      tabStorage('openSeen').save('1');
      dispatch({ type: 'open-seen' });
    },

    /** Sends the text, or runs the command in it. @param {string} written @returns {boolean} whether it is done with */
    say(written) {
      const text = written.trim();
      const room = state().active;
      const command = /^\/(?!\/)(\S*)\s*(.*)$/s.exec(text);
      if (command) {
        if (Object.hasOwn(commands, command[1])) return commands[command[1]](command[2]);
        notice('unknownCommand', { command: command[1] });
        return false;
      }
      if (!text) return false;
      const peer = peerOf(room, state().me?.id ?? '?');
      if (peer) invite(room, peer);
      const sent = chat.send(room, text.replace(/^\/\//, '/')) !== null;
      if (!sent) notice('outboxFull');
      return sent;
    },

    /** The room above or below in the list. @param {number} step */
    neighbour(step) {
      const names = [...state().rooms.keys()];
      show(names[(names.indexOf(state().active) + step + names.length) % names.length]);
    },

    /** @param {import('./types.js').Person} person */
    direct(person) {
      const me = state().me;
      if (me && me.id !== person.id) show(directRoom(me.id, person.id), person.name);
    },

    draft: drafts.keep,
    drafted: drafts.of,

    /** A connection that stands is only given up for one that stands. @param {string} node '' lets the balancer choose */
    async chooseNode(node) {
      if (!chat.online) {
        dispatch({ type: 'chosen', node });
        chat.connect();
      } else if (await chat.move(socketUrl(root, prefix(node)))) dispatch({ type: 'chosen', node });
      else notice('nodeAway', { node: state().nodes.find((n) => n.id === node)?.name || node });
    },

    /** The address of the room in view, on whichever node; with an offset, of one of its messages. @param {number} [offset] */
    roomPage(offset) {
      const url = new URL(pageUrl(root, '', state().active));
      if (offset) url.searchParams.set('at', String(offset));
      return url.href;
    },

    /** @param {import('./store.js').Node} node */
    nodePage: (node) => pageUrl(root, prefix(node.id), state().active),

    /** Windows that know their opener tell whether the browser allowed them; they let go of it at once (settings.js). */
    openAll() {
      const windows = state().nodes.filter((n) => n.active).map((n) => window.open(pageUrl(root, prefix(n.id), state().active)));
      if (windows.includes(null)) notice('blocked');
    },

    simulateLoss: () => chat.drop(SIMULATED_LOSS),

    /** @returns {any} */
    settings: () => ({
      language: document.documentElement.lang,
      theme: load('theme', 'auto'),
      notifications: load('notifications', false),
      sound: load('sound', false),
    }),

    /** @param {'notifications' | 'sound'} kind @param {boolean} wanted @returns {Promise<boolean>} whether it is on now */
    async alert(kind, wanted) {
      if (kind === 'notifications' && wanted) wanted = 'Notification' in window && await Notification.requestPermission() === 'granted';
      save(kind, wanted);
      return wanted;
    },

    /** @param {string} language */
    language(language) {
      save('language', language);
      void remount(language);
    },

    /** @param {string} theme */
    theme(theme) {
      save('theme', theme);
      document.documentElement.dataset.theme = theme;
    },
  };
}

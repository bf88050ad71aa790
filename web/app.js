// The start of the page: ties the client, the state and the views together.

import { createActions } from './actions.js';
import { showUnread } from './alerts.js';
import { claimsOf } from './claims.js';
import { ChatClient } from './client.js';
import { directMessages } from './direct.js';
import { randomId } from './env.js';
import { LANGUAGES, translator, wordsOf } from './i18n/index.js';
import { language as spoken, words } from './language.js';
import { takeLinkToken } from './link-token.js';
import { watchNodes } from './nodes.js';
import { nodeColours } from './palette.js';
import { parse, socketUrl } from './route.js';
import { NEVER } from './room-state.js';
import { forgetOpener, load, onChange, save, tabStorage } from './settings.js';
import { PATIENCE, hasFixedName, initial, reduce, unread } from './store.js';
import { cleanName, cleanRoom, isName, peerOf } from './text.js';
import { loadAll } from './views/lazy.js';
import { mount } from './views/page.js';

const TRIES_ON_CHOSEN = 2;
const loadAnnounce = () => import('./announce.js');
const LATER = 5_000; // ms after the start, when the page is there and the network has rest

forgetOpener();
const broughtToken = takeLinkToken(location, history);
if (claimsOf(broughtToken)) tabStorage('token').save(broughtToken);
const token = tabStorage('token').load() ?? '';
const { root, node, room: wanted, at, lab } = parse(location.href);
const element = /** @type {HTMLElement} */ (document.getElementById('page'));
let t = translator(spoken, await words, navigator.languages);
let state = { ...initial(), claims: claimsOf(token), openSeen: Boolean(tabStorage('openSeen').load()), chosen: node, visible: !document.hidden, onLine: navigator.onLine, now: Date.now() };
let dirty = false;
let failures = 0; // attempts in a row at the chosen node that never got a welcome
let welcomed = false;
let wantedMessage = at; // until its room is joined

/** @param {any} event */
function dispatch(event) {
  const before = state;
  state = reduce(state, event);
  if (state === before) return;
  if (state.nodes !== before.nodes || state.node !== before.node) {
    colours = nodeColours([...state.nodes.map((n) => n.id), state.node].filter(Boolean));
  }
  members();
  if (dirty) return;
  dirty = true;
  requestAnimationFrame(draw);
  setTimeout(draw, 250); // a hidden tab draws no frames, but its title counts
}

function draw() {
  if (!dirty) return;
  dirty = false;
  show(state);
  showUnread(unread(state), app.roomName(state.rooms.get(state.active)));
}

let colours = nodeColours(node ? [node] : []);
let asking = '';

/** Asks for the members as soon as the list of the room in view is out of date. */
function members() {
  const room = state.rooms.get(state.active);
  if (!room?.joined || !room.stale || asking === room.room) return;
  asking = room.room;
  chat.members(room.room)
    .then((reply) => dispatch({ ...reply, type: 'members', room: room.room }))
    .catch(({ code }) => code === 'forbidden' && dispatch({ type: 'members-hidden', room: room.room }))
    .finally(() => (asking = ''));
}

let identitySecret = load('identitySecret');
if (!identitySecret) save('identitySecret', identitySecret = randomId());

let name = cleanName(String(load('name', '')));        // stored by an older page, perhaps, which took more
if (!name) {
  const pick = (/** @type {string} */ words) => words.split(',')[Math.floor(Math.random() * words.split(',').length)];
  save('name', name = t('randomName', { adjective: pick(t('adjectives')), animal: pick(t('animals')) }));
}

state.name = name;
if (lab !== null) save('lab', lab);
if (load('lab', false)) state.lab = lab ? 'lab' : 'chat';

const chat = new ChatClient({
  name,
  token: state.claims ? token : '',
  identitySecret,
  storage: tabStorage('outbox'),
  url() {
    if (failures >= TRIES_ON_CHOSEN || state.silent.has(state.chosen)) {
      if (!state.wasOnline) act.notice('nodeElsewhere', { node: app.nodeName(state.chosen) });
      failures = 0;
      dispatch({ type: 'chosen', node: '' });
    }
    return socketUrl(root, act.prefix(state.chosen));
  },
});
const invite = directMessages(chat, (room, title) => act.open(room, title, NEVER));
const act = createActions({ chat, state: () => state, dispatch, root, invite, remount });

/** @type {import('./views/page.js').App} */
const app = {
  state: () => state,
  get t() {
    return t;
  },
  chat,
  act,
  nodeName: (id) => state.nodes.find((n) => n.id === id)?.name || id,
  nodeColour: (id) => colours.get(id) ?? nodeColours([...colours.keys(), id]).get(id) ?? 0,
  roomName(room) {
    const peer = peerOf(room?.room ?? '', state.me?.id ?? '?');
    return room?.title || room?.members.find((m) => m.id === peer)?.name || room?.room || '';
  },
  dispatch,
  drawer: () => {},
  reply: () => {},
  write: () => {},
};

chat.subscribe((event) => {
  if (event.type === 'state') {
    if (event.state === 'waiting' && state.chosen && !welcomed) failures++;
    welcomed = false;
    if (event.state === 'waiting' && state.link === 'online' && state.onLine) watch.suspect(state.node);
    setTimeout(tick, PATIENCE + 20);
  }
  if (event.type === 'message' && document.hidden) {
    const { from, room } = event.message;
    if (from.id !== state.me?.id && state.rooms.has(room)) void loadAnnounce().then((m) => m.announce(event.message, act.settings(), act.show), () => {});
  }
  const { node: from, me: before } = state;
  dispatch(event);
  if (event.type === 'welcome') {
    welcomed = true;
    failures = 0;
    if (state.chosen && state.chosen !== event.node) dispatch({ type: 'chosen', node: '' });
    act.address();
    if (from && from !== event.node) watch.refresh();
    if (before && before.id !== event.user.id) for (const { room, barred } of state.rooms.values()) if (barred) chat.join(room);
  }
  if (event.type === 'joined' && event.room === first && wantedMessage) {
    void act.jump(first, wantedMessage);
    wantedMessage = 0;
  }
  if (event.type === 'refused' && !state.active) act.show('lobby');
});

/** Where this visit has read to, for the next one's "new since you left". */
function keepRead() {
  const room = state.rooms.get(state.active);
  const last = room?.items.findLast((i) => i.kind === 'message');
  if (!room || !state.visible || last?.kind !== 'message') return;
  const read = load('read', {});
  const { epoch, offset } = read[room.room] ?? {};
  if (offset !== last.offset || epoch !== room.epoch) save('read', { ...read, [room.room]: { epoch: room.epoch, offset: last.offset } });
}

/** @param {string} language */
async function remount(language) {
  t = translator(language, await wordsOf(language), navigator.languages);
  document.documentElement.lang = language;
  show = mount(app, element);
  show(state);
}

let show = mount(app, element);
document.documentElement.lang = t.language;

for (const { room, title } of load('rooms', [{ room: 'lobby' }])) act.open(room, title);
const first = cleanRoom(wanted) || state.rooms.keys().next().value || 'lobby';
act.open(first);
dispatch({ type: 'show', room: first });
const watch = watchNodes({
  root, dispatch, state: () => state, prefix: act.prefix, cutOff: () => chat.probe(),
  isWatched: () => document.getElementById('cluster')?.checkVisibility?.({ visibilityProperty: true }) ?? false,
});
chat.connect();
setTimeout(() => (window.requestIdleCallback ?? setTimeout)(loadAll), LATER);
if (broughtToken && !claimsOf(broughtToken)) act.notice('badToken');

function tick() {
  dispatch({ type: 'tick', now: Date.now() });
}
setInterval(() => {
  tick();
  keepRead();
}, 1000);
onChange((key, value) => {
  if (key === 'name' && value !== state.name && isName(value) && !hasFixedName(state)) {
    chat.rename(value);
    dispatch({ type: 'renamed', name: value });
  }
  if (key === 'theme') document.documentElement.dataset.theme = value;
  if (key === 'language' && LANGUAGES.includes(value) && value !== t.language) void remount(value);
});
addEventListener('hashchange', async () => {
  const brought = takeLinkToken(location, history);
  const problem = brought && await act.signIn(brought);
  if (problem) act.notice(problem);
});
addEventListener('popstate', () => {
  const { room } = parse(location.href);
  act.open(room || 'lobby');
  dispatch({ type: 'show', room: room || 'lobby' });
});
addEventListener('online', () => {
  dispatch({ type: 'network', onLine: true });
  if (!chat.online) chat.connect();
});
addEventListener('offline', () => {
  dispatch({ type: 'network', onLine: false });
  chat.probe(); // a server on this device is reached all the same
});
document.addEventListener('visibilitychange', () => {
  keepRead();
  dispatch({ type: 'visible', visible: !document.hidden });
  if (!document.hidden) chat.probe();
});

// Faults between nodes and their store.
import { silentRooms } from './crowd.mjs';

/** A rule of one node's proxy for some time. */
const rule = (name, kind, which, lasts, make, expected, more = {}) => ({
  name, kind, lasts, expected, ...more,
  start: ({ cluster }, random) => cluster.proxy(random.pick(cluster.nodes)).impose(which, make(random)),
  stop(_, lift) { lift(); },
});

/** Traps for all nodes or one, armed until each has sprung or the time is over. */
const trap = (name, kind, set, expected) => ({
  name, kind, lasts: [400, 1000], expected,
  start({ cluster }, random) { return random.sample(cluster.nodes, random.whole(1, cluster.nodes.length)).map((node) => set(cluster.proxy(node), random)); },
  stop(_, traps) { for (const one of traps) one.disarm(); },
});

export const linkFaults = [
  rule('blackhole', 'silent link', 'all', [500, 4000], () => ({ hold: true }), 'the node says it is degraded; its people read and wait'),
  rule('blackhole-writers', 'silent link', 'writers', [500, 4000], () => ({ hold: true }), 'sends of its people are refused for the moment'),
  rule('blackhole-subscriptions', 'silent link', 'subscriptions', [500, 4000], () => ({ hold: true }), 'its people see nothing new, then all of it'),
  rule('lost-requests', 'one-way link', 'all', [500, 4000], () => ({ hold: true, direction: 'requests' }), 'nothing arrives at the store'),
  rule('lost-replies', 'one-way link', 'all', [500, 4000], () => ({ hold: true, direction: 'replies' }), 'everything is carried out and nothing is answered'),
  rule('slow-link', 'slow link', 'all', [1000, 2500], (random) => ({ delay: () => random.between(5, 120) }), 'everything a little later, nothing out of order'),
  rule('thin-link', 'thin link', 'all', [1000, 2500], (random) => ({ bytesPerSecond: random.whole(20_000, 200_000) }), 'everything later, nothing out of order'),
  {
    name: 'reset-link', kind: 'reset link', lasts: [0, 1500], expected: 'as blackhole, known at once',
    start({ cluster }, random) {
      const proxy = cluster.proxy(random.pick(cluster.nodes));
      const lift = proxy.impose('all', { refuse: true });
      proxy.cut(random.pick(['all', 'appends', 'writers', 'subscriptions']));
      return lift;
    },
    stop(_, lift) { lift(); },
  },
  trap('committed-then-cut', 'committed, then cut', (proxy, random) => proxy.cutAfterRequest(random.whole(1, 20)), 'stored, but the node does not know: the sender sends again, one copy'),
  trap('cut-mid-reply', 'cut in a reply', (proxy, random) => proxy.cutMidReply(random.whole(1, 20)), 'as committed-then-cut'),
  trap('cut-mid-request', 'cut in a request', (proxy, random) => proxy.cutMidRequest(random.whole(1, 20)), 'not stored: the sender sends again'),
  trap('drop-push', 'dropped push', (proxy) => proxy.dropPush(), 'the next push shows the hole, which is refilled'),
  {
    name: 'drop-last-push', kind: 'dropped push before silence', lasts: [300, 300], silent: true,
    expected: 'no later push shows the hole: the position check finds it within 20 s',
    start({ cluster, crowd }, random) {
      const room = random.pick(silentRooms);
      const name = crowd.history.rooms[room];
      const traps = random.sample(cluster.nodes, 2).flatMap((node) => cluster.proxiesOf(node).map((proxy) => proxy.dropPush(name)));
      random.pick(crowd.library.filter((person) => person.screens.has(name))).say(room, crowd.text());
      return traps;
    },
    stop(_, traps) { for (const one of traps) one.disarm(); },
  },
];

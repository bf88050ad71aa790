// The page /cluster: what operators see of the cluster, and do with it. It watches over the same connection as any client.

import { tidyToken } from '../claims.js';
import { ChatClient } from '../client.js';
import { operatorWordsOf } from '../i18n/operator.js';
import { translator } from '../i18n/index.js';
import { language } from '../language.js';
import { takeLinkToken } from '../link-token.js';
import { parse, socketUrl } from '../route.js';
import { tabStorage } from '../settings.js';
import { createCalls } from './calls.js';
import { pageView } from './page.js';
import { probeSilent } from './probe.js';
import { nothing, reduce } from './state.js';

const LOOKS_EVERY = 1_000;
const STANDS_STILL = 3_000; // ms without a picture, of which there is one a second

const t = translator(language, await operatorWordsOf(language), navigator.languages);
const { root, node } = parse(location.href);
const kept = tabStorage('token');
const brought = takeLinkToken(location, history);
if (brought) kept.save(brought);
let token = kept.load() ?? '';
let view = nothing();
let access = { link: 'connecting', denied: '' };
let frame = 0;
let toldAt = 0; // when the node last said something of the cluster, or took this page

const chat = new ChatClient({ url: socketUrl(root, node && `node/${node}/`), name: 'Operator', token });
const page = pageView({ t, root, calls: createCalls(root, () => token), signIn: (pasted) => {
  token = tidyToken(pasted);
  kept.save(token);
  access = { link: 'connecting', denied: '' };
  chat.setToken(token);
  draw();
} });

function draw() {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    page.render(view, access);
  });
}

chat.subscribe((event) => {
  view = reduce(view, event);
  if (event.type === 'state') access = { link: event.state === 'stopped' ? 'stopped' : 'connecting', denied: event.state === 'stopped' ? event.reason ?? '' : access.denied };
  if (event.type === 'welcome' || event.type === 'cluster') toldAt = Date.now();
  if (event.type === 'welcome') access = { ...access, link: 'online' };
  if (event.type === 'refused' && (event.code === 'forbidden' || event.code === 'unauthorized')) access = { ...access, denied: event.message };
  if (event.type === 'cluster' && event.details) access = { link: 'online', denied: '' };
  draw();
});
probeSilent({ root, silent: () => view.nodes.filter((n) => n.state === 'silent').map((n) => n.id), told: (id, probe) => {
  view = reduce(view, { type: 'probed', node: id, probe, at: Date.now() });
  draw();
} });
// A node that stands still tells nothing, also not of itself: another one does.
setInterval(() => {
  if (view.seenAt > 0 && access.link === 'online' && Date.now() - toldAt > STANDS_STILL) chat.drop(0);
}, LOOKS_EVERY);
document.documentElement.lang = language;
document.title = `${t('cluster')} · Chat`;
document.body.append(page.el);
draw();
chat.watch(true, { details: true });
chat.connect();

// The dialogs and cards that the first look at the page does not need. Each is loaded when it is opened first, or earlier, when
// the browser has nothing else to do: then it opens without a network, too.

/** @typedef {import('./page.js').App} App */
/** @typedef {import('../types.js').Person} Person */

const MODULES = {
  card: () => import('./card.js'),
  details: () => import('./details.js'),
  moderate: () => import('./moderate.js'),
  roomBrowser: () => import('./room-browser.js'),
  search: () => import('./search.js'),
  share: () => import('./share.js'),
  shortcuts: () => import('./shortcuts.js'),
};

/** Loaded only for a user who opens it. */
const loadLab = () => import('./lab.js');
const loadXray = () => import('./xray.js');

/** Loads all of them but the Lab and the X-ray. */
export const loadAll = () => Promise.allSettled(Object.values(MODULES).map((load) => load()));

/** Loads a module, then opens its dialog. @template M @param {App} app @param {() => Promise<M>} load @param {(module: M) => unknown} open */
async function withModule(app, load, open) {
  const module = await load().catch(() => null);
  if (module) open(module);
  else app.act.notice('notLoaded');
}

/** @param {App} app @param {Person} person @param {HTMLElement} anchor */
export const openCard = (app, person, anchor) => withModule(app, MODULES.card, (m) => m.card(app, person, anchor));

/** @param {App} app @param {import('../room-state.js').MessageItem} item @param {HTMLElement} anchor */
export const openDetails = (app, item, anchor) => withModule(app, MODULES.details, (m) => m.details(app, item, anchor));

/** @param {App} app @param {Person} person */
export const openModerate = (app, person) => withModule(app, MODULES.moderate, (m) => m.moderate(app, person));

/** Starts the Lab and gives its view; null: it cannot be loaded. @param {App} app */
export async function openLab(app) {
  try {
    return await (await loadLab()).startLabView(app);
  } catch {
    app.act.notice('notLoaded');
    return null;
  }
}

/** @param {App} app @param {import('../room-state.js').MessageItem} item */
export const openXray = (app, item) => withModule(app, loadXray, (m) => m.xray(app, item));
/** Opens the Lab at its lesson. @param {App} app */
export function openLesson(app) {
  app.act.lab('lab');
  return withModule(app, loadLab, (m) => m.startLesson());
}

/** @param {App} app */
export const openRooms = (app) => withModule(app, MODULES.roomBrowser, (m) => m.roomBrowser(app));

/** @param {App} app */
export const openSearch = (app) => withModule(app, MODULES.search, (m) => m.search(app));

/** @param {App} app */
export const openShare = (app) => withModule(app, MODULES.share, (m) => m.share(app));

/** @param {App} app */
export const openShortcuts = (app) => withModule(app, MODULES.shortcuts, (m) => m.shortcuts(app));

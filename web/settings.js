// The settings that the browser keeps for the user (localStorage, shared by all tabs) and for the tab (sessionStorage). If
// the browser refuses storage, the page forgets them.

/** @template T @param {() => T} run @param {T} otherwise */
function attempt(run, otherwise) {
  try {
    return run();
  } catch {
    return otherwise;
  }
}

/** @param {string} key @param {any} [otherwise] */
export function load(key, otherwise = null) {
  return attempt(() => JSON.parse(localStorage.getItem(`chat.${key}`) ?? 'null'), null) ?? otherwise;
}

/** @param {string} key @param {unknown} value */
export function save(key, value) {
  attempt(() => localStorage.setItem(`chat.${key}`, JSON.stringify(value)), undefined);
}

/** Reports a setting that another tab has changed. @param {(key: string, value: any) => void} changed */
export function onChange(changed) {
  addEventListener('storage', ({ key, newValue, storageArea }) => {
    if (storageArea !== localStorage || !key?.startsWith('chat.') || newValue === null) return;
    attempt(() => changed(key.slice('chat.'.length), JSON.parse(newValue)), undefined);
  });
}

/** A tab opened by another starts with a copy of its storage, which is not ours. */
export function forgetOpener() {
  if (!window.opener) return;
  attempt(() => sessionStorage.clear(), undefined);
  window.opener = null;
}

/** One string of this tab's own, which survives a reload. @param {'outbox' | 'drafts' | 'token' | 'openSeen'} name @returns {import('./outbox.js').Storage} */
export function tabStorage(name) {
  const key = `chat.${name}`;
  return {
    load: () => attempt(() => sessionStorage.getItem(key), null),
    save: (text) => attempt(() => sessionStorage.setItem(key, text), undefined),
  };
}

// What the browser keeps for the person (localStorage, shared by all tabs) and for the tab (sessionStorage). A browser that
// refuses storage gets a page that forgets.

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

/** The outbox of this tab. A tab opened by another starts with a copy of its storage, which is not ours.
 * @returns {import('./outbox.js').Storage} */
export function tabStorage() {
  const key = 'chat.outbox';
  if (window.opener) {
    attempt(() => sessionStorage.removeItem(key), undefined);
    window.opener = null;
  }
  return {
    load: () => attempt(() => sessionStorage.getItem(key), null),
    save: (text) => attempt(() => sessionStorage.setItem(key, text), undefined),
  };
}

// The words of the page /cluster, which are loaded with it.

/** @type {Record<string, () => Promise<{ default: Record<string, import('./index.js').Words> }>>} */
const MODULES = { en: () => import('./operator-en.js'), pt: () => import('./operator-pt.js'), es: () => import('./operator-es.js') };

/** @param {string} language */
export const operatorWordsOf = async (language) => (await MODULES[language]()).default;

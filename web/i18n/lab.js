// The words of the Lab, which are loaded with it.

/** @type {Record<string, () => Promise<{ default: Record<string, import('./index.js').Words> }>>} */
const MODULES = { en: () => import('./lab-en.js'), pt: () => import('./lab-pt.js'), es: () => import('./lab-es.js') };

/** @param {string} language */
export const labWordsOf = async (language) => (await MODULES[language]()).default;

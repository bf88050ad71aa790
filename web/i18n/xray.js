// The words of the X-ray, which are loaded with it.

/** @type {Record<string, () => Promise<{ default: Record<string, import('./index.js').Words> }>>} */
const MODULES = { en: () => import('./xray-en.js'), pt: () => import('./xray-pt.js'), es: () => import('./xray-es.js') };

/** @param {string} language */
export const xrayWordsOf = async (language) => (await MODULES[language]()).default;

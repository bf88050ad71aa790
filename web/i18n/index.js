// The page's words. Every language has the same keys; {x} is filled in; {one, other} is chosen by `count`, {zero} if there is one.

/** @typedef {string | { zero?: string, one: string, other: string }} Words */

/** Only the language that is spoken is loaded. @type {Record<string, () => Promise<{ default: Record<string, Words> }>>} */
const MODULES = { en: () => import('./en.js'), pt: () => import('./pt.js'), es: () => import('./es.js') };

export const LANGUAGES = Object.keys(MODULES);

/** @param {string} language */
export const wordsOf = async (language) => (await MODULES[language]()).default;

/** The first language of the browser's that we have. @param {readonly string[]} wanted */
export function choose(wanted) {
  return wanted.map((w) => w.slice(0, 2).toLowerCase()).find((w) => LANGUAGES.includes(w)) ?? 'en';
}

/** @param {string} language @param {Record<string, Words>} words its words @param {readonly string[]} [wanted] the browser's: says how this language
 * writes times and numbers */
export function translator(language, words, wanted = []) {
  const locale = wanted.find((w) => w.startsWith(language)) ?? language;
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(locale);

  /** The sentence in pieces: the inserted values are marked, so that names can be set apart from it.
   * @param {string} key @param {Record<string, any>} [params] @returns {{ text: string, filled: boolean }[]} */
  const pieces = (key, params = {}) => {
    const found = words[key] ?? key;
    const text = typeof found === 'string' ? found : (params.count === 0 && found.zero) || (plural.select(params.count) === 'one' ? found.one : found.other);
    return text.split(/(\{\w+\})/).filter(Boolean).map((part) => {
      const value = part.startsWith('{') ? params[part.slice(1, -1)] : undefined;
      if (value === undefined) return { text: part, filled: false };
      return { text: typeof value === 'number' ? number.format(value + 0) : String(value), filled: true };
    });
  };
  const t = (/** @type {string} */ key, /** @type {Record<string, any>} */ params = {}) => pieces(key, params).map((p) => p.text).join('');
  return Object.assign(t, { pieces, language, locale });
}

/** @typedef {ReturnType<typeof translator>} Translator */

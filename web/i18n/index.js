// The page's words. Every language has the same keys; {x} is filled in; {one, other} is chosen by `count`.

import en from './en.js';
import es from './es.js';
import pt from './pt.js';

/** @typedef {string | { one: string, other: string }} Words */
/** @type {Record<string, Record<string, Words>>} */
export const languages = { en, pt, es };

/** The first language of the browser's that we have. @param {readonly string[]} wanted */
export function choose(wanted) {
  return wanted.map((w) => w.slice(0, 2).toLowerCase()).find((w) => Object.hasOwn(languages, w)) ?? 'en';
}

/** @param {string} language @param {readonly string[]} [wanted] the browser's: says how this language writes times and numbers */
export function translator(language, wanted = []) {
  const locale = wanted.find((w) => w.startsWith(language)) ?? language;
  const words = languages[language];
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(locale);

  /** The sentence in pieces: the inserted values are marked, so that names can be set apart from it.
   * @param {string} key @param {Record<string, any>} [params] @returns {{ text: string, filled: boolean }[]} */
  const pieces = (key, params = {}) => {
    const found = words[key] ?? key;
    const text = typeof found === 'string' ? found : plural.select(params.count) === 'one' ? found.one : found.other;
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

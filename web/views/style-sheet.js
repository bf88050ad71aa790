// A style sheet that is loaded when it is needed first, again if that failed.

import { h } from './dom.js';

/** @param {string} file beside index.html @returns {() => Promise<unknown>} */
export function styleSheet(file) {
  /** @type {Promise<unknown> | null} */ let loaded = null;
  return () => loaded ??= new Promise((done, failed) => {
    const link = h('link', { rel: 'stylesheet', href: new URL(`../${file}`, import.meta.url).href, onload: done, onerror: () => {
      loaded = null;
      link.remove();
      failed(new Error(`no ${file}`));
    } });
    document.head.append(link);
  });
}

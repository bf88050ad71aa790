// A button for what cannot be undone: the first press asks, a second one within five seconds does it.

import { h, setText } from '../views/dom.js';

const ASKS_FOR = 5_000;

/** @param {import('../i18n/index.js').Translator} t @param {string} word @param {Record<string, any>} props @param {() => Promise<unknown>} run
 * @param {(problem: string) => void} told '' : it is done */
export function sureButton(t, word, props, run, told) {
  /** @type {any} */ let timer = 0;
  const calm = () => {
    clearTimeout(timer);
    timer = 0;
    delete el.dataset.sure;
    setText(el, word);
  };
  const el = h('button', { type: 'button', class: 'plain', ...props, onclick: async () => {
    if (!timer) {
      timer = setTimeout(calm, ASKS_FOR);
      el.dataset.sure = 'true';
      setText(el, t('sure'));
      return;
    }
    calm();
    try {
      await run();
      told('');
    } catch (why) {
      told(String(/** @type {any} */ (why)?.message ?? why));
    }
  } }, word);
  return el;
}

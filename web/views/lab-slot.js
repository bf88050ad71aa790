// Opens and closes the Lab, which is loaded when it is opened first.

import { openLab } from './lazy.js';

/** @typedef {{ parts: HTMLElement[], render: (state: import('../store.js').State) => void, stop: () => void }} LabView */

/** Of the page that was mounted last: another language mounts another one. */
let stopLast = () => {};

/** @param {import('./page.js').App} app @param {HTMLElement} root @param {HTMLElement} el gets the parts of the Lab
 * @returns {import('./page.js').View} */
export function labSlot(app, root, el) {
  /** @type {LabView | null} */ let view = null;
  let opening = false;
  let isOver = false;

  const close = () => {
    view?.stop();
    view = null;
    delete root.dataset.lab;
  };
  const open = async () => {
    opening = true;
    const opened = await openLab(app);
    opening = false;
    if (!opened) return app.act.lab('');
    if (isOver || !app.state().lab) return opened.stop();
    view = opened;
    el.append(...view.parts);
    render(app.state());
  };

  /** @param {import('../store.js').State} state */
  function render(state) {
    if (!state.lab) return view && close();
    if (!view && !opening) void open();
    if (!view) return;
    root.dataset.lab = state.lab;
    view.render(state);
  }

  stopLast();
  stopLast = () => {
    isOver = true;
    close();
  };
  return { el, render };
}

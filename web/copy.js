// Puts a text on the clipboard. A page without TLS on another machine has no Clipboard API: there the old command does it.

/** @param {string} text @returns {Promise<boolean>} whether it is there */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const box = document.createElement('textarea');
  const parent = document.querySelector('dialog[open]') ?? document.body; // nothing outside of an open dialog can be selected
  const focus = /** @type {HTMLElement | null} */ (document.activeElement);
  box.value = text;
  box.readOnly = true;
  box.className = 'unseen';
  parent.append(box);
  box.select();
  const isDone = document.execCommand('copy');
  box.remove();
  focus?.focus();
  return isDone;
}

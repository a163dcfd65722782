// Dialogs. The browser keeps the focus inside and gives it back; Esc closes.
import { element, newId } from './element.js';
import { button } from './parts.js';

/** Opens one; `contents` gets the function that closes it. `onClose` runs however it is closed. */
export function openDialog(title, contents, onClose = () => {}) {
  const id = newId();
  const dialog = element('dialog', { 'aria-labelledby': id, onclose: () => { dialog.remove(); onClose(); } });
  const close = () => dialog.close();
  dialog.append(element('h2', { id }, title), ...contents(close));
  document.body.append(dialog);
  dialog.showModal();
  return close;
}

export const closeAll = () => { for (const dialog of document.querySelectorAll('dialog')) dialog.close(); };

/** Shows a secret the one time that the API tells it. It leaves the page with the dialog. */
export function showOnce(title, secret, ...words) {
  openDialog(title, (close) => {
    const shown = element('output', { class: 'secret', tabindex: '0' }, secret);
    const said = element('p', { class: 'help', role: 'status' }, 'It is shown this once.');
    const copy = button('Copy', async () => { said.textContent = (await copied(secret, shown)) ? 'Copied.' : 'It is marked: copy it with the keyboard.'; }, { class: 'primary', autofocus: true });
    return [...words, shown, said, element('div', { class: 'buttons' }, copy, button('Done', close))];
  });
}

/** Browsers give pages no clipboard over plain http, save on loopback. */
async function copied(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(shown);
    return false;
  }
}

// What ends vending: each asks for the name of what it ends, and then tells which credentials still live.
import { element, newId } from './element.js';
import { openDialog } from './dialogs.js';
import { again } from './navigation.js';
import { button, form } from './parts.js';
import { table } from './tables.js';
import { fromNow, moment, plural } from './words.js';

/** `act` calls the API and resolves with its report. `name` must be typed; `done` is what follows once the report was read. */
export function endVending({ title, sentence, name, verb, act, done = again }) {
  openDialog(title, (close) => {
    const id = newId();
    const typed = element('input', { id, type: 'text', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', autofocus: true });
    const run = async () => {
      if (typed.value !== name) throw new Error(`Type ${name} to confirm.`);
      const report = await act();
      close();
      showReport(report, done);
    };
    return [
      element('p', {}, sentence),
      form({ act: run, submit: verb, more: button('Cancel', close), attributes: { class: 'danger' } },
        element('div', { class: 'field' }, element('label', { for: id }, 'Type ', element('code', {}, name), ' to confirm'), typed)),
    ];
  });
}

/** STS cannot take back what it has issued, so what still lives is part of the answer. */
export function showReport({ status, exposure, latestExpiration }, done) {
  const title = `${status[0].toUpperCase()}${status.slice(1)}`;
  openDialog(title, (close) => [
    element('p', {}, 'Nothing is vended any more. ', exposure.length ? summary(exposure.length, latestExpiration) : 'No credential that was issued still lives.'),
    table('Exposure', [
      ['Role', ({ role }) => role],
      ['AccessKeyId', ({ accessKeyId }) => element('code', {}, accessKeyId)],
      ['Ends', ({ expiration }) => moment(expiration)],
      ['Prefix', ({ prefix }) => element('code', {}, prefix)],
    ], exposure, 'Nothing is exposed.'),
    element('div', { class: 'buttons' }, button('Close', close, { class: 'primary', autofocus: true })),
  ], done);
}

const summary = (count, latest) => element('strong', {},
  `${plural(count, 'credential')} still ${count === 1 ? 'lives' : 'live'}; the last ends ${fromNow(latest)}, at `, moment(latest), '.');

// What settings would mean if they were saved, kept up with while they are edited.
import { post } from './broker.js';
import { element } from './element.js';
import { card } from './parts.js';
import { changesOf, policyOf } from './policy.js';
import { alertOf } from './refusal.js';

/** As long as somebody types, nothing is asked. */
const rest = 350;

export const warningsOf = (warnings) => warnings.length > 0 && element('ul', { class: 'warnings' }, warnings.map((warning) => element('li', {}, warning)));

export const previewOf = (path, definition, signal) => post([...path, 'preview'], definition, { signal });

/** `read` says what is to be previewed, and where. */
export function previewPane(read, signal) {
  const place = element('div', { class: 'stack', 'aria-live': 'polite' });
  let timer, latest = 0;
  async function update() {
    const mine = ++latest;
    const nodes = await nodesOf(read, signal);
    if (mine === latest && !signal.aborted) place.replaceChildren(...nodes);
  }
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(update, rest);
  };
  signal.addEventListener('abort', () => clearTimeout(timer));
  return { node: element('aside', { class: 'preview', 'aria-label': 'Preview' }, place), update, later };
}

async function nodesOf(read, signal) {
  try {
    const { path, definition } = read();
    if (!path.at(-1)) return [card('Preview', element('p', { class: 'quiet' }, 'Name the role to see its policy.'))];
    const preview = await previewOf(path, definition, signal);
    return [card('Difference', changesOf(preview.changes), warningsOf(preview.warnings)), card('Session policy', policyOf(preview).node)];
  } catch (error) {
    return [card('Preview', alertOf(error))];
  }
}

// A definition as a form or as JSON, whichever the visitor likes; changing between the two loses nothing.
import { element, newId } from './element.js';
import { parsed } from './kinds.js';
import { attempt, button } from './parts.js';

/** `makeFields` makes the form of a definition. */
export function definitionInput(definition, makeFields) {
  const id = newId();
  const text = element('textarea', { id, class: 'code', rows: 26, spellcheck: 'false', autocomplete: 'off', autocapitalize: 'none' });
  const place = element('div', { class: 'stack' });
  const trouble = element('div');
  const forms = { Form: showForm, JSON: showText };
  let shown = 'Form', form;

  const choices = Object.keys(forms).map((name) => button(name, () => attempt(trouble, () => change(name))));
  const read = () => (shown === 'Form' ? form.read() : parsed(text.value, 'definition'));
  const change = async (name) => (name === shown ? undefined : forms[name](read()));

  function showForm(value) {
    form = makeFields(value);
    present('Form', form.nodes);
  }

  function showText(value) {
    text.value = JSON.stringify(value, null, 2);
    present('JSON', [element('label', { for: id }, 'Definition, as JSON'), text]);
  }

  function present(name, nodes) {
    shown = name;
    for (const choice of choices) choice.setAttribute('aria-pressed', String(choice.textContent === name));
    place.replaceChildren(...nodes);
  }

  showForm(definition);
  return {
    node: element('div', { class: 'stack' }, element('div', { class: 'switch', role: 'group', 'aria-label': 'Edit as' }, choices), trouble, place),
    read,
    refuse: (errors) => (shown === 'Form' ? form.refuse(errors) : errors),
  };
}

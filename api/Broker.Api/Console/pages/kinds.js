// The kinds of fields: how each is made, labelled and read. Undefined means that nothing is said.
import { element } from './element.js';
import { Refusal } from './refusal.js';

const plain = { autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' };

const above = (control, label, id) => [element('label', { for: id }, label), control];
const beside = (control, label, id) => element('label', { class: 'check', for: id }, control, element('span', {}, label));

const box = (attributes, value, extra) => element('input', { type: 'text', ...plain, ...attributes, ...extra, value: value ?? '' });

function area(attributes, text, rows) {
  const made = element('textarea', { rows, ...plain, ...attributes });
  made.value = text;
  return made;
}

const lines = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean);

export const kinds = {
  text: { labelled: above, make: (attributes, value) => box(attributes, value), read: ({ value }) => value || undefined },

  /** What is no number is sent as it is: the API says what is wrong with it. */
  number: {
    labelled: above,
    make: (attributes, value) => box(attributes, value, { inputmode: 'numeric' }),
    read: ({ value }) => (/^\s*-?\d+\s*$/.test(value) ? Number(value) : value.trim() || undefined),
  },

  moment: { labelled: above, make: (attributes, value) => element('input', { ...attributes, type: 'datetime-local', step: '1', value: value?.slice(0, 19) ?? '' }), read: ({ value }) => utc(value) },

  lines: { labelled: above, make: (attributes, value) => area(attributes, (value ?? []).join('\n'), 2), read: ({ value }) => (lines(value).length ? lines(value) : undefined) },

  check: { labelled: beside, make: (attributes, value) => element('input', { ...attributes, type: 'checkbox', checked: value === true }), read: ({ checked }) => checked },

  select: {
    labelled: above,
    make: (attributes, value, { options }) => element('select', attributes,
      [...new Set([...options, ...(value ? [value] : [])])].map((option) => element('option', { value: option, selected: option === (value ?? '') }, option || 'any'))),
    read: ({ value }) => value || undefined,
  },

  choices: {
    labelled: (control, label) => [element('p', { class: 'label', id: `${control.id}-label` }, label), control],
    make: (attributes, value, { options }) => element('div', { ...attributes, class: 'options', role: 'group', 'aria-labelledby': `${attributes.id}-label` },
      options.map((option) => element('label', { class: 'check' }, element('input', { type: 'checkbox', value: option, checked: value?.includes(option) }), element('span', {}, option)))),
    read: (control) => [...control.querySelectorAll(':checked')].map(({ value }) => value),
  },

  json: {
    labelled: above,
    make: (attributes, value) => area({ ...attributes, class: 'code' }, value?.length === 0 || value === undefined || value === null ? '' : JSON.stringify(value, null, 2), 6),
    read: ({ value }, { path }) => (value.trim() ? parsed(value, path) : undefined),
  },
};

/** The API takes exactly seconds; browsers leave them out where they are zero. */
const utc = (value) => value && `${value.length === 16 ? `${value}:00` : value.slice(0, 19)}Z`;

export function parsed(text, path) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw Refusal.ofField(path, `is not JSON: ${error.message}`);
  }
}

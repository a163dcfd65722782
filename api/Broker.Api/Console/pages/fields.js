// Forms of definitions: a field for each setting, named by its path in the JSON, such as uploads.maxBytes or storage.0.bucket.
import { element, newId } from './element.js';
import { kinds } from './kinds.js';

/**
 * Fields for these settings: `{ path, label, kind, help, options, width }`. A field that is left empty leaves its setting out,
 * so that the API's own default stands. `base` has what the form has no field for.
 */
export function fields(specs, base = {}) {
  const made = specs.map((spec) => field(spec, at(base, spec.path)));
  return {
    nodes: made.map(({ node }) => node),
    read: () => made.reduce((definition, { spec, value }) => put(definition, spec.path, value()), structuredClone(base)),
    /** Shows each broken rule beside its field; those that belong to none are left. */
    refuse: (errors) => {
      const left = new Map(Object.entries(errors));
      for (const each of made) each.say(taken(left, each.spec.path));
      return Object.fromEntries(left);
    },
  };
}

function field(spec, value) {
  const id = newId();
  const kind = kinds[spec.kind ?? 'text'];
  const rules = element('p', { id: `${id}-rules`, class: 'rules' });
  const help = spec.help && element('p', { id: `${id}-help`, class: 'help' }, spec.help);
  const control = kind.make({ id, 'aria-describedby': `${help ? `${id}-help ` : ''}${id}-rules` }, value, spec);
  const node = element('div', { class: `field ${spec.width ?? ''} ${spec.kind ?? 'text'}` }, kind.labelled(control, spec.label, id), help, rules);
  return {
    spec, node,
    value: () => kind.read(control, spec),
    say: (broken) => {
      rules.textContent = broken.join('; ');
      control.setAttribute('aria-invalid', String(broken.length > 0));
    },
  };
}

/** The API names elements as sourceNetworks[0]; a field of lines takes the errors of all of its lines. */
function taken(errors, path) {
  const found = [];
  for (const [name, rules] of errors) {
    const plain = name.replace(/\[(\d+)\]/g, '.$1');
    if (plain !== path && !plain.startsWith(`${path}.`)) continue;
    errors.delete(name);
    found.push(...rules.map((rule) => (plain === path ? rule : `${plain.slice(path.length + 1)}: ${rule}`)));
  }
  return found;
}

export const at = (definition, path) => path.split('.').reduce((value, part) => value?.[part], definition);

function put(definition, path, value) {
  const parts = path.split('.');
  const last = parts.pop();
  let inner = definition;
  for (const [i, part] of parts.entries()) inner = inner[part] ??= /^\d+$/.test(parts[i + 1] ?? last) ? [] : {};
  if (value === undefined) delete inner[last];
  else inner[last] = value;
  return definition;
}

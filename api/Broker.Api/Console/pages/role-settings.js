// The settings of a role, as fields in groups.
import { element } from './element.js';
import { fields } from './fields.js';

const groups = (entries, platform) => [
  ['What it reaches', [
    { path: 'storage', label: 'Storage entry', ...(entries ? { kind: 'select', options: entries } : {}) },
    { path: 'subPrefix', label: 'Prefix in it', help: 'Empty, or ending in /.' },
    { path: 'access', label: 'Access', kind: 'choices', options: ['read', 'write', 'list', 'delete'] },
    { path: 'durationSeconds', label: 'Session life, seconds', kind: 'number', help: '900 to 43,200; empty: 3,600.' },
  ]],
  ['From where', [
    { path: 'conditions.sourceNetworks', label: 'Source networks', kind: 'lines', help: 'CIDR blocks, one a line; empty: everywhere.' },
    { path: 'conditions.secureTransport', label: 'Https only', kind: 'check' },
  ]],
  ['Uploads', [
    { path: 'uploads.minBytes', label: 'Least size, bytes', kind: 'number' },
    { path: 'uploads.maxBytes', label: 'Largest size, bytes', kind: 'number', help: 'Bound by forms only.' },
    { path: 'uploads.contentTypes', label: 'Types', kind: 'lines', help: 'One a line, or one type/*; empty: any.' },
    { path: 'uploads.callback', label: 'Callback', help: 'Its host must be one of the tenant\'s.' },
    { path: 'uploads.maxExpiresIn', label: 'Longest life of a form, seconds', kind: 'number' },
    { path: 'uploads.forbidOverwrite', label: 'Forbid overwriting', kind: 'check' },
  ]],
  ['Signed URLs and limits', [
    { path: 'signedUrls.maxExpiresIn', label: 'Longest life of a URL, seconds', kind: 'number' },
    { path: 'limits.requestsPerSecond', label: 'Requests per second', kind: 'number', help: 'In each API process; empty: no limit.' },
  ]],
  ...(platform ? [['Only an administrator\'s', [
    { path: 'keepWarm', label: 'Keep warm', kind: 'check' },
    { path: 'extraStatements', label: 'Deny statements, as JSON', kind: 'json', width: 'wide', help: 'In RAM\'s grammar: [{ "Effect": "Deny", "Action": …, "Resource": … }]' },
  ]]] : []),
];

/** `entries` are the names of the tenant's storage; null: they are not known, so that the name is typed. */
export function roleFields(definition, entries, platform) {
  const made = groups(entries, platform).map(([heading, specs]) => ({ heading, ...fields(specs, definition), paths: specs.map(({ path }) => path) }));
  return {
    nodes: made.map(({ heading, nodes }) => element('fieldset', {}, element('legend', {}, heading), element('div', { class: 'grid' }, nodes))),
    read: () => made.reduce((all, group) => merged(all, group.read(), group.paths), structuredClone(definition)),
    refuse: (errors) => made.reduce((left, group) => group.refuse(left), errors),
  };
}

/** Each group has read its own paths; whole objects never lie in two groups. */
function merged(all, read, paths) {
  for (const top of new Set(paths.map((path) => path.split('.')[0]))) all[top] = read[top];
  return all;
}

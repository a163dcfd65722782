// A tenant's definition: what it may reach, whom it trusts, and its limits. Only the platform's administrator changes it.
import { ask } from './broker.js';
import { element } from './element.js';
import { fields } from './fields.js';
import { go, again } from './navigation.js';
import { announce, button, card, form, mark } from './parts.js';
import { may } from './session.js';
import { tenantTabs, tenantTrail } from './tenant.js';

const general = [{ path: 'displayName', label: 'Name for people' }];

const limits = [
  { path: 'limits.requestsPerSecond', label: 'Requests per second', kind: 'number', help: 'In each API process; empty: no limit.' },
  { path: 'limits.roles', label: 'Roles', kind: 'number' },
  { path: 'limits.narrowedSessions', label: 'Narrowed sessions', kind: 'number' },
  { path: 'limits.keepWarmRoles', label: 'Roles kept warm', kind: 'number' },
  { path: 'limits.callbackHosts', label: 'Callback hosts', kind: 'lines', help: 'One a line.' },
];

const trust = [{ path: 'trust', label: 'Trusted OIDC issuers, as JSON', kind: 'json', width: 'wide', help: '[{ "issuer", "audience", "rules": [{ "claims", "scopes", "roles" }] }]' }];

const entry = (i) => [
  { path: `storage.${i}.name`, label: 'Entry' },
  { path: `storage.${i}.roleArn`, label: 'RAM role', width: 'broad', help: 'acs:ram::<account>:role/<name>' },
  { path: `storage.${i}.externalId`, label: 'External id' },
  { path: `storage.${i}.bucket`, label: 'Bucket' },
  { path: `storage.${i}.region`, label: 'Region' },
  { path: `storage.${i}.keyPrefix`, label: 'Prefix', help: 'The outer bound; ends in /.' },
  { path: `storage.${i}.endpoint`, label: 'Endpoint', help: 'Empty: the region\'s public one.' },
  { path: `storage.${i}.addressing`, label: 'Addressing', kind: 'select', options: ['virtual', 'cname', 'path'] },
];

export async function newTenantPage() {
  const named = fields([{ path: 'tenant', label: 'Tenant', help: 'Small letters, digits and hyphens. It cannot be changed later.' }]);
  const create = async (body) => {
    const { body: made } = await ask('PUT', ['tenants', named.read().tenant ?? ''], { body, ifNoneMatch: '*' });
    announce(`${made.tenant} is made.`);
    go('tenants', made.tenant);
  };
  return { title: 'New tenant', trail: tenantTrail(), body: editor({ storage: [{ name: 'main', addressing: 'virtual' }] }, create, 'Create tenant', named) };
}

export async function tenantSettingsPage({ tenant, signal }) {
  const { body: settings, etag } = await ask('GET', ['tenants', tenant], { signal });
  const save = async (body) => {
    await ask('PUT', ['tenants', tenant], { body, ifMatch: etag });
    announce(`${tenant} is saved.`);
    again();
  };
  return {
    title: tenant, trail: tenantTrail(), mark: mark(settings.status), tabs: tenantTabs('Settings', tenant),
    body: may().platform ? editor(settings.definition, save, 'Save tenant') : [readOnly(settings.definition)],
  };
}

const readOnly = (definition) => card('Definition',
  element('p', { class: 'help' }, 'Only the platform\'s administrator changes it.'),
  element('pre', { tabindex: '0' }, JSON.stringify(definition, null, 2)));

/** Entries of storage come and go, so the fields are made anew from what they say each time. */
function editor(definition, act, submit, named) {
  const place = element('div', { class: 'stack' });
  let shown;
  const draw = (values) => {
    shown = sections(values);
    place.replaceChildren(...shown.cards(change));
  };
  const change = (edit) => {
    const values = shown.read();
    edit(values.storage ??= []);
    draw(values);
  };
  draw(definition);
  const refuse = (errors) => shown.refuse(named ? named.refuse(errors) : errors);
  return [form({ act: () => act(shown.read()), submit, refuse, attributes: { class: 'stack' } }, named && card('Name', grid(named)), place)];
}

function sections(values) {
  const entries = (values.storage ?? []).map((_, i) => fields(entry(i), values));
  const [first, bounds, issuers] = [general, limits, trust].map((specs) => fields(specs, values));
  const all = [first, ...entries, bounds, issuers];
  return {
    read: () => joined(values, { first, bounds, issuers, entries }),
    refuse: (errors) => all.reduce((left, each) => each.refuse(left), errors),
    cards: (change) => [
      card('General', grid(first)),
      card('Storage',
        entries.map((each, i) => element('fieldset', {}, element('legend', {}, `Entry ${i + 1}`), grid(each),
          button('Remove entry', () => change((storage) => storage.splice(i, 1))))),
        button('Add an entry', () => change((storage) => storage.push({ addressing: 'virtual' })))),
      card('Limits', grid(bounds)),
      card('Trust', grid(issuers)),
    ],
  };
}

const grid = ({ nodes }) => element('div', { class: 'grid' }, nodes);

const joined = (values, { first, bounds, issuers, entries }) => ({
  ...values,
  displayName: first.read().displayName,
  limits: bounds.read().limits,
  trust: issuers.read().trust,
  storage: entries.map((each, i) => each.read().storage[i]),
});

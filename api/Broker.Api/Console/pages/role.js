// A role: how fresh its credentials are, what it permits, and its switches.
import { ask, post } from './broker.js';
import { element } from './element.js';
import { explainCard } from './explain.js';
import { freshness } from './freshness.js';
import { endVending } from './kill-switch.js';
import { again, go } from './navigation.js';
import { announce, attempt, button, card, list, mark, pairs, tabs } from './parts.js';
import { policyOf } from './policy.js';
import { may } from './session.js';
import { tenantTrail } from './tenant.js';
import { number } from './words.js';

export const roleTrail = (tenant) => tenantTrail([tenant, ['tenants', tenant]]);

export const roleTabs = (current, tenant, role) => {
  const path = ['tenants', tenant, 'roles', role];
  return tabs(current, ['Overview', path],
    may().administers && ['Policy editor', [...path, 'edit']], may().administers && ['History', [...path, 'history']], may().administers && ['Credential URLs', [...path, 'urls']]);
};

export async function rolePage({ tenant, role, signal }) {
  const path = ['tenants', tenant, 'roles', role];
  const { body: settings, etag } = await ask('GET', path, { signal });
  const preview = may().administers ? await post([...path, 'preview'], settings.definition, { signal }) : null;
  const policy = preview && policyOf(preview);
  return {
    title: role, trail: roleTrail(tenant), tabs: roleTabs('Overview', tenant, role),
    mark: mark(settings.definition.disabled ? 'disabled' : 'enabled'),
    body: [
      await freshness(path, signal),
      element('div', { class: 'columns' },
        element('div', { class: 'stack' }, summary(settings), may().administers && switches(path, settings, etag)),
        element('div', { class: 'stack' }, explainCard(path, policy), policy && card('Session policy', policy.node))),
    ],
  };
}

const summary = ({ version, definition }) => card(`Settings, version ${number(version)}`, pairs([
  ['Access', list(definition.access, 'nothing')],
  ['Storage', definition.storage],
  ['Prefix in it', element('code', {}, definition.subPrefix || '(all)')],
  ['Session life', `${number(definition.durationSeconds)} s`],
  ['Networks', list(definition.conditions.sourceNetworks, 'everywhere')],
  ['Https only', definition.conditions.secureTransport ? 'yes' : 'no'],
  ['Upload types', list(definition.uploads.contentTypes, 'any')],
  ['Largest upload', `${number(definition.uploads.maxBytes)} bytes`],
  ['Overwriting', definition.uploads.forbidOverwrite ? 'forbidden' : 'permitted'],
  definition.uploads.callback && ['Callback', definition.uploads.callback],
  ['Kept warm', definition.keepWarm ? 'yes' : 'no'],
]));

function switches(path, { role, definition }, etag) {
  const trouble = element('div');
  const enable = button('Enable role', () => attempt(trouble, async () => {
    await ask('PUT', path, { body: { ...definition, disabled: false }, ifMatch: etag });
    announce(`${role} is enabled.`);
    again();
  }, enable));
  const disable = danger('Disable role', {
    title: `Disable ${role}?`, name: role, sentence: 'The role vends nothing until it is enabled again.',
    act: async () => (await ask('PUT', path, { body: { ...definition, disabled: true }, ifMatch: etag })).body,
  });
  return card('Kill switch',
    element('p', { class: 'help' }, 'STS cannot take back what it has issued: the answer lists every credential that still lives, and when the last one ends.'),
    element('div', { class: 'buttons' },
      danger('Revoke', { title: `Revoke ${role}'s credentials?`, name: role, sentence: 'What is cached is dropped; whoever asks next gets a new session.', act: () => post([...path, 'revoke']) }),
      definition.disabled ? enable : disable,
      danger('Delete role', {
        title: `Delete ${role}?`, name: role, sentence: 'The role ends with its credential URLs.', done: () => go('tenants', path[1]),
        act: async () => (await ask('DELETE', path, { ifMatch: etag })).body,
      })),
    trouble);
}

const danger = (verb, ending) => button(verb, () => endVending({ verb, ...ending }), { class: 'danger' });

// A tenant: its roles, and its switch.
import { ask, get, pagesOf, post } from './broker.js';
import { element } from './element.js';
import { endVending } from './kill-switch.js';
import { again, go, link } from './navigation.js';
import { attempt, announce, button, buttonLink, card, mark, tabs, trail } from './parts.js';
import { may } from './session.js';
import { pagedTable } from './tables.js';
import { moment, number } from './words.js';

export const tenantTrail = (...more) => trail(...(may().platform ? [['Tenants', ['tenants']]] : []), ...more);

export const tenantTabs = (current, tenant) => tabs(current,
  may().reads && ['Roles', ['tenants', tenant]],
  may().administers && ['Keys', ['tenants', tenant, 'keys']],
  may().audits && ['Audit', ['tenants', tenant, 'audit']],
  may().administers && ['Settings', ['tenants', tenant, 'settings']]);

const columns = (tenant) => [
  ['Role', ({ role }) => element('a', { href: link(['tenants', tenant, 'roles', role]) }, role)],
  ['Access', ({ definition }) => definition.access.join(', ') || 'none'],
  ['Prefix', ({ definition }) => element('code', {}, `${definition.storage}: ${definition.subPrefix}`)],
  ['State', ({ definition }) => mark(definition.disabled ? 'disabled' : 'enabled')],
  ['Version', ({ version }) => number(version)],
  ['Changed', ({ updatedAt }) => moment(updatedAt)],
];

export async function tenantPage({ tenant, signal }) {
  if (!may().reads) return { title: tenant, tabs: tenantTabs('', tenant), body: [element('p', {}, 'This key reads the audit only.')] };
  const settings = may().administers ? await get(['tenants', tenant], { signal }) : null;
  const roles = await pagedTable('Roles, by name', columns(tenant), 'There is no role yet.', pagesOf(['tenants', tenant, 'roles'], signal));
  return {
    title: tenant,
    trail: tenantTrail(),
    mark: settings && [mark(settings.status), element('span', { class: 'quiet' }, settings.definition.displayName)],
    actions: may().administers && buttonLink('New role', ['tenants', tenant, 'new-role']),
    tabs: tenantTabs('Roles', tenant),
    body: [roles, may().platform && switchCard(settings)],
  };
}

function switchCard({ tenant, status }) {
  const trouble = element('div');
  const resume = button('Resume', () => attempt(trouble, async () => {
    await post(['tenants', tenant, 'resume']);
    announce(`${tenant} is resumed.`);
    again();
  }, resume));
  const suspend = button('Suspend tenant', () => endVending({
    title: `Suspend ${tenant}?`, name: tenant, verb: 'Suspend tenant',
    sentence: 'Nothing in the cluster vends for the tenant once this has answered. Its administrators may only read until it is resumed.',
    act: () => post(['tenants', tenant, 'suspend']),
  }), { class: 'danger' });
  const remove = button('Delete tenant', () => endVending({
    title: `Delete ${tenant}?`, name: tenant, verb: 'Delete tenant',
    sentence: 'The tenant ends with its roles, keys and credential URLs. Its audit stays.',
    act: async () => (await ask('DELETE', ['tenants', tenant])).body,
    done: () => go('tenants'),
  }), { class: 'danger' });
  return card('Kill switch',
    element('p', { class: 'help' }, 'STS cannot take back what it has issued: the answer lists every credential that still lives, and when the last one ends.'),
    element('div', { class: 'buttons' }, status === 'suspended' ? resume : suspend, remove), trouble);
}

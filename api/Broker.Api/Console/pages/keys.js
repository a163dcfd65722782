// A tenant's API keys.
import { ask, pagesOf } from './broker.js';
import { showOnce } from './dialogs.js';
import { element } from './element.js';
import { fields } from './fields.js';
import { endVending } from './kill-switch.js';
import { again } from './navigation.js';
import { button, card, form, list } from './parts.js';
import { may } from './session.js';
import { pagedTable } from './tables.js';
import { tenantTabs, tenantTrail } from './tenant.js';
import { moment } from './words.js';

const scopes = ['credentials:read', 'signed-urls:create', 'post-policies:create', 'audit:read', 'tenant:admin'];

const settings = () => [
  { path: 'scopes', label: 'Scopes', kind: 'choices', options: may().platform ? [...scopes, 'admin'] : scopes, width: 'wide' },
  { path: 'roles', label: 'Roles', kind: 'lines', help: 'One a line; empty: all of the tenant, later ones too.' },
  { path: 'defaultRole', label: 'Default role', help: 'Meant where a request names none.' },
  { path: 'expiresIn', label: 'Life, seconds', kind: 'number', help: 'Empty: without end. 7,776,000 are 90 days.' },
  { path: 'requestsPerSecond', label: 'Requests per second', kind: 'number', help: 'In each API process; empty: no limit of its own.' },
];

const columns = (tenant) => [
  ['Key', ({ keyId }) => element('code', {}, keyId)],
  ['Scopes', (key) => list(key.scopes, 'none')],
  ['Roles', ({ roles }) => list(roles, 'all')],
  ['Made', ({ createdAt }) => moment(createdAt)],
  ['Last used', ({ lastUsedAt }) => moment(lastUsedAt)],
  ['Ends', ({ expiresAt }) => moment(expiresAt)],
  ['', ({ keyId }) => button('Delete', () => endVending({
    title: `Delete the key ${keyId}?`, name: tenant, verb: 'Delete key',
    sentence: 'Whoever uses the key is refused at once, and the credential URLs that it made end with it.',
    act: async () => (await ask('DELETE', ['tenants', tenant, 'api-keys', keyId])).body,
  }), { class: 'danger', 'aria-label': `Delete ${keyId}` })],
];

export async function keysPage({ tenant, signal }) {
  const keys = await pagedTable('Keys, by id', columns(tenant), 'There is no key yet.', pagesOf(['tenants', tenant, 'api-keys'], signal));
  return { title: tenant, trail: tenantTrail(), tabs: tenantTabs('Keys', tenant), body: [keys, newKey(tenant)] };
}

function newKey(tenant) {
  const wanted = fields(settings());
  const create = async () => {
    const { body: made } = await ask('POST', ['tenants', tenant, 'api-keys'], { body: wanted.read() });
    await again();
    showOnce(`Key ${made.keyId}`, made.apiKey);
  };
  return card('New key', form({ act: create, submit: 'Create key', refuse: wanted.refuse }, element('div', { class: 'grid' }, wanted.nodes)));
}

// All tenants, for the platform's administrator.
import { pagesOf } from './broker.js';
import { element } from './element.js';
import { link } from './navigation.js';
import { buttonLink, mark } from './parts.js';
import { pagedTable } from './tables.js';
import { moment, number } from './words.js';

const columns = [
  ['Tenant', ({ tenant }) => element('a', { href: link(['tenants', tenant]) }, tenant)],
  ['Name', ({ definition }) => definition.displayName],
  ['Status', ({ status }) => mark(status)],
  ['Storage', ({ definition }) => element('code', {}, definition.storage.map(({ bucket, keyPrefix }) => `${bucket}/${keyPrefix}`).join(', '))],
  ['Version', ({ version }) => number(version)],
  ['Changed', ({ updatedAt }) => moment(updatedAt)],
];

export async function tenantsPage({ signal }) {
  const shown = await pagedTable('Tenants, by name', columns, 'There is no tenant yet.', pagesOf(['tenants'], signal));
  return { title: 'Tenants', actions: buttonLink('New tenant', ['new-tenant']), body: [shown] };
}

// A role's credential URLs, for SDKs that can send no header.
import { ask, pagesOf } from './broker.js';
import { showOnce } from './dialogs.js';
import { element } from './element.js';
import { fields } from './fields.js';
import { endVending } from './kill-switch.js';
import { again } from './navigation.js';
import { button, card, form, list } from './parts.js';
import { roleTabs, roleTrail } from './role.js';
import { pagedTable } from './tables.js';
import { moment } from './words.js';

const settings = [
  { path: 'expiresIn', label: 'Life, seconds', kind: 'number', help: 'Empty: 30 days; a year at most.' },
  { path: 'allowedNetworks', label: 'Allowed networks', kind: 'lines', help: 'CIDR blocks, one a line; empty: from everywhere.' },
];

const columns = (path, role) => [
  ['URL', ({ id }) => element('code', {}, id)],
  ['Made', ({ createdAt }) => moment(createdAt)],
  ['Made by', ({ madeBy }) => element('code', {}, madeBy)],
  ['Networks', ({ allowedNetworks }) => list(allowedNetworks, 'everywhere')],
  ['Ends', ({ expiresAt }) => moment(expiresAt)],
  ['', ({ id }) => button('Delete', () => endVending({
    title: `Delete the credential URL ${id}?`, name: role, verb: 'Delete credential URL', sentence: 'Whoever uses it is refused at once.',
    act: async () => (await ask('DELETE', [...path, id])).body,
  }), { class: 'danger', 'aria-label': `Delete ${id}` })],
];

export async function urlsPage({ tenant, role, signal }) {
  const path = ['tenants', tenant, 'roles', role, 'credential-urls'];
  const shown = await pagedTable('Credential URLs, by id', columns(path, role), 'There is none.', pagesOf(path, signal));
  return { title: role, trail: roleTrail(tenant), tabs: roleTabs('Credential URLs', tenant, role), body: [shown, newUrl(path)] };
}

function newUrl(path) {
  const wanted = fields(settings);
  const create = async () => {
    const { body: made } = await ask('POST', path, { body: wanted.read() });
    await again();
    showOnce(`Credential URL ${made.id}`, made.url, element('p', {}, 'Whoever has it gets the role\'s credentials: it is a secret like a key. It ends ', moment(made.expiresAt), '.'));
  };
  return card('New credential URL', form({ act: create, submit: 'Create URL', refuse: wanted.refuse }, element('div', { class: 'grid' }, wanted.nodes)));
}

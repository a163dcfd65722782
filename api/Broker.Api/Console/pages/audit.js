// The audit of a tenant, and of all: who did what, from where, and how it ended.
import { pagesOf } from './broker.js';
import { element } from './element.js';
import { fields } from './fields.js';
import { go, link } from './navigation.js';
import { button, card, form, mark } from './parts.js';
import { alertOf } from './refusal.js';
import { pagedTable } from './tables.js';
import { tenantTabs, tenantTrail } from './tenant.js';
import { moment, number } from './words.js';

const filters = [
  { path: 'role', label: 'Role' },
  { path: 'caller', label: 'Caller' },
  { path: 'action', label: 'Action', help: 'Such as GetCredentials.' },
  { path: 'outcome', label: 'Outcome', kind: 'select', options: ['', 'success', 'denied', 'failed'] },
  { path: 'from', label: 'From, UTC', kind: 'moment' },
  { path: 'to', label: 'Before, UTC', kind: 'moment' },
];

const code = (text) => text && element('code', {}, text);

const columns = (platform) => [
  ['At', ({ at, count }) => [moment(at), count > 1 && element('small', {}, `${number(count)} times`)]],
  ...(platform ? [['Tenant', ({ tenant }) => tenant]] : []),
  ['Role', ({ role }) => role],
  ['Action', ({ action, access, prefix }) => [action, (access || prefix) && element('small', {}, [access, prefix].filter(Boolean).join(' · '))]],
  ['Outcome', (entry) => [mark(entry.outcome), entry.code && element('small', {}, entry.code)]],
  ['Caller', ({ caller, sourceAddress }) => [code(caller), element('small', {}, sourceAddress)]],
  ['AccessKeyId', ({ accessKeyId }) => code(accessKeyId)],
  ['Version', ({ version }) => version],
  ['Trace', ({ traceId }) => code(traceId)],
];

export async function auditPage({ tenant, query, signal }) {
  return { title: tenant, trail: tenantTrail(), tabs: tenantTabs('Audit', tenant), body: await search(['tenants', tenant, 'audit'], query, signal) };
}

export async function platformAuditPage({ query, signal }) {
  return { title: 'Audit', body: await search(['audit'], query, signal) };
}

/** The filters are in the hash, so that a search can be kept and sent to somebody. */
async function search(path, query, signal) {
  const wanted = fields(filters, query);
  const act = () => { location.hash = link(path, wanted.read()); };
  const clear = button('Clear', () => go(...path));
  const asked = form({ act, submit: 'Search', more: clear, refuse: wanted.refuse, attributes: { role: 'search' } }, element('div', { class: 'grid' }, wanted.nodes));
  return [card(null, asked), await found(path, query, wanted, signal)];
}

/** A filter that the API refuses is said beside its field. */
async function found(path, query, wanted, signal) {
  const known = Object.fromEntries(filters.map(({ path: name }) => [name, query[name]]));
  try {
    return await pagedTable('Entries, newest first', columns(path.length === 1), 'No entry fits.', pagesOf(path, signal, known));
  } catch (error) {
    return alertOf(error, wanted.refuse(error.errors ?? {}));
  }
}

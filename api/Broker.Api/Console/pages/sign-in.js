// Signing in: the key is tried, and what it may do is what the API lets it.
import { ask } from './broker.js';
import { element, newId } from './element.js';
import { current, show } from './navigation.js';
import { form } from './parts.js';
import { Refusal } from './refusal.js';
import { grant, hold, release } from './session.js';

/** The page; `reason` says why somebody was signed out. */
export function signInPage(reason) {
  const secret = input({ type: 'password', required: true, name: 'key' });
  const tenant = input({ type: 'text', name: 'tenant', value: current().parts[1] ?? '' });
  const ofTenant = element('div', { class: 'field', hidden: true }, labelled('Tenant', tenant),
    element('p', { class: 'help' }, 'This key lists no tenants: name its own.'));
  const askForTenant = () => {
    ofTenant.hidden = false;
    tenant.focus();
  };
  const said = reason && element('p', { class: 'alert', role: 'alert' }, reason);
  const act = () => {
    said?.remove();
    return enter(secret.value.trim(), ofTenant.hidden ? null : tenant.value.trim(), askForTenant);
  };
  return {
    title: 'Sign in', focus: secret,
    body: [element('div', { class: 'sign-in' },
      said,
      form({ act, submit: 'Sign in' },
        element('div', { class: 'field' }, labelled('API key or token', secret),
          element('p', { class: 'help' }, 'It stays in this page\'s memory: a reload, signing out, or 15 minutes without a move forget it.')),
        ofTenant))],
  };
}

const input = (attributes) => element('input', { id: newId(), autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', ...attributes });
const labelled = (text, control) => [element('label', { for: control.id }, text), control];

async function enter(value, tenant, askForTenant) {
  if (!/^[\x21-\x7e]+$/.test(value)) throw new Refusal({ title: 'That is no key.', detail: 'A key is one word of letters, digits and signs.' });
  hold(value);
  try {
    const rights = tenant ? await rightsIn(tenant) : await rightsOnPlatform();
    if (!rights) {
      release();
      return askForTenant();
    }
    grant(rights);
  } catch (error) {
    release();
    throw error;
  }
  if (!current().parts.length) history.replaceState(null, '', tenant ? `#/tenants/${encodeURIComponent(tenant)}` : '#/tenants');
  show();
}

const rightsOnPlatform = async () => ((await allowed(['tenants'], { pageSize: 1 })) ? { platform: true, administers: true, reads: true, audits: true } : null);

/** The widest that the API lets the key read in the tenant says what it is. */
async function rightsIn(tenant) {
  if (await allowed(['tenants', tenant])) return { tenant, administers: true, reads: true, audits: true };
  const reads = await allowed(['tenants', tenant, 'roles'], { pageSize: 1 });
  const audits = await allowed(['tenants', tenant, 'audit'], { pageSize: 1 });
  if (!reads && !audits) throw new Refusal({ status: 403, code: 'forbidden', title: 'The key may read nothing there.', detail: 'Name the tenant that the key is of.' });
  return { tenant, reads, audits };
}

async function allowed(parts, query) {
  try {
    await ask('GET', parts, { query });
    return true;
  } catch (error) {
    if (error.status === 403) return false;
    throw error;
  }
}

// The console: which page is where, and the bar above them all.
import { auditPage, platformAuditPage } from './audit.js';
import { budgetPage } from './budget.js';
import { closeAll } from './dialogs.js';
import { element } from './element.js';
import { keysPage } from './keys.js';
import { link, replace, start } from './navigation.js';
import { announce, button } from './parts.js';
import { newRolePage, editRolePage } from './role-editor.js';
import { historyPage } from './role-history.js';
import { rolePage } from './role.js';
import { may, signOut, watch } from './session.js';
import { signInPage } from './sign-in.js';
import { newTenantPage, tenantSettingsPage } from './tenant-editor.js';
import { tenantPage } from './tenant.js';
import { tenantsPage } from './tenants.js';
import { urlsPage } from './urls.js';

const pages = {
  'tenants': tenantsPage,
  'new-tenant': newTenantPage,
  'audit': platformAuditPage,
  'budget': budgetPage,
  'tenants/:tenant': tenantPage,
  'tenants/:tenant/keys': keysPage,
  'tenants/:tenant/audit': auditPage,
  'tenants/:tenant/settings': tenantSettingsPage,
  'tenants/:tenant/new-role': newRolePage,
  'tenants/:tenant/roles/:role': rolePage,
  'tenants/:tenant/roles/:role/edit': editRolePage,
  'tenants/:tenant/roles/:role/history': historyPage,
  'tenants/:tenant/roles/:role/urls': urlsPage,
};

const brand = element('span', { class: 'brand' }, element('img', { src: 'icon.svg', alt: '', width: 24, height: 24 }), 'Broker');

function bar() {
  const { platform, tenant } = may();
  const places = platform ? [['Tenants', ['tenants']], ['Audit', ['audit']], ['STS budget', ['budget']]] : [[tenant, ['tenants', tenant]]];
  const links = places.map(([text, parts]) => element('a', { href: link(parts), 'aria-current': location.hash.startsWith(link(parts)) ? 'true' : null }, text));
  return [brand, element('nav', { 'aria-label': 'Main' }, links), button('Sign out', () => signOut('You have signed out.'))];
}

const fillBar = (parts) => document.getElementById('bar').replaceChildren(...parts);

function askForKey(reason) {
  closeAll();
  announce('');
  fillBar([brand]);
  replace(signInPage(reason));
}

// The hash belongs to the pages, so the link must not set it.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('main').focus();
});
// What a dialog shows belongs to the page that was left, above all a new key.
addEventListener('hashchange', closeAll);
start(pages, () => { if (may().platform || may().tenant) fillBar(bar()); });
watch(askForKey);
askForKey();

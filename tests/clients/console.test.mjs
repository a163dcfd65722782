// The console in a real browser: what an administrator does with tenants, roles, keys, and the kill switch.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.mjs';
import { apiOf, confirmEnd, figure, openConsole, openSigned, press, roleOf, signIn, tenantOf, visit } from './console.mjs';
import { call, startQuickstart, stats, temporaryFolder, until } from './harness.mjs';

let broker, browser, api;

before(async () => {
  [broker, browser] = await Promise.all([startQuickstart(temporaryFolder()), startBrowser()]);
  api = apiOf(broker);
});
after(async () => {
  await browser?.close();
  await broker?.stop();
});

/** A tenant of the test's own, with the role `files`, which has credentials. */
async function place(tenant, definition) {
  await api('PUT', `/v1/tenants/${tenant}`, tenantOf(broker, tenant));
  await api('PUT', `/v1/tenants/${tenant}/roles/files`, roleOf(definition));
  await vend(tenant);
}
const vend = (tenant) => api('GET', `/v1/tenants/${tenant}/roles/files/credentials`);
const status = (tenant) => api('GET', `/v1/tenants/${tenant}/roles/files/status`);
const emulator = (what) => `${broker.sts.replace(/\/$/, '')}/_emulator/${what}`;
const setClock = (offsetSeconds) => call(emulator('clock'), 'PUT', { offsetSeconds });
/** A closed dialog is no dialog to a reader of the page any more, but it is in the page until the browser tells that it closed. */
const gone = (page) => page.locator('dialog').waitFor({ state: 'detached' });
const newKey = async (tenant, wanted) => (await api('POST', `/v1/tenants/${tenant}/api-keys`, wanted)).apiKey;

test('a tenant and its role are made, and a wrong setting is said beside its field', async () => {
  const { page, alarms } = await openSigned(browser, broker);
  await page.getByRole('link', { name: 'New tenant' }).click();
  await page.getByLabel('Tenant', { exact: true }).fill('made');
  await page.getByLabel('Name for people').fill('Made here');
  await page.getByLabel('RAM role').fill('no arn');
  await page.getByLabel('Bucket').fill(broker.bucket);
  await page.getByLabel('Region').fill(broker.region);
  await page.getByLabel('Prefix').fill('tenants/made/');
  await press(page, 'Create tenant');
  await page.locator('.field', { has: page.getByLabel('RAM role') }).getByText('must').waitFor();
  assert.equal(await page.getByLabel('RAM role').getAttribute('aria-invalid'), 'true');
  assert.equal(await page.getByLabel('Bucket').getAttribute('aria-invalid'), 'false');
  assert.match(await page.getByRole('alert').innerText(), /400 · invalid_request · trace \w+/);
  await page.getByLabel('RAM role').fill('acs:ram::1234567890123456:role/console');
  await press(page, 'Create tenant');

  await page.getByRole('heading', { name: 'made' }).waitFor();
  await page.getByRole('link', { name: 'New role' }).click();
  await page.getByLabel('Role', { exact: true }).fill('files');
  await page.getByLabel('write').check();
  await page.getByLabel('Prefix in it').fill('files/');
  await page.getByText(/of 2,047 bytes/).waitFor();
  await press(page, 'Review and save');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'files' }).waitFor();
  const { definition } = await api('GET', '/v1/tenants/made/roles/files');
  assert.deepEqual([definition.access, definition.subPrefix, definition.conditions.secureTransport], [['read', 'write'], 'files/', true]);
  assert.equal((await api('GET', '/v1/tenants/made')).definition.displayName, 'Made here');
  assert.deepEqual(alarms(), []);
});

test('a tenant\'s settings are changed, with what the form has no field for kept', async () => {
  const trust = [{ issuer: 'https://login.example.com', audience: 'broker', rules: [{ claims: { sub: 'x' }, scopes: ['credentials:read'], roles: null }] }];
  await api('PUT', '/v1/tenants/settings', tenantOf(broker, 'settings', { trust }));
  const { page } = await openSigned(browser, broker, '#/tenants/settings/settings');
  const earlier = (await api('GET', '/v1/tenants/settings')).definition;
  await page.getByLabel('Roles', { exact: true }).fill('7');
  await press(page, 'Add an entry');
  await press(page, 'Save tenant');
  await page.locator('[aria-invalid=true]').first().waitFor();
  await page.getByRole('group', { name: 'Entry 2' }).getByRole('button', { name: 'Remove entry' }).click();
  await press(page, 'Save tenant');
  await page.getByRole('status').filter({ hasText: 'is saved' }).waitFor();
  assert.deepEqual((await api('GET', '/v1/tenants/settings')).definition, { ...earlier, limits: { ...earlier.limits, roles: 7 } });
});

test('the policy editor previews, compares and saves, by form and by JSON', async () => {
  await place('editing');
  const { page, alarms } = await openSigned(browser, broker, '#/tenants/editing/roles/files/edit');
  const preview = page.getByLabel('Preview');
  await preview.getByText('Nothing differs.').waitFor();
  await page.getByLabel('Prefix in it').fill('narrow/');
  await preview.getByRole('row', { name: /^subPrefix .*narrow\/$/ }).waitFor();
  await preview.getByText('tenants/editing/narrow/*').first().waitFor();

  await press(page, 'JSON');
  const text = page.getByLabel('Definition, as JSON');
  const definition = JSON.parse(await text.inputValue());
  assert.equal(definition.subPrefix, 'narrow/');
  await text.fill('{');
  await press(page, 'Review and save');
  await page.locator('form').getByText('is not JSON').waitFor();
  await text.fill(JSON.stringify({ ...definition, durationSeconds: 1000 }));
  await preview.getByRole('row', { name: 'durationSeconds 3600 1000' }).waitFor();
  await preview.locator('.warnings').waitFor();
  await press(page, 'Form');
  assert.equal(await page.getByLabel('Session life, seconds').inputValue(), '1000');

  await press(page, 'Review and save');
  const review = page.getByRole('dialog');
  assert.match(await review.innerText(), /subPrefix[\s\S]*narrow\//);
  assert.equal((await api('GET', '/v1/tenants/editing/roles/files')).version, 1);
  await review.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Settings, version 2').waitFor();
  const saved = (await api('GET', '/v1/tenants/editing/roles/files')).definition;
  assert.deepEqual([saved.subPrefix, saved.durationSeconds], ['narrow/', 1000]);
  assert.deepEqual(alarms(), []);
});

test('a version that somebody else has made is not overwritten, and no input is lost', async () => {
  await place('conflict');
  const { page } = await openSigned(browser, broker, '#/tenants/conflict/roles/files/edit');
  await page.getByLabel('Prefix in it').fill('mine/');
  await press(page, 'Review and save');
  await api('PUT', '/v1/tenants/conflict/roles/files', roleOf({ subPrefix: 'theirs/' }));
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByText('Somebody has changed the role since you read it').waitFor();
  assert.equal((await api('GET', '/v1/tenants/conflict/roles/files')).definition.subPrefix, 'theirs/');
  assert.equal(await page.getByLabel('Prefix in it').inputValue(), 'mine/');

  await press(page, 'Compare with what stands now');
  await page.getByLabel('Preview').getByRole('row', { name: 'subPrefix theirs/ mine/' }).waitFor();
  await press(page, 'Review and save');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByText('Settings, version 3').waitFor();
  assert.equal((await api('GET', '/v1/tenants/conflict/roles/files')).definition.subPrefix, 'mine/');
});

test('a role\'s credentials are seen to renew, by a button and by themselves', async () => {
  await place('renewing');
  const { page } = await openSigned(browser, broker, '#/tenants/renewing/roles/files');
  const expiration = figure(page, 'Expiration').locator('time');
  const ends = async () => Date.parse(await expiration.getAttribute('datetime'));
  const [earlier, used] = [await ends(), await stats(broker.sts)];
  try {
    // STS's clock is ahead, so that a new session certainly ends later.
    await setClock(100);
    await press(page, 'Refresh');
    await page.getByRole('status').filter({ hasText: 'New credentials are minted.' }).waitFor();
    await until(ends, (now) => now >= earlier + 99_000);
    assert.equal(await figure(page, 'STS calls').innerText(), String((await status('renewing')).stsCalls));
    assert.equal((await stats(broker.sts)).assumeRole, used.assumeRole + 1);
    await setClock(200);
    await api('POST', '/v1/tenants/renewing/roles/files/refresh');
    await until(ends, (now) => now >= earlier + 199_000);
  } finally {
    await setClock(0);
  }
  assert.match(await page.locator('.countdown').innerText(), /min|h/);
});

test('a failure of STS is shown with its code and request id', async () => {
  await place('failing');
  const { page } = await openSigned(browser, broker, '#/tenants/failing/roles/files');
  await call(emulator('faults'), 'POST', { operation: 'AssumeRole', status: 403, code: 'NoPermission', times: 0 });
  try {
    await press(page, 'Refresh');
    await page.locator('.freshness').getByText('502 · sts_rejected').waitFor();
    await page.locator('.freshness').getByText('The last refresh failed: sts_rejected').waitFor();
    const { lastError } = await status('failing');
    await page.locator('.freshness').getByText(`STS request ${lastError.requestId}`).waitFor();
  } finally { await fetch(emulator('faults'), { method: 'DELETE' }); }
});

test('a hidden page asks for nothing, and for the status once it is seen again', async () => {
  await place('hidden');
  const asked = [];
  const { page } = await openSigned(browser, broker, '#/tenants/hidden/roles/files', async (opening) => {
    await opening.clock.install();
    opening.on('request', (request) => { if (request.url().endsWith('/status')) asked.push(request.url()); });
  });
  await figure(page, 'Expiration').waitFor();
  const turn = (hidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  const next = () => page.waitForResponse((response) => response.url().endsWith('/status'));
  const rests = async () => {
    const before = asked.length;
    await page.clock.runFor(60_000);
    assert.equal(asked.length, before);
  };
  const seenAgain = async () => {
    const [answered, before] = [next(), asked.length];
    await turn(false);
    await answered;
    assert.equal(asked.length, before + 1);
  };
  const polled = next();
  await page.clock.runFor(4000);
  await polled;
  await turn(true);
  await rests();
  await seenAgain();

  // Hidden while an answer is under way.
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route('**/status', (route) => held.then(() => route.continue()), { times: 1 });
  const [begun, answered] = [page.waitForRequest('**/status'), next()];
  await page.clock.runFor(4000);
  await begun;
  await turn(true);
  release();
  await (await answered).finished();
  await rests();
  await seenAgain();
});

test('explain names the statement, and marks it in the policy', async () => {
  await place('explaining');
  const { page } = await openSigned(browser, broker, '#/tenants/explaining/roles/files');
  const answer = page.locator('.answer');
  await page.getByLabel('Key').fill('a/b');
  await press(page, 'Explain');
  await answer.getByText('allowed').first().waitFor();
  assert.match(await answer.innerText(), /Statement 0 · acs:oss:.*tenants\/explaining\/a\/b/);
  assert.match(await page.locator('.decided').innerText(), /oss:GetObject/);
  await page.getByLabel('Action').selectOption('oss:DeleteObject');
  await press(page, 'Explain');
  await answer.getByText('denied').waitFor();
  assert.equal(await page.locator('.decided').count(), 0);
  await page.getByLabel('Key').fill('../x');
  await press(page, 'Explain');
  await page.locator('.field', { has: page.getByLabel('Key') }).getByText('must not').waitFor();
});

test('a tenant is suspended by its typed name, the exposure is told, and it is resumed', async () => {
  await place('stopping');
  const { page, alarms } = await openSigned(browser, broker, '#/tenants/stopping');
  await press(page, 'Suspend tenant');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('to confirm').fill('other');
  await dialog.getByRole('button', { name: 'Suspend tenant' }).click();
  await dialog.getByText('Type stopping to confirm.').waitFor();
  assert.equal((await api('GET', '/v1/tenants/stopping')).status, 'active');

  const report = await confirmEnd(page, 'Suspend tenant', 'stopping');
  assert.match(report, /1 credential still lives; the last ends in .*, at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  assert.match(report, /files\s+STS\.\w+/);
  assert.match(report, /tenants\/stopping\//);
  assert.equal((await api('GET', '/v1/tenants/stopping')).status, 'suspended');
  await press(page, 'Close');
  await page.getByText('suspended', { exact: true }).waitFor();
  await press(page, 'Resume');
  await page.getByText('active', { exact: true }).waitFor();
  await vend('stopping');
  assert.deepEqual(alarms(), []);
});

test('a role is revoked, disabled, enabled and deleted', async () => {
  await place('switches');
  const { page } = await openSigned(browser, broker, '#/tenants/switches/roles/files');
  await press(page, 'Revoke');
  assert.match(await confirmEnd(page, 'Revoke', 'files'), /Revoked/);
  assert.equal((await status('switches')).state, 'none');
  await press(page, 'Close');
  await press(page, 'Disable role');
  assert.match(await confirmEnd(page, 'Disable role', 'files'), /Disabled/);
  await api('GET', '/v1/tenants/switches/roles/files/credentials', undefined, [403]);
  await press(page, 'Close');
  await press(page, 'Enable role');
  await page.getByRole('button', { name: 'Disable role' }).waitFor();
  await vend('switches');
  await press(page, 'Delete role');
  assert.match(await confirmEnd(page, 'Delete role', 'files'), /Deleted/);
  await press(page, 'Close');
  await page.getByText('There is no role yet.').waitFor();
  await api('GET', '/v1/tenants/switches/roles/files', undefined, [404]);
});

test('the history leads back to an older version', async () => {
  await place('history', { subPrefix: 'first/' });
  await api('PUT', '/v1/tenants/history/roles/files', roleOf({ subPrefix: 'second/' }));
  const { page } = await openSigned(browser, broker, '#/tenants/history/roles/files/history');
  await press(page, 'Roll back to version 1');
  await page.getByRole('dialog').getByRole('row', { name: 'subPrefix second/ first/' }).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
  await page.getByRole('row', { name: /^3 .*stands/ }).waitFor();
  assert.equal((await api('GET', '/v1/tenants/history/roles/files')).definition.subPrefix, 'first/');
});

test('a key is shown once, works, and is deleted', async () => {
  await place('keys');
  const { page } = await openSigned(browser, broker, '#/tenants/keys/keys', (opening) => opening.context().grantPermissions(['clipboard-read', 'clipboard-write']));
  await page.getByLabel('credentials:read').check();
  await page.getByLabel('Roles', { exact: true }).fill('files');
  await press(page, 'Create key');
  const shown = page.getByRole('dialog');
  const key = await shown.locator('.secret').innerText();
  const [, keyId, secret] = /^bk_([a-z0-9]+)_([\w-]{43})$/.exec(key);
  await shown.getByRole('button', { name: 'Copy' }).click();
  await shown.getByText('Copied.').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
  const used = () => call(`${broker.api}/v1/tenants/keys/roles/files/credentials`, 'GET', undefined, key);
  assert.equal((await used()).status, 200);

  await visit(page, '#/tenants', 'Tenants');
  await gone(page);
  assert.ok(!(await page.content()).includes(secret));
  await visit(page, '#/tenants/keys/keys', 'keys');
  assert.ok(!(await page.content()).includes(secret));
  await press(page, `Delete ${keyId}`);
  assert.match(await confirmEnd(page, 'Delete key', 'keys'), /1 credential still lives/);
  assert.equal((await used()).status, 401);
});

test('a credential URL is shown once, works, and is deleted', async () => {
  await place('urls');
  const { page } = await openSigned(browser, broker, '#/tenants/urls/roles/files/urls');
  await press(page, 'Create URL');
  const url = await page.getByRole('dialog').locator('.secret').innerText();
  assert.equal((await fetch(url)).status, 200);
  await page.keyboard.press('Escape');
  await gone(page);
  assert.ok(!(await page.content()).includes(url));
  await page.getByRole('button', { name: /^Delete / }).click();
  await confirmEnd(page, 'Delete credential URL', 'files');
  assert.equal((await fetch(url)).status, 404);
});

test('the audit is searched by its filters, page by page', async () => {
  await place('audited');
  const missing = Array.from({ length: 60 }, (_, i) => `absent-${i}`);
  await Promise.all(missing.map((role) => api('GET', `/v1/tenants/audited/roles/${role}/status`, undefined, [404])));
  await until(() => api('GET', '/v1/tenants/audited/audit?action=GetRoleStatus'), ({ items }) => items.length >= 60);
  const { page } = await openSigned(browser, broker, '#/tenants/audited/audit');
  const rows = page.locator('tbody tr');
  await page.getByLabel('Action').fill('GetRoleStatus');
  await press(page, 'Search');
  await page.waitForURL(/action=GetRoleStatus/);
  await page.locator('main:not([aria-busy]) tbody tr:nth-child(50)').waitFor();
  assert.equal(await rows.count(), 50);
  await press(page, 'Show more');
  await page.locator('tbody tr:nth-child(60)').waitFor();
  assert.equal(await rows.filter({ hasText: 'GetRoleStatus' }).count(), await rows.count());
  assert.ok(await page.getByRole('button', { name: 'Show more' }).isHidden());

  await page.getByLabel('Role').fill('absent-7');
  await press(page, 'Search');
  await page.locator('main:not([aria-busy]) tbody').filter({ hasNotText: 'absent-8' }).waitFor();
  assert.equal(await rows.count(), 1);
  assert.match(await rows.innerText(), /absent-7\s+GetRoleStatus\s+(failed|denied)/);
  await page.getByLabel('Before, UTC').fill('2020-01-01T00:00:00');
  await press(page, 'Search');
  await page.getByText('No entry fits.').waitFor();
  await press(page, 'Clear');
  await page.locator('main:not([aria-busy]) tbody tr:nth-child(50)').waitFor();
  assert.equal(await page.getByLabel('Role').inputValue(), '');
  await visit(page, '#/audit?action=PutTenant', 'Audit');
  assert.ok(await rows.filter({ hasText: 'audited' }).count() > 0);
});

test('lists of tenants come in pages, and the STS budget is shown', async () => {
  await Promise.all(Array.from({ length: 55 }, (_, i) => api('PUT', `/v1/tenants/z-${i}`, {})));
  const { page } = await openSigned(browser, broker);
  await page.locator('tbody tr:nth-child(50)').waitFor();
  await press(page, 'Show more');
  await page.getByRole('link', { name: 'z-9', exact: true }).waitFor();
  await page.getByRole('link', { name: 'STS budget' }).click();
  await page.getByText(/of 80 calls per second/).waitFor();
});

test('a tenant\'s administrator sees its own tenant only', async () => {
  await place('own');
  await api('PUT', '/v1/tenants/foreign', tenantOf(broker, 'foreign'));
  const key = await newKey('own', { scopes: ['tenant:admin'] });
  const { page } = await openConsole(browser, broker);
  await signIn(page, key, 'foreign');
  await page.getByText('The key may read nothing there.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Sign out' }).count(), 0);
  await page.getByLabel('Tenant').fill('own');
  await press(page, 'Sign in');
  await page.getByRole('link', { name: 'files' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Tenants' }).count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Suspend tenant' }).count(), 0);
  await visit(page, '#/tenants/own/settings', 'own');
  assert.equal(await page.getByRole('button', { name: 'Save tenant' }).count(), 0);
  await visit(page, '#/tenants/own/roles/files/edit', 'files');
  assert.equal(await page.getByLabel('Keep warm').count(), 0);
  await page.getByLabel('Prefix in it').fill('theirs/');
  await press(page, 'Review and save');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByText('Settings, version 2').waitFor();
  for (const [hash, heading] of [['#/tenants/foreign', 'foreign'], ['#/tenants', 'tenants'], ['#/audit', 'Audit'], ['#/budget', 'budget']]) {
    await visit(page, hash, heading);
    assert.match(await page.getByRole('alert').innerText(), /403 · forbidden/);
  }
});

test('lesser scopes see what they may', async () => {
  await place('lesser');
  const reader = await openConsole(browser, broker, '#/tenants/lesser/roles/files');
  await signIn(reader.page, await newKey('lesser', { scopes: ['credentials:read'], roles: ['files'] }));
  assert.equal(await reader.page.getByLabel('Tenant').inputValue(), 'lesser');
  await press(reader.page, 'Sign in');
  await figure(reader.page, 'Expiration').waitFor();
  for (const name of ['Refresh', 'Revoke', 'Disable role']) assert.equal(await reader.page.getByRole('button', { name }).count(), 0);
  await press(reader.page, 'Explain');
  await reader.page.locator('.answer p').first().waitFor();

  const auditor = await openConsole(browser, broker, '#/tenants/lesser/audit');
  await signIn(auditor.page, await newKey('lesser', { scopes: ['audit:read'] }), 'lesser');
  await auditor.page.getByText('PutRole').first().waitFor();
  assert.deepEqual(await auditor.page.getByLabel('Views').getByRole('link').allInnerTexts(), ['Audit']);
});

test('the console never asks for credentials, URLs or forms', async () => {
  await place('quiet');
  const asked = [];
  const { page } = await openSigned(browser, broker, '', async (opening) => { opening.on('request', (request) => asked.push(new URL(request.url()).pathname)); });
  await visit(page, '#/tenants/quiet', 'quiet');
  for (const view of ['', '/edit', '/history', '/urls']) await visit(page, `#/tenants/quiet/roles/files${view}`, 'files');
  await press(page, 'Create URL');
  await page.getByRole('dialog').locator('.secret').waitFor();
  assert.ok(asked.includes('/v1/tenants/quiet/roles/files/status'));
  assert.deepEqual(asked.filter((path) => /\/credentials$|signed-urls|post-policies|get_|\/credential-urls\/cu_/.test(path)), []);
});

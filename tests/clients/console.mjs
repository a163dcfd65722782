// The console in Chromium, with hands to use it and eyes for what goes wrong.
import assert from 'node:assert/strict';
import { openPage } from './browser.mjs';
import { call } from './harness.mjs';

/** Opens the console; `dialogs` collects what scripts pop up. `options` are of the browser's context. */
export async function openConsole(browser, broker, hash = '', prepare = async () => {}) {
  const dialogs = [];
  const { page, troubles } = await openPage(browser, `${broker.api}/console/${hash}`, async (opening) => {
    opening.setDefaultTimeout(10_000);
    opening.on('dialog', (dialog) => { dialogs.push(dialog.message()); dialog.dismiss(); });
    await prepare(opening);
  });
  return { page, dialogs, alarms: () => troubles.filter((what) => !/Failed to load resource/.test(what)) };
}

export async function signIn(page, key, tenant) {
  await page.getByLabel('API key or token').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  if (tenant === undefined) return;
  await page.getByLabel('Tenant').fill(tenant);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function openSigned(browser, broker, hash, prepare) {
  const opened = await openConsole(browser, broker, hash, prepare);
  await signIn(opened.page, broker.adminKey);
  await opened.page.getByRole('button', { name: 'Sign out' }).waitFor();
  return opened;
}

/** Goes to the page that the hash names, and waits for its heading. */
export async function visit(page, hash, heading) {
  await page.evaluate((to) => { location.hash = to; }, hash);
  await page.locator('main:not([aria-busy])').getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
}

export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** What the page shows under this name in the role's figures. */
export const figure = (page, name) => page.locator('.figures > div').filter({ has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) }).locator('dd');

/** Confirms what ends vending, by the name that must be typed, and resolves with the report's text. */
export async function confirmEnd(page, verb, name) {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('to confirm').fill(name);
  await dialog.getByRole('button', { name: verb, exact: true }).click();
  const report = page.getByRole('dialog').filter({ hasText: 'Nothing is vended any more.' });
  await report.waitFor();
  return report.innerText();
}

/** An API with the administrator's key: `api('PUT', '/v1/tenants/acme', {…})`, refused only where that is said. */
export const apiOf = (broker) => async (method, path, body, expected = [200, 201]) => {
  const answer = await call(broker.api + path, method, body, broker.adminKey);
  assert.ok(expected.includes(answer.status), `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

/** A definition of a tenant that works beside the demo's. */
export const tenantOf = (broker, name, more = {}) => ({
  displayName: name,
  storage: [{
    name: 'main', roleArn: 'acs:ram::1234567890123456:role/console', bucket: broker.bucket, region: broker.region, keyPrefix: `tenants/${name}/`,
    endpoint: broker.oss.replace(/\/$/, ''), addressing: 'path',
  }],
  ...more,
});

export const roleOf = (more = {}) => ({ storage: 'main', access: ['read', 'write', 'list'], ...more });

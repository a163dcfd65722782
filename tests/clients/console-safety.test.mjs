// What the console must never do: keep the key, run what somebody has stored, or shut out those who use the keyboard or a phone.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.mjs';
import { apiOf, figure, openConsole, openSigned, press, roleOf, signIn, tenantOf, visit } from './console.mjs';
import { call, startQuickstart, temporaryFolder, until } from './harness.mjs';

const files = readdirSync(new URL('../../api/Broker.Api/Console/pages/', import.meta.url));
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
  + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const hostile = [
  '<img src=x onerror="alert(1)">', '"><script>alert(1)</script>', '\'-alert(1)-\'', '</textarea></title><svg onload=alert(1)>', 'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}', '<a href="javascript:alert(1)" style="position:fixed;inset:0">x</a>', '&lt;iframe srcdoc=<b>&gt;',
];
let broker, browser, api;

before(async () => {
  [broker, browser] = await Promise.all([startQuickstart(temporaryFolder()), startBrowser()]);
  api = apiOf(broker);
});
after(async () => {
  await browser?.close();
  await broker?.stop();
});

/** Everywhere that a page can leave something, as one text. */
const traces = (page) => page.evaluate(async () => {
  const databases = (await indexedDB.databases()).map(({ name }) => name);
  const fields = [...document.querySelectorAll('input, textarea')].map(({ value }) => value);
  const stored = [{ ...localStorage }, { ...sessionStorage }, document.cookie, databases, await caches.keys()];
  return JSON.stringify([stored, location.href, history.state, window.name, document.title, document.documentElement.outerHTML, fields]);
});

test('the key is in no storage, address or element, and signing out and a reload forget it', async () => {
  const urls = [];
  const { page, alarms } = await openConsole(browser, broker, '', async (opening) => { opening.on('request', (request) => urls.push(request.url())); });
  const calls = () => urls.filter((url) => url.includes('/v1/')).length;
  const field = page.getByLabel('API key or token');
  assert.deepEqual([await field.getAttribute('type'), await field.getAttribute('autocomplete')], ['password', 'off']);
  await field.fill(broker.adminKey);
  assert.ok((await traces(page)).includes(broker.adminKey), 'the search finds what is there');
  await press(page, 'Sign in');
  for (const [hash, heading] of [['#/tenants', 'Tenants'], ['#/tenants/demo/roles/uploads', 'uploads'], ['#/tenants/demo/keys', 'demo']]) {
    await visit(page, hash, heading);
    assert.ok(!(await traces(page)).includes(broker.adminKey), hash);
  }
  await page.reload();
  await field.waitFor();
  assert.ok(!(await traces(page)).includes(broker.adminKey));
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Sign in');

  await signIn(page, broker.adminKey);
  await press(page, 'Sign out');
  await page.getByText('You have signed out.').waitFor();
  assert.ok(!(await traces(page)).includes(broker.adminKey));
  const asked = calls();
  await page.evaluate(() => { location.hash = '#/tenants/demo'; });
  assert.equal(await field.inputValue(), '');
  assert.equal(calls(), asked);
  assert.ok(urls.every((url) => !url.includes(broker.adminKey)));
  assert.deepEqual(await page.context().cookies(), []);
  assert.deepEqual(alarms(), []);
});

test('a key that the broker does not accept, or no longer, signs out with the reason', async () => {
  const { page } = await openConsole(browser, broker);
  await signIn(page, 'bk_nobody_nothing');
  await page.getByText('The broker does not accept this key').waitFor();
  await signIn(page, 'two words');
  await page.getByText('That is no key.').waitFor();

  const { keyId, apiKey } = await api('POST', '/v1/tenants/demo/api-keys', { scopes: ['tenant:admin'] });
  await signIn(page, apiKey, 'demo');
  await page.getByRole('link', { name: 'uploads' }).waitFor();
  await api('DELETE', `/v1/tenants/demo/api-keys/${keyId}`);
  await page.getByRole('link', { name: 'Keys' }).click();
  await page.getByText('The broker does not accept this key').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Sign out' }).count(), 0);
});

test('whoever rests for a quarter of an hour is signed out, and whoever moves is not', async () => {
  const { page } = await openSigned(browser, broker, '#/tenants', (opening) => opening.clock.install());
  await page.getByRole('link', { name: 'demo' }).waitFor();
  for (let i = 0; i < 3; i++) {
    await page.clock.fastForward(14 * 60_000);
    await page.keyboard.press('Tab');
  }
  assert.equal(await page.getByRole('button', { name: 'Sign out' }).count(), 1);
  await page.clock.fastForward(15 * 60_000 + 6000);
  await page.getByText('You were signed out after 15 minutes').waitFor();
});

test('every file has the exact policy, and none a script or style of its own', async () => {
  assert.ok(files.length > 15);
  for (const file of ['', ...files]) {
    const response = await fetch(`${broker.api}/console/${file}`);
    assert.equal(response.headers.get('content-security-policy'), policy, file);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(response.headers.get('cross-origin-opener-policy'), 'same-origin');
    const text = await response.text();
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function|localStorage|sessionStorage|indexedDB|document\.cookie/, file);
    if (!/^$|\.html$|\.svg$/.test(file)) continue;
    assert.doesNotMatch(text, /\sstyle=|\son\w+=|<style|javascript:|https?:\/\/(?!www\.w3\.org\/2000\/svg)/i, file);
    assert.doesNotMatch(text, /<script(?! type="module" src="console\.js"><\/script>)/, file);
  }
});

/** Nothing of what was put in has become an element, and nothing ran. */
async function harmless(page, dialogs, alarms) {
  assert.equal(await page.locator('main, dialog').locator('img, script, svg, iframe, [style], [onerror], [onload], a[href^="javascript:"]').count(), 0);
  assert.deepEqual([dialogs, alarms()], [[], []]);
}

test('what is stored is shown as text, whatever it is', async () => {
  const everything = hostile.join(' ').slice(0, 200);
  await api('PUT', '/v1/tenants/hostile', tenantOf(broker, 'hostile', {
    displayName: everything,
    trust: [{ issuer: 'https://login.example.com', audience: hostile[0], rules: [{ claims: { [hostile[1]]: hostile[3] }, scopes: ['credentials:read'] }] }],
  }));
  const subPrefix = `${hostile[0].replaceAll(/[/*?]/g, '')}/`;
  const deny = [{ Effect: 'Deny', Action: 'oss:GetObject', Resource: ['acs:oss:*:*:x/<svg onload=alert(1)>'] }];
  await api('PUT', '/v1/tenants/hostile/roles/files', roleOf({ subPrefix, extraStatements: deny }));
  const { body } = await call(`${broker.api}/v1/tenants/hostile/roles/files/signed-urls`, 'POST', { method: 'GET', key: '<img src=x onerror=alert(1)>' }, broker.adminKey);
  assert.ok(body.urls);
  await until(() => api('GET', '/v1/tenants/hostile/audit?action=CreateSignedUrls'), ({ items }) => items.length > 0);

  const { page, dialogs, alarms } = await openSigned(browser, broker);
  const seen = [
    ['#/tenants', 'Tenants', everything], ['#/tenants/hostile', 'hostile', subPrefix], ['#/tenants/hostile/roles/files', 'files', '<svg onload=alert(1)>'],
    ['#/tenants/hostile/roles/files/history', 'files', subPrefix], ['#/tenants/hostile/audit', 'hostile', '<img src=x onerror=alert(1)>'],
  ];
  for (const [hash, heading, text] of seen) {
    await visit(page, hash, heading);
    await page.getByText(text).first().waitFor();
    await harmless(page, dialogs, alarms);
  }
  await visit(page, '#/tenants/hostile/settings', 'hostile');
  assert.equal(await page.getByLabel('Name for people').inputValue(), everything);
  await visit(page, '#/tenants/hostile/roles/files/edit', 'files');
  await page.getByLabel('Preview').getByText('<svg onload=alert(1)>').waitFor();
  await page.getByLabel('Prefix in it').fill(`${hostile[7]}/`);
  await page.getByLabel('Preview').locator('ins', { hasText: hostile[7] }).waitFor();
  await harmless(page, dialogs, alarms);
});

test('what is typed, refused or in the address is shown as text, whatever it is', async () => {
  const { page, dialogs, alarms } = await openSigned(browser, broker);
  for (const [hash, heading, submit, answered] of [
    ['#/new-tenant', 'New tenant', 'Create tenant', 'form [role=alert]'], ['#/tenants/demo/new-role', 'New role', 'Review and save', 'form [role=alert]'],
    ['#/tenants/demo/keys', 'demo', 'Create key', 'form [role=alert]'], ['#/tenants/demo/roles/uploads/urls', 'uploads', 'Create URL', 'form [role=alert]'],
    ['#/tenants/demo/audit', 'demo', 'Search', '.empty:visible'], ['#/tenants/demo/roles/uploads', 'uploads', 'Explain', 'form [role=alert]'],
  ]) {
    for (const text of hostile.slice(0, 4)) {
      await visit(page, '#/budget', 'STS budget');
      await visit(page, hash, heading);
      for (const field of await page.locator('main').locator('input[type=text], textarea:not(.code)').all()) await field.fill(text);
      await press(page, submit);
      await page.locator(`main ${answered}`).first().waitFor();
      await harmless(page, dialogs, alarms);
    }
  }
  for (const text of hostile) {
    const part = encodeURIComponent(text);
    for (const hash of [`#/${part}`, `#/tenants/${part}`, `#/tenants/demo/roles/${text}`, `#/tenants/demo/audit?role=${part}&outcome=${part}`, `#${text}`]) {
      await page.evaluate((to) => { location.hash = to; }, hash);
      await page.locator('main:not([aria-busy]) [role=alert]').first().waitFor();
      await harmless(page, dialogs, alarms);
      await visit(page, '#/budget', 'STS budget');
    }
  }
  await visit(page, `#/tenants/demo/roles/uploads/edit`, 'uploads');
  await press(page, 'JSON');
  await page.getByLabel('Definition, as JSON').fill(JSON.stringify({ storage: hostile[0], access: [hostile[1]], uploads: { callback: `https://x/${hostile[0]}`, contentTypes: hostile } }));
  await press(page, 'Review and save');
  await page.locator('form').getByRole('alert').waitFor();
  await harmless(page, dialogs, alarms);

  await press(page, 'Sign out');
  for (const text of hostile) {
    await signIn(page, text);
    await page.getByRole('alert').filter({ hasText: /That is no key|does not accept/ }).waitFor();
    await harmless(page, dialogs, alarms);
  }
});

test('no name in the address leads to another call than the page\'s', async () => {
  const asked = [];
  const note = (request) => { if (request.resourceType() === 'fetch') asked.push(new URL(request.url()).pathname); };
  const { page } = await openSigned(browser, broker, '#/budget', async (opening) => { opening.on('request', note); });
  await page.getByText('Budget by identity').waitFor();
  asked.length = 0;
  for (const name of ['..', '.', '%2e%2e', '%2E', 'a%2Fb', 'a%3Fb', 'A', '%', '%00', 'x'.repeat(64)]) {
    await visit(page, '#/budget', 'STS budget');
    await page.evaluate((part) => { location.hash = `#/tenants/${part}/roles/uploads`; }, name);
    await page.getByText('There is no such page.').waitFor();
  }
  assert.deepEqual([...new Set(asked)], ['/v1/sts-budget']);
  await visit(page, '#/new-tenant', 'New tenant');
  await page.getByLabel('Tenant', { exact: true }).fill('..');
  await press(page, 'Create tenant');
  await page.getByText('must not be ..').waitFor();
  assert.deepEqual([...new Set(asked)], ['/v1/sts-budget']);
});

test('the keyboard leads from signing in to a role, into a dialog and out of it', async () => {
  const { page } = await openConsole(browser, broker);
  await page.locator('input[type=password]:focus').waitFor();
  await page.keyboard.type(broker.adminKey);
  await page.keyboard.press('Enter');
  await page.locator('h1:focus', { hasText: 'Tenants' }).waitFor();
  const reach = async (name) => {
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press('Tab');
      const focused = page.locator(':focus');
      if (await focused.innerText() !== name) continue;
      assert.match(await focused.evaluate((element) => getComputedStyle(element).outline), /solid 2px/);
      return;
    }
    assert.fail(`${name} is not reached`);
  };
  for (const name of ['demo', 'uploads']) {
    await reach(name);
    await page.keyboard.press('Enter');
    await page.locator('h1:focus', { hasText: name }).waitFor();
  }
  await reach('Revoke');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByLabel('to confirm').and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await page.locator(':focus').innerText(), 'Revoke');

  await page.evaluate(() => document.activeElement.blur());
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  await skip.focus();
  await page.keyboard.press('Enter');
  await page.locator('main:focus').waitFor();
  assert.match(page.url(), /#\/tenants\/demo\/roles\/uploads$/);
});

const views = [
  ['#/tenants', 'Tenants'], ['#/new-tenant', 'New tenant'], ['#/audit', 'Audit'], ['#/budget', 'STS budget'], ['#/tenants/demo', 'demo'], ['#/tenants/demo/keys', 'demo'], ['#/tenants/demo/audit', 'demo'],
  ['#/tenants/demo/settings', 'demo'], ['#/tenants/demo/new-role', 'New role'], ['#/tenants/demo/roles/uploads', 'uploads'], ['#/tenants/demo/roles/uploads/edit', 'uploads'],
  ['#/tenants/demo/roles/uploads/history', 'uploads'], ['#/tenants/demo/roles/uploads/urls', 'uploads'], ['#/nowhere', 'nowhere'],
];

test('nothing is wider than a phone, and every field has a label', async () => {
  await api('PUT', `/v1/tenants/${'long-'.repeat(12)}x`, { displayName: 'x'.repeat(200) });
  await api('GET', '/v1/tenants/demo/roles/uploads/credentials');
  const { page } = await openConsole(browser, broker, '', (opening) => opening.setViewportSize({ width: 360, height: 740 }));
  const fits = async (where) => {
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, where);
    const bare = await page.evaluate(() => [...document.querySelectorAll('input, select, textarea')].filter(({ labels }) => !labels.length).map(({ outerHTML }) => outerHTML));
    assert.deepEqual(bare, [], where);
  };
  await fits('signing in');
  await signIn(page, broker.adminKey);
  for (const [hash, heading] of views) {
    await visit(page, hash, heading);
    await fits(hash);
  }
  await visit(page, '#/tenants/demo/roles/uploads', 'uploads');
  await figure(page, 'Expiration').locator('time').waitFor();
  await press(page, 'Revoke');
  await page.getByRole('dialog').waitFor();
  await fits('a dialog');
  await page.getByLabel('to confirm').fill('uploads');
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('still lives').waitFor();
  await page.locator('dialog:not([open])').waitFor({ state: 'detached' });
  await fits('the report');
  assert.ok(await page.evaluate(() => document.querySelector('dialog').scrollWidth <= document.querySelector('dialog').clientWidth));
});

/** The least contrast of a text that the page shows with what lies behind it, by WCAG's formula. */
const leastContrast = () => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const opaque = (element) => rgba(getComputedStyle(element).backgroundColor)[3] === 255;
  const behind = (element) => (opaque(element) ? rgba(getComputedStyle(element).backgroundColor) : behind(element.parentElement));
  const texts = [...document.querySelectorAll('body *')].filter((element) => element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const measured = texts.map((element) => {
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    return { ratio: (a + 0.05) / (b + 0.05), text: element.textContent.slice(0, 40) };
  });
  return measured.sort((a, b) => a.ratio - b.ratio)[0];
};

for (const colorScheme of ['light', 'dark']) {
  test(`every text has enough contrast, ${colorScheme}`, async () => {
    const { page } = await openSigned(browser, broker, '', (opening) => opening.emulateMedia({ colorScheme }));
    const grounds = new Set();
    for (const [hash, heading] of views) {
      await visit(page, hash, heading);
      const least = await page.evaluate(leastContrast);
      assert.ok(least.ratio >= 4.5, `${hash}: ${JSON.stringify(least)}`);
      grounds.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    }
    assert.deepEqual([...grounds], [colorScheme === 'light' ? 'rgb(243, 245, 246)' : 'rgb(15, 21, 25)']);
  });
}

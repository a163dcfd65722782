// The quickstart's page in a real browser: the three ways of uploading, from another origin than OSS's, and their refusals.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { after, before, test } from 'node:test';
import { openPage, startBrowser, upload, watchProgress } from './browser.mjs';
import { call, startQuickstart, stats, temporaryFolder } from './harness.mjs';
import { send } from './variants.mjs';

const ways = ['STS credentials', 'Upload form', 'Signed URL'];
const [credentials, form, signedUrl] = ways;
const image = (bytes) => ({ name: 'a picture "1".png', mimeType: 'image/png', buffer: randomBytes(bytes) });
const text = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('only text') };
const rolePath = '/v1/tenants/demo/roles/uploads';
let broker, browser;

before(async () => {
  [broker, browser] = await Promise.all([startQuickstart(temporaryFolder()), startBrowser()]);
  // The role's session, so that no test counts its making.
  await call(`${broker.api}${rolePath}/credentials`, 'GET', undefined, broker.apiKey);
});
after(async () => {
  await browser?.close();
  await broker?.stop();
});

const open = (prepare) => openPage(browser, broker.api, prepare);
const setClock = (offsetSeconds) => call(`${broker.oss}/_emulator/clock`, 'PUT', { offsetSeconds });

/** What OSS holds under the key, read by a URL that the broker signs. */
async function stored(key) {
  const { body } = await call(`${broker.api}${rolePath}/signed-urls`, 'POST', { method: 'GET', key }, broker.apiKey);
  const response = await fetch(body.urls[0].url);
  assert.equal(response.status, 200, key);
  return { type: response.headers.get('content-type'), content: Buffer.from(await response.arrayBuffer()) };
}

/** How much each operation was used meanwhile, and whether the browser's requests came from the page's origin. */
async function during(run) {
  const earlier = await stats(broker.oss);
  await run();
  const later = await stats(broker.oss);
  const { body: requests } = await call(`${broker.oss}/_emulator/requests`);
  assert.equal(requests.at(-1).headers.origin, broker.api);
  return Object.fromEntries(Object.entries(later).map(([name, count]) => [name, count - (earlier[name] ?? 0)]).filter(([, count]) => count));
}

for (const [way, operation] of [[credentials, 'putObject'], [form, 'postObject'], [signedUrl, 'putObject']]) {
  test(`${way}: a small file is stored as it is, under any key`, async () => {
    const { page, troubles } = await open();
    for (const key of [undefined, `by ${way}/`, `by ${way}/ü +&'$& #1?.png`]) {
      const file = image(2000);
      const used = await during(async () => {
        const { status, refusal } = await upload(page, { way, file, key });
        assert.deepEqual([status, refusal], [`Stored as tenants/demo/uploads/${nameOf(key, file)}.`, '']);
      });
      assert.deepEqual(used, { [operation]: 1 });
      assert.deepEqual(await stored(nameOf(key, file)), { type: 'image/png', content: file.buffer });
    }
    assert.deepEqual(troubles, []);
  });
}

const nameOf = (key = '', file) => (key === '' || key.endsWith('/') ? key + file.name : key);

test('STS credentials: a large file goes in parts, with progress', async () => {
  const { page, troubles } = await open();
  const file = image(12 * 1024 * 1024);
  const shares = await watchProgress(page);
  const used = await during(() => upload(page, { way: credentials, file, key: 'large.png' }));
  assert.deepEqual(used, { initiateMultipartUpload: 1, uploadPart: 12, completeMultipartUpload: 1 });
  assert.deepEqual(await stored('large.png'), { type: 'image/png', content: file.buffer });
  const seen = await shares();
  assert.ok(new Set(seen).size >= 12 && seen.at(-1) === 1, `${seen}`);
  assert.deepEqual(seen, seen.toSorted((a, b) => a - b));
  assert.deepEqual(troubles, []);
});

for (const way of [form, signedUrl]) {
  test(`${way}: a large file shows its progress`, async () => {
    const { page } = await open();
    const file = image(12 * 1024 * 1024);
    const shares = await watchProgress(page);
    // Far slower than loopback, so that the browser has progress to report.
    const network = await page.context().newCDPSession(page);
    await network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 12 * 1024 * 1024 });
    assert.match((await upload(page, { way, file, key: 'slow.png', settings: way === form ? { 'Largest size, MB': '20' } : {} })).status, /^Stored/);
    assert.deepEqual((await stored('slow.png')).content, file.buffer);
    const seen = await shares();
    assert.ok(seen.some((share) => share > 0 && share < 1) && seen.at(-1) === 1, `${seen}`);
  });
}

for (const [way, path] of [[credentials, '/get_sts_token_for_oss_upload'], [form, `${rolePath}/post-policies`], [signedUrl, `${rolePath}/signed-urls`]]) {
  test(`${way}: the page says until when it works`, async () => {
    const { page } = await open();
    const [answer, said] = await Promise.all([page.waitForResponse(`**${path}`).then((response) => response.json()), upload(page, { way, file: image(10) })]);
    assert.equal(said.expiration, answer.Expiration ?? (answer.urls?.[0] ?? answer).expiration);
    assert.equal(said.clamped, false);
  });
}

test('a life that ends earlier than was asked is said to', async () => {
  const role = (await call(broker.api + rolePath, 'GET', undefined, broker.adminKey)).body.definition;
  const put = (change) => call(broker.api + rolePath, 'PUT', { ...role, ...change }, broker.adminKey);
  // A session that STS's slow clock ends 10 minutes early.
  await setClock(-600);
  try {
    assert.equal((await put({ durationSeconds: 3000, signedUrls: { maxExpiresIn: 2900 } })).status, 200);
    const { page } = await open();
    const { status, clamped } = await upload(page, { way: signedUrl, file: image(10), settings: { 'Life, seconds': '2900' } });
    assert.match(status, /^Stored/);
    assert.equal(clamped, true);
  } finally {
    await setClock(0);
    await put({});
  }
});

async function refused(way, request, expected, prepare) {
  const { page } = await open(prepare);
  const { status, refusal } = await upload(page, { way, file: text, ...request });
  assert.equal(status, 'Not uploaded.');
  for (const part of [expected].flat()) assert.match(refusal, part);
}

test('a file that is too large for the form is refused readably', () =>
  refused(form, { file: image(20_000), settings: { 'Largest size, MB': '0.01' } }, /OSS refuses the upload\s+The file is too large: it has 20 kB, and the form permits 10 kB\./));

test('a file of the wrong type is refused readably', () =>
  refused(form, { settings: { 'Permitted types': 'Images' } }, /The file is of the wrong type: it is text\/plain, and the form permits image\/\*\./));

test('a key outside the prefix is refused readably, by the broker or by OSS', async () => {
  await refused(form, { key: '../x' }, [/The request is not valid/, /keyPrefix must not contain a '\.' or '\.\.' segment/, /Broker 400 invalid_request/]);
  await refused(signedUrl, { key: '../x' }, /key must not contain a '\.' or '\.\.' segment/);
  await refused(credentials, { key: '../x' }, /The key tenants\/demo\/x lies outside what the broker permits, which is tenants\/demo\/uploads\/\./);
});

test('types that only the role limits, and a refusal in the midst of a large file, are told readably', async () => {
  const role = (await call(broker.api + rolePath, 'GET', undefined, broker.adminKey)).body.definition;
  assert.equal((await call(broker.api + rolePath, 'PUT', { ...role, uploads: { contentTypes: ['image/*'] } }, broker.adminKey)).status, 200);
  try { await refused(form, { settings: { 'Permitted types': 'Any' } }, /The file is of the wrong type: it is text\/plain, and the form permits others\./); }
  finally { await call(broker.api + rolePath, 'PUT', role, broker.adminKey); }

  const faults = `${broker.oss}/_emulator/faults`;
  await call(faults, 'POST', { operation: 'UploadPart', status: 403, code: 'AccessDenied', times: 0 });
  try { await refused(credentials, { file: image(12 * 1024 * 1024), key: 'large.png' }, /OSS refuses the upload\s+The key tenants\/demo\/uploads\/large\.png lies outside/); }
  finally { await fetch(faults, { method: 'DELETE' }); }
});

test('a key that is changed after the broker has signed is refused readably', async () => {
  await refused(form, { settings: { 'Permitted types': 'Any' } }, /The key lies outside the prefix that the form permits, tenants\/demo\/uploads\/\./, (page) => page.addInitScript(() => {
    const append = FormData.prototype.append;
    FormData.prototype.append = function (name, ...rest) { append.call(this, name, ...(name === 'key' ? ['tenants/other/x'] : rest)); };
  }));
  await refused(signedUrl, {}, /The request is not the one that was signed/, (page) => page.addInitScript(() => {
    const openRequest = XMLHttpRequest.prototype.open;
    XMLHttpRequest.prototype.open = function (method, url) { openRequest.call(this, method, url.replace('notes.txt', 'other.txt')); };
  }));
});

test('what the role does not permit is refused with the rule', () =>
  refused(signedUrl, { settings: { 'Life, seconds': '901' } }, [/The role does not permit it/, /expiresIn must be at most the role's signedUrls\.maxExpiresIn, 900/]));

test('a permission that has expired is refused readably', async () => {
  const expired = /The permission expired before OSS took the file/;
  try {
    await setClock(1000);
    await refused(form, { settings: { 'Permitted types': 'Any' } }, expired);
    await refused(signedUrl, {}, expired);
    // ali-oss signs with the browser's clock, which must be OSS's for the session's end to be what is refused.
    await setClock(4000);
    await refused(credentials, {}, expired, (page) => page.clock.setFixedTime(Date.now() + 4_000_000));
    await setClock(-1000);
    await refused(signedUrl, {}, /The clocks of the broker and of OSS are more than 15 minutes apart/);
  } finally { await setClock(0); }
});

test('a broker or an OSS that does not answer is said so', async () => {
  const cut = (address) => (page) => page.route(address, (route) => route.abort());
  await refused(form, {}, /The broker cannot be reached/, cut('**/post-policies'));
  await refused(signedUrl, {}, /OSS cannot be reached/, cut(`${broker.oss}/**`));
  await refused(credentials, {}, /OSS cannot be reached/, cut('http://localhost:*/broker-demo/**'));
});

test('without ali-oss the page says what it needs, and the other ways work', async () => {
  const config = (await call(`${broker.api}/page-config`)).body;
  const { page } = await open((opening) => opening.route('**/page-config', (route) => route.fulfill({ json: { ...config, aliOss: false } })));
  assert.ok(await page.getByText('STS credentials need ali-oss\'s browser bundle').isVisible());
  assert.match((await upload(page, { way: credentials, file: text })).refusal, /install Node\.js, build the quickstart again/);
  assert.match((await upload(page, { way: signedUrl, file: text })).status, /^Stored/);
});

test('the page permits itself no script or connection but its own and OSS\'s, and tells no secret', async () => {
  for (const path of ['/', '/page.js', '/ali-oss.min.js']) {
    const { headers } = await fetch(broker.api + path);
    const policy = headers.get('content-security-policy');
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';.* frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  }
  const config = await (await fetch(`${broker.api}/page-config`)).text();
  assert.doesNotMatch(config, /bk_|STS\./);
  assert.equal((await fetch(`${broker.api}/package.json`)).status, 404);
});

test('the demo\'s key is added to the page\'s own calls and to no others', async () => {
  const host = new URL(broker.api).host;
  const own = { method: 'GET', target: '/get_sts_token_for_oss_upload', headers: { host, 'sec-fetch-site': 'same-origin' }, body: '' };
  const status = async (change, localAddress) => (await send(broker.api, { ...own, ...change }, localAddress)).status;
  const headers = (change) => ({ headers: { ...own.headers, ...change } });

  assert.equal(await status({}), 200);
  assert.equal(await status(headers({ host: host.replace('127.0.0.1', 'localhost') })), 200);
  const { 'sec-fetch-site': _, ...bare } = own.headers;
  for (const other of [
    headers({ host: 'evil.example' }), headers({ host: host.replace('127.0.0.1', 'evil.example') }), headers({ host: '127.0.0.1' }), headers({ host: 'localhost' }),
    headers({ 'sec-fetch-site': 'same-site' }), headers({ 'sec-fetch-site': 'cross-site' }), headers({ 'sec-fetch-site': 'none' }), { headers: bare },
    { target: `${rolePath}/credentials` }, { target: '/GET_sts_token_for_oss_upload' }, { target: '/get_sts_token_for_oss_upload/' }, { target: '/get_presigned_url_for_oss_upload' }, { target: rolePath },
    { method: 'POST', target: '/v1/tenants/demo/roles/other/signed-urls' },
    headers({ authorization: '' }), headers({ authorization: 'Bearer bk_other_key' }),
  ]) assert.equal(await status(other), 401, JSON.stringify(other));

  const outside = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === 'IPv4' && !internal);
  if (outside) assert.equal(await status({}, outside.address), 401, 'over another address than loopback');
});

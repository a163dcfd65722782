// The OpenAPI document says what the API does: it lints clean, and Prism, between a client and the API, finds no difference.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openPage, startBrowser } from './browser.mjs';
import { Contract } from './contract.mjs';
import { call, startPrism, startQuickstart, temporaryFolder } from './harness.mjs';

const approved = fileURLToPath(new URL('../Broker.Tests/Api/openapi.approved.json', import.meta.url));
const demo = { tenant: 'demo', role: 'uploads' };
const acme = { tenant: 'acme' };
const reports = { tenant: 'acme', role: 'reports' };
const nowhere = { tenant: 'acme', role: 'nowhere' };
const definition = { storage: 'main', subPrefix: 'reports/', access: ['read', 'write', 'list', 'delete'] };
let broker, prism, contract, storage;

before(async () => {
  broker = await startQuickstart(temporaryFolder());
  prism = await startPrism(approved, broker.api);
  contract = new Contract(JSON.parse(await readFile(approved)), prism.address, broker.api, broker.adminKey);
  const demoTenant = (await contract.ask('GetTenant', demo)).body;
  storage = { ...demoTenant.definition.storage[0], keyPrefix: 'tenants/acme/' };
});
after(async () => {
  await prism?.stop();
  await broker?.stop();
});

const expect = (status, operation, at, options) => contract.expect(status, operation, at, options);
const fault = (code, status, times = 1) => call(`${broker.sts}/_emulator/faults`, 'POST', { operation: 'AssumeRole', status, code, times });
const newKey = async (tenant, wanted) => (await expect(201, 'CreateApiKey', tenant, { body: wanted })).body;

test('the document lints clean', async () => {
  const redocly = fileURLToPath(new URL('node_modules/@redocly/cli/bin/cli.js', import.meta.url));
  const quiet = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  await promisify(execFile)('node', [redocly, 'lint', approved, '--config', 'redocly.yaml'], { env: quiet, cwd: fileURLToPath(new URL('.', import.meta.url)) });
});

test('the approved document is the one that is served', async () => {
  const response = await fetch(`${broker.api}/openapi/v1.json`);
  assert.deepEqual(await response.json(), contract.document);
});

test('its page loads nothing from elsewhere, and may not', async () => {
  const browser = await startBrowser();
  try {
    const origins = new Set();
    const { page, troubles } = await openPage(browser, `${broker.api}/docs/`, (opened) => opened.on('request', (request) => origins.add(new URL(request.url()).origin)));
    await page.getByText('Gets STS credentials of a role').first().waitFor();
    assert.deepEqual([...origins], [broker.api]);
    // Scalar tries whether it may, and does without.
    assert.deepEqual(troubles.filter((trouble) => trouble !== 'script-src eval'), []);
    const elsewhere = `${broker.sts}/_emulator/stats`;
    assert.equal(await page.evaluate((address) => fetch(address, { mode: 'no-cors' }).then(() => 'sent', () => 'refused'), elsewhere), 'refused');
  } finally { await browser.close(); }
});

test('tenants', async () => {
  const body = { displayName: 'Acme', storage: [storage], limits: { roles: 10, keepWarmRoles: 1 } };
  await expect(201, 'PutTenant', acme, { body });
  const { etag } = await expect(200, 'PutTenant', acme, { body });
  await expect(200, 'PutTenant', acme, { body: { ...body, displayName: 'Acme Ltd' }, headers: { 'If-Match': etag } });
  await expect(412, 'PutTenant', acme, { body, headers: { 'If-Match': etag } });
  await expect(412, 'PutTenant', acme, { body, headers: { 'If-None-Match': '*' } });
  await expect(409, 'PutTenant', { tenant: 'other' }, { body });
  await expect(400, 'PutTenant', acme, { body: { storage: [storage, storage] } });
  await expect(200, 'GetTenant', acme);
  await expect(404, 'GetTenant', { tenant: 'nobody' });
  await expect(200, 'ListTenants');
  const { body: page } = await expect(200, 'ListTenants', {}, { query: { pageSize: 1 } });
  await expect(200, 'ListTenants', {}, { query: { pageToken: page.nextPageToken } });
  await expect(400, 'ListTenants', {}, { query: { surprise: 1 } });
  await expect(200, 'GetHealth');
});

test('roles', async () => {
  const { etag } = await expect(201, 'PutRole', reports, { body: definition });
  await expect(200, 'PutRole', reports, { body: { ...definition, keepWarm: true, extraStatements: [{ Effect: 'Deny', Action: 'oss:DeleteObject', Resource: '*' }] } });
  await expect(412, 'PutRole', reports, { body: definition, headers: { 'If-Match': etag } });
  await expect(400, 'PutRole', reports, { body: { ...definition, storage: 'elsewhere' } });
  await expect(404, 'PutRole', { tenant: 'nobody', role: 'x' }, { body: definition });
  await expect(200, 'PreviewRole', reports, { body: { ...definition, durationSeconds: 900, conditions: { sourceNetworks: ['203.0.113.0/24'] } } });
  await expect(200, 'PreviewRole', nowhere, { body: definition });
  await expect(200, 'ExplainRole', reports, { body: { action: 'oss:GetObject', key: 'a' } });
  await expect(200, 'ExplainRole', reports, { body: { action: 'oss:ListBuckets', key: '' } });
  await expect(400, 'ExplainRole', reports, { body: { action: 'ecs:Any', key: '' } });
  await expect(200, 'GetRole', reports);
  await expect(404, 'GetRole', nowhere);
  await expect(200, 'ListRoles', acme);
  await expect(200, 'ListRoleVersions', reports);
  await expect(200, 'ListRoleVersions', reports, { query: { pageSize: 1 } });
  await expect(200, 'RollbackRole', reports, { body: { version: 1 } });
  await expect(404, 'RollbackRole', reports, { body: { version: 1000 } });
  await expect(200, 'GetRoleStatus', reports);
  await expect(200, 'RefreshRole', reports);
  await expect(200, 'GetRoleStatus', reports);
  await expect(200, 'RevokeRole', reports);
});

test('what STS refuses and what it cannot answer now', async () => {
  await fault('NoPermission', 403);
  await expect(502, 'RefreshRole', reports);
  await expect(200, 'GetRoleStatus', reports);
  await fault('Throttling.User', 400, 0);
  await expect(201, 'PutRole', { ...acme, role: 'cold' }, { body: definition });
  await expect(503, 'GetCredentials', { ...acme, role: 'cold' });
  await fetch(`${broker.sts}/_emulator/faults`, { method: 'DELETE' });
  await expect(200, 'RefreshRole', reports);
});

test('the data plane', async () => {
  for (const query of [{}, { minRemaining: 900 }, { prefix: 'q1/', access: 'read,list' }, { format: 'cli' }])
    await expect(200, 'GetCredentials', reports, { query });
  await expect(422, 'GetCredentials', reports, { query: { minRemaining: 40000 } });
  await expect(400, 'GetCredentials', reports, { query: { prefix: 'q1' } });
  await expect(404, 'GetCredentials', nowhere);

  await expect(200, 'CreatePostPolicy', reports, { body: { keyPrefix: 'in/', contentTypes: ['image/png'], metadata: { who: 'tests' } } });
  await expect(400, 'CreatePostPolicy', reports, { body: {} });
  await expect(422, 'CreatePostPolicy', reports, { body: { key: 'a', expiresIn: 3000 } });

  await expect(200, 'CreateSignedUrls', reports, { body: { method: 'PUT', key: 'a.png', contentType: 'image/png', expiresIn: 60 } });
  await expect(200, 'CreateSignedUrls', reports, { body: { requests: [{ method: 'GET', key: 'a' }, { method: 'DELETE', key: 'b' }] } });
  await expect(200, 'CreateSignedUrls', reports, { body: { multipart: { key: 'a', uploadId: 'u', parts: 3 } } });
  await expect(400, 'CreateSignedUrls', reports, { body: { method: 'GET', key: '../x' } });
  await expect(422, 'CreateSignedUrls', reports, { body: { method: 'GET', key: 'a', query: { acl: '' } } });
});

test('API keys, and who may not', async () => {
  const made = await newKey(acme, { scopes: ['credentials:read', 'signed-urls:create', 'post-policies:create'], roles: ['reports'], defaultRole: 'reports', expiresIn: 3600 });
  for (const operation of ['GuideGetStsToken', 'GuideGetPostSignature', 'GuideGetPresignedUrl']) await expect(200, operation, {}, { key: made.apiKey });
  await expect(200, 'GuideGetPresignedUrl', {}, { key: made.apiKey, query: { key: 'a.txt', contentType: 'text/plain' } });
  await expect(400, 'GuideGetPresignedUrl', {}, { key: made.apiKey, query: { key: '/a' } });

  const idle = await newKey(acme, { requestsPerSecond: 1 });
  await expect(403, 'GuideGetStsToken', {}, { key: idle.apiKey });
  const slow = await newKey(acme, { scopes: ['credentials:read'], requestsPerSecond: 1 });
  await expect(200, 'GetCredentials', reports, { key: slow.apiKey });
  await expect(429, 'GetCredentials', reports, { key: slow.apiKey });
  await expect(403, 'GetTenant', demo, { key: made.apiKey });
  await expect(401, 'GetTenant', acme, { key: 'garbage' });
  await expect(400, 'CreateApiKey', acme, { body: { roles: ['a'], defaultRole: 'b' } });

  await expect(200, 'ListApiKeys', acme);
  await expect(200, 'RevokeApiKey', { ...acme, keyId: made.keyId });
  await expect(404, 'RevokeApiKey', { ...acme, keyId: made.keyId });
});

test('credential URLs', async () => {
  const { body: made } = await expect(201, 'CreateCredentialUrl', reports, { body: { allowedNetworks: ['127.0.0.0/8'] } });
  const capability = made.url.split('/').at(-1);
  await expect(200, 'GetCredentialsByUrl', { capability }, { key: null });
  await expect(404, 'GetCredentialsByUrl', { capability: capability.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) }, { key: null });
  await expect(400, 'CreateCredentialUrl', reports, { body: { allowedNetworks: ['127.0.0.1/8'] } });
  await expect(404, 'CreateCredentialUrl', nowhere, { body: {} });
  await expect(200, 'ListCredentialUrls', reports);
  await expect(200, 'RevokeCredentialUrl', { ...reports, id: made.id });
  await expect(404, 'RevokeCredentialUrl', { ...reports, id: made.id });
});

test('the audit', async () => {
  const { body: page } = await expect(200, 'ListAudit', acme, { query: { pageSize: 1 } });
  if (page.nextPageToken) await expect(200, 'ListAudit', acme, { query: { pageToken: page.nextPageToken } });
  await expect(200, 'ListAudit', acme, { query: { role: 'reports', action: 'PutRole', from: '2026-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' } });
  await expect(200, 'GetStsBudget');
  await expect(200, 'ListPlatformAudit');
  await expect(400, 'ListPlatformAudit', {}, { query: { surprise: 1 } });
});

test('what the document forbids, the API refuses', async () => {
  const forbidden = [
    ['PutTenant', acme, { body: { surprise: 1 } }],
    ['PutTenant', { tenant: 'Acme' }, { body: {} }],
    ['PutTenant', acme, { body: { limits: { roles: -1 } } }],
    ['PutTenant', acme, { body: { storage: [{ ...storage, addressing: 'elsewhere' }] } }],
    ['PutRole', reports, { body: { storage: 'main' } }],
    ['PutRole', reports, { body: { ...definition, durationSeconds: 899 } }],
    ['PutRole', reports, { body: { ...definition, access: ['everything'] } }],
    ['PutRole', reports, { body: { ...definition, access: ['read', 'read'] } }],
    ['PutRole', reports, { body: { ...definition, uploads: { maxBytes: '1' } } }],
    ['PutRole', reports, { body: { ...definition, disabled: null } }],
    ['PutRole', reports, { body: definition, headers: { 'If-None-Match': '"1"' } }],
    ['RollbackRole', reports, { body: {} }],
    ['ListRoles', acme, { query: { pageSize: 1001 } }],
    ['ListAudit', acme, { query: { from: 'yesterday' } }],
    ['ListAudit', acme, { query: { outcome: 'unknown' } }],
    ['GetCredentials', reports, { query: { minRemaining: -1 } }],
    ['GetCredentials', reports, { query: { format: 'xml' } }],
    ['GetCredentials', reports, { query: { access: 'read,everything' } }],
    ['CreateSignedUrls', reports, { body: { method: 'PATCH', key: 'a' } }],
    ['CreateSignedUrls', reports, { body: { requests: [] } }],
    ['CreateSignedUrls', reports, { body: { multipart: { key: 'a', uploadId: 'u', parts: 1001 } } }],
    ['CreatePostPolicy', reports, { body: { key: 'a', successStatus: 202 } }],
    ['CreateApiKey', acme, { body: { scopes: ['everything'] } }],
    ['CreateApiKey', acme, { body: { expiresIn: 59 } }],
    ['CreateCredentialUrl', reports, { body: { expiresIn: 31536001 } }],
  ];
  for (const [operation, at, options] of forbidden) await contract.expectForbidden(operation, at, options);
});

test('the kill switch, and the end', async () => {
  const own = await newKey(acme, { scopes: ['credentials:read'] });
  await expect(200, 'SuspendTenant', acme);
  await expect(403, 'GetCredentials', reports, { key: own.apiKey });
  await expect(200, 'GetTenant', acme);
  await expect(200, 'ResumeTenant', acme);
  const { body } = await expect(200, 'PutRole', reports, { body: { ...definition, disabled: true } });
  assert.equal(body.status, 'disabled');
  await expect(403, 'GetCredentials', reports, { key: own.apiKey });
  await expect(200, 'DeleteRole', reports, { headers: { 'If-Match': '*' } });
  await expect(404, 'DeleteRole', reports);
  await expect(200, 'DeleteTenant', acme);
  await expect(404, 'DeleteTenant', acme);
});

test('every operation was asked for and answered well', () => {
  assert.deepEqual([...contract.succeeded].sort(), contract.operations.sort());
});

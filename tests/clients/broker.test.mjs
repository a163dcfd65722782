// The vendors' SDKs, unmodified, with what the broker vends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import credentials from '@alicloud/credentials';
import OSS from 'ali-oss';
import { call, startQuickstart, stats, temporaryFolder } from './harness.mjs';

const Credential = credentials.default;
const data = temporaryFolder();
const prefix = 'tenants/demo/uploads/';
let broker;
before(async () => { broker = await startQuickstart(data); });
after(() => broker.stop());

const byCredentialUrl = () => new Credential(new credentials.Config({ type: 'credentials_uri', credentialsURI: broker.credentialUrl })).getCredential();

const oss = (own, authorizationV4) => new OSS({
  endpoint: broker.oss.replace('127.0.0.1', 'localhost'), sldEnable: true, region: `oss-${broker.region}`, bucket: broker.bucket, authorizationV4,
  accessKeyId: own.accessKeyId, accessKeySecret: own.accessKeySecret, stsToken: own.securityToken,
});

test('@alicloud/credentials reads the credential URL', async () => {
  const own = await byCredentialUrl();
  assert.match(own.accessKeyId, /^STS\./);
  assert.ok(own.accessKeySecret && own.securityToken);
});

test('its default chain finds the credential URL in the environment', async () => {
  const settings = { ALIBABA_CLOUD_CREDENTIALS_URI: broker.credentialUrl, ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true', ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true' };
  Object.assign(process.env, settings);
  try { assert.equal((await new Credential().getCredential()).accessKeyId, (await byCredentialUrl()).accessKeyId); }
  finally { for (const name of Object.keys(settings)) delete process.env[name]; }
});

for (const v4 of [false, true]) {
  const version = v4 ? 'V4' : 'V1';
  test(`ali-oss with ${version} puts, gets and deletes below the role's prefix`, async () => {
    const client = oss(await byCredentialUrl(), v4);
    for (const name of ['plain.txt', 'a b+c.txt', '100%.txt', '中文.txt', "it's (one)!.txt", 'deep/er/#x?.txt']) {
      const key = prefix + name;
      assert.equal((await client.put(key, Buffer.from(`content of ${name}`), { headers: { 'x-oss-meta-who': 'tests' } })).res.status, 200, name);
      assert.equal((await client.get(key)).content.toString(), `content of ${name}`, name);
      assert.equal((await client.head(key)).meta.who, 'tests', name);
    }
    await client.delete(`${prefix}plain.txt`);
    await assert.rejects(client.get(`${prefix}plain.txt`), { status: 404 });
  });

  test(`ali-oss with ${version} is refused outside the prefix, with a wrong secret, and with another session's token`, async () => {
    const own = await byCredentialUrl();
    for (const key of ['elsewhere/x', 'tenants/other/x', 'tenants/demo/x', 'tenants/demo/uploadsx'])
      await assert.rejects(oss(own, v4).put(key, Buffer.from('no')), { status: 403 }, key);
    await assert.rejects(oss(own, v4).put(`${prefix}x`, Buffer.from('no'), { headers: { 'x-oss-object-acl': 'public-read' } }), { status: 403 });
    const other = (await call(`${broker.api}/v1/tenants/demo/roles/uploads/credentials`, 'GET', undefined, broker.apiKey)).body;
    const wrong = [{ ...own, accessKeySecret: 'wrong' }, { ...own, securityToken: `${other.SecurityToken}x` }, { ...own, securityToken: undefined }];
    for (const one of wrong) await assert.rejects(oss(one, v4).put(`${prefix}x`, Buffer.from('no')), { status: 403 });
  });
}

const admin = (path, method, body) => call(`${broker.api}/v1/tenants/${path}`, method, body, broker.adminKey);
const role = { storage: 'main', access: ['read'] };

test('1,000 fetches of one role make exactly 1 AssumeRole', async () => {
  assert.equal((await admin('demo/roles/counted', 'PUT', role)).status, 201);
  const { assumeRole } = await stats(broker.sts);
  const answers = await Promise.all(Array.from({ length: 1000 }, () => admin('demo/roles/counted/credentials')));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal((await stats(broker.sts)).assumeRole - assumeRole, 1);
});

test('1,000 concurrent cold fetches over 200 roles make exactly 200', async () => {
  for (let i = 0; i < 200; i++) assert.equal((await admin(`demo/roles/cold-${i}`, 'PUT', role)).status, 201);
  const { assumeRole } = await stats(broker.sts);
  const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => admin(`demo/roles/cold-${i % 200}/credentials`)));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal((await stats(broker.sts)).assumeRole - assumeRole, 200);
});

test('after a restart everything is as it was, and STS is not called', async () => {
  const own = await byCredentialUrl();
  const last = broker;
  const { assumeRole } = await stats(broker.sts);
  assert.equal(await broker.stop(), 0);
  broker = await startQuickstart(data);

  assert.deepEqual([broker.apiKey, broker.adminKey], [last.apiKey, last.adminKey]);
  assert.equal(new URL(broker.credentialUrl).pathname, new URL(last.credentialUrl).pathname);
  const again = (await call(`${broker.api}/v1/tenants/demo/roles/uploads/credentials`, 'GET', undefined, broker.apiKey)).body;
  assert.equal(again.AccessKeyId, own.accessKeyId);
  assert.equal((await stats(broker.sts)).assumeRole, assumeRole);
  assert.equal((await oss(own, true).put(`${prefix}after.txt`, Buffer.from('still'))).res.status, 200);
});

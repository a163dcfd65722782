// The recipes of deploy/clients, with the vendors' SDKs as they are.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import OSS from 'ali-oss';
import { findCredential } from './default-chain.mjs';
import { call, startQuickstart, temporaryFolder } from './harness.mjs';

const folder = fileURLToPath(new URL('../../deploy/clients/', import.meta.url));
let broker;
before(async () => { broker = await startQuickstart(temporaryFolder()); });
after(() => broker?.stop());

const vended = async () => (await call(`${broker.api}/v1/tenants/demo/roles/uploads/credentials`, 'GET', undefined, broker.apiKey)).body;

/** What the vendor's default chain finds in a home directory with this External process. */
function byExternal(command, changed = {}) {
  const home = temporaryFolder();
  mkdirSync(join(home, '.aliyun'));
  writeFileSync(join(home, 'key'), `${broker.apiKey}\n`, { mode: 0o600 });
  writeFileSync(join(home, '.aliyun/config.json'), JSON.stringify({ current: 'default', profiles: [{ name: 'default', mode: 'External', process_command: command }] }));
  return findCredential({
    HOME: home, DOTNET_ROOT: process.env.DOTNET_ROOT ?? '',
    BROKER_ADDRESS: broker.api, BROKER_TENANT: 'demo', BROKER_ROLE: 'uploads', BROKER_KEY_FILE: join(home, 'key'), ...changed,
  });
}

const processes = { script: join(folder, 'broker-credentials.sh'), command: `dotnet ${join(folder, 'broker-credentials/bin/Release/net10.0/broker-credentials.dll')}` };

for (const [name, command] of Object.entries(processes)) {
  test(`External process: the ${name} gives the vendor's default chain the role's credentials`, async () => {
    const { credential: own } = await byExternal(command);
    const { AccessKeyId, AccessKeySecret, SecurityToken } = await vended();
    assert.deepEqual([own.accessKeyId, own.accessKeySecret, own.securityToken], [AccessKeyId, AccessKeySecret, SecurityToken]);
  });

  test(`External process: the ${name} prints no credentials when the broker refuses`, async () => {
    assert.match((await byExternal(command, { BROKER_ROLE: 'nowhere' })).refusal, /unable to get credentials/);
  });
}

/** An ali-oss client of the role, which fetches a session when the last is so old, in milliseconds, and the sessions that it had. */
async function renewing(refreshSTSTokenInterval) {
  const seen = new Set();
  const refreshSTSToken = async () => {
    const { AccessKeyId, AccessKeySecret, SecurityToken } = await vended();
    seen.add(AccessKeyId);
    return { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, stsToken: SecurityToken };
  };
  const client = new OSS({
    endpoint: broker.oss.replace('127.0.0.1', 'localhost'), sldEnable: true, region: `oss-${broker.region}`, bucket: broker.bucket, authorizationV4: true,
    ...await refreshSTSToken(), refreshSTSToken, refreshSTSTokenInterval,
  });
  let puts = 0;
  // Parallel ones sign with the old session while one fetches the new.
  const upload = async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.put(`tenants/demo/uploads/renewed/${puts++}`, Buffer.from('x'))));
    for (const { res } of answers) assert.equal(res.status, 200);
  };
  return { seen, upload };
}

const refresh = async () => assert.equal((await call(`${broker.api}/v1/tenants/demo/roles/uploads/refresh`, 'POST', undefined, broker.adminKey)).status, 200);

test('ali-oss with refreshSTSToken uploads over several renewals without a failure', async () => {
  const { seen, upload } = await renewing(50);
  while (seen.size < 6) {
    await upload();
    await refresh();
  }
});

// Minutes long: tests/long has it.
test('ali-oss uploads over several sessions of two minutes without a failure', { skip: !process.env.BROKER_SHORT_SESSIONS }, async () => {
  await call(`${broker.sts}/_emulator/limits`, 'PUT', { longestSessionSeconds: 120 });
  await refresh();
  const { seen, upload } = await renewing(10_000);
  while (seen.size < 5) await upload();
});

// The vendors' STS clients decide whether the emulator reads their signatures as they are meant.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OSS from 'ali-oss';
import openApi from '@alicloud/openapi-core';
import sts20150401 from '@alicloud/sts20150401';
import { call, capture, startEmulator, stats, temporaryFolder } from './harness.mjs';
import { send, variants } from './variants.mjs';

const arn = 'acs:ram::1234567890123456:role/clients';
const policy = JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: ['oss:GetObject', 'oss:PutObject'], Resource: "acs:oss:*:*:bkt/in side/~'()!*" }] });

const clients = {
  'ali-oss': (host) => new OSS.STS({ accessKeyId: 'user', accessKeySecret: 'secret', endpoint: `http://${host}` }).assumeRole(arn, policy, 900, 'clients@test'),
  sts20150401: (host) => {
    const config = new openApi.$OpenApiUtil.Config({ accessKeyId: 'user', accessKeySecret: 'secret', endpoint: host, protocol: 'http' });
    const request = new sts20150401.AssumeRoleRequest({ roleArn: arn, roleSessionName: 'clients@test', durationSeconds: 900, policy, externalId: 'ext=1,2.@:/-' });
    return new sts20150401.default(config).assumeRole(request);
  },
};

let emulator;
before(async () => { emulator = await startEmulator(temporaryFolder()); });
after(() => emulator.stop());

for (const [name, assumeRole] of Object.entries(clients)) {
  test(`${name} is granted a session`, async () => {
    const answer = await assumeRole(new URL(emulator.sts).host);
    const credentials = answer.credentials ?? answer.body.credentials;
    assert.match(credentials.AccessKeyId ?? credentials.accessKeyId, /^STS\./);
  });

  test(`a request of ${name} with any one field changed is refused`, async () => {
    // The host is signed, so it must be the emulator's for the request to be whole.
    const captured = await capture(assumeRole);
    const unsignedHost = !captured.headers.authorization;
    for (const [what, variant] of variants(captured)) {
      const { status, text } = await send(emulator.sts, variant);
      assert.ok(status >= 400, `accepted with ${what} changed`);
      assert.doesNotMatch(text, /SignatureNonceUsed/, `${what}: a refused request used up the nonce`);
    }
    assert.equal((await send(emulator.sts, captured)).status, 200, unsignedHost ? 'unchanged' : 'unchanged, with the host that was signed');
    assert.match((await send(emulator.sts, captured)).text, /SignatureNonceUsed/);
  });
}

test('faults, limits and the clock are as a test sets them, and wrong settings are refused', async () => {
  const control = (path) => `${emulator.sts}_emulator/${path}`;
  const host = new URL(emulator.sts).host;
  await call(control('faults'), 'POST', { operation: 'AssumeRole', status: 400, code: 'Throttling.User', times: 1 });
  await assert.rejects(clients['ali-oss'](host), /Throttling/);
  await clients['ali-oss'](host);
  await call(control('clock'), 'PUT', { offsetSeconds: 3600 });
  await assert.rejects(clients['ali-oss'](host), /InvalidTimeStamp/);
  await call(control('clock'), 'PUT', { offsetSeconds: 0 });
  assert.equal((await call(control('limits'), 'PUT', { surprise: 1 })).status, 400);
  const { assumeRole, assumeRoleRejected } = await stats(emulator.sts);
  assert.ok(assumeRole >= 3 && assumeRoleRejected >= 2);
});

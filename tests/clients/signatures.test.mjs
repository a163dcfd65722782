// What the broker signs is, byte for byte, what ali-oss signs from the same inputs at the same moment; and it works.
import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import OSS from 'ali-oss';
import { call, startQuickstart, temporaryFolder } from './harness.mjs';

const dir = 'tenants/demo/uploads/';
const keys = ['plain', 'a b+c', '100%', 'what?#', `'"quotes"'`, '中文/ü', '!*()~', 'k'.repeat(1023 - dir.length)];
let broker, client;

before(async () => {
  broker = await startQuickstart(temporaryFolder());
  const own = (await ask('GET', 'credentials')).body;
  client = new OSS({ region: `oss-${broker.region}`, bucket: broker.bucket, accessKeyId: own.AccessKeyId, accessKeySecret: own.AccessKeySecret, stsToken: own.SecurityToken });
});
after(() => broker.stop());

const ask = (method, path, body) => call(`${broker.api}/v1/tenants/demo/roles/uploads/${path}`, method, body, broker.apiKey);

/** The moment that an x-oss-date names. */
const moment = (text) => Date.parse(text.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));

async function sign(request) {
  const { status, body } = await ask('POST', 'signed-urls', request);
  assert.equal(status, 200, JSON.stringify(body));
  return body.urls[0];
}

for (const request of [
  { method: 'GET' },
  { method: 'GET', query: { 'response-content-type': 'text/html', versionId: 'a+b/c=' } },
  { method: 'PUT', contentType: 'text/plain', headers: { 'x-oss-meta-who': 'me & you' } },
]) {
  test(`${JSON.stringify(request)} has the signature of ali-oss's signatureUrlV4, for any key`, async () => {
    for (const key of keys) {
      const signed = await sign({ ...request, key });
      const url = new URL(signed.url);
      const ours = url.searchParams;
      mock.timers.enable({ apis: ['Date'], now: moment(ours.get('x-oss-date')) });
      try {
        const headers = { ...signed.headers, host: url.host };
        const theirs = await client.signatureUrlV4(request.method, Number(ours.get('x-oss-expires')), { headers, queries: request.query }, dir + key, ['host']);
        assert.equal(ours.get('x-oss-signature'), new URL(theirs).searchParams.get('x-oss-signature'), key);
      } finally { mock.timers.reset(); }
    }
  });
}

test('an upload form has the signature of ali-oss\'s signPostObjectPolicyV4', async () => {
  const { body: form } = await ask('POST', 'post-policies', { keyPrefix: 'forms/', metadata: { who: 'me' } });
  const policy = Buffer.from(form.fields.policy, 'base64').toString();
  assert.equal(form.fields['x-oss-signature'], client.signPostObjectPolicyV4(policy, new Date(moment(form.fields['x-oss-date']))));
});

test('the guide\'s form has the policy and signature of ali-oss\'s calculatePostSignature', async () => {
  const { status, body: form } = await call(`${broker.api}/get_post_signature_for_oss_upload`, 'GET', undefined, broker.apiKey);
  assert.equal(status, 200);
  // The policy names its end, so it brings its clock along.
  const theirs = client.calculatePostSignature(JSON.parse(Buffer.from(form.policy, 'base64')));
  assert.deepEqual([form.policy, form.signature, form.ossAccessKeyId], [theirs.policy, theirs.Signature, theirs.OSSAccessKeyId]);
});

test('signed URLs and forms work for any key', async () => {
  for (const key of keys) {
    const put = await sign({ method: 'PUT', key, contentType: 'text/plain' });
    assert.equal((await fetch(put.url, { method: 'PUT', headers: put.headers, body: key })).status, 200, key);
    assert.equal(await (await fetch((await sign({ method: 'GET', key })).url)).text(), key);
  }
  const { body: form } = await ask('POST', 'post-policies', { keyPrefix: 'forms/', successStatus: 201 });
  const data = new FormData();
  for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
  data.append('file', new Blob(['posted'], { type: 'text/plain' }), 'from a form.txt');
  assert.equal((await fetch(form.url, { method: 'POST', body: data })).status, 201);
  assert.equal(await (await fetch((await sign({ method: 'GET', key: 'forms/from a form.txt' })).url)).text(), 'posted');
});

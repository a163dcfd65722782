// `node load.mjs .broker/quickstart.json [rounds]`: asks a running quickstart for everything, well and wrongly, so that every
// panel and rule has something to show.
import { readFileSync } from 'node:fs';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';

const role = '/v1/tenants/demo/roles/uploads';

export async function load({ api, adminKey, apiKey, credentialUrl }, rounds) {
  const call = async (path, key, method = 'GET', body = undefined) => {
    const headers = { ...(key && { authorization: `Bearer ${key}` }), ...(body && { 'content-type': 'application/json' }) };
    const response = await fetch(new URL(path, api), { method, headers, body: body && JSON.stringify(body) });
    await response.arrayBuffer();
  };
  for (let round = 0; round < rounds; round++) {
    await call(`${role}/credentials`, apiKey);
    await call(credentialUrl);
    await call(`${role}/signed-urls`, apiKey, 'POST', { method: 'PUT', key: 'a.png', contentType: 'image/png' });
    await call(`${role}/signed-urls`, apiKey, 'POST', { method: 'GET', key: '../a' });
    await call(`${role}/post-policies`, apiKey, 'POST', { keyPrefix: 'avatars/' });
    await call(`${role}/status`, apiKey);
    await call(`${role}/refresh`, adminKey, 'POST');
    await call('/v1/audit', adminKey);
    await call('/v1/sts-budget', adminKey);
    await call(`${role}/credentials`, `${apiKey}x`);
    await call('/v1/tenants/demo/roles/none/credentials', adminKey);
  }
}

if (import.meta.url === pathToFileURL(argv[1]).href) await load(JSON.parse(readFileSync(argv[2])), Number(argv[3] ?? 20));

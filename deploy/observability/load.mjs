#!/usr/bin/env node
// Calls every kind of operation of a running broker, some of them refused, so that each metric has something to show.
//   node deploy/observability/load.mjs .broker/quickstart.json [rounds]
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** `broker` is what quickstart.json says; `rounds` times all of it. Answers how often each status came. */
export async function load({ api, adminKey, apiKey, credentialUrl, tenant, role }, rounds = 1) {
  const statuses = {};
  const of = `/v1/tenants/${tenant}`;
  const ask = async (path, { method = 'GET', body, key = apiKey } = {}) => {
    const headers = { ...(key && { authorization: `Bearer ${key}` }), ...(body && { 'content-type': 'application/json' }) };
    const response = await fetch(new URL(path, api), { method, headers, body: body && JSON.stringify(body) });
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    return response.text();
  };
  const post = (path, body, key) => ask(path, { method: 'POST', body, key });

  const { definition } = JSON.parse(await ask(`${of}/roles/${role}`, { key: adminKey }));
  for (let round = 0; round < rounds; round++) {
    const vend = `${of}/roles/${role}/credentials`;
    for (const query of ['', '?minRemaining=900', '?format=cli', '?prefix=load/&access=read']) await ask(vend + query);
    await ask(credentialUrl, { key: null });
    for (const path of ['sts_token', 'post_signature', 'presigned_url']) await ask(`/get_${path}_for_oss_upload`);
    await post(`${of}/roles/${role}/signed-urls`, { requests: ['GET', 'HEAD', 'PUT', 'DELETE'].map((method) => ({ method, key: 'load/a' })) });
    await post(`${of}/roles/${role}/post-policies`, { keyPrefix: 'load/' });
    for (const path of ['', '/roles', `/roles/${role}/status`, `/roles/${role}/versions`, '/audit', '/api-keys']) await ask(of + path, { key: adminKey });
    await ask('/v1/sts-budget', { key: adminKey });

    // A role of its own goes through the whole life of one.
    const own = `${of}/roles/load`;
    await ask(own, { method: 'PUT', body: { ...definition, subPrefix: 'load/' }, key: adminKey });
    await ask(`${own}/credentials`, { key: adminKey });
    for (const change of ['refresh', 'revoke']) await post(`${own}/${change}`, undefined, adminKey);
    await ask(own, { method: 'DELETE', key: adminKey });

    // Refused: no key, a wrong one, one that may not, a role that is not there, a life that no session has, a key outside.
    await ask(vend, { key: null });
    await ask(vend, { key: 'bk_wrong_wrong' });
    await ask('/v1/tenants');
    await ask(`${of}/roles/nowhere/credentials`, { key: adminKey });
    await ask(`${vend}?minRemaining=40000`);
    await post(`${of}/roles/${role}/signed-urls`, { method: 'GET', key: '../outside' });
    await post(`${of}/roles/${role}/post-policies`, {});
  }
  return statuses;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [file = '.broker/quickstart.json', rounds = '10'] = process.argv.slice(2);
  console.log(await load(JSON.parse(readFileSync(file)), Number(rounds)));
}

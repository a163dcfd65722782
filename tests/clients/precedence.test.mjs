// Where the broker's own key comes from: the vendor's package is the judge of which place wins, by the table that the broker's tests use too.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findCredential } from './default-chain.mjs';
import { temporaryFolder } from './harness.mjs';

const folder = fileURLToPath(new URL('../Broker.Tests/AlibabaCloud/Sources/', import.meta.url));
const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const [cases, contents] = [read('precedence.json'), read('precedence-files.json')];

let server, uri;

before(async () => {
  server = createServer((request, response) => {
    if (request.url === '/refuse') response.statusCode = 403;
    response.end(JSON.stringify({ Code: 'Success', AccessKeyId: 'uri', AccessKeySecret: 's', SecurityToken: 't', Expiration: new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '') }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  uri = `http://127.0.0.1:${server.address().port}/`;
});

after(() => server.close());

test('the vendor\'s package finds the same key in every case', async () => {
  await Promise.all(cases.map(async ({ what, environment = {}, files = {}, wins, token = null }) => {
    const home = temporaryFolder();
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(home, file)), { recursive: true });
      writeFileSync(join(home, file), contents[content]);
    }
    const own = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replace('{home}', home).replace('{uri}', uri)]));
    const { credential } = await findCredential({ HOME: home, ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true', ...own });
    assert.deepEqual({ what, wins: credential?.accessKeyId ?? null, token: credential?.securityToken || null }, { what, wins, token });
  }));
});

// Starts the real programs as processes and waits for what they print.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'broker-clients-'));

/** Starts a program and resolves once it prints a line that matches. */
async function start(command, [program, ...args], ready) {
  const child = spawn(command, [join(root, program), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const match = ready.exec(line);
    if (!match) continue;
    child.stdout.resume();
    return { match, stop: () => stop(child) };
  }
  throw new Error(`${program} ended before it was ready`);
}

/** Interrupts it, as Ctrl-C does, and resolves with its exit code. */
async function stop(child) {
  if (child.exitCode !== null) return child.exitCode;
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  return code;
}

export async function startQuickstart(data) {
  const ports = ['--port', '0', '--management-port', '0', '--sts-port', '0', '--oss-port', '0'];
  const started = await start('dotnet', ['deploy/quickstart/bin/Release/net10.0/Broker.Quickstart.dll', '--data', data, ...ports], /Broker is ready/);
  return { ...JSON.parse(readFileSync(join(data, 'quickstart.json'))), stop: started.stop };
}

/** Silo processes on PostgreSQL, with all that the quickstart says, and besides it `silos`. */
export async function startCluster(data, silos) {
  const { stop } = await start('dotnet', ['tests/Broker.Cluster/bin/Release/net10.0/Broker.Cluster.dll', '--silos', `${silos}`, '--data', data], /cluster\.json/);
  const cluster = JSON.parse(readFileSync(join(data, 'cluster.json')));
  const [api] = cluster.apis;
  const { body } = await call(`${api}/v1/tenants/${cluster.tenant}/roles/${cluster.role}/credential-urls`, 'POST', {}, cluster.adminKey);
  return { ...cluster, api, credentialUrl: body.url, stop };
}

export async function startEmulator(data) {
  const args = ['tests/Broker.Emulator/bin/Release/net10.0/Broker.Emulator.dll', '--data', data, '--access-key', 'user:secret', '--bucket', 'bkt:cn-hangzhou'];
  const { match, stop } = await start('dotnet', args, /STS (\S+) OSS (\S+)/);
  return { sts: match[1], oss: match[2], stop };
}

/** Stands between a client and the API, and answers itself where either breaks the contract. */
export async function startPrism(document, api) {
  const args = ['tests/clients/node_modules/@stoplight/prism-cli/dist/index.js', 'proxy', document, api, '--errors', '--port', '0'];
  const { match, stop } = await start('node', args, /listening on (http:\S+)/);
  return { address: match[1], stop };
}

export async function call(address, method = 'GET', body = undefined, key = undefined) {
  const headers = { ...(body && { 'content-type': 'application/json' }), ...(key && { authorization: `Bearer ${key}` }) };
  const response = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

/** Asks until the answer is right, and resolves with it. `pause` is in milliseconds. */
export async function until(ask, right, { what = 'It', seconds = 15, pause = 0 } = {}) {
  const end = Date.now() + seconds * 1000;
  for (let answer = await ask(); ; answer = await ask()) {
    if (right(answer)) return answer;
    assert.ok(Date.now() < end, `${what} stays ${JSON.stringify(answer)?.slice(0, 300)}`);
    if (pause) await new Promise((next) => setTimeout(next, pause));
  }
}

export const stats = async (address) => (await call(`${address.replace(/\/$/, '')}/_emulator/stats`)).body;

/** Takes one request of a client without passing it on, so that its nonce stays unused. */
export async function capture(send) {
  let captured;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    captured ??= { method: request.method, target: request.url, headers: { ...request.headers }, body: Buffer.concat(chunks).toString() };
    response.writeHead(503, { 'content-type': 'application/json' }).end('{"Code":"Captured","Message":"","RequestId":""}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await send(`127.0.0.1:${server.address().port}`).catch(() => {});
  server.closeAllConnections();
  server.close();
  return captured;
}

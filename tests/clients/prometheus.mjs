// Debian's Prometheus as a process of the tests' own: what it has scraped, and what it thinks of a broker.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from './harness.mjs';

/** Prometheus looks once a second. */
const pause = 200;

/** Runs promtool; throws with what it says where it finds something wrong. */
export const promtool = (...args) => execFileSync('promtool', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export async function startPrometheus(folder, targets, rules) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'broker.rules.yml'), rules);
  writeFileSync(join(folder, 'prometheus.yml'), `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [broker.rules.yml]
scrape_configs: [{ job_name: broker, static_configs: [{ targets: ${JSON.stringify(targets)} }] }]
`);
  const port = await freePort();
  const child = spawn('prometheus', [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  const address = `http://127.0.0.1:${port}`;
  await until(() => fetch(`${address}/-/ready`).then((answer) => answer.ok, () => false), Boolean, { what: 'Whether Prometheus is ready', pause })
    .catch((error) => { child.kill(); throw error; });
  const ask = async (path) => (await (await fetch(`${address}/api/v1/${path}`)).json()).data;
  const query = async (expression) => (await ask(`query?query=${encodeURIComponent(expression)}`)).result;
  const firing = async (name) => (await ask('alerts')).alerts.some((alert) => alert.labels.alertname === name && alert.state === 'firing');
  return {
    query,
    firing,
    /** Until the expression has series that `right` takes. */
    shows: (what, expression, right = () => true, seconds = 15) => until(() => query(expression), (series) => series.some(right), { what: `${what}: ${expression}`, seconds, pause }),
    /** Until the alert fires, or does so no more. */
    alerts: (name, wanted) => until(() => firing(name), (is) => is === wanted, { what: `Whether ${name} fires`, seconds: 30, pause }),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

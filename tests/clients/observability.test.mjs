// Rules, dashboards and metrics belong together: Debian's Prometheus scrapes the quickstart and is asked for all that they show.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import yaml from 'yaml';
import { load } from '../../deploy/observability/load.mjs';
import { startQuickstart, temporaryFolder } from './harness.mjs';
import { promtool, startPrometheus, until } from './prometheus.mjs';

const folder = fileURLToPath(new URL('../../deploy/observability/', import.meta.url));
const rulesFile = join(folder, 'rules/broker.rules.yml');
const rules = yaml.parse(readFileSync(rulesFile, 'utf8')).groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => rule.alert);
const dashboards = readdirSync(join(folder, 'dashboards')).filter((name) => name.endsWith('.json')).map((name) => JSON.parse(readFileSync(join(folder, 'dashboards', name))));
// Metrics that are there only once something has gone wrong.
const onlyInTrouble = ['broker_credential_unopened_total', 'broker:sts_throttled:increase5m', 'broker:audit_refused:increase5m', 'broker:storage_failed:increase5m', 'broker:credentials_unopened:increase15m'];

let quickstart, prometheus;

before(async () => {
  const data = temporaryFolder();
  quickstart = await startQuickstart(data);
  // A test does not wait for minutes.
  const impatient = readFileSync(rulesFile, 'utf8').replaceAll(/for: \d+m/g, 'for: 1s').replaceAll('interval: 30s', 'interval: 1s');
  prometheus = await startPrometheus(join(data, 'prometheus'), new URL(quickstart.management).host, impatient);
});

after(async () => {
  await prometheus?.stop();
  await quickstart?.stop();
});

test('promtool finds the rules good, and every alert does what its name says', () => {
  promtool('check', 'rules', rulesFile);
  promtool('test', 'rules', join(folder, 'rules/broker.rules.test.yml'));
});

test('every alert is tested and has its section in the runbook', () => {
  const tested = yaml.parse(readFileSync(join(folder, 'rules/broker.rules.test.yml'), 'utf8')).tests.flatMap((t) => t.alert_rule_test ?? []);
  const runbook = readFileSync(join(folder, '../runbook.md'), 'utf8');
  for (const { alert, annotations } of alerts) {
    assert.equal(annotations.runbook, `deploy/runbook.md#${alert.toLowerCase()}`);
    assert.match(runbook, new RegExp(`^## ${alert}$`, 'm'));
    const cases = tested.filter((t) => t.alertname === alert).map((t) => t.exp_alerts.length);
    assert.ok(cases.includes(0) && cases.some((firing) => firing > 0), `${alert} fires and clears`);
  }
});

test('the dashboards are what their source makes', () => {
  execFileSync('node', [join(folder, 'dashboards/build.mjs'), '--check']);
  for (const { title, panels } of dashboards) assert.equal(new Set(panels.map((panel) => panel.id)).size, panels.length, title);
});

test('every expression returns something after some load', { timeout: 60_000 }, async () => {
  await load(quickstart, 3);
  await until('scrapes', 20, async () => (await prometheus.query('count_over_time(up[1m])'))[0].value[1] > 3);
  await load(quickstart, 3);
  const shown = dashboards.flatMap(({ title, panels }) => panels.flatMap((panel) => panel.targets.map((target) => [`${title}: ${panel.title}`, target.expr])));
  const recorded = rules.filter((rule) => rule.record && !onlyInTrouble.includes(rule.record)).map((rule) => [rule.record, rule.expr]);
  for (const [name, expression] of [...shown, ...recorded]) {
    const asked = expression.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*');
    await until(`${name}: ${asked}`, 15, async () => (await prometheus.query(asked)).length > 0);
  }
  for (const { alert, expr } of alerts) {
    const metrics = [...expr.matchAll(/\b(?:broker_[a-z_]+|up|broker:[a-z0-9_:]+)\b/g)].map(([name]) => name).filter((name) => !onlyInTrouble.includes(name));
    for (const metric of metrics) await until(`${alert}: ${metric}`, 15, async () => (await prometheus.query(metric)).length > 0);
  }
});

test('an alert fires while the cloud refuses the broker\'s key, and clears', { timeout: 90_000 }, async () => {
  const fault = (method, body) => fetch(new URL('/_emulator/faults', quickstart.sts), { method, body, headers: { 'content-type': 'application/json' } });
  assert.equal(await prometheus.firing('SourceIdentityRefused'), false);
  await fault('POST', JSON.stringify({ operation: 'AssumeRole', status: 404, code: 'InvalidAccessKeyId.NotFound', times: 0 }));
  await load(quickstart, 1);
  await until('fires', 30, () => prometheus.firing('SourceIdentityRefused'));
  await fault('DELETE');
  await load(quickstart, 1);
  await until('clears', 30, async () => !await prometheus.firing('SourceIdentityRefused'));
});

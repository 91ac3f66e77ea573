import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, parseAllDocuments } from 'yaml';

import type { ApiClient } from './api-client.js';
import { expectSuccess } from './api-failure.js';

type Client = Pick<ApiClient, 'request'>;

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface Definition {
  readonly status?: { readonly conditions?: readonly { type: string; status: string }[] };
}

const clusterScoped = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'Namespace',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);
/** What others of the same files need. */
const firstKinds = ['Namespace', 'CustomResourceDefinition'];
/** Manifests by their text: every installation applies the same files. */
const parsed = new Map<string, readonly Manifest[]>();
const CONCURRENT_MAX = 4;
const definitionPollMs = 20;
const definitionWaitMsMax = 30_000;

/**
 * Does what `kubectl apply --server-side --force-conflicts` does, without a process for it.
 * Objects without a namespace come into `namespace`. CustomResourceDefinitions are
 * established afterwards.
 */
export async function applyManifests(
  client: Client,
  manifests: readonly Manifest[],
  namespace?: string,
): Promise<void> {
  const isFirst = ({ kind }: Manifest) => firstKinds.includes(kind);
  for (const manifest of manifests.filter(isFirst)) await apply(client, manifest, namespace);
  const others = manifests.filter((manifest) => !isFirst(manifest));
  // A connection for each would cost more than the requests.
  for (let from = 0; from < others.length; from += CONCURRENT_MAX) {
    const batch = others.slice(from, from + CONCURRENT_MAX);
    await Promise.all(batch.map((manifest) => apply(client, manifest, namespace)));
  }
}

/** The same for a file or a folder, as `manifestsAt` reads it. */
export async function applyFiles(client: Client, path: string, namespace?: string): Promise<void> {
  await applyManifests(client, manifestsAt(path), namespace);
}

export async function createNamespace(client: Client, name: string): Promise<void> {
  await applyManifests(client, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }]);
}

/** Returns the objects of YAML text. Nobody may change them: later callers get the same. */
export function manifestsOf(text: string): readonly Manifest[] {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const manifests = parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
  freeze(manifests);
  parsed.set(text, manifests);
  return manifests;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
}

/**
 * The objects of a file; of a folder with a kustomization of nothing but resources, those; of
 * another folder all that is below it.
 */
export function manifestsAt(path: string): readonly Manifest[] {
  if (!statSync(path).isDirectory()) return manifestsOf(readFileSync(path, 'utf8'));
  const names = readdirSync(path).toSorted();
  if (!names.includes('kustomization.yaml')) {
    return names.flatMap((name) => manifestsAt(join(path, name)));
  }
  const text = readFileSync(join(path, 'kustomization.yaml'), 'utf8');
  const { apiVersion, kind, resources, ...others } = parse(text) as {
    readonly [member: string]: unknown;
    readonly resources: readonly string[];
  };
  if (Object.keys(others).length > 0) {
    throw new Error(`${path}: more than resources in this ${kind} of ${apiVersion}`);
  }
  return resources.flatMap((resource) => manifestsAt(join(path, resource)));
}

async function apply(client: Client, manifest: Manifest, namespace?: string): Promise<void> {
  const path = pathOf(manifest, namespace);
  const contentType = 'application/apply-patch+yaml';
  const url = `${path}?fieldManager=kubectl&force=true`;
  expectSuccess(await client.request('PATCH', url, manifest, { contentType }));
  if (manifest.kind === 'CustomResourceDefinition') await established(client, path);
}

function pathOf({ apiVersion, kind, metadata }: Manifest, namespace = 'default'): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const resource = `${kind.toLowerCase().replace(/y$/, 'ie')}s`;
  if (clusterScoped.has(kind)) return `${group}/${resource}/${metadata.name}`;
  const within = metadata.namespace ?? namespace;
  return `${group}/namespaces/${within}/${resource}/${metadata.name}`;
}

async function established(client: Client, path: string): Promise<void> {
  const deadline = Date.now() + definitionWaitMsMax;
  while (Date.now() < deadline) {
    const { status } = (await client.request<Definition>('GET', path)).body;
    const condition = status?.conditions?.find(({ type }) => type === 'Established');
    if (condition?.status === 'True') return;
    await sleep(definitionPollMs);
  }
  throw new Error(`${path} was not established within ${definitionWaitMsMax / 1_000} s`);
}

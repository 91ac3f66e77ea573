import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, parseAllDocuments } from 'yaml';

import type { ApiClient } from './api-client.js';
import { expectSuccess } from './api-failure.js';

type Client = Pick<ApiClient, 'request'>;

interface Manifest {
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
const definitionPollMs = 20;
const definitionWaitMsMax = 30_000;

/**
 * Does what `kubectl apply --server-side` does with a file of manifests, or with a folder that has
 * a kustomization (`-k`) of nothing but resources, without a process for it. Objects without a
 * namespace come into `namespace`; CustomResourceDefinitions are established afterwards.
 */
export async function applyFiles(client: Client, path: string, namespace?: string): Promise<void> {
  const manifests = [...manifestsAt(path)];
  const isNamespace = ({ kind }: Manifest) => kind === 'Namespace';
  for (const manifest of manifests.filter(isNamespace)) await apply(client, manifest, namespace);
  const others = manifests.filter((manifest) => !isNamespace(manifest));
  await Promise.all(others.map((manifest) => apply(client, manifest, namespace)));
}

function* manifestsAt(path: string): Iterable<Manifest> {
  if (!statSync(path).isDirectory()) {
    const documents = parseAllDocuments(readFileSync(path, 'utf8'));
    for (const document of documents) yield document.toJS() as Manifest;
    return;
  }
  const text = readFileSync(join(path, 'kustomization.yaml'), 'utf8');
  const { apiVersion, kind, resources, ...others } = parse(text) as {
    readonly [member: string]: unknown;
    readonly resources: readonly string[];
  };
  if (Object.keys(others).length > 0) throw new Error(`${path}: ${kind} of ${apiVersion} changes`);
  for (const resource of resources) yield* manifestsAt(join(path, resource));
}

async function apply(client: Client, manifest: Manifest, namespace?: string): Promise<void> {
  const path = pathOf(manifest, namespace);
  const contentType = 'application/apply-patch+yaml';
  const url = `${path}?fieldManager=kubectl`;
  expectSuccess(await client.request('PATCH', url, manifest, { contentType }));
  if (manifest.kind === 'CustomResourceDefinition') await established(client, path);
}

function pathOf({ apiVersion, kind, metadata }: Manifest, namespace = 'default'): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const resource = kind.toLowerCase().replace(/y$/, 'ie') + 's';
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

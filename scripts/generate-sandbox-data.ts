// Writes what the sandbox knows of Kubernetes' API: the schemas and the bootstrap RBAC of the
// kube-apiserver that the tests build, and how Go encodes each field, from the same sources.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  isJsonObject,
  type Json,
  type JsonObject,
} from '../packages/kube-sandbox/src/model/kube-object.js';
// oxlint-disable-next-line eslint/no-restricted-imports -- a script may start the tests' cluster
import { expectSuccess } from '../test/cluster/api-failure.js';
// oxlint-disable-next-line eslint/no-restricted-imports -- a script may start the tests' cluster
import { startCluster, type Cluster } from '../test/cluster/cluster.js';
import { goFieldsOf, type GoField } from './go-fields.js';

const folder = 'packages/kube-sandbox/src/data';
const goModuleDir = 'test/cluster';
const refPrefix = '#/components/schemas/';

const servedKinds: Readonly<Record<string, readonly string[]>> = {
  '/v1': ['Namespace', 'Secret', 'ServiceAccount', 'ConfigMap', 'Event', 'Pod', 'Status'],
  'apps/v1': ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
  'autoscaling/v1': ['Scale'],
  'events.k8s.io/v1': ['Event'],
  'rbac.authorization.k8s.io/v1': ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
  'coordination.k8s.io/v1': ['Lease'],
  'apiextensions.k8s.io/v1': ['CustomResourceDefinition'],
  'admissionregistration.k8s.io/v1': [
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
    'MutatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
  ],
  'authentication.k8s.io/v1': ['TokenRequest', 'TokenReview', 'SelfSubjectReview'],
  'authorization.k8s.io/v1': [
    'SubjectAccessReview',
    'SelfSubjectAccessReview',
    'LocalSubjectAccessReview',
    'SelfSubjectRulesReview',
  ],
};
/** These are registered in every group; the core group's entry stands for all. */
const sharedKinds = ['DeleteOptions'];

const schemaKeywords = new Set([
  '$ref',
  'type',
  'format',
  'properties',
  'additionalProperties',
  'items',
  'required',
  'default',
  'enum',
  'allOf',
  'oneOf',
]);

const rbacKinds = [
  { kind: 'ClusterRole', resource: 'clusterroles' },
  { kind: 'ClusterRoleBinding', resource: 'clusterrolebindings' },
  { kind: 'Role', resource: 'roles' },
  { kind: 'RoleBinding', resource: 'rolebindings' },
] as const;
const moduleFolders = new Map<string, string>();
const rbacMembers = ['aggregationRule', 'rules', 'roleRef', 'subjects'] as const;

await using cluster = await startCluster();
const definitions = await servedDefinitions(cluster);
const kinds = definitionsOfKinds(definitions);
const reachable = reachableFrom(Object.values(kinds), definitions);

mkdirSync(folder, { recursive: true });
write('kubernetes-schemas.json', { definitions: reachable, kinds, goFields: goFields(reachable) });
write('bootstrap-rbac.json', await bootstrapRbac(cluster));

function write(file: string, content: unknown): void {
  writeFileSync(join(folder, file), `${JSON.stringify(content)}\n`);
}

async function servedDefinitions(of: Cluster): Promise<Record<string, JsonObject>> {
  const found: Record<string, JsonObject> = {};
  for (const groupVersion of Object.keys(servedKinds)) {
    const path = groupVersion === '/v1' ? 'api/v1' : `apis/${groupVersion}`;
    const response = await of.request<{ components?: { schemas?: Record<string, JsonObject> } }>(
      'GET',
      `/openapi/v3/${path}`,
    );
    const document = expectSuccess(response).body;
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      found[name] ??= withoutProse(schema);
    }
  }
  return found;
}

function withoutProse(node: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (!schemaKeywords.has(keyword) && !keyword.startsWith('x-kubernetes-')) continue;
    kept[keyword] = keyword === 'properties' ? properties(value) : nested(keyword, value);
  }
  return kept;
}

function properties(value: Json | undefined): JsonObject {
  const entries = Object.entries(isJsonObject(value) ? value : {});
  return Object.fromEntries(
    entries.map(([name, node]) => [name, isJsonObject(node) ? withoutProse(node) : node]),
  );
}

function nested(keyword: string, value: Json | undefined): Json | undefined {
  const isSchemaList = keyword === 'allOf' || keyword === 'oneOf';
  if (isSchemaList && Array.isArray(value)) {
    return value.map((node) => (isJsonObject(node) ? withoutProse(node) : node));
  }
  const isSchema = keyword === 'items' || keyword === 'additionalProperties';
  return isSchema && isJsonObject(value) ? withoutProse(value) : value;
}

function definitionsOfKinds(all: Readonly<Record<string, JsonObject>>): Record<string, string> {
  const byKind = new Map<string, string>();
  for (const [definition, schema] of Object.entries(all)) {
    const named = schema['x-kubernetes-group-version-kind'];
    for (const entry of Array.isArray(named) ? named : []) {
      if (isJsonObject(entry)) byKind.set(kindKey(entry), definition);
    }
  }
  const result: Record<string, string> = {};
  for (const [groupVersion, names] of Object.entries(servedKinds)) {
    for (const kind of groupVersion === '/v1' ? [...names, ...sharedKinds] : names) {
      const key = `${groupVersion}/${kind}`;
      const definition = byKind.get(key);
      if (definition === undefined) throw new Error(`the API server describes no ${key}`);
      result[key] = definition;
    }
  }
  return result;
}

function kindKey(entry: JsonObject): string {
  const parts = [entry['group'], entry['version'], entry['kind']];
  return parts.map((part) => (typeof part === 'string' ? part : '')).join('/');
}

function reachableFrom(
  roots: readonly string[],
  all: Readonly<Record<string, JsonObject>>,
): Record<string, JsonObject> {
  const seen = new Set<string>();
  const pending = [...roots];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const definition = all[name];
    if (definition === undefined) throw new Error(`the API server describes no ${name}`);
    if (seen.has(name)) continue;
    seen.add(name);
    pending.push(...references(definition));
  }
  return Object.fromEntries([...seen].sort().map((name) => [name, all[name] ?? {}]));
}

function references(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string'
      ? [member.slice(refPrefix.length)]
      : references(member),
  );
}

/** How Go encodes the fields of each definition; types that are no structs have none. */
function goFields(
  of: Readonly<Record<string, JsonObject>>,
): Record<string, Record<string, GoField>> {
  const result: Record<string, Record<string, GoField>> = {};
  for (const [name, schema] of Object.entries(of)) {
    if (schema['properties'] === undefined) continue;
    const fields = goFieldsOf(name, moduleFolder);
    const missing = Object.keys(properties(schema['properties'])).filter((field) => !fields[field]);
    if (missing.length > 0) throw new Error(`${name}: no Go field for ${missing.join(', ')}`);
    result[name] = fields;
  }
  return result;
}

function moduleFolder(module: string): string {
  const known = moduleFolders.get(module);
  if (known !== undefined) return known;
  const options = { cwd: goModuleDir, encoding: 'utf8' } as const;
  const listed = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', module], options).trim();
  moduleFolders.set(module, listed);
  return listed;
}

async function bootstrapRbac(of: Cluster): Promise<readonly JsonObject[]> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const objects: JsonObject[] = [];
  for (const { kind, resource } of rbacKinds) {
    const path = `/apis/${apiVersion}/${resource}`;
    const { items } = expectSuccess(await of.request<{ items: JsonObject[] }>('GET', path)).body;
    objects.push(...items.map((item) => bootstrapObject(item, { apiVersion, kind })));
  }
  return objects;
}

function bootstrapObject(item: JsonObject, type: { apiVersion: string; kind: string }): JsonObject {
  const given = isJsonObject(item['metadata']) ? item['metadata'] : {};
  const metadata: JsonObject = {};
  for (const member of ['name', 'namespace', 'labels', 'annotations']) {
    if (given[member] !== undefined) metadata[member] = given[member];
  }
  const object: JsonObject = { ...type, metadata };
  for (const member of rbacMembers) {
    if (item[member] !== undefined) object[member] = item[member];
  }
  // The test cluster fills aggregated roles after its start; the sandbox does so itself.
  if (object['aggregationRule'] !== undefined) object['rules'] = [];
  return object;
}

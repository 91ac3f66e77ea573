import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureGoPrograms, type GoPrograms } from '../cluster/go-programs.js';
import type { TestCluster } from '../cluster/test-cluster.js';

type Json = Readonly<Record<string, unknown>>;

/** What an API server publishes about one group and version. */
interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const program: GoPrograms = {
  moduleDir: import.meta.dirname,
  versionOf: 'github.com/yannh/kubeconform',
  name: 'kubeconform',
  title: 'kubeconform',
  duration: '1 minute',
  packages: ['github.com/yannh/kubeconform/cmd/kubeconform'],
};
const CHECK_MS_MAX = 60_000;

/** Returns the path of kubeconform; builds it on first use, outside the checkout. */
export async function ensureKubeconform(environment = process.env): Promise<string> {
  return join(await ensureGoPrograms(program, environment), 'kubeconform');
}

/** Checks manifests as kubeconform does; rejects with what it prints about them as `stdout`. */
export async function kubeconform(manifests: string, schemaDir: string): Promise<void> {
  const schemas = join(schemaDir, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
  const options = ['-strict', '-exit-on-error', '-schema-location', schemas, manifests];
  await promisify(execFile)(await ensureKubeconform(), options, { timeout: CHECK_MS_MAX });
}

/**
 * The schemas of these groups as files for kubeconform, from the API server that the manifests are
 * for: its own default is to fetch them from the internet.
 */
export async function writeSchemas(
  cluster: Pick<TestCluster, 'request'>,
  apiVersions: readonly string[],
  schemaDir: string,
): Promise<void> {
  await mkdir(schemaDir, { recursive: true });
  for (const apiVersion of new Set(apiVersions)) {
    const path = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
    const { status, body } = await cluster.request<OpenApi>('GET', `/openapi/v3/${path}`);
    if (status !== 200) throw new Error(`the API server has no schemas of ${apiVersion}`);
    const schemas = Object.entries(body.components.schemas);
    const components = {
      schemas: Object.fromEntries(schemas.map(([name, schema]) => [name, closed(schema)])),
    };
    for (const [name, schema] of schemas) {
      const $ref = `#/components/schemas/${name}`;
      for (const file of fileNames(schema)) {
        await writeFile(join(schemaDir, file), JSON.stringify({ $ref, components }));
      }
    }
  }
}

/** By kubeconform's own rule: kind, first part of the group, version. */
function fileNames(schema: Json): readonly string[] {
  const kinds = (schema['x-kubernetes-group-version-kind'] ?? []) as readonly GroupVersionKind[];
  return kinds.map(({ group, version, kind }) => {
    const [short = ''] = group.split('.');
    return [kind.toLowerCase(), ...(short === '' ? [] : [short]), `${version}.json`].join('-');
  });
}

/** Members that no schema names are errors: most often they are misspelt. */
function closed(schema: Json): Json {
  const isOpen = schema['properties'] === undefined || schema['additionalProperties'] !== undefined;
  return isOpen ? schema : { ...schema, additionalProperties: false };
}

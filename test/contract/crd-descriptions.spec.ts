import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const folder = join(import.meta.dirname, '../../deploy/crds');

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Definition {
  readonly kind: string;
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly scope: 'Cluster' | 'Namespaced';
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

/** Paths of fields without a description, which `kubectl explain` would show as `<empty>`. */
function undescribed(schema: Schema, path = ''): readonly string[] {
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const own = member.description === undefined ? [`${path}.${name}`] : [];
    return [...own, ...undescribed(member, `${path}.${name}`)];
  });
  return schema.items ? [...members, ...undescribed(schema.items, `${path}[]`)] : members;
}

/** Versions of a definition without the sentence about the kind, which says where it applies. */
function withoutDescription(definition: Definition | undefined) {
  return definition?.spec.versions.map(({ schema, ...version }) => {
    const { description: _sentence, ...openAPIV3Schema } = schema.openAPIV3Schema;
    return { ...version, schema: { openAPIV3Schema } };
  });
}

const definitions = readdirSync(folder)
  .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')))
  .map((document) => document.toJS() as Definition)
  .filter(({ kind }) => kind === 'CustomResourceDefinition');

describe('custom resources', () => {
  it('describe every field', () => {
    const schemas = definitions.flatMap(({ spec }) => spec.versions.map(({ schema }) => schema));
    expect(schemas.length).toBeGreaterThan(0);
    expect(schemas.flatMap(({ openAPIV3Schema }) => undescribed(openAPIV3Schema))).toEqual([]);
  });

  it('have one form of schemas, for the cluster and for a namespace', () => {
    const [cluster, local] = ['SecretSchema', 'LocalSecretSchema'].map((kind) =>
      definitions.find(({ spec }) => spec.names.kind === kind),
    );
    expect([cluster?.spec.scope, local?.spec.scope]).toEqual(['Cluster', 'Namespaced']);
    expect(withoutDescription(local)).toEqual(withoutDescription(cluster));
  });
});

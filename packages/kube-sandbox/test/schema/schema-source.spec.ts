import { describe, expect, test } from 'vitest';

import { kubernetesSchemas } from '../../src/schema/schema-source.js';

const schemas = kubernetesSchemas();

describe('KubernetesSchemas', () => {
  test('is made once', () => {
    expect(kubernetesSchemas()).toBe(schemas);
  });

  test('knows the definition of a kind', () => {
    expect(schemas.definitionName('', 'v1', 'Secret')).toBe('io.k8s.api.core.v1.Secret');
    expect(schemas.forKind('', 'v1', 'Secret')?.properties?.['data']).toEqual({
      type: 'object',
      additionalProperties: { type: 'string', format: 'byte' },
    });
    expect(schemas.forKind('', 'v2', 'Secret')).toBeUndefined();
    expect(schemas.definitionName('constructor', 'v1', 'x')).toBeUndefined();
  });

  test('follows references and keeps the keywords beside them', () => {
    const metadata = schemas.forKind('', 'v1', 'Secret')?.properties?.['metadata'] ?? {};
    const resolved = schemas.resolve(metadata);
    expect(resolved.default).toEqual({});
    expect(resolved.properties?.['name']?.type).toBe('string');
    expect(schemas.resolve(metadata)).toBe(resolved);
    expect(schemas.goStruct(resolved)?.name).toBe('ObjectMeta');
  });

  test('every reference leads to a definition', () => {
    const text = JSON.stringify(schemas.definitions());
    const names = text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
    for (const [, name = ''] of names) expect(schemas.definitions()).toHaveProperty([name]);
  });

  test('every field of a definition has its Go type', () => {
    for (const definition of Object.values(schemas.definitions())) {
      const fields = Object.keys(definition.properties ?? {});
      const known = Object.keys(schemas.goStruct(definition)?.fields ?? {});
      expect(known).toEqual(expect.arrayContaining(fields));
    }
  });
});

import { expect, it } from 'vitest';
import { compileSchema } from '../../../../src/schemas/domain/compile-schema.js';
import { schemaGenerators } from '../../../../src/schemas/domain/schema-generators.js';
import { schemaSpecSchema } from '../../../../src/schemas/domain/schema-spec.js';

const rules = (name: string, keys: object) =>
  compileSchema(name, schemaSpecSchema.parse({ appliesTo: { label: 'x' }, mode: 'warn', keys }));
const bytes = (size: number) => ({ generate: { bytes: { size } } });

it('has the generator of each key that a schema generates', () => {
  const generators = schemaGenerators([
    rules('a', { id: { generate: { uuid: {} } }, other: { required: true } }),
    rules('b', { seed: bytes(16) }),
  ]);
  expect([...generators]).toEqual([
    ['id', { kind: 'uuid' }],
    ['seed', { kind: 'bytes', bytes: { sizeBytes: 16, encoding: 'base64' } }],
  ]);
});

it('has the generator of the schema with the lower name, in whatever order they come', () => {
  const [low, high] = [rules('a', { key: bytes(16) }), rules('b', { key: bytes(32) })];
  for (const schemas of [
    [low, high],
    [high, low],
  ]) {
    expect(schemaGenerators(schemas).get('key')).toMatchObject({ bytes: { sizeBytes: 16 } });
  }
});

it('has the generator of the cluster, whatever the names of namespaces and schemas are', () => {
  const [local, cluster] = [rules('a/a', { key: bytes(16) }), rules('z', { key: bytes(32) })];
  expect(schemaGenerators([local, cluster]).get('key')).toMatchObject({ bytes: { sizeBytes: 32 } });
});

import { expect, it } from 'vitest';
import { SchemaIndex } from '../../../../src/schemas/domain/schema-index.js';
import { SchemaRegistry } from '../../../../src/schemas/domain/secret-schemas.js';
import { aSchema } from '../schema.builder.js';

const registry = new SchemaRegistry();
const index = new SchemaIndex(registry);
const names = (type: string, label?: string): string[] => {
  const labels: Record<string, string> =
    label === undefined ? {} : { 'sallyport.dev/schema': label };
  return index.of({ namespace: 'shop', type, labels }).map(({ name }) => name);
};

it('follows the schemas of the cluster', () => {
  expect(names('example.com/x', 'login')).toEqual([]);
  registry.put(aSchema('b', { appliesTo: { types: ['example.com/x'], label: 'login' } }), '');
  registry.put(aSchema('a', { appliesTo: { label: 'login' } }), '');
  expect(names('example.com/x', 'login')).toEqual(['b', 'a']);
  expect(names('example.com/x')).toEqual(['b']);
  expect(names('Opaque', 'login')).toEqual(['a', 'b']);
  registry.put(aSchema('a', { appliesTo: { label: 'other' } }, 2), '');
  expect(names('Opaque', 'login')).toEqual(['b']);
  registry.remove(aSchema('b', {}));
  expect(names('example.com/x', 'login')).toEqual([]);
});

it('has built-in schemas first, and leaves out what cannot be used', () => {
  registry.put(aSchema('own', { appliesTo: { types: ['sallyport.dev/jwt'] } }), '');
  registry.put(aSchema('broken', { appliesTo: { types: ['sallyport.dev/jwt'] }, mode: 'x' }), '');
  expect(names('sallyport.dev/jwt')).toEqual(['jwt', 'own']);
});

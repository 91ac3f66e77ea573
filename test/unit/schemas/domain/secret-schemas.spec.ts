import { expect, it } from 'vitest';
import { SchemaRegistry } from '../../../../src/schemas/domain/secret-schemas.js';
import { aSchema } from '../schema.builder.js';

it('compiles each schema once for each of its specs', () => {
  const registry = new SchemaRegistry();
  const ref = { namespace: '', name: 'login' };
  registry.put(aSchema('login', {}), '');
  const first = registry.get(ref)?.rules;
  registry.put({ ...aSchema('login', {}), status: { state: 'Valid' } }, '');
  expect(registry.get(ref)?.rules).toBe(first);
  registry.put(aSchema('login', { mode: 'warn' }, 2), '');
  expect(registry.get(ref)?.rules).toMatchObject({ isEnforced: false });
  registry.listed('', new Set());
  expect(registry.get(ref)).toBeUndefined();
});

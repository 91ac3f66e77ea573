import { expect, it } from 'vitest';
import { SchemaRegistry } from '../../../../src/schemas/domain/schema-registry.js';
import { aLocalSchema, aSchema } from '../schema.builder.js';

it('compiles each schema once for each of its specs', () => {
  const registry = new SchemaRegistry();
  const rules = () => registry.of('').map((schema) => schema.rules);
  registry.put(aSchema('login', {}), '');
  const [first] = rules();
  registry.put({ ...aSchema('login', {}), status: { state: 'Valid' } }, '');
  expect(rules()[0]).toBe(first);
  registry.put(aSchema('login', { mode: 'warn' }, 2), '');
  expect(rules()).toMatchObject([{ isEnforced: false }]);
  registry.cluster.listed('', new Set());
  expect(rules()).toEqual([]);
});

it('returns one list until a schema changes', () => {
  const registry = new SchemaRegistry();
  registry.put(aSchema('login', {}), '');
  const { all } = registry;
  expect(registry.all).toBe(all);
  registry.put(aLocalSchema('shop', 'login', {}), '');
  expect(registry.all).not.toBe(all);
});

it('loses no schema of a namespace by a list of those of the cluster, nor the reverse', () => {
  const registry = new SchemaRegistry();
  registry.put(aSchema('login', {}), '');
  registry.put(aLocalSchema('shop', 'login', {}), '');
  registry.put(aLocalSchema('pay', 'login', {}), '');
  registry.cluster.listed('', new Set());
  expect(registry.of('')).toEqual([]);
  expect(registry.all).toHaveLength(2);
  registry.put(aSchema('login', {}), '');
  registry.local.listed('', new Set(['uid-pay-login']));
  expect(registry.all.map(({ object }) => object.namespace)).toEqual(['', 'pay']);
  registry.remove(aLocalSchema('pay', 'login', {}));
  expect(registry.all).toHaveLength(1);
});

it('returns a known object as it is checked, and another as its spec is', () => {
  const registry = new SchemaRegistry();
  const known = aSchema('login', {});
  registry.put(known, '');
  const [{ rules } = {}] = registry.all;
  expect(registry.parsed({ ...known, status: { state: 'Valid' } })).toMatchObject({
    object: { status: { state: 'Valid' } },
    rules,
  });
  const newer = aSchema('login', { mode: 'strict' }, 2);
  expect(registry.parsed(newer).problems).toMatchObject([{ pointer: '/mode' }]);
});

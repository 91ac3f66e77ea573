import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SchemaRegistry } from '../../../../src/schemas/domain/schema-registry.js';
import { viewOf } from '../../../../src/schemas/domain/schema-view.js';
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
  expect(registry.parsed(newer)).toBeUndefined();
  expect(registry.parsed(aSchema('other', {}))).toBeUndefined();
});

describe('schemas from the watch', () => {
  const many = Array.from({ length: 5 }, (_, index) => aSchema(`s${index}`, {}));
  const compiledIn = (registry: SchemaRegistry) =>
    registry.cluster.all.filter(({ isCompiled }) => isCompiled()).length;

  it('are compiled one at a time, in turns of their own', async () => {
    const registry = new SchemaRegistry();
    for (const schema of many) registry.put(schema, '');
    expect(compiledIn(registry)).toBe(0);
    const ready = registry.ready();
    let before = 0;
    for (let turns = 0; turns < 100 && before < many.length; turns += 1) {
      await setImmediate();
      const now = compiledIn(registry);
      expect(now - before).toBeLessThanOrEqual(1);
      before = now;
    }
    await ready;
    expect(compiledIn(registry)).toBe(many.length);
  });

  it('are all compiled that are known at the call, also if a pass is under way', async () => {
    const registry = new SchemaRegistry();
    const [first, second, ...others] = many.map((schema) => () => registry.put(schema, ''));
    first?.();
    await setImmediate();
    second?.();
    const ready = registry.ready();
    await setImmediate();
    for (const put of others) put();
    await ready;
    expect(compiledIn(registry)).toBeGreaterThanOrEqual(2);
    await Promise.all([registry.ready(), registry.ready()]);
    expect(compiledIn(registry)).toBe(many.length);
  });

  it('are in the list of all before they were ready', () => {
    const registry = new SchemaRegistry();
    for (const schema of many) registry.put(schema, '');
    expect(registry.all.filter(({ rules }) => rules !== undefined)).toHaveLength(many.length);
  });
});

it('takes a schema that is nested deeper than a stack is, and shows it without its spec', () => {
  const registry = new SchemaRegistry();
  const deep: unknown = JSON.parse('['.repeat(9_000) + ']'.repeat(9_000));
  registry.put(aSchema('deep', { keys: { a: { schema: { const: deep } } } }), '');
  registry.put(aSchema('login', {}), '');
  const [first, second] = registry.all.map(viewOf);
  expect(first).toMatchObject({ name: 'deep', spec: {}, readOnly: { state: 'Invalid' } });
  expect(first?.readOnly.problems).toEqual([
    { pointer: '', reason: 'must have at most 128 levels of lists and maps' },
  ]);
  expect(second).toMatchObject({ readOnly: { state: 'Valid' } });
});

import { expect, it } from 'vitest';
import { schemaLimits } from '../../../../src/core/schema-limits.js';
import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import {
  hasRoomFor,
  knownSchema,
  parsedWithinLimits,
  uncompiled,
} from '../../../../src/schemas/domain/known-schema.js';
import { schemaName } from '../../../../src/schemas/domain/secret-schemas.js';
import { aLocalSchema, aSchema } from '../schema.builder.js';

const known = (objects: readonly CustomResource[]) =>
  objects.map((object) => knownSchema(object, '', (_namespace, compile) => compile()));
const usable = (objects: readonly CustomResource[]) =>
  parsedWithinLimits(known(objects))
    .filter(({ rules }) => rules !== undefined)
    .map(({ object }) => schemaName(object));
const many = (namespace: string, count: number, spec: object = {}) =>
  Array.from({ length: count }, (_, age) => aLocalSchema(namespace, `s${age}`, spec, age));
/** A spec of about so many bytes. */
const specOf = (bytes: number) => ({
  rules: Array.from({ length: Math.floor(bytes / 1_040) }, (_, index) => ({
    rule: 'true',
    message: String(index).padEnd(1_000, 'x'),
  })),
});

it('compiles a schema only when it is used, and once, in the time of its namespace', () => {
  const measured: string[] = [];
  const schema = knownSchema(aLocalSchema('pay', 'login', {}), '', (namespace, compile) => {
    measured.push(namespace);
    return compile();
  });
  expect(schema.isCompiled()).toBe(false);
  expect(schema.compiled()).toBe(schema.compiled());
  expect(schema.isCompiled()).toBe(true);
  expect(measured).toEqual(['pay']);
});

it('checks the oldest schemas of a namespace if there are too many, in whatever order they come', () => {
  const { namespaceSchemasMax } = schemaLimits;
  const objects = many('shop', namespaceSchemasMax + 2);
  const oldest = objects.slice(0, namespaceSchemasMax).map(schemaName);
  expect(usable(objects)).toEqual(oldest);
  expect(usable(objects.toReversed())).toEqual(oldest);
  const problems = parsedWithinLimits(known(objects)).at(-1)?.problems;
  expect(problems).toEqual([{ pointer: '', reason: expect.stringContaining('too many') }]);
});

it('lets a namespace take no room from others', () => {
  const objects = [...many('shop', 100), ...many('pay', 2)];
  expect(usable(objects).filter((name) => name.startsWith('pay/'))).toHaveLength(2);
});

it('bounds the bytes of the specs of a namespace', () => {
  const spec = specOf(schemaLimits.specBytesMax / 2);
  expect(usable(many('shop', 6, spec))).toHaveLength(
    Math.floor(schemaLimits.namespaceSpecBytesMax / (schemaLimits.specBytesMax / 2)),
  );
});

it('bounds the bytes of all specs, and checks those of the cluster first', () => {
  const spec = specOf(schemaLimits.specBytesMax / 2);
  const ofCluster = { ...aSchema('login', {}), createdMs: 1_000_000 };
  const namespaces = Array.from({ length: 100 }, (_, index) => `shop-${index}`);
  const names = usable([...namespaces.flatMap((one) => many(one, 4, spec)), ofCluster]);
  expect(names[0]).toBe('login');
  expect(names.length).toBeLessThan(200);
  expect(names.length).toBeGreaterThan(100);
});

it('lets a spec that is too long take no room', () => {
  const long = { ...aSchema('long', { description: 'x'.repeat(10_000_000) }), createdMs: -1 };
  expect(usable([long, aSchema('login', {}), aLocalSchema('shop', 'login', {})])).toEqual([
    'login',
    'shop/login',
  ]);
});

it('says before a write whether there is room', () => {
  const { namespaceSchemasMax } = schemaLimits;
  const objects = known(many('shop', namespaceSchemasMax));
  expect(hasRoomFor('shop', objects.slice(1))).toBe(true);
  expect(hasRoomFor('shop', objects)).toBe(false);
  expect(hasRoomFor('pay', objects)).toBe(true);
  expect(hasRoomFor('', objects)).toBe(true);
});

it('knows which schemas are left to compile, for which there is room', () => {
  const { namespaceSchemasMax } = schemaLimits;
  const schemas = known(many('shop', namespaceSchemasMax + 2));
  expect(uncompiled(schemas)).toHaveLength(namespaceSchemasMax);
  schemas[0]?.compiled();
  expect(uncompiled(schemas)).toHaveLength(namespaceSchemasMax - 1);
  parsedWithinLimits(schemas);
  expect(uncompiled(schemas)).toEqual([]);
});

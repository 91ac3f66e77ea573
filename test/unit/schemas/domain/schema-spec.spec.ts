import { expect, it } from 'vitest';
import { schemaSpecSchema } from '../../../../src/schemas/domain/schema-spec.js';

const least = { appliesTo: { label: 'login' }, mode: 'warn' };

it('has a mode and an object that it is for, and defaults for the rest', () => {
  expect(schemaSpecSchema.parse(least)).toMatchObject({
    appliesTo: { types: [], label: 'login' },
    checkUnchanged: false,
    additionalKeys: true,
    keys: {},
    oneOf: [],
    rules: [],
  });
});

it('has the defaults of rotations for the generator of a key', () => {
  const spec = { ...least, keys: { a: { generate: { bytes: {} } } } };
  expect(schemaSpecSchema.parse(spec).keys['a']).toMatchObject({
    generate: { bytes: { size: 32, encoding: 'base64' } },
  });
});

it.each([
  [{ ...least, mode: 'strict' }],
  [{ ...least, appliesTo: {} }],
  [{ ...least, appliesTo: { label: '-x' } }],
  [{ ...least, keys: { 'a/b': {} } }],
  [{ ...least, keys: { a: { kind: 'none' } } }],
  [{ ...least, keys: { a: { unknown: true } } }],
  [{ ...least, keys: { a: { generate: {} } } }],
  [{ ...least, keys: { a: { generate: { uuid: {}, bytes: {} } } } }],
  [{ ...least, keys: { a: { generate: { keyPair: {} } } } }],
  [{ ...least, keys: { a: { generate: { bytes: { size: 15 } } } } }],
  [{ ...least, expires: {} }],
  [{ ...least, expires: { key: 'a', jwt: 'b' } }],
  [{ ...least, rules: [{ message: 'no rule' }] }],
  [{ ...least, keys: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`k${at}`, {}])) }],
])('refuses %#', (spec) => {
  expect(schemaSpecSchema.safeParse(spec).success).toBe(false);
});

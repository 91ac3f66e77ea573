import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../src/model/kube-object.js';
import type { SchemaNode } from '../../src/model/schema-node.js';
import {
  defaultObject,
  pruneObject,
  unknownFields,
  validateObject,
} from '../../src/schema/custom-resource-schema.js';
import { validateStatus } from '../../src/schema/custom-resource-validation.js';
import { bounds } from '../../src/store/sandbox-bounds.js';

function schemaOf(properties: Record<string, SchemaNode>, more: object = {}): SchemaNode {
  return { type: 'object', properties: { spec: { type: 'object', properties, ...more } } };
}

function lines(spec: JsonObject, schema: SchemaNode): string[] {
  const object = { apiVersion: 'e.com/v1', kind: 'W', metadata: { name: 'w' }, spec };
  return validateObject(object, schema).map(({ field, message }) => `${field}: ${message}`);
}

describe('pruneObject', () => {
  const schema = schemaOf({
    a: { type: 'string' },
    list: { type: 'array', items: { type: 'object', properties: { k: { type: 'string' } } } },
    any: {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties: { known: { type: 'object', properties: {} } },
    },
    map: { type: 'object', additionalProperties: { type: 'object', properties: {} } },
    nullable: { type: 'string', nullable: true },
    defaulted: { type: 'string', default: 'x' },
    embedded: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: {} },
  });
  const object = () => ({
    apiVersion: 'e.com/v1',
    kind: 'W',
    metadata: { name: 'w', anything: 1 },
    top: 1,
    spec: {
      a: 'x',
      b: 1,
      list: [{ k: 'x', z: 1 }],
      any: { q: 1, known: { z: 1 } },
      map: { m: { z: 1 } },
      embedded: { apiVersion: 'v1', kind: 'X', metadata: {}, z: 1 },
    },
  });

  test('unknownFields lists what the schema does not know, sorted', () => {
    expect(unknownFields(object(), schema)).toEqual([
      'spec.any.known.z',
      'spec.b',
      'spec.embedded.z',
      'spec.list[0].z',
      'spec.map.m.z',
      'top',
    ]);
  });

  test('of many unknown fields, or long paths, the first are told', () => {
    const members = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, 1]));
    expect(unknownFields(members, schema)).toHaveLength(bounds.problemsToldMax);
    const long = 'x'.repeat(bounds.problemCharactersToldMax);
    const map = { [long]: members };
    expect(unknownFields({ spec: { map } }, schema)).toEqual([`spec.map.${long}.k0`]);
  });

  test('drops these and nothing else', () => {
    const pruned = pruneObject(object(), schema);
    expect(unknownFields(pruned, schema)).toEqual([]);
    expect(pruned).toEqual({
      apiVersion: 'e.com/v1',
      kind: 'W',
      metadata: { name: 'w', anything: 1 },
      spec: {
        a: 'x',
        list: [{ k: 'x' }],
        any: { q: 1, known: {} },
        map: { m: {} },
        embedded: { apiVersion: 'v1', kind: 'X', metadata: {} },
      },
    });
  });

  test('drops nulls that are neither allowed nor defaulted', () => {
    const spec: JsonObject = { a: null, nullable: null, defaulted: null };
    expect(pruneObject({ spec }, schema)).toEqual({ spec: { nullable: null, defaulted: null } });
    expect(defaultObject({ spec }, schema)).toEqual({ spec: { nullable: null, defaulted: 'x' } });
  });
});

describe('defaultObject', () => {
  const withDefault = { type: 'object', properties: { x: { type: 'integer', default: 3 } } };

  test('fills defaults from the top down, each a copy of its own', () => {
    const schema = schemaOf({ made: { ...withDefault, default: {} }, given: withDefault });
    expect(defaultObject({ spec: { given: {} } }, schema)).toEqual({
      spec: { made: { x: 3 }, given: { x: 3 } },
    });
    expect(defaultObject({ spec: {} }, schema)).toEqual({ spec: { made: { x: 3 } } });
  });

  test('fills the elements of lists and maps', () => {
    const schema = schemaOf({
      list: { type: 'array', items: withDefault },
      map: { type: 'object', additionalProperties: withDefault },
    });
    expect(defaultObject({ spec: { list: [{}], map: { a: {} } } }, schema)).toEqual({
      spec: { list: [{ x: 3 }], map: { a: { x: 3 } } },
    });
  });
});

describe('validateObject', () => {
  test.each<[SchemaNode, unknown, string | undefined]>([
    [
      { type: 'integer' },
      'x',
      'Invalid value: "string": spec.f in body must be of type integer: "string"',
    ],
    [{ type: 'integer' }, 3, undefined],
    [
      { type: 'integer', minimum: 1 },
      0,
      'Invalid value: 0: spec.f in body should be greater than or equal to 1',
    ],
    [
      { type: 'integer', maximum: 5, exclusiveMaximum: true },
      5,
      'Invalid value: 5: spec.f in body should be less than 5',
    ],
    [
      { type: 'number', multipleOf: 0.5 },
      0.7,
      'Invalid value: 0.7: spec.f in body should be a multiple of 0.5',
    ],
    [
      { type: 'string', minLength: 2 },
      'A',
      'Invalid value: "A": spec.f in body should be at least 2 chars long',
    ],
    [{ type: 'string', maxLength: 2 }, 'ABC', 'Too long: may not be more than 2 bytes'],
    [
      { type: 'string', pattern: '^[a-z]+$' },
      'ä',
      `Invalid value: "ä": spec.f in body should match '^[a-z]+$'`,
    ],
    [
      { type: 'string', enum: ['a', 'b'] },
      'c',
      'Unsupported value: "c": supported values: "a", "b"',
    ],
    [
      { type: 'string', format: 'date-time' },
      'x',
      'Invalid value: "x": spec.f in body must be of type date-time: "x"',
    ],
    [{ type: 'string', format: 'unheard-of' }, 'x', undefined],
    [
      { type: 'array', minItems: 1 },
      [],
      'Invalid value: 0: spec.f in body should have at least 1 items',
    ],
    [{ type: 'array', maxItems: 1 }, [1, 2], 'Too many: 2: must have at most 1 item'],
    [
      { type: 'object', minProperties: 1 },
      {},
      'Invalid value: 0: spec.f in body should have at least 1 properties',
    ],
    [
      { 'x-kubernetes-int-or-string': true },
      true,
      'Invalid value: "boolean": spec.f in body must be of type integer,string: "boolean"',
    ],
    [{ 'x-kubernetes-int-or-string': true }, 5, undefined],
    [{ type: 'string', nullable: true }, null, undefined],
    [
      { type: 'string' },
      null,
      'Invalid value: "null": spec.f in body must be of type string: "null"',
    ],
    [{ 'x-kubernetes-preserve-unknown-fields': true }, [1, { a: null }], undefined],
  ])('%j, %j', (schema, value, message) => {
    const told = lines({ f: value } as JsonObject, schemaOf({ f: schema }));
    expect(told).toEqual(message === undefined ? [] : [`spec.f: ${message}`]);
  });

  test('numbers out of their format are told without a field', () => {
    expect(lines({ f: 3e9 }, schemaOf({ f: { type: 'integer', format: 'int32' } }))).toEqual([
      '<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec.f',
    ]);
  });

  test('an expression or alternatives that take too long are a broken rule', () => {
    const slow = [
      { f: { type: 'string', pattern: '^(a+)+$' } },
      { f: { type: 'string', pattern: '((a{1000}){1000}){1000}' } },
      { f: { type: 'string', anyOf: Array.from({ length: 1_000_000 }, () => ({ enum: ['b'] })) } },
    ];
    for (const properties of slow) {
      const value = `${'a'.repeat(100_000)}!`;
      expect(lines({ f: value }, schemaOf(properties))).toEqual([
        `<nil>: Invalid value: "": the schema takes longer than ${bounds.schemaCheckMsMax} ms to check`,
      ]);
    }
    expect(lines({ f: 'aaa' }, schemaOf({ f: { type: 'string', pattern: '^(a+)+$' } }))).toEqual(
      [],
    );
  });

  test('of many broken rules the first are told', () => {
    const schema = schemaOf({ f: { type: 'array', items: { type: 'string' } } });
    const told = lines({ f: Array.from({ length: 2_000 }, () => 1) }, schema);
    expect(told).toHaveLength(bounds.problemsToldMax);
    expect(told[1]).toMatch(/^spec\.f\[1\]: /);
  });

  test('required members, elements of lists and of maps are told with their paths', () => {
    const schema = schemaOf(
      {
        list: { type: 'array', items: { type: 'string' } },
        map: { type: 'object', additionalProperties: { type: 'integer' } },
      },
      { required: ['must'] },
    );
    expect(lines({ list: ['a', 1], map: { k: 'x' } }, schema)).toEqual([
      'spec.list[1]: Invalid value: "integer": spec.list[1] in body must be of type string: "integer"',
      'spec.map.k: Invalid value: "string": spec.map.k in body must be of type integer: "string"',
      'spec.must: Required value',
    ]);
    expect(validateObject({}, { type: 'object', required: ['spec'] })).toEqual([
      { reason: 'FieldValueRequired', message: 'Required value', field: 'spec' },
    ]);
  });

  test('alternatives are told as a whole', () => {
    const either = [{ required: ['a'] }, { required: ['b'] }];
    const one = schemaOf({ f: { type: 'object', oneOf: either } });
    expect(lines({ f: {} }, one)).toEqual([
      '<nil>: Invalid value: "": "spec.f" must validate one and only one schema (oneOf). Found none valid',
      'spec.f.a: Required value',
    ]);
    expect(lines({ f: { a: 1, b: 1 } }, one)[0]).toContain('Found 2 valid alternatives');
    expect(lines({ f: { a: 1 } }, one)).toEqual([]);
    expect(lines({ f: {} }, schemaOf({ f: { anyOf: either } }))[0]).toContain(
      '"spec.f" must validate at least one schema (anyOf)',
    );
    expect(lines({ f: { a: 1 } }, schemaOf({ f: { not: { required: ['a'] } } }))).toEqual([
      '<nil>: Invalid value: "": "spec.f" must not validate the schema (not)',
    ]);
  });

  test('sets and maps hold nothing twice', () => {
    const set = schemaOf({ f: { type: 'array', 'x-kubernetes-list-type': 'set' } });
    expect(lines({ f: ['a', 'b', 'a', 'a'] }, set)).toEqual(['spec.f[2]: Duplicate value: "a"']);
    const keys = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] } as const;
    const map = schemaOf({ f: { type: 'array', ...keys } });
    expect(lines({ f: [{ k: 'a' }, { k: 'a', v: 1 }] }, map)).toEqual([
      'spec.f[1]: Duplicate value: {"k":"a"}',
    ]);
    const status = { f: [{ k: 'a' }, { k: 'a' }] };
    const ofStatus = { ...map, properties: { status: map.properties?.['spec'] ?? {} } };
    expect(validateStatus({ status }, ofStatus)).toMatchObject([{ field: 'status.f[1]' }]);
  });

  test('an embedded resource says what it is', () => {
    const embedded = { type: 'object', 'x-kubernetes-embedded-resource': true } as const;
    expect(lines({ f: {} }, schemaOf({ f: embedded }))).toEqual([
      'spec.f.apiVersion: Required value',
      'spec.f.kind: Required value',
    ]);
    const odd = { apiVersion: 'a/b/c', kind: 'x y' };
    expect(lines({ f: odd }, schemaOf({ f: embedded }))).toEqual([
      'spec.f.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
      expect.stringContaining('may have mixed case, but should otherwise match: a DNS-1035 label'),
    ]);
  });
});

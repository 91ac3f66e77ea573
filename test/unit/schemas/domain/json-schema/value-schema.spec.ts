import { describe, expect, it } from 'vitest';
import { compileValueSchema } from '../../../../../src/schemas/domain/json-schema/value-schema.js';

const reasons = (schema: unknown, instance: unknown) =>
  compileValueSchema(schema, '/schema').reasons(instance);

describe('a schema judges', () => {
  it.each([
    [{ type: 'string', pattern: '^[a-z_]{1,63}$' }, 'app_user', []],
    [{ pattern: '^[a-z_]{1,63}$' }, 'App', ['must match the pattern ^[a-z_]{1,63}$']],
    [{ pattern: 'b' }, 'abc', []],
    [
      { pattern: '^[a-z]', format: 'email' },
      'A',
      ['must match the pattern ^[a-z]', 'must have the format email'],
    ],
    [{ enum: ['a', 'b'] }, 'c', ['must have enum ["a","b"]']],
    [{ not: { const: '' } }, '', ['breaks not']],
    [{ anyOf: [{ pattern: '^a' }, { pattern: '^b' }] }, 'c', ['breaks anyOf']],
    [{ oneOf: [{ minLength: 1 }, { minLength: 2 }] }, 'ab', ['breaks oneOf']],
    [JSON.parse('{"if":{"pattern":"^a"},"then":{"minLength":3}}'), 'ab', ['must have minLength 3']],
    [
      { $defs: { short: { maxLength: 2 } }, $ref: '#/$defs/short' },
      'abc',
      ['must have maxLength 2'],
    ],
    [
      { required: ['a'], properties: { a: {} }, additionalProperties: false },
      { b: 1 },
      ['must have a', 'has a member that its schema does not allow'],
    ],
    [
      { properties: { db: { properties: { port: { type: 'integer', maximum: 65_535 } } } } },
      { db: { port: 70_000 } },
      ['must have maximum 65535 at /properties/db/properties/port of its schema'],
    ],
    [
      { type: 'array', items: { type: 'integer' }, uniqueItems: true },
      [1, 1],
      ['must have uniqueItems true'],
    ],
    [{ propertyNames: { pattern: '^a' } }, { b: 1 }, ['must match the pattern ^a']],
    [{ format: 'uri' }, `https://${'x'.repeat(5_000)}`, ['must have the format uri']],
    [true, 'x', []],
  ])('%j: %j', (schema, instance, expected) => {
    expect(reasons(schema, instance)).toEqual(expected);
  });

  it('without a word of the document', () => {
    const schema = {
      additionalProperties: { type: 'object', additionalProperties: { const: 1 } },
    };
    const found = reasons(schema, { hunter2: { 'also-secret': 'value-of-it' } });
    expect(found).not.toEqual([]);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|also-secret|value-of-it/);
  });
});

describe('a validation is bounded', () => {
  it('by the characters that its patterns read', () => {
    const slow = { pattern: '((a{1,20}){1,20})$' };
    expect(reasons(slow, `${'a'.repeat(60_000)}b`)).toEqual([
      'takes too long to match its patterns',
    ]);
  });

  it('by the members of the document', () => {
    const subschemas = Array.from({ length: 100 }, () => ({ type: 'integer' }));
    const list = Array.from({ length: 2_000 }, (_, index) => index);
    const tooMany = ['has more members than its schema can check'];
    expect(reasons({ items: { allOf: subschemas } }, list)).toEqual(tooMany);
    expect(reasons({ uniqueItems: true }, list)).toEqual(tooMany);
    expect(reasons({ items: { type: 'integer' } }, list)).toEqual([]);
  });

  it('by the characters that its subschemas read', () => {
    const many = { allOf: Array.from({ length: 500 }, () => ({ minLength: 1 })) };
    expect(reasons(many, 'x'.repeat(60_000))).toEqual(['is longer than its schema can check']);
  });

  it('by the names that its required lists read', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `k${index}`);
    const tooMany = ['has more members than its schema can check'];
    const many = Array.from({ length: 100 }, () => ({}));
    expect(reasons({ items: { required: names } }, many)).toEqual(tooMany);
    expect(reasons({ items: { required: names.slice(0, 10) } }, many)).toHaveLength(8);
  });

  it('by the characters in the names of members', () => {
    const schema = { additionalProperties: { allOf: Array.from({ length: 500 }, () => ({})) } };
    const tooLong = ['is longer than its schema can check'];
    expect(reasons(schema, { ['x'.repeat(20_000)]: 1 })).toEqual(tooLong);
    expect(reasons(schema, [{ a: { ['x'.repeat(20_000)]: 1 } }])).toEqual(tooLong);
    expect(reasons(schema, { ['x'.repeat(2_000)]: 1 })).toEqual([]);
  });

  it('and leaves no pattern behind for others', () => {
    expect(reasons({ pattern: '^x$' }, 'y')).toEqual(['must match the pattern ^x$']);
    expect(reasons({ pattern: '^y$' }, 'y')).toEqual([]);
  });
});

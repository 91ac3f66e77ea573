import { describe, expect, it } from 'vitest';
import { contradictions } from '../../../../../src/schemas/domain/json-schema/contradictions.js';

function problemOf(schema: unknown): string | undefined {
  const [first] = contradictions(schema, '/schema');
  return first && `${first.pointer} ${first.reason}`;
}

it('finds each of them', () => {
  const inner = { const: 1, enum: [2], required: ['a', 'b'], additionalProperties: false };
  const schema = { minLength: 2, maxLength: 1, items: inner };
  expect([...contradictions(schema, '')].map(({ pointer }) => pointer)).toEqual([
    '/minLength',
    '/items/const',
    '/items/required/0',
    '/items/required/1',
  ]);
});

describe('finds', () => {
  it.each([
    [{ minLength: 5, maxLength: 4 }, '/schema/minLength leaves no value within maxLength 4'],
    [{ minItems: 2, maxItems: 1 }, '/schema/minItems leaves'],
    [{ minContains: 2, maxContains: 1 }, '/schema/minContains leaves'],
    [{ minProperties: 2, maxProperties: 1 }, '/schema/minProperties leaves'],
    [{ minimum: 2, maximum: 1.5 }, '/schema/minimum leaves no value within maximum 1.5'],
    [{ minimum: 2, exclusiveMaximum: 2 }, '/schema/minimum leaves'],
    [{ exclusiveMinimum: 2, maximum: 2 }, '/schema/exclusiveMinimum leaves'],
    [{ exclusiveMinimum: 2, exclusiveMaximum: 2 }, '/schema/exclusiveMinimum leaves'],
    [{ const: 'a', enum: ['b', 1] }, '/schema/const is not in enum'],
    [{ const: { a: [1] }, enum: [{ a: [2] }] }, '/schema/const is not in enum'],
    [
      { required: ['a', 'b'], properties: { a: {} }, additionalProperties: false },
      '/schema/required/1 is a member that additionalProperties excludes',
    ],
    [
      { required: ['constructor'], additionalProperties: false },
      '/schema/required/0 is a member that additionalProperties excludes',
    ],
    [{ required: ['a'], properties: { a: false } }, '/schema/required/0 is a member that prop'],
    [{ properties: { 'a/b': { minLength: 2, maxLength: 1 } } }, '/schema/properties/a~1b/minLen'],
    [{ allOf: [{}, { minimum: 2, maximum: 1 }] }, '/schema/allOf/1/minimum'],
    [{ items: { const: 1, enum: [2] } }, '/schema/items/const'],
  ])('%j', (schema, problem) => {
    expect(problemOf(schema)).toContain(problem);
  });
});

describe('allows', () => {
  it.each([
    [true],
    [{}],
    [{ minLength: 5, maxLength: 5, minimum: 1, maximum: 1 }],
    [{ exclusiveMinimum: 1, exclusiveMaximum: 1.5 }],
    [{ const: { b: 1, a: [2] }, enum: [{ a: [2], b: 1 }] }],
    [{ required: ['a'], properties: { a: {} }, additionalProperties: false }],
    [{ required: ['b'], properties: { a: {} } }],
    [{ not: { minLength: 2, maxLength: 1 } }],
    [{ anyOf: [{ minLength: 20, maxLength: 10 }, { pattern: '^x' }] }],
    [{ $defs: { x: { const: 1, enum: [2] } } }],
    [{ if: { const: 1, enum: [2] }, else: {} }],
    [{ examples: [{ minLength: 2, maxLength: 1 }], default: { const: 1, enum: [2] } }],
  ])('%j', (schema) => {
    expect(problemOf(schema)).toBeUndefined();
  });
});

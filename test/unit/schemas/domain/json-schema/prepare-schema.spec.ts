import { describe, expect, it } from 'vitest';
import { prepareSchema } from '../../../../../src/schemas/domain/json-schema/prepare-schema.js';
import { SchemaProblem } from '../../../../../src/schemas/domain/schema-problem.js';

function problemOf(schema: unknown): SchemaProblem {
  try {
    prepareSchema(schema, '/schema');
  } catch (error) {
    if (error instanceof SchemaProblem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function nested(depth: number): object {
  return depth === 0 ? {} : { not: nested(depth - 1) };
}

const doubling = Object.fromEntries(
  Array.from({ length: 14 }, (_, index) => {
    const next = { $ref: `#/$defs/d${index + 1}` };
    return [`d${index}`, index === 13 ? {} : { allOf: [next, next] }];
  }),
);

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

function chain(length: number): object {
  const definitions = Array.from({ length }, (_, index) => {
    return [`d${index}`, index === 0 ? {} : { not: { $ref: `#/$defs/d${index - 1}` } }];
  });
  return { $defs: Object.fromEntries(definitions) as object, $ref: `#/$defs/d${length - 1}` };
}

describe('a hostile schema is refused with a sentence', () => {
  it.each([
    ['the whole schema', { $ref: '#' }, '/schema/$ref', 'must be #/$defs/'],
    [
      'no definition',
      { default: { allOf: 5 }, $ref: '#/default' },
      '/schema/$ref',
      'must be #/$defs/',
    ],
    ['all definitions', { $defs: { a: {} }, $ref: '#/$defs' }, '/schema/$ref', 'must be #/$defs/'],
    ['an escaped name', { $defs: { 'a b': {} } }, '/schema/$defs', 'must have names of letters'],
    [
      'another spelling',
      { $defs: { a: {} }, $ref: '#/$defs/%61' },
      '/schema/$ref',
      'must be #/$defs/',
    ],
    ['definitions below', { not: { $defs: {} } }, '/schema/not/$defs', 'only allowed at the root'],
    [
      'a longer circle',
      { $defs: { a: { $ref: '#/$defs/b' }, b: { not: { $ref: '#/$defs/a' } } }, $ref: '#/$defs/a' },
      '/schema/$ref/$ref/not/$ref',
      'refers to itself',
    ],
    [
      'references that double',
      { $defs: doubling, $ref: '#/$defs/d0' },
      '/schema',
      'more than 1000',
    ],
    ['depth', nested(20), expect.any(String), 'nested deeper than 16'],
    ['look-around', { pattern: '(?=a)b' }, '/schema/pattern', 'is no pattern of RE2'],
    ['back-references', { pattern: '(a)\\1' }, '/schema/pattern', 'is no pattern of RE2'],
    ['a large pattern', { pattern: '(a{1,100}){1,30}' }, '/schema/pattern', /too large|no pattern/],
    ['a long pattern', { pattern: 'a'.repeat(600) }, '/schema/pattern', 'longer than 512'],
    [
      'patterns of names',
      { patternProperties: {} },
      '/schema/patternProperties',
      'not a supported',
    ],
    ['a schema elsewhere', { $ref: 'https://example.com/s' }, '/schema/$ref', 'must be #/$defs/'],
    ['a file', { $ref: 'file:///etc/passwd' }, '/schema/$ref', 'must be #/$defs/'],
    ['dynamic scope', { $dynamicRef: '#x' }, '/schema/$dynamicRef', 'not a supported'],
    ['an id', { $id: 'https://example.com/' }, '/schema/$id', 'not a supported'],
    [
      'another dialect',
      { $schema: 'http://json-schema.org/draft-04/schema#' },
      '/schema/$schema',
      'must be https://json-schema.org/draft/2020-12/schema',
    ],
    [
      'a huge list',
      { enum: Array.from({ length: 1_001 }, (_, index) => index) },
      '/schema/enum',
      'at most 1000 members',
    ],
    ['many required names', { items: { required: namesOf(4_000) } }, '/schema', 'more than 1000'],
    ['names of much text', { required: ['x'.repeat(99_900)] }, '/schema', 'more than 1000'],
    [
      'many dependent names',
      { dependentRequired: { a: namesOf(2_000), b: namesOf(2_000) } },
      '/schema',
      'more than 1000',
    ],
    ['a large constant', { const: { a: ['x'.repeat(99_990)] } }, '/schema', 'more than 1000'],
    ['large members', { enum: ['x'.repeat(50_000), 'y'.repeat(50_000)] }, '/schema', 'more than'],
    ['a long name', { properties: { ['x'.repeat(99_990)]: {} } }, '/schema', 'more than 1000'],
    ['a type many times', { type: namesOf(9_000).fill('string') }, '/schema/type', 'each once'],
    ['a chain of references', chain(33), '/schema', 'deeper than 32 levels, counted by reference'],
    ['an empty list', { enum: [] }, '/schema/enum', 'must be a list that has a member'],
    ['an unknown format', { format: 'regex' }, '/schema/format', 'must be one of'],
    ['a wrong value', { minLength: 'x' }, '/schema/minLength', 'must be a whole number'],
    ['a divisor of zero', { multipleOf: 0 }, '/schema/multipleOf', 'must be a number above 0'],
    ['no schema', { not: 5 }, '/schema/not', 'must be a schema'],
    ['an empty choice', { anyOf: [] }, '/schema/anyOf', 'must be a list of schemas'],
    [
      'a reference into nothing',
      { $ref: '#/$defs/x' },
      '/schema/$ref',
      /^\$defs has no definition x$/,
    ],
    [
      'the format of a key',
      { format: 'json' },
      '/schema/format',
      /^must be one of date, .*; for documents, set format: json of the key$/,
    ],
    ['a prototype', { $ref: '#/constructor' }, '/schema/$ref', 'must be #/$defs/'],
  ])('%s', (_name, schema, pointer, reason) => {
    const problem = problemOf(schema);
    expect(problem.pointer).toEqual(pointer);
    expect(problem.message).toMatch(reason);
  });
});

it('names each mistake, as far as its bound', () => {
  const schema = {
    type: 'strin',
    minLength: '3',
    pattern: '(',
    items: { maxLenght: 3, $ref: '#/$defs/a' },
    anyOf: [{ format: 'regex' }, { format: 'date' }],
  };
  expect(problemOf(schema).all.map(({ pointer }) => pointer)).toEqual([
    '/schema/type',
    '/schema/minLength',
    '/schema/pattern',
    '/schema/items/maxLenght',
    '/schema/items/$ref',
    '/schema/anyOf/0/format',
  ]);
  const unknown = Object.fromEntries(namesOf(20).map((name) => [name, 1]));
  expect(problemOf(unknown).all).toHaveLength(10);
});

it('counts subschemas as often as references lead to them', () => {
  const shared = { $defs: { a: { type: 'string' } }, anyOf: [{ $ref: '#/$defs/a' }, { const: 1 }] };
  expect(prepareSchema(shared, '').nodes).toBe(4);
});

it('allows a chain of references within its depth', () => {
  expect(prepareSchema(chain(16), '').nodes).toBeGreaterThan(30);
});

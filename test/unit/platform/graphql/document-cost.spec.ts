import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import {
  introspectionCost,
  introspections,
  mergedPairs,
  textCost,
} from '../../../../src/platform/graphql/document-cost.js';

const times = (count: number, text: string): string => Array(count).fill(text).join(' ');

describe('pairs of fields whose values merge', () => {
  it.each([
    ['fields of different names', '{ a b c { a b } }', 0],
    ['a field that is repeated', `{ ${times(10, 'a')} }`, 45],
    ['one that has the same alias', '{ x: a x: b }', 1],
    ['fields below, together', `{ ${times(3, 'a { b c }')} }`, 9],
    ['inline fragments', `{ ${times(10, '... { a }')} }`, 45],
    [
      'fragments, as often as they are spread',
      `{ ${times(10, '...F')} } fragment F on Q { a }`,
      45,
    ],
    ['fragments in fragments', '{ ...F ...F } fragment F on Q { ...G } fragment G on Q { a }', 1],
    ['a fragment that contains itself', '{ ...F } fragment F on Q { a ...F }', 0],
  ])('are counted in %s', (_where, query, pairs) => {
    expect(mergedPairs(parse(query))).toBe(pairs);
  });
});

describe('an introspection', () => {
  it.each([
    ['{ viewer { username } __typename }', 0],
    ['{ __schema { types { name } } }', 1],
    [
      '{ a: __type(name: "A") { name } ...F } fragment F on Query { __schema { types { name } } }',
      2,
    ],
  ])('is counted wherever it is: %s', (query, count) => {
    expect(introspections(parse(query))).toBe(count);
    expect(introspectionCost(parse(query))).toBe(count * limits.graphqlIntrospectionRequests);
  });
});

it('a new text counts by its length, a short one not at all', () => {
  expect(textCost('x'.repeat(limits.graphqlCharactersPerRequest - 1))).toBe(0);
  expect(textCost('x'.repeat(10 * limits.graphqlCharactersPerRequest))).toBe(10);
});

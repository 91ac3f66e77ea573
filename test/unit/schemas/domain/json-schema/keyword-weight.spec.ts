import { expect, it } from 'vitest';
import { keywordWeight } from '../../../../../src/schemas/domain/json-schema/keyword-weight.js';

const many = (count: number) => Array.from({ length: count }, (_, index) => index % 10);

it.each([
  ['const', 'x'.repeat(90), 0],
  ['const', 'x'.repeat(998), 10],
  ['const', { a: 'x'.repeat(992) }, 10],
  ['enum', many(100), 10],
  ['enum', ['x'.repeat(996)], 10],
  ['required', many(100).map(String), 25],
  ['dependentRequired', { a: many(50), b: many(50) }, 25],
  ['uniqueItems', true, 20],
  ['uniqueItems', false, 0],
  ['pattern', '^a', 1],
  ['properties', { ['x'.repeat(996)]: {} }, 10],
  ['properties', { name: {} }, 0],
  ['items', {}, 0],
  ['examples', ['x'.repeat(1_000)], 0],
])('%s %.20j counts as %d subschemas', (keyword, value, weight) => {
  expect(keywordWeight(keyword, value)).toBeCloseTo(weight, 5);
});

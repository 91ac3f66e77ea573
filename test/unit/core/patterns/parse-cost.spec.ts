import { expect, it } from 'vitest';
import { parseCost } from '../../../../src/core/patterns/parse-cost.js';

it.each([
  ['^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$', 0],
  [String.raw`^[\p{L}\pN_]{1,64}$`, 100],
  ['(?i)^[a-z0-9-]+$', 10],
  ['(?i)^[a-zà-ÿ]+$', 17],
  ['[a-\\x{10ffff}]', 0],
])('%s costs as much as %d instructions', (pattern, cost) => {
  expect(parseCost(pattern)).toBe(cost);
});

it.each([
  String.raw`(?i)[a-\x{1e900}]`,
  String.raw`(?is)[\x00-\x{1e900}]`,
  String.raw`a(?i:[\0-\x{ffff}])`,
  String.raw`(?i)[\d-a-\x{ffff}]`,
  '(?i)[a-\u{1e900}]',
])('%s is costly', (pattern) => {
  expect(parseCost(pattern)).toBeGreaterThan(1_000);
});

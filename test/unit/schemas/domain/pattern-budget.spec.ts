import { expect, it } from 'vitest';
import { PatternProblem } from '../../../../src/core/patterns/compile-pattern.js';
import { schemaLimits } from '../../../../src/core/schema-limits.js';
import { compiledInstructions } from '../../../../src/schemas/domain/json-schema/pattern-cache.js';
import { PatternBudget } from '../../../../src/schemas/domain/pattern-budget.js';

it.each([
  ['a'.repeat(513), 'is longer than 512 characters'],
  ['a{999}a{9}', 'is too large'],
  ['(?=a)b', 'is no pattern of RE2'],
])('refuses %.20s', (pattern, reason) => {
  const budget = new PatternBudget();
  expect(() => budget.sizeOf(pattern)).toThrow(PatternProblem);
  expect(() => budget.add(pattern)).toThrow(reason);
});

it('takes patterns of rules and of JSON Schemas from one budget', () => {
  const budget = new PatternBudget();
  const count = Math.floor(schemaLimits.schemaPatternSizeMax / 910);
  for (let index = 0; index < count; index += 1) {
    if (index % 2 === 0) budget.add(`[a-z]{900}${index}`);
    else expect(budget.sizeOf(`[a-z]{900}${index}`)).toBeGreaterThan(900);
  }
  expect(() => budget.add('[a-z]{990}')).toThrow('too large together');
  // The schema is refused: further patterns are not compiled, and repeat nothing.
  expect(budget.sizeOf('[0-9]{990}')).toBe(0);
});

it('takes what classes of Unicode cost in addition to their instructions', () => {
  const budget = new PatternBudget();
  const takeAll = () => {
    for (let index = 0; index < 100; index += 1) budget.add(`[\\pL\\pN]{1,3}${index}`);
  };
  expect(takeAll).toThrow('too large together');
});

it('retains patterns in the cache, which is bounded, and returns each again', () => {
  const budgets = Array.from({ length: 50 }, () => new PatternBudget());
  for (const [index, budget] of budgets.entries()) budget.add(`[0-9]{900}-${index}`);
  expect(compiledInstructions()).toBeLessThanOrEqual(schemaLimits.compiledInstructionsMax);
  expect(
    budgets[0]
      ?.get('[0-9]{900}-0')
      .matcher(`${'1'.repeat(900)}-0`)
      .find(),
  ).toBe(true);
});

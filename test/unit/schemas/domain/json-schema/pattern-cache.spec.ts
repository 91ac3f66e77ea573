import { expect, it } from 'vitest';
import { schemaLimits } from '../../../../../src/core/schema-limits.js';
import {
  compiledInstructions,
  compiledPattern,
} from '../../../../../src/schemas/domain/json-schema/pattern-cache.js';

it('compiles a pattern once while it is in use', () => {
  const first = compiledPattern('^a+$');
  expect(compiledPattern('^a+$')).toBe(first);
  expect(first.matcher('aaa').find()).toBe(true);
});

it('retains a bounded number of instructions, whatever patterns there are', () => {
  const first = compiledPattern('^first$');
  for (let index = 0; index < 200; index += 1) compiledPattern(`^[a-z]{1,400}${index}$`);
  expect(compiledInstructions()).toBeLessThanOrEqual(schemaLimits.compiledInstructionsMax);
  expect(compiledPattern('^first$')).not.toBe(first);
});

it('refuses a text that is no pattern each time', () => {
  expect(() => compiledPattern('(')).toThrow('missing closing');
  expect(() => compiledPattern('(')).toThrow('missing closing');
});

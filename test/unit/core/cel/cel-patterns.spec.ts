import { expect, it } from 'vitest';
import { OwnPatterns } from '../../../../src/core/cel/cel-patterns.js';
import { PatternProblem } from '../../../../src/core/patterns/compile-pattern.js';

it('returns the patterns that were added, each compiled once', () => {
  const patterns = new OwnPatterns();
  patterns.add('^a$');
  const first = patterns.get('^a$');
  patterns.add('^a$');
  expect(patterns.get('^a$')).toBe(first);
  expect(() => patterns.get('^b$')).toThrow('no such pattern');
});

it('refuses a pattern that is too large', () => {
  expect(() => new OwnPatterns().add('a{999}'.repeat(20))).toThrow(PatternProblem);
});

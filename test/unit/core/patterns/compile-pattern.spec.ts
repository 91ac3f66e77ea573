import { RE2JS } from 're2js';
import { afterEach, expect, it, vi } from 'vitest';
import { compilePattern, PatternProblem } from '../../../../src/core/patterns/compile-pattern.js';

afterEach(() => vi.restoreAllMocks());

it('compiles a pattern as RE2', () => {
  expect(compilePattern('^a+$').matcher('aaa').find()).toBe(true);
  expect(() => compilePattern('(')).toThrow('missing closing');
});

it.each([String.raw`\pL\PN`.repeat(120), String.raw`(?i)[a-\x{10ffff}]`.repeat(10)])(
  'refuses a pattern of costly classes without compiling it: %.20s',
  (pattern) => {
    const compile = vi.spyOn(RE2JS, 'compile');
    expect(() => compilePattern(pattern)).toThrow('classes of Unicode');
    expect(compile).not.toHaveBeenCalled();
  },
);

it.each(['a{999}'.repeat(85), 'a{0,1000}'.repeat(50), '(?:[a-z]{100}){10}'.repeat(11)])(
  'refuses a large pattern without compiling it: %.20s',
  (pattern) => {
    const compile = vi.spyOn(RE2JS, 'compile');
    expect(() => compilePattern(pattern)).toThrow(PatternProblem);
    expect(compile).not.toHaveBeenCalled();
  },
);

it('refuses a compiled pattern above the given size', () => {
  expect(() => compilePattern('a{500}', 400)).toThrow('too large when its repetitions');
  expect(compilePattern('a{300}', 400).programSize()).toBeLessThanOrEqual(400);
});

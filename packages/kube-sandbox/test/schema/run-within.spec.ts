import { describe, expect, test } from 'vitest';
import { runWithin } from '../../src/schema/run-within.js';

const endless = 60_000;

describe('runWithin', () => {
  test('gives what the work returns', () => {
    expect(runWithin(endless, () => ['done'])).toEqual(['done']);
  });

  test('stops work that takes too long, also inside of a regular expression', () => {
    const text = `${'a'.repeat(60)}!`;
    expect(runWithin(20, () => /^(a+)+$/.test(text))).toBeUndefined();
    expect(
      runWithin(20, () => {
        for (;;);
      }),
    ).toBeUndefined();
    expect(runWithin(endless, () => 'still works')).toBe('still works');
  });

  test('lets errors through', () => {
    expect(() =>
      runWithin(endless, () => {
        throw new RangeError('mine');
      }),
    ).toThrow(new RangeError('mine'));
  });
});

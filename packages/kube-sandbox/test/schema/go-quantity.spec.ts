import { describe, expect, test } from 'vitest';

import { canonicalQuantity } from '../../src/schema/go-quantity.js';

describe('canonicalQuantity', () => {
  test.each([
    ['0.5', '500m'],
    ['1024Mi', '1Gi'],
    ['1023Mi', '1023Mi'],
    ['1.5Gi', '1536Mi'],
    ['0.1Mi', '104857600m'],
    ['1000', '1k'],
    ['1500m', '1500m'],
    ['1e3', '1e3'],
    ['1e-1', '100e-3'],
    ['-0.5', '-500m'],
    ['0Mi', '0'],
  ])('%s is written %s', (text, written) => {
    expect(canonicalQuantity(text)).toBe(written);
  });

  test('other texts are refused', () => {
    expect(() => canonicalQuantity('abc')).toThrow('quantities must match the regular expression');
    expect(() => canonicalQuantity('')).toThrow('quantities must match the regular expression');
    expect(() => canonicalQuantity('1Kb')).toThrow('quantities must match');
    expect(() => canonicalQuantity('1k1')).toThrow("unable to parse quantity's suffix");
    const long = `${'1'.repeat(1_000_000)}!`;
    expect(() => canonicalQuantity(long)).toThrow('quantities must match');
  });
});

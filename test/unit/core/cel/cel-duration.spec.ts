import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../../src/core/cel/cel-duration.js';

describe('a duration', () => {
  it.each([
    ['0', 0n, 0],
    ['1h30m', 5_400n, 0],
    ['-1.5h', -5_400n, -0],
    ['+1.5s', 1n, 500_000_000],
    ['-1.5s', -1n, -500_000_000],
    ['.5s', 0n, 500_000_000],
    ['1.s', 1n, 0],
    ['300ms', 0n, 300_000_000],
    ['2us3µs4ns', 0n, 5_004],
    ['1.0000000019s', 1n, 1],
    ['2562047h47m16.854775807s', 9_223_372_036n, 854_775_807],
  ])('%s', (text, seconds, nanos) => {
    const duration = parseDuration(text);
    expect([duration.seconds, duration.nanos + 0]).toEqual([seconds, nanos + 0]);
  });

  it.each(['', '-', '1', 's', '.s', '1x', '1s ', '1 s', '--1s', '1h-1m', '2562048h'])(
    'is not %j',
    (text) => {
      expect(() => parseDuration(text)).toThrow(RangeError);
    },
  );

  it('has a text of few characters', () => {
    expect(() => parseDuration(`${'0'.repeat(64)}s`)).toThrow(RangeError);
  });
});

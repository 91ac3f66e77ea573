import { describe, expect, it } from 'vitest';
import { waitSecondsFor } from '../../../../src/cli/values/wait-seconds.js';

describe('the wait at the gateway', () => {
  it.each([
    [undefined, 30],
    [5_000, 1],
    [60_000, 20],
    [3_600_000, 30],
  ])('for values that may be %s ms old is %i s', (maxStaleMs, seconds) => {
    expect(waitSecondsFor(maxStaleMs)).toBe(seconds);
  });
});

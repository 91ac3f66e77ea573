import { describe, expect, it } from 'vitest';
import { median, percentile } from '../../../bench/percentile.js';

describe('percentile', () => {
  it('takes figures in any order', () => {
    expect(percentile([30, 10, 20], 50)).toBe(20);
    expect(percentile([30, 10, 20], 99)).toBe(30);
  });

  it('is not a number if nothing was measured', () => {
    expect(percentile([], 99)).toBeNaN();
  });
});

describe('median', () => {
  it('is not a number if nothing was measured', () => {
    expect(median([])).toBeNaN();
  });
});

import { describe, expect, it } from 'vitest';
import { memoryOf10kMb } from '../../../bench/growth-memory.js';

const few = { secrets: 100, readMb: 555 };
const many = { secrets: 50_100, readMb: 835 };

describe('memoryOf10kMb', () => {
  it('is the difference of two gateways, for each 10,000 Secrets', () => {
    expect(memoryOf10kMb(few, many)).toBe(56);
  });

  it('is not a number of one gateway alone, which a floor takes for missed', () => {
    expect(memoryOf10kMb(many, many)).toBeNaN();
    expect(memoryOf10kMb(few, undefined)).toBeNaN();
    expect(memoryOf10kMb(undefined, many)).toBeNaN();
  });
});

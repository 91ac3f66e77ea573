import { describe, expect, it } from 'vitest';
import { schemaLimits } from '../../../../src/core/schema-limits.js';
import { CheckTime } from '../../../../src/schemas/domain/check-time.js';

describe('the time of the checks of a Secret', () => {
  it('is used up beyond its bound, counted from its begin', () => {
    let usedMs = 10_000;
    const time = new CheckTime(() => usedMs);
    usedMs += schemaLimits.checkMsMax;
    expect(time.isUsedUp).toBe(false);
    usedMs += 1;
    expect(time.isUsedUp).toBe(true);
  });

  it('is that of the processor', async () => {
    const time = new CheckTime();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(time.isUsedUp).toBe(false);
  });
});

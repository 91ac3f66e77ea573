import { describe, expect, it } from 'vitest';
import { retentionLimits } from '../../../../src/versions/domain/retention-limits.js';

const DAY_MS = 86_400_000;
const settings = {
  limit: 20,
  namespaceBytesMax: 1_000,
  minAge: '7d',
  minCount: 5,
  minDeletedAge: '90d',
};

describe('what settings keep of a history', () => {
  it('is theirs, without an age unless one is named', () => {
    expect(retentionLimits(settings)).toEqual({
      versionsMax: 20,
      ageMsMax: undefined,
      namespaceBytesMax: 1_000,
      asked: { versionsMax: undefined, ageMsMax: undefined },
      minimums: { ageMs: 7 * DAY_MS, count: 5, deletedAgeMs: 90 * DAY_MS },
    });
    expect(retentionLimits({ ...settings, maxAge: '30d' }).ageMsMax).toBe(30 * DAY_MS);
  });

  it('has no minimum age where that is 0', () => {
    const { minimums } = retentionLimits({ ...settings, minAge: '0s', minDeletedAge: '0d' });
    expect(minimums).toEqual({ ageMs: 0, count: 5, deletedAgeMs: 0 });
  });
});

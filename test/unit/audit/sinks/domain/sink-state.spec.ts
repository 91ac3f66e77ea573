import { describe, expect, it } from 'vitest';
import { sinkWarning } from '../../../../../src/audit/sinks/domain/sink-state.js';

const bounds = { lagEvents: 100, failingMs: 60_000 };
const well = { name: 'siem', lagEvents: 0, deadLetters: 0 };
const failing = { sinceMs: 0, reason: 'no answer from 10.0.0.1' };

describe('a warning about a sink', () => {
  it('is none where it is fed, a little behind, or has failed just now', () => {
    expect(sinkWarning(well, bounds, 0)).toBeUndefined();
    expect(sinkWarning({ ...well, lagEvents: 99 }, bounds, 0)).toBeUndefined();
    expect(sinkWarning({ ...well, failing }, bounds, 59_999)).toBeUndefined();
  });

  it('says all that is wrong, and not why, which may name hosts', () => {
    const state = { ...well, lagEvents: 100, deadLetters: 2, failing };
    expect(sinkWarning(state, bounds, 60_000)).toBe(
      'takes nothing since 1970-01-01T00:00:00.000Z, is 100 events behind, would not take 2 events',
    );
  });
});

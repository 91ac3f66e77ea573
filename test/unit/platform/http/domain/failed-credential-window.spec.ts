import { describe, expect, it } from 'vitest';
import {
  type FailureWindow,
  addFailure,
  isLive,
  isUsedUp,
  msLeft,
} from '../../../../../src/platform/http/domain/failed-credential-window.js';

function after(credentials: readonly number[], nowMs = 0): FailureWindow | undefined {
  let window: FailureWindow | undefined;
  for (const credential of credentials) window = addFailure(window, credential, nowMs, 3).window;
  return window;
}

describe('a minute of wrong credentials', () => {
  it('counts different ones and tells the first few that they are wrong', () => {
    expect(addFailure(after([1, 2]), 3, 10, 3).isAllowed).toBe(true);
    expect(addFailure(after([1, 2, 3]), 4, 10, 3).isAllowed).toBe(false);
  });

  it('counts one that comes again once, and keeps telling it so', () => {
    expect(after([1, 1, 1, 1])?.credentials).toEqual([1]);
    expect(addFailure(after([1, 2, 3]), 2, 10, 3).isAllowed).toBe(true);
  });

  it('does not grow beyond its bound', () => {
    expect(after([1, 2, 3, 4, 5, 6])?.credentials).toEqual([1, 2, 3]);
  });

  it('begins with the first and ends a minute later, whatever came in between', () => {
    const window = addFailure(after([1, 2, 3], 500), 4, 59_000, 3).window;
    expect(isUsedUp(window, 60_499, 3)).toBe(true);
    expect(msLeft(window, 60_499)).toBe(1);
    expect(isUsedUp(window, 60_500, 3)).toBe(false);
    expect(isLive(window, 60_500)).toBe(false);
    expect(addFailure(window, 4, 60_500, 3)).toEqual({
      window: { startedAtMs: 60_500, credentials: [4] },
      isAllowed: true,
    });
  });

  it('is not used up before it has begun', () => {
    expect(isUsedUp(undefined, 0, 3)).toBe(false);
  });
});

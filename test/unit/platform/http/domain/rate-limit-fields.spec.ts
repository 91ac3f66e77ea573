import { describe, expect, it } from 'vitest';
import {
  rateLimitFields,
  wholeSeconds,
} from '../../../../../src/platform/http/domain/rate-limit-fields.js';

describe('the RateLimit fields', () => {
  it('are structured: quota and window, what is left and for how long', () => {
    const state = { policy: 'credential', quota: 2_000, windowMs: 2_000, remaining: 1_998 };
    expect(rateLimitFields({ ...state, resetMs: 2 })).toEqual({
      'ratelimit-policy': '"credential";q=2000;w=2',
      ratelimit: '"credential";r=1998;t=1',
    });
  });

  it.each([
    [0, 1],
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [59_999.5, 60],
  ])('tell %d ms as %d whole seconds, never none', (ms, seconds) => {
    expect(wholeSeconds(ms)).toBe(seconds);
  });
});

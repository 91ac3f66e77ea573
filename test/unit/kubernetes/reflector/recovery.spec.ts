import { describe, expect, it } from 'vitest';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import {
  WatchExpired,
  WatchTooShort,
  backoffMs,
  mustListAnew,
} from '../../../../src/kubernetes/reflector/recovery.js';
import { WatchContentError } from '../../../../src/kubernetes/reflector/watch-events.js';

const busy = (seconds: string) =>
  new SallyportError('TooManyRequests', 'busy', { headers: { 'retry-after': seconds } });

describe('the pause after a failure', () => {
  it('doubles from a quarter of a second to ten seconds', () => {
    const pauses = [1, 2, 3, 6, 7, 100, 5_000].map((count) => backoffMs(count, undefined, 1));
    expect(pauses).toEqual([250, 500, 1_000, 8_000, 10_000, 10_000, 10_000]);
  });

  it('is scattered over its upper half', () => {
    expect([0, 0.5, 1].map((random) => backoffMs(3, undefined, random))).toEqual([500, 750, 1_000]);
  });

  it('is no shorter than a busy server asks, within bounds', () => {
    expect(backoffMs(1, busy('7'), 0)).toBe(7_000);
    expect(backoffMs(1, busy('3600'), 0)).toBe(30_000);
    expect(backoffMs(1, busy('soon'), 0)).toBe(125);
    expect(backoffMs(7, busy('1'), 1)).toBe(10_000);
  });
});

it.each([
  [new WatchExpired('old'), true],
  [new WatchContentError('no event'), true],
  [new SallyportError('Expired', 'old'), true],
  [new SallyportError('BadRequest', 'no version'), true],
  [new WatchTooShort('short'), false],
  [unavailable('gone'), false],
  [new SallyportError('Forbidden', 'no'), false],
  [new Error('reset'), false],
])('after %s it lists anew: %s', (error, expected) => {
  expect(mustListAnew(error)).toBe(expected);
});

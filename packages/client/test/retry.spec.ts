import { describe, expect, it } from 'vitest';
import { RetryBudget, defaultRetries, delayMs, mayRepeat, retrySettings } from '../src/retry.js';
import { SallyportError, type SallyportErrorCode } from '../src/sallyport-error.js';

const failed = (code: SallyportErrorCode, facts = {}) => new SallyportError(code, code, facts);
const read = { isRead: true, isKeyed: false };
const keyed = { isRead: false, isKeyed: true };
const bare = { isRead: false, isKeyed: false };

describe('a call is repeated', () => {
  it.each<[SallyportErrorCode, boolean, boolean, boolean]>([
    ['TooManyRequests', true, true, true],
    ['Unavailable', true, true, true],
    ['Unreachable', true, true, false],
    ['Timeout', true, true, false],
    ['OutcomeUnknown', true, true, false],
    ['InvalidResponse', false, false, false],
    ['NotFound', false, false, false],
    ['Forbidden', false, false, false],
    ['Conflict', false, false, false],
    ['Invalid', false, false, false],
    ['Expired', false, false, false],
    ['Destroyed', false, false, false],
  ])('after %s: reads %s, keyed writes %s, other writes %s', (code, ...expected) => {
    const repeated = [read, keyed, bare].map((one) => mayRepeat(failed(code), one, false));
    expect(repeated).toEqual(expected);
  });

  it('after a proxy answered in place of the gateway, but not after a page of it', () => {
    const proxy = failed('InvalidResponse', { status: 502 });
    expect([read, keyed, bare].map((one) => mayRepeat(proxy, one, false))).toEqual([
      true,
      true,
      false,
    ]);
    expect(mayRepeat(failed('InvalidResponse', { status: 403 }), read, false)).toBe(false);
  });

  it('but not where it must wait for minutes', () => {
    const later = failed('TooManyRequests', { retryAfterMs: 3_600_000 });
    expect(mayRepeat(later, read, false)).toBe(false);
  });

  it('while its first attempt, whose response was lost, is still running', () => {
    const running = failed('Conflict', { status: 409 });
    expect(mayRepeat(running, keyed, true)).toBe(true);
    expect(mayRepeat(running, bare, true)).toBe(false);
    expect(mayRepeat(failed('Conflict', { status: 412 }), keyed, true)).toBe(false);
  });
});

describe('the time before the next attempt', () => {
  it('grows, is random, and has a bound', () => {
    const most = [0, 1, 2, 20, 5_000].map((attempt) =>
      delayMs(defaultRetries, attempt, failed('Unreachable'), () => 1),
    );
    expect(most).toEqual([200, 400, 800, 20_000, 20_000]);
    expect(delayMs(defaultRetries, 5, failed('Unreachable'), () => 0)).toBe(0);
  });

  it('is never shorter than Retry-After, up to five minutes', () => {
    const told = failed('TooManyRequests', { retryAfterMs: 7_000 });
    expect(delayMs(defaultRetries, 0, told, () => 0)).toBe(7_000);
    expect(delayMs(defaultRetries, 0, { retryAfterMs: 1e9 }, () => 0)).toBe(300_000);
  });
});

it('settings that are undefined are the usual ones, and others must be numbers', () => {
  expect(retrySettings({ retriesMax: undefined as unknown as number })).toEqual(defaultRetries);
  expect(() => retrySettings({ firstDelayMs: Number.NaN })).toThrow(RangeError);
});

it('a budget stops repetitions in an outage, and successes pay for more', () => {
  const budget = new RetryBudget();
  const outage = failed('Unreachable');
  let taken = 0;
  while (budget.take(outage)) taken += 1;
  expect(taken).toBe(35);
  for (let success = 0; success < 14; success += 1) budget.succeeded();
  expect(budget.take(outage)).toBe(true);
  expect(budget.take(outage)).toBe(false);
});

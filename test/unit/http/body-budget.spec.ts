import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../src/core/limits.js';
import { BodyBudget } from '../../../src/http/body-budget.js';

const mebibyte = 1024 * 1024;
const large = 7 * mebibyte;

function budgetAt() {
  const clock = { nowMs: 1_000 };
  return { clock, budget: new BodyBudget(() => clock.nowMs) };
}

function refusal(act: () => unknown): SallyportError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof SallyportError) return error;
    throw error;
  }
}

describe('bytes of bodies at once', () => {
  it('are bounded for each user, and free again once a request is over, once only', () => {
    const { budget } = budgetAt();
    const shares = [1, 2, 3].map(() => budget.begin('a', large));
    const refused = refusal(() => budget.begin('a', large));
    expect(refused).toMatchObject({ code: 'TooManyRequests', headers: { 'retry-after': '1' } });
    expect(refusal(() => budget.begin('b', large))).toBeUndefined();
    shares[0]?.release();
    shares[0]?.release();
    budget.begin('a', large);
    expect(refusal(() => budget.begin('a', large))).toBeDefined();
  });

  it('are bounded for all users, and large bodies leave room for small ones', () => {
    const { budget } = budgetAt();
    const begun = Array.from({ length: 20 }, (_, index) =>
      refusal(() => budget.begin(`user-${index}`, large)),
    );
    const taken = begun.filter((error) => error === undefined).length;
    const room = limits.bodiesInAllBytesMax - limits.bodiesSmallReserveBytes;
    expect(taken).toBe(Math.floor(room / large));
    expect(refusal(() => budget.begin('another', limits.smallBodyBytesMax))).toBeUndefined();
    expect(refusal(() => budget.begin('another', limits.smallBodyBytesMax + 1))).toBeUndefined();
    expect(budget.bytes).toBeLessThanOrEqual(limits.bodiesInAllBytesMax);
  });

  it('count as they arrive where no length was announced', () => {
    const { budget } = budgetAt();
    const share = budget.begin('a', 0);
    for (let grown = 0; grown < limits.bodiesOfUserBytesMax; grown += mebibyte)
      share.grow(mebibyte);
    expect(refusal(() => share.grow(1))?.code).toBe('TooManyRequests');
    expect(share.bytes).toBe(limits.bodiesOfUserBytesMax);
    share.release();
    expect(budget.bytes).toBe(0);
  });

  it('never go below nothing, whatever ends in which order', () => {
    const { budget } = budgetAt();
    const first = budget.begin('a', 10);
    const second = budget.begin('a', 0);
    second.grow(5);
    first.release();
    second.release();
    second.grow(7);
    expect(budget.bytes).toBe(0);
  });
});

describe('bytes of bodies a second', () => {
  it('are bounded for each user, whose refusal costs nothing and says when to come again', () => {
    const { budget, clock } = budgetAt();
    const send = (user: string) => refusal(() => budget.begin(user, large).release());
    let sent = 0;
    while (send('a') === undefined) sent += large;
    expect(sent).toBeGreaterThan(limits.bodyBytesBurst - large);
    expect(sent).toBeLessThanOrEqual(limits.bodyBytesBurst);
    expect(Number(send('a')?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(send('b')).toBeUndefined();
    clock.nowMs += 1_000;
    expect(send('a')).toBeUndefined();
  });
});

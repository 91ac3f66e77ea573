import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../../src/core/limits.js';
import { BodyBudget } from '../../../../src/platform/http/body-budget.js';

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

describe('a body that is still arriving', () => {
  it('ends, oldest first, where another one finds no room, but not before its time', () => {
    const { budget, clock } = budgetAt();
    const ended: string[] = [];
    const fill = (user: string): void => {
      const share = budget.begin(user, 0);
      share.startReading(({ code }) => ended.push(`${user} ${code}`));
      for (let count = 0; count < 16; count += 1) share.grow(mebibyte);
    };
    for (const user of ['a', 'b', 'c']) fill(user);
    const small = limits.smallBodyBytesMax;
    for (let count = 0; count < limits.bodiesSmallReserveBytes / small; count += 1) {
      budget.begin('d', small);
    }
    expect(budget.bytes).toBe(limits.bodiesInAllBytesMax);
    clock.nowMs += limits.bodyKeptMsMin - 1;
    expect(refusal(() => budget.begin('newcomer', 1))?.code).toBe('TooManyRequests');
    clock.nowMs += 1;
    expect(refusal(() => budget.begin('newcomer', 1))).toBeUndefined();
    expect(ended).toEqual(['a TooManyRequests']);
    // Of which the bytes are free, once.
    expect(budget.bytes).toBe(limits.bodiesInAllBytesMax - 16 * mebibyte + 1);
  });

  it('is left alone once all of it is there', () => {
    const { budget, clock } = budgetAt();
    const ended: string[] = [];
    for (const user of ['a', 'b', 'c']) {
      const share = budget.begin(user, 16 * mebibyte);
      share.startReading(() => ended.push(user));
      share.stopReading();
    }
    clock.nowMs += limits.bodyKeptMsMin;
    expect(refusal(() => budget.begin('newcomer', mebibyte))?.code).toBe('TooManyRequests');
    expect(ended).toEqual([]);
  });
});

describe('bytes of bodies a second', () => {
  it('are read at once up to the burst, then as slowly as they may come', () => {
    const { budget, clock } = budgetAt();
    const share = budget.begin('a', large);
    expect(share.arrived(limits.bodyBytesBurst)).toBe(0);
    expect(share.arrived(limits.bodyBytesPerSecond / 2)).toBe(500);
    expect(budget.begin('b', large).arrived(large)).toBe(0);
    clock.nowMs += 500;
    expect(share.arrived(0)).toBe(0);
  });

  it('that would be waited for too long are refused, which says when to come again', () => {
    const { budget, clock } = budgetAt();
    const share = budget.begin('a', 0);
    share.arrived(limits.bodyBytesBurst);
    share.arrived((limits.bodyBytesPerSecond * limits.bodyWaitMsMax) / 1_000);
    expect(refusal(() => budget.begin('a', 1))).toBeUndefined();
    share.arrived(limits.bodyBytesPerSecond);
    const refused = refusal(() => budget.begin('a', 1));
    expect(refused).toMatchObject({ code: 'TooManyRequests', headers: { 'retry-after': '6' } });
    expect(refusal(() => budget.begin('b', large))).toBeUndefined();
    clock.nowMs += 1_000;
    expect(refusal(() => budget.begin('a', 1))).toBeUndefined();
  });

  it('count members beyond a few as what they cost to parse', () => {
    const { budget } = budgetAt();
    const share = budget.begin('a', 0);
    expect(share.parse(limits.jsonMembersFree)).toBe(0);
    expect(share.arrived(limits.bodyBytesBurst)).toBe(0);
    expect(share.parse(limits.jsonMembersFree + 1)).toBe(0);
    const oneMs = (limits.jsonMemberBytes / limits.bodyBytesPerSecond) * 1_000;
    expect(share.parse(limits.jsonMembersFree + 1)).toBeCloseTo(oneMs);
  });

  it('of many bodies with many members at once: a few wait, others are refused', () => {
    const { budget } = budgetAt();
    const turns = Array.from({ length: 40 }, () => {
      try {
        return budget.begin('a', 0).parse(limits.jsonMembersMax);
      } catch {
        return undefined;
      }
    }).filter((waitMs) => waitMs !== undefined);
    expect(turns.length).toBeLessThan(9);
    expect(turns).toEqual(turns.toSorted((one, other) => one - other));
    expect(turns.at(-1)).toBeGreaterThan(limits.bodyWaitMsMax - 2_000);
  });
});

import { describe, expect, it } from 'vitest';
import {
  type BucketTurn,
  takeFromBucket,
} from '../../../../../src/platform/http/domain/token-bucket.js';

const policy = { requestsPerSecond: 1_000, burst: 2_000 };

function takeMany(times: number, nowMs: number, start?: number): BucketTurn[] {
  let fullAtMs = start;
  return Array.from({ length: times }, () => {
    const turn = takeFromBucket(fullAtMs, nowMs, policy);
    fullAtMs = turn.fullAtMs;
    return turn;
  });
}

describe('a token bucket', () => {
  it('allows its burst at once and then not one more', () => {
    const turns = takeMany(2_001, 5);
    expect(turns.filter(({ isAllowed }) => isAllowed)).toHaveLength(2_000);
    expect(turns.at(-1)).toMatchObject({ isAllowed: false, remaining: 0 });
    expect(turns.at(-1)?.waitMs).toBeCloseTo(1);
  });

  it('counts down what is left', () => {
    expect(takeMany(3, 0).map(({ remaining }) => remaining)).toEqual([1_999, 1_998, 1_997]);
  });

  it('fills at its rate', () => {
    const empty = takeMany(2_000, 0).at(-1)?.fullAtMs;
    expect(takeMany(101, 100, empty).filter(({ isAllowed }) => isAllowed)).toHaveLength(100);
    expect(takeFromBucket(empty, 2_000, policy).remaining).toBe(1_999);
  });

  it('takes several requests at once, or none of them', () => {
    const turn = takeFromBucket(undefined, 0, policy, 1_500);
    expect(turn).toMatchObject({ isAllowed: true, remaining: 500, waitMs: 0 });
    const refused = takeFromBucket(turn.fullAtMs, 0, policy, 501);
    expect(refused).toMatchObject({ isAllowed: false, fullAtMs: turn.fullAtMs });
    expect(refused.waitMs).toBeCloseTo(1);
    expect(takeFromBucket(turn.fullAtMs, 0, policy, 500).isAllowed).toBe(true);
  });

  it('allows what is worth more than all of it once it is full', () => {
    expect(takeFromBucket(1, 0, policy, 9_999)).toMatchObject({ isAllowed: false, waitMs: 1 });
    expect(takeFromBucket(0, 0, policy, 9_999)).toMatchObject({ isAllowed: true, remaining: 0 });
  });

  it('takes nothing for a request that it refuses', () => {
    const [first, second] = takeMany(2_002, 0).slice(-2);
    expect(second?.fullAtMs).toBe(first?.fullAtMs);
  });

  it('allows its rate exactly, after hours of fractions too', () => {
    let fullAtMs: number | undefined;
    const odd = { requestsPerSecond: 7, burst: 3 };
    const start = 3_600_000.123;
    let allowed = 0;
    for (let ms = 0; ms <= 10_000; ms += 10) {
      const turn = takeFromBucket(fullAtMs, start + ms, odd);
      fullAtMs = turn.fullAtMs;
      if (turn.isAllowed) allowed += 1;
    }
    expect(allowed).toBeGreaterThanOrEqual(72);
    expect(allowed).toBeLessThanOrEqual(73);
  });

  it('is never further from full than its capacity', () => {
    expect(takeFromBucket(1e12, 0, policy)).toMatchObject({ isAllowed: false, fullAtMs: 2_000 });
  });
});

import { describe, expect, it } from 'vitest';
import { ByteRate } from '../../../../src/platform/http/byte-rate.js';

function rateAt() {
  const clock = { nowMs: 1_000 };
  const policy = { bytesPerSecond: 1_000, burstBytes: 2_000, waitMsMax: 5_000, usersMax: 10 };
  return { clock, rate: new ByteRate(policy, () => clock.nowMs) };
}

describe('the bytes of a user', () => {
  it('are free up to the burst, and what is beyond is waited for', () => {
    const { rate, clock } = rateAt();
    rate.add('a', 2_000);
    expect(rate.waitMs('a')).toBe(0);
    rate.add('a', 500);
    expect(rate.waitMs('a')).toBe(500);
    expect(rate.waitMs('b')).toBe(0);
    clock.nowMs += 500;
    expect(rate.waitMs('a')).toBe(0);
    rate.add('a', 1);
    expect(rate.waitMs('a')).toBe(1);
  });

  it('are counted in whole, but nobody waits for ever', () => {
    const { rate, clock } = rateAt();
    rate.add('a', 1_000_000);
    expect(rate.waitMs('a')).toBe(5_000);
    clock.nowMs += 5_000;
    expect(rate.waitMs('a')).toBe(0);
  });

  it('come back while nothing is sent', () => {
    const { rate, clock } = rateAt();
    rate.add('a', 2_500);
    clock.nowMs += 60_000;
    rate.add('a', 2_000);
    expect(rate.waitMs('a')).toBe(0);
  });

  it('are those of so many users, of whom a forgotten one begins anew', () => {
    const { rate } = rateAt();
    rate.add('a', 3_000);
    for (let user = 0; user < 20; user += 1) rate.add(`user-${user}`, 1);
    expect(rate.waitMs('a')).toBe(0);
  });
});

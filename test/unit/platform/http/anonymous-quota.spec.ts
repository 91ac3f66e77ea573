import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { AnonymousQuota } from '../../../../src/platform/http/anonymous-quota.js';

function quotaAt() {
  const clock = { nowMs: 0 };
  return { clock, quota: new AnonymousQuota(() => clock.nowMs) };
}

function taken(times: number, take: () => boolean): number {
  return Array.from({ length: times }, take).filter(Boolean).length;
}

describe('events of refusals without a credential', () => {
  it('are the first few of an address, then one a minute', () => {
    const { clock, quota } = quotaAt();
    const first = limits.anonymousRefusalsOfAddressMax;
    expect(taken(first + 100, () => quota.takeOf('198.51.100.1'))).toBe(first);
    clock.nowMs += limits.anonymousRefusalOfAddressMs;
    expect(taken(100, () => quota.takeOf('198.51.100.1'))).toBe(1);
    expect(quota.takeOf('198.51.100.2')).toBe(true);
  });

  it('count an IPv6 host by its /64', () => {
    const { quota } = quotaAt();
    const first = limits.anonymousRefusalsOfAddressMax;
    let host = 0;
    expect(taken(1_000, () => quota.takeOf(`2001:db8::${(host += 1).toString(16)}`))).toBe(first);
    expect(quota.takeOf('2001:db8:0:1::1')).toBe(true);
  });

  it('are bounded over all addresses together', () => {
    const { clock, quota } = quotaAt();
    let host = 0;
    const fromAnywhere = (): boolean =>
      quota.takeOf(
        `2001:db8:${Math.floor(host / 65_536)}:${((host += 1) % 65_536).toString(16)}::`,
      );
    const all = limits.anonymousRefusalsMax;
    expect(taken(30_000, fromAnywhere)).toBe(all);
    expect(quota.take()).toBe(false);
    clock.nowMs += 10_000;
    expect(taken(1_000, fromAnywhere)).toBe(10 * limits.anonymousRefusalsPerSecond);
  });
});

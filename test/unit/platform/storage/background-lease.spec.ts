import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backgroundLimits } from '../../../../src/core/background-limits.js';
import { BackgroundLease } from '../../../../src/platform/storage/background-lease.js';
import { ManualClock } from '../../auth/manual-clock.js';

const { leaseMs, leaseFencedMs, leaseRenewedMs } = backgroundLimits;

let clock: ManualClock;
/** Answers of the database. */
let claim: () => Promise<boolean>;
let events: string[];
let claims: object[];
let lease: BackgroundLease;

beforeEach(() => {
  vi.useFakeTimers();
  clock = new ManualClock();
  events = [];
  claims = [];
  claim = async () => true;
  lease = new BackgroundLease({
    name: 'share-copies',
    leases: {
      claim: (request) => {
        claims.push(request);
        return claim();
      },
      release: async () => void events.push('released'),
    },
    holder: 'one',
    clock,
    onGained: () => events.push('gained'),
    onLost: () => events.push('lost'),
    onFault: () => events.push('fault'),
  });
});
afterEach(async () => {
  claim = async () => false;
  await lease.stop();
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  if (timers > 0) throw new Error('a timer is left');
});

async function passes(ms: number): Promise<void> {
  clock.advance(ms);
  await vi.advanceTimersByTimeAsync(ms);
}

describe('a lease', () => {
  it('is gained once, and holds while it is renewed', async () => {
    expect(lease.isHeld).toBe(false);
    expect(() => lease.require()).toThrow('another replica');
    lease.start();
    for (let count = 0; count < 10; count += 1) await passes(leaseRenewedMs);
    expect(events).toEqual(['gained']);
    const request = { name: 'share-copies', holder: 'one', leaseMs: leaseMs };
    expect(claims).toEqual(Array.from({ length: 11 }, () => request));
    expect(() => lease.require()).not.toThrow();
  });

  it('is over here before the database gives it to another replica', async () => {
    lease.start();
    await passes(0);
    clock.advance(leaseFencedMs - 1);
    expect(lease.isHeld).toBe(true);
    clock.advance(1);
    expect(() => lease.require()).toThrow(expect.objectContaining({ code: 'Unavailable' }));
    expect(leaseFencedMs + leaseRenewedMs).toBeLessThan(leaseMs);
  });

  it('lasts from the question, not from a late answer', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    claim = () => promise;
    lease.start();
    await passes(leaseFencedMs);
    resolve(true);
    await passes(0);
    expect([lease.isHeld, events]).toEqual([false, []]);
  });

  it('is lost at once if another replica has it, and can be gained again', async () => {
    lease.start();
    await passes(0);
    claim = async () => false;
    await passes(leaseRenewedMs);
    expect([lease.isHeld, events]).toEqual([false, ['gained', 'lost']]);
    claim = async () => true;
    await passes(leaseRenewedMs);
    expect([lease.isHeld, events]).toEqual([true, ['gained', 'lost', 'gained']]);
  });

  it('holds for its time while the database does not answer, and is lost then', async () => {
    lease.start();
    await passes(0);
    claim = () => Promise.reject(new Error('down'));
    await passes(leaseRenewedMs);
    expect([lease.isHeld, events]).toEqual([true, ['gained', 'fault']]);
    for (let count = 0; count < 3; count += 1) await passes(leaseRenewedMs);
    expect([lease.isHeld, events.at(-1)]).toEqual([false, 'lost']);
  });

  it('that was over for a moment is lost and gained: another replica may have had it', async () => {
    lease.start();
    await passes(0);
    // The process was stopped, and no question was on its way.
    clock.advance(leaseFencedMs);
    await passes(leaseRenewedMs);
    expect([lease.isHeld, events]).toEqual([true, ['gained', 'lost', 'gained']]);
  });

  it('is asked for by one question at a time', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    claim = () => promise;
    lease.start();
    for (let count = 0; count < 5; count += 1) await passes(leaseRenewedMs);
    expect(claims).toHaveLength(1);
    resolve(false);
  });
});

describe('the stop', () => {
  it('frees the lease, after the question that is on its way', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    claim = () => promise;
    lease.start();
    const stopping = lease.stop();
    resolve(true);
    await stopping;
    expect([events, lease.isHeld]).toEqual([['gained', 'released'], false]);
    await passes(leaseMs);
    expect(claims).toHaveLength(1);
  });

  it('frees nothing that another replica has', async () => {
    claim = async () => false;
    lease.start();
    await passes(0);
    await lease.stop();
    expect(events).toEqual([]);
  });

  it('ends also if the database cannot be used', async () => {
    const failing = new BackgroundLease({
      name: 'share-copies',
      leases: { claim: async () => true, release: () => Promise.reject(new Error('down')) },
      holder: 'one',
      clock,
      onGained: () => undefined,
      onLost: () => undefined,
      onFault: () => events.push('fault'),
    });
    failing.start();
    await passes(0);
    await failing.stop();
    expect(events).toEqual(['fault']);
  });
});

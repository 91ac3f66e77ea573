import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rotationLimits } from '../../../../src/core/rotation-limits.js';
import type { RotationRun } from '../../../../src/rotation/domain/rotation-run.js';
import type { ClaimedRun } from '../../../../src/rotation/domain/rotation.store.js';
import { Lease, LeaseLost } from '../../../../src/rotation/engine/lease.js';
import { aRun } from '../rotation-run.builder.js';

const { leaseFencedMs, leaseMs, renewEveryMs } = rotationLimits;
const run = aRun();

/** What a database says, one answer for each question. */
class Answers {
  readonly released: RotationRun[] = [];
  renewals: ('renewed' | 'gone' | 'away')[] = [];
  asked = 0;

  claimed(): ClaimedRun {
    return { run, fencedAtMs: performance.now() + leaseFencedMs };
  }

  renew = async (): Promise<ClaimedRun | undefined> => {
    const answer = this.renewals[this.asked] ?? 'renewed';
    this.asked += 1;
    if (answer === 'away') throw new Error('the database is away');
    return answer === 'gone' ? undefined : this.claimed();
  };

  release = async (released: RotationRun): Promise<void> => {
    this.released.push(released);
  };
}

describe('a lease', () => {
  let answers: Answers;
  let lease: Lease;

  beforeEach(() => {
    vi.useFakeTimers();
    answers = new Answers();
    lease = new Lease(answers, answers.claimed());
  });

  afterEach(async () => {
    await lease.release(run);
    vi.useRealTimers();
  });

  const isHeld = (): boolean => {
    try {
      lease.require();
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(LeaseLost);
      return false;
    }
  };

  it('ends here before the database gives it to somebody else, with time for one call', () => {
    expect(leaseFencedMs + rotationLimits.targetCallMsMax).toBeLessThanOrEqual(leaseMs);
    expect(2 * renewEveryMs).toBeLessThanOrEqual(leaseFencedMs);
  });

  it('is held for as long as it is renewed', async () => {
    await vi.advanceTimersByTimeAsync(100 * renewEveryMs);
    expect(isHeld()).toBe(true);
    expect(lease.signal.aborted).toBe(false);
    expect(answers.asked).toBe(100);
  });

  it('is lost at once where the database has given it away', async () => {
    answers.renewals = ['gone'];
    await vi.advanceTimersByTimeAsync(renewEveryMs);
    expect(lease.signal.aborted).toBe(true);
    expect(isHeld()).toBe(false);
  });

  it('stays lost, whatever the database says later', async () => {
    answers.renewals = ['gone', 'renewed'];
    await vi.advanceTimersByTimeAsync(2 * renewEveryMs);
    expect(isHeld()).toBe(false);
  });

  it('outlives a database that is away for a moment', async () => {
    answers.renewals = ['away', 'renewed'];
    await vi.advanceTimersByTimeAsync(renewEveryMs + 1);
    expect(isHeld()).toBe(true);
    await vi.advanceTimersByTimeAsync(2 * renewEveryMs);
    expect(isHeld()).toBe(true);
  });

  it('is lost by time where the database stays away', async () => {
    answers.renewals = Array.from({ length: 10 }, () => 'away');
    await vi.advanceTimersByTimeAsync(leaseFencedMs - 1);
    expect(isHeld()).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(isHeld()).toBe(false);
    expect(lease.signal.aborted).toBe(true);
  });

  it('ends what is under way when somebody else may have it, though nobody asks', async () => {
    answers.renewals = Array.from({ length: 10 }, () => 'away');
    await vi.advanceTimersByTimeAsync(leaseMs - 1);
    expect(lease.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(lease.signal.aborted).toBe(true);
  });

  it('is not released where it was lost: it is somebody else’s now', async () => {
    answers.renewals = ['gone'];
    await vi.advanceTimersByTimeAsync(renewEveryMs);
    await lease.release(run);
    expect(answers.released).toEqual([]);
  });

  it('is released once, and asked for no more', async () => {
    const after = { ...run, step: 'set' as const };
    await lease.release(after);
    await vi.advanceTimersByTimeAsync(10 * renewEveryMs);
    expect(answers.released).toEqual([after]);
    expect(answers.asked).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a process that was stopped past its lease', () => {
  it('finds out before it does anything, though no timer has run', () => {
    const answers = new Answers();
    // Of a clock that does not stand still: nothing ran in between.
    const lease = new Lease(answers, { run, fencedAtMs: performance.now() - 1 });
    expect(() => lease.require()).toThrow(LeaseLost);
    expect(lease.signal.aborted).toBe(true);
    return lease.release(run);
  });
});

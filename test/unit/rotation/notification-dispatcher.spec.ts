import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '../../../src/core/clock.js';
import { rotationLimits } from '../../../src/core/rotation-limits.js';
import { NotificationDispatcher } from '../../../src/rotation/notification-dispatcher.js';
import type { TakenRow } from '../../../src/rotation/store/outbox-rows.js';

/** One that looks without a pause would never let the test end. */
const LOOKS_MAX = 20;
const row = { attempts: 0, row: { timeMs: 0 } } as TakenRow;

/** A feeder over so many full outboxes, one after the other, and how often it has looked. */
function feederOver(full: number) {
  let looks = 0;
  const nothing = () => Promise.resolve();
  const feeder = new NotificationDispatcher({
    rows: {
      take: () => {
        looks += 1;
        if (looks > LOOKS_MAX) return Promise.withResolvers<never>().promise;
        return Promise.resolve(looks <= full ? [row] : []);
      },
      remove: nothing,
      tryAgain: nothing,
      bury: nothing,
      purge: nothing,
      count: () => Promise.resolve({ waiting: 0, dead: 0 }),
    },
    deliver: () => Promise.resolve('delivered'),
    clock: new SystemClock(),
    onAlarm: () => undefined,
  });
  return { feeder, looks: () => looks };
}

describe('a feeder', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('waits for its next look where it has found nothing', async () => {
    const { feeder, looks } = feederOver(0);
    feeder.start();
    await vi.advanceTimersByTimeAsync(rotationLimits.outboxLookMs - 1);
    expect(looks()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(looks()).toBe(2);
    await feeder.stop();
  });

  it('goes on at once while there is something', async () => {
    const { feeder, looks } = feederOver(3);
    feeder.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(looks()).toBe(4);
    await feeder.stop();
  });

  it('looks at once where there is something new', async () => {
    const { feeder, looks } = feederOver(0);
    feeder.start();
    await vi.advanceTimersByTimeAsync(0);
    feeder.nudge();
    await vi.advanceTimersByTimeAsync(0);
    expect(looks()).toBe(2);
    await feeder.stop();
  });
});

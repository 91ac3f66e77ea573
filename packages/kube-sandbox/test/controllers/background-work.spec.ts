import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { BackgroundWork } from '../../src/controllers/background-work.js';
import { bounds } from '../../src/store/sandbox-bounds.js';

afterEach(() => {
  vi.useRealTimers();
});

it('is done once for many askings, and again as long as there is more', async () => {
  let left = 3;
  const work = new BackgroundWork(
    () => --left > 0,
    () => expect.unreachable(),
  );
  work.request();
  work.request();
  expect(left).toBe(3);
  await turn();
  expect(left).toBe(2);
  while (left > 0) await turn();
  await turn();
  expect(left).toBe(0);
});

it('is tried again after a fault', () => {
  vi.useFakeTimers();
  const faults: unknown[] = [];
  let runs = 0;
  const work = new BackgroundWork(
    () => {
      runs += 1;
      if (runs === 1) throw new Error('once');
      return false;
    },
    (error) => faults.push(error),
  );
  work.request();
  vi.advanceTimersByTime(bounds.controllerRetryMs - 1);
  expect([runs, faults.length]).toEqual([1, 1]);
  vi.advanceTimersByTime(2);
  expect([runs, faults.length]).toEqual([2, 1]);
});

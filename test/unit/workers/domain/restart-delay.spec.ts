import { expect, it } from 'vitest';
import { workerLimits } from '../../../../src/core/worker-limits.js';
import { type Restarts, nextRestart } from '../../../../src/workers/domain/restart-delay.js';

const { workerRestartMsMin, workerRestartMsMax, workerSettledMs } = workerLimits;

it('waits twice as long before each restart, up to a bound', () => {
  let last: Restarts | undefined;
  const delays = Array.from({ length: 10 }, () => (last = nextRestart(last, 0)).delayMs);
  expect(delays.slice(0, 3)).toEqual([1, 2, 4].map((times) => times * workerRestartMsMin));
  expect(delays.at(-1)).toBe(workerRestartMsMax);
  expect(last?.count).toBe(10);
});

it('begins anew after a worker that had settled', () => {
  const often = { count: 9, delayMs: workerRestartMsMax };
  expect(nextRestart(often, workerSettledMs)).toEqual({ count: 1, delayMs: workerRestartMsMin });
});

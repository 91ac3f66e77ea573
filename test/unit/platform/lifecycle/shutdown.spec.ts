import { expect, it } from 'vitest';
import { Shutdown } from '../../../../src/platform/lifecycle/shutdown.js';

it('ends streams first, and calls in flight only when it is forced', () => {
  const shutdown = new Shutdown();
  expect([shutdown.begun.aborted, shutdown.forced.aborted]).toEqual([false, false]);
  shutdown.begin();
  expect([shutdown.begun.aborted, shutdown.forced.aborted]).toEqual([true, false]);
  shutdown.force();
  expect([shutdown.begun.aborted, shutdown.forced.aborted]).toEqual([true, true]);
});

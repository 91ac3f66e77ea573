import { closeSync, openSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppLogger } from '../../../../src/platform/telemetry/app-logger.js';
import { standardOutput } from '../../../../src/platform/telemetry/standard-output.js';
import { uncaughtDuring } from '../../../support/uncaught-errors.js';

let full: number;

beforeEach(() => {
  full = openSync('/dev/full', 'w');
});
afterEach(() => closeSync(full));

it('loses the lines that a full disk does not take, and ends nothing', async () => {
  const destination = standardOutput(full);
  const listeners = destination.listenerCount('error');
  const logger = new AppLogger({ level: 'info', destination });
  const caught = await uncaughtDuring(async () => {
    logger.notice('nothing is left on the device');
    // pino takes its own listener away at the first failure that is no broken pipe.
    await expect.poll(() => destination.listenerCount('error')).toBe(listeners - 1);
    logger.notice('nor is there later');
  });
  expect(caught).toEqual([]);
});

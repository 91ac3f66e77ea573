import { expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { rotationLimits } from '../../../../src/core/rotation-limits.js';
import { untilUndisturbed } from '../../../../src/custom-resources/domain/until-undisturbed.js';

const disturbed = new SallyportError('Conflict', 'the object has been modified');

function failing(times: number, error: Error) {
  let calls = 0;
  return {
    write: () => {
      calls += 1;
      return calls <= times ? Promise.reject(error) : Promise.resolve('written');
    },
    count: () => calls,
  };
}

it('a write is tried again after another write', async () => {
  const { write, count } = failing(2, disturbed);
  expect(await untilUndisturbed(write)).toBe('written');
  expect(count()).toBe(3);
});

it('a write is given up after a number of tries', async () => {
  const { write, count } = failing(1_000, disturbed);
  await expect(untilUndisturbed(write)).rejects.toBe(disturbed);
  expect(count()).toBe(rotationLimits.policyWriteAttemptsMax);
});

it('a write that failed for another reason is not tried again', async () => {
  const denied = new SallyportError('Forbidden', 'no');
  const { write, count } = failing(1, denied);
  await expect(untilUndisturbed(write)).rejects.toBe(denied);
  expect(count()).toBe(1);
});

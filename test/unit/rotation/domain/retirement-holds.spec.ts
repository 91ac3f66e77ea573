import { expect, it } from 'vitest';
import { RetirementHolds } from '../../../../src/rotation/domain/retirement-holds.js';

const secret = { namespace: 'pay', name: 'db' };

it('let an old credential end if nothing needs it', async () => {
  const holds = new RetirementHolds();
  expect(await holds.reasonFor(secret)).toBeUndefined();
  holds.add(async () => undefined);
  expect(await holds.reasonFor(secret)).toBeUndefined();
});

it('name the first that needs it', async () => {
  const asked: string[] = [];
  const holds = new RetirementHolds();
  holds.add(async ({ name }) => {
    asked.push(name);
    return undefined;
  });
  holds.add(async () => 'a sync is behind');
  holds.add(async () => 'never asked');
  expect(await holds.reasonFor(secret)).toBe('a sync is behind');
  expect(asked).toEqual(['db']);
});

it('fail if one cannot tell: the credential stays', async () => {
  const holds = new RetirementHolds();
  holds.add(() => Promise.reject(new Error('the cluster does not answer')));
  await expect(holds.reasonFor(secret)).rejects.toThrow('does not answer');
});

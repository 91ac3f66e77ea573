import { expect, it } from 'vitest';
import { nextBranch } from '../../../../../src/audit/log/domain/log-branch.js';

it('is called otherwise after each acceptance, also after one that is repeated', () => {
  const first = nextBranch(undefined, 'one');
  const names = [
    first,
    nextBranch(first, 'one'),
    nextBranch(first, 'two'),
    nextBranch(undefined, 'two'),
    nextBranch(nextBranch(undefined, 'two'), 'one'),
  ];
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}$/);
  expect(nextBranch(undefined, 'one')).toBe(first);
});

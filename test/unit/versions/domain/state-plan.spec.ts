import { expect, test } from 'vitest';
import { planState } from '../../../../src/versions/domain/state-plan.js';
import type { VersionState } from '../../../../src/versions/domain/version.js';

const ref = { namespace: 'pay', name: 'db' };

/** What comes of each wish in each state: of the current version, and of another. */
const table = [
  ['live', 'live', 'nothing', 'nothing'],
  ['live', 'deleted', 'Conflict', 'change'],
  ['live', 'destroyed', 'Conflict', 'change'],
  ['deleted', 'live', 'change', 'change'],
  ['deleted', 'deleted', 'nothing', 'nothing'],
  ['deleted', 'destroyed', 'Conflict', 'change'],
  ['destroyed', 'live', 'Destroyed', 'Destroyed'],
  ['destroyed', 'deleted', 'Destroyed', 'Destroyed'],
  ['destroyed', 'destroyed', 'nothing', 'nothing'],
] as const;

function outcome(state: VersionState, to: VersionState, current: number | undefined): string {
  try {
    const plan = planState(ref, { version: 3, state }, { to, current });
    if (plan !== undefined) expect(plan).toMatchObject({ to });
    if (plan !== undefined) expect(plan.from).toContain(state);
    return plan === undefined ? 'nothing' : 'change';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test.each(table)('%s to %s: %s of the current one, %s of another', (state, to, own, other) => {
  expect(outcome(state, to, 3)).toBe(own);
  expect(outcome(state, to, 4)).toBe(other);
  expect(outcome(state, to, undefined)).toBe(other);
});

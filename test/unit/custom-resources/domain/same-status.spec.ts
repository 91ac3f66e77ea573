import { describe, expect, it } from 'vitest';
import { isSameStatus } from '../../../../src/custom-resources/domain/same-status.js';

const status = {
  observedGeneration: 3,
  state: 'Ready',
  runId: 'run',
  versions: { current: 2, previous: 1 },
  conditions: [{ type: 'Ready' }, { type: 'Degraded' }],
};

describe('statuses are the same', () => {
  it('in whatever order their members are, and where nothing stands for undefined', () => {
    const turned = Object.fromEntries(Object.entries(status).toReversed());
    const versions = { previous: 1, current: 2 };
    expect(isSameStatus({ ...status, message: undefined }, { ...turned, versions })).toBe(true);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a member more', { ...status, extra: 1 }],
    ['a member less', { ...status, runId: undefined }],
    ['another value', { ...status, observedGeneration: 4 }],
    ['another type', { ...status, observedGeneration: '3' }],
    ['no conditions', { ...status, conditions: [] }],
    ['conditions in another order', { ...status, conditions: status.conditions.toReversed() }],
    ['nothing', {}],
  ])('but not with %s', (_what, other) => {
    expect(isSameStatus(status, other)).toBe(false);
  });
});

import { expect, it } from 'vitest';
import { importStatus } from '../../../../../src/shares/copies/domain/import-status.js';

const nowMs = Date.parse('2026-01-02T03:04:05.678Z');
const before = {
  generation: 4,
  status: { state: 'Ready', version: 2, deliveredTime: '2026-01-01T00:00:00.000Z' },
};

it('a delivery has its version and its time', () => {
  const outcome = { kind: 'ready', version: 3, isWritten: true } as const;
  expect(importStatus(before, outcome, nowMs)).toMatchObject({
    ...{ observedGeneration: 4, state: 'Ready', version: 3 },
    deliveredTime: '2026-01-02T03:04:05.678Z',
    conditions: [{ type: 'Ready', status: 'True', reason: 'Delivered' }],
  });
});

it('a look that wrote nothing keeps the time of the delivery', () => {
  const outcome = { kind: 'ready', version: 3, isWritten: false } as const;
  const { deliveredTime } = importStatus(before, outcome, nowMs);
  expect(deliveredTime).toBe('2026-01-01T00:00:00.000Z');
});

it('an import without a target is granted or not, and has no version', () => {
  const live = { generation: 1, status: {} };
  const outcome = { kind: 'ready', version: undefined, isWritten: false } as const;
  expect(importStatus(live, outcome, nowMs)).toMatchObject({
    ...{ state: 'Ready', version: undefined, deliveredTime: undefined },
    conditions: [{ reason: 'Granted' }],
  });
});

it('a problem says what was delivered before, and who must do what', () => {
  const outcome = { kind: 'problem', problem: 'NotGranted' } as const;
  const message = 'nothing is granted to this import: ask the owner of the share';
  expect(importStatus(before, outcome, nowMs)).toMatchObject({
    ...{ state: 'NotGranted', version: 2, deliveredTime: '2026-01-01T00:00:00.000Z' },
    conditions: [{ type: 'Ready', status: 'False', reason: 'NotGranted', message }],
  });
});

it('a copy that lacks some keys has its version, and is not ready', () => {
  const problem = 'SomeKeysMissing';
  const outcome = { kind: 'ready', version: 3, isWritten: true, problem } as const;
  expect(importStatus(before, outcome, nowMs)).toMatchObject({
    ...{ state: 'Conflict', version: 3, deliveredTime: '2026-01-02T03:04:05.678Z' },
    conditions: [{ type: 'Ready', status: 'False', reason: problem }],
  });
});

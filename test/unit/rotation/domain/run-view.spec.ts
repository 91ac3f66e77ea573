import { describe, expect, it } from 'vitest';
import { toRunView } from '../../../../src/rotation/domain/run-view.js';
import { aRun } from '../rotation-run.builder.js';

describe('a run as it is shown', () => {
  it('was asked for by nobody where the schedule did, whoever answers for that', () => {
    const run = aRun({ trigger: 'schedule', requestedBy: 'carol' });
    expect(toRunView(run).requestedBy).toBeNull();
  });

  it('leaves out what there is not', () => {
    expect(toRunView(aRun())).toEqual({
      id: '0199-run',
      state: 'running',
      step: 'create',
      trigger: 'schedule',
      requestedBy: null,
      reason: null,
      fromVersion: null,
      toVersion: null,
      startedAt: '2026-01-02T03:04:05.000Z',
      stepStartedAt: '1970-01-01T00:00:00.000Z',
    });
  });

  it('says why it waits, what is wrong, and when it ends', () => {
    const run = aRun({
      state: 'waiting',
      step: 'retire',
      trigger: 'manual',
      requestedBy: 'alice',
      reason: 'leaked',
      fromVersion: 3,
      toVersion: 4,
      waitingFor: 'Pods with the old value: a',
      problem: { reason: 'TargetUnreachable', message: 'the target cannot be reached' },
      retireAtMs: 1_000,
      endedMs: 2_000,
    });
    expect(toRunView(run)).toMatchObject({
      state: 'waiting',
      trigger: 'manual',
      requestedBy: 'alice',
      reason: 'leaked',
      fromVersion: 3,
      toVersion: 4,
      waitingFor: 'Pods with the old value: a',
      error: { reason: 'TargetUnreachable', message: 'the target cannot be reached' },
      retireAt: '1970-01-01T00:00:01.000Z',
      endedAt: '1970-01-01T00:00:02.000Z',
    });
  });

  it('holds nothing of how it is worked on', () => {
    const inside = ['epoch', 'attempts', 'dueMs', 'policyUid', 'namespaceUid', 'username', 'wish'];
    const view = toRunView(aRun({ username: 'app', formerUsername: 'app' }));
    expect(Object.keys(view).filter((name) => inside.includes(name))).toEqual([]);
  });
});

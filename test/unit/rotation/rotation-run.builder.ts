import type { RotationRun } from '../../../src/rotation/domain/rotation-run.js';

/** A run that has begun. */
export function aRun(change: Partial<RotationRun> = {}): RotationRun {
  return {
    id: '0199-run',
    namespaceUid: 'uid-of-pay',
    namespace: 'pay',
    name: 'app-db',
    policyUid: 'uid-of-policy',
    trigger: 'schedule',
    requestedBy: null,
    reason: null,
    state: 'running',
    step: 'create',
    epoch: 1,
    attempts: 0,
    dueMs: 0,
    retireAfterMs: 0,
    retireAtMs: null,
    waitUntilMs: null,
    fromVersion: null,
    toVersion: null,
    username: null,
    formerUsername: null,
    waitingFor: null,
    problem: null,
    wish: null,
    startedMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    stepStartedMs: 0,
    endedMs: null,
    ...change,
  };
}

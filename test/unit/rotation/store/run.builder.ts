import type { RotationRun } from '../../../../src/rotation/domain/rotation-run.js';
import type { NewRun } from '../../../../src/rotation/domain/rotation.store.js';

/** A run that is about to begin, but for what is wished otherwise. */
export function newRun(wish: Partial<NewRun> = {}): NewRun {
  return {
    id: 'run-1',
    namespaceUid: 'namespace-uid',
    namespace: 'pay',
    name: 'shhhhhh',
    policyUid: 'policy-uid',
    trigger: 'manual',
    requestedBy: 'alice',
    reason: 'it leaked',
    retireAfterMs: 3_600_000,
    startedMs: 1_700_000_000_000,
    ...wish,
  };
}

/** One of which every column has a value. */
export const fullRun: RotationRun = {
  ...newRun(),
  state: 'waiting',
  step: 'retire',
  epoch: 3,
  attempts: 2,
  dueMs: 1_700_000_001_000,
  retireAtMs: 1_700_000_002_000,
  waitUntilMs: 1_700_000_003_000,
  fromVersion: 4,
  toVersion: 5,
  username: 'app_a',
  formerUsername: 'app_b',
  waitingFor: 'Deployment shop',
  problem: { reason: 'TestFailed', message: 'the new password was refused' },
  wish: 'retire',
  stepStartedMs: 1_700_000_004_000,
  endedMs: null,
};

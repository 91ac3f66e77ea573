import { beforeEach, describe, expect, it } from 'vitest';
import { backgroundLimits } from '../../../../src/core/background-limits.js';
import type { SyncOutcome } from '../../../../src/sync/domain/sync-outcome.js';
import { RefusedAttempts } from '../../../../src/sync/engine/refused-attempts.js';
import { RoundProgress } from '../../../../src/sync/engine/round-progress.js';
import { SyncRefused } from '../../../../src/sync/engine/sync-refused.js';

const sync = { uid: 'sync', generation: 1 };
const states = { clusterVersion: '1', storeVersion: '1', storeChangedAt: undefined };

let nowMs: number;
let refused: RefusedAttempts;

beforeEach(() => {
  nowMs = 0;
  refused = new RefusedAttempts({ monotonicMs: () => nowMs });
});

function progressOf(change: object = {}, isAttempted = true): RoundProgress {
  const progress = new RoundProgress();
  progress.read({ ...states, mark: undefined, ...change });
  if (isAttempted) progress.attempted();
  return progress;
}

function outcomeOf(reason: string): SyncOutcome {
  const problem = { concerns: 'InSync', reason, message: 'text' } as const;
  return { kind: 'problem', problem, isStoreKnown: true };
}

const require =
  (change: object = {}, of = sync) =>
  () =>
    refused.require(of, progressOf(change));

describe('a write that a side has refused', () => {
  beforeEach(() => refused.note(sync, outcomeOf('SecretRefused'), progressOf()));

  it('waits with its problem, and is then attempted again', () => {
    expect(require()).toThrow(SyncRefused);
    nowMs = backgroundLimits.refusedRetryMsMin;
    expect(require()).not.toThrow();
  });

  it.each<[string, object]>([
    ['the Secret', { clusterVersion: '2' }],
    ['the store', { storeVersion: '2' }],
  ])('is attempted at once after a change of %s', (_what, change) => {
    expect(require(change)).not.toThrow();
  });

  it('is attempted at once after a change of the spec, and does not delay other syncs', () => {
    expect(require({}, { ...sync, generation: 2 })).not.toThrow();
    expect(require({}, { ...sync, uid: 'other' })).not.toThrow();
  });

  it('does not wait any more after a write', () => {
    const seen = { ...states };
    const keys = new Map();
    refused.note(
      sync,
      { kind: 'done', keys, seen, isWritten: true, overwritten: [] },
      progressOf(),
    );
    expect(require()).not.toThrow();
  });
});

it.each<[string, string, boolean]>([
  ['a problem that the next look may not meet', 'TargetTimeout', true],
  ['a problem before any write', 'SecretRefused', false],
])('delays nothing because of %s', (_what, reason, isAttempted) => {
  refused.note(sync, outcomeOf(reason), progressOf({}, isAttempted));
  expect(require()).not.toThrow();
});

import { describe, expect, it } from 'vitest';
import { rotationLimits } from '../../../../src/core/rotation-limits.js';
import { afterFailedUndo, afterFailure } from '../../../../src/rotation/domain/after-failure.js';
import type { RunReason, RunStep } from '../../../../src/rotation/domain/rotation-run.js';
import type { StepFailure } from '../../../../src/rotation/domain/run-stopped.js';

const DAY_MS = 86_400_000;
const stepStartedMs = Date.UTC(2026, 0, 1);

function failureOf(reason: RunReason, change: Partial<StepFailure> = {}): StepFailure {
  const problem = { reason, message: 'a sentence' };
  return { problem, mayPass: true, mayHaveChanged: false, ...change };
}

const unsure = { mayHaveChanged: true };

/** After how many failures, or `Infinity`, a run of this step is given up. */
function triesOf(step: RunStep, failure: StepFailure): number {
  for (let attempts = 0; attempts < 500; attempts += 1) {
    const run = { step, attempts, stepStartedMs };
    if (afterFailure(run, failure, stepStartedMs).kind === 'giveUp') return attempts + 1;
  }
  return Infinity;
}

describe('a failure that cannot pass', () => {
  it.each<[RunReason, 'failed' | 'needsOperator']>([
    ['AdminRefused', 'failed'],
    ['SecretMissing', 'failed'],
    ['NoCredentialWorks', 'needsOperator'],
    ['SecretDiffers', 'needsOperator'],
    ['AuthorForbidden', 'needsOperator'],
  ])('ends the run at once: %s, %s', (reason, state) => {
    const run = { step: 'set', attempts: 0, stepStartedMs } as const;
    const failure = failureOf(reason, { mayPass: false });
    expect(afterFailure(run, failure, stepStartedMs)).toEqual({ kind: 'giveUp', state });
  });
});

describe('a failure that may pass', () => {
  it('is tried again later each time, but never later than by half a minute', () => {
    const delays = Array.from({ length: 120 }, (_, attempts) => {
      const run = { step: 'retire', attempts, stepStartedMs } as const;
      const next = afterFailure(run, failureOf('TargetFailed'), stepStartedMs);
      return next.kind === 'again' ? (next.change.dueMs ?? 0) - stepStartedMs : 0;
    });
    expect(delays.slice(0, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(Math.max(...delays)).toBe(30_000);
  });

  it('is counted, and told while it lasts', () => {
    const failure = failureOf('TargetUnreachable', unsure);
    const run = { step: 'set', attempts: 2, stepStartedMs } as const;
    expect(afterFailure(run, failure, stepStartedMs)).toEqual({
      kind: 'again',
      change: { attempts: 3, dueMs: stepStartedMs + 2_000, problem: failure.problem },
    });
  });

  it.each<[RunStep, StepFailure]>([
    ['create', failureOf('Internal')],
    // Nothing can have changed before `set`, nor is anything left behind after `finish`.
    ['create', failureOf('TargetUnreachable', unsure)],
    ['set', failureOf('Internal')],
    ['test', failureOf('NotPropagated', unsure)],
    ['finish', failureOf('FinishBlocked')],
    ['retire', failureOf('TargetUnreachable', unsure)],
  ])('ends %s after a number of tries', (step, failure) => {
    expect(triesOf(step, failure)).toBe(rotationLimits.attemptsMax[step]);
  });
});

describe('a change that may have taken effect unseen', () => {
  const patient: readonly (readonly [RunStep, StepFailure])[] = [
    ['set', failureOf('TargetTimeout', unsure)],
    ['set', failureOf('TargetUnreachable', unsure)],
    ['test', failureOf('TargetUnreachable', unsure)],
    ['finish', failureOf('Internal', unsure)],
    // The target has the new values already: a cluster that is away ends nothing.
    ['test', failureOf('Internal')],
    ['finish', failureOf('Internal')],
  ];

  it.each(patient)('is tried for a day, however often, in %s: %o', (step, failure) => {
    expect(triesOf(step, failure)).toBe(Infinity);
    const run = { step, attempts: 400, stepStartedMs };
    const within = afterFailure(run, failure, stepStartedMs + DAY_MS - 1);
    expect(within.kind).toBe('again');
  });

  it.each(patient)('ends after that in %s: %o', (step, failure) => {
    const run = { step, attempts: 400, stepStartedMs };
    const after = afterFailure(run, failure, stepStartedMs + DAY_MS);
    expect(after).toEqual({ kind: 'giveUp', state: 'failed' });
  });
});

describe('what cannot be taken back just now', () => {
  const { problem } = failureOf('TestFailed');
  const run = { attempts: 6, stepStartedMs };

  it('is tried again within the day, under the reason why the run is given up', () => {
    const change = { attempts: 7, dueMs: stepStartedMs + 30_000, problem };
    expect(afterFailedUndo(run, problem, stepStartedMs)).toEqual(change);
  });

  it('is left behind after that', () => {
    expect(afterFailedUndo(run, problem, stepStartedMs + DAY_MS)).toBeUndefined();
  });
});

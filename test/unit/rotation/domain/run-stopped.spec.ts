import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorTable } from '../../../../src/core/errors/error-table.js';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import type { RunReason } from '../../../../src/rotation/domain/rotation-run.js';
import {
  needsOperator,
  RunStopped,
  stepFailure,
} from '../../../../src/rotation/domain/run-stopped.js';
import {
  TargetFault,
  type TargetFaultReason,
} from '../../../../src/rotation/domain/target-fault.js';

const steps = ['create', 'set', 'test', 'finish', 'retire'] as const;
const marker = 'marker-of-a-peer';

describe('a step that was stopped', () => {
  it.each(steps)('is not tried again in %s, and says why in our words', (step) => {
    expect(stepFailure(new RunStopped('SecretImmutable', 'a sentence'), step)).toEqual({
      problem: { reason: 'SecretImmutable', message: 'a sentence' },
      mayPass: false,
      mayHaveChanged: false,
    });
  });
});

describe('a fault of the target', () => {
  it.each<[TargetFaultReason, boolean]>([
    ['HostNotAllowed', false],
    ['TlsFailed', false],
    ['AdminRefused', false],
    ['UserUnknown', false],
    ['UserPrivileged', false],
    ['PasswordRejected', false],
    ['Unsupported', false],
    ['TargetUnreachable', true],
    ['TargetTimeout', true],
    ['NotPropagated', true],
    ['TargetFailed', true],
  ])('%s may pass: %s', (reason, mayPass) => {
    expect(stepFailure(new TargetFault(reason, 'a sentence'), 'set')).toEqual({
      problem: { reason, message: 'a sentence' },
      mayPass,
      // What passes may have gone through unseen.
      mayHaveChanged: mayPass,
    });
  });
});

describe('a fault of the cluster', () => {
  const failureOf = (code: ErrorCode, step: (typeof steps)[number]) =>
    stepFailure(new SallyportError(code, marker), step);

  it.each(steps)('that the Secret is gone does not pass in %s', (step) => {
    expect(failureOf('NotFound', step)).toMatchObject({
      problem: { reason: 'SecretMissing' },
      mayPass: false,
    });
  });

  it.each<ErrorCode>(['Forbidden', 'Invalid', 'TooLarge'])(
    'that it takes no new values (%s) may pass, and changed nothing',
    (code) => {
      expect(failureOf(code, 'finish')).toMatchObject({
        problem: { reason: 'FinishBlocked' },
        mayPass: true,
        mayHaveChanged: false,
      });
      expect(failureOf(code, 'create')).toMatchObject({
        problem: { reason: 'Internal' },
        mayPass: false,
      });
    },
  );

  it.each<[ErrorCode, boolean]>([
    ['Conflict', false],
    ['Timeout', false],
    ['TooManyRequests', false],
    ['Unavailable', false],
    ['OutcomeUnknown', true],
    ['Internal', true],
  ])('%s passes, and may have changed something: %s', (code, mayHaveChanged) => {
    expect(failureOf(code, 'finish')).toMatchObject({ mayPass: true, mayHaveChanged });
  });

  it('is told without the words of the cluster, whichever it is', () => {
    for (const code of Object.keys(errorTable) as ErrorCode[]) {
      for (const step of steps) expect(failureOf(code, step).problem.message).not.toContain(marker);
    }
  });
});

describe('a fault that nobody expected', () => {
  it.each([new TypeError(marker), new DOMException(marker, 'AbortError'), marker, undefined])(
    'passes and is told without its words: %o',
    (error) => {
      const failure = stepFailure(error, 'set');
      expect(failure).toMatchObject({
        problem: { reason: 'Internal' },
        mayPass: true,
        mayHaveChanged: true,
      });
      expect(failure.problem.message).not.toContain(marker);
    },
  );
});

describe('an operator is needed', () => {
  it.each<[RunReason, boolean]>([
    ['NoCredentialWorks', true],
    ['SecretDiffers', true],
    ['AuthorUnknown', true],
    ['AuthorForbidden', true],
    ['AuthorGone', true],
    ['TargetUnreachable', false],
    ['FinishBlocked', false],
    ['SecretMissing', false],
    ['ManagedElsewhere', false],
    ['PolicyGone', false],
    ['Internal', false],
  ])('after %s: %s', (reason, isNeeded) => {
    expect(needsOperator({ reason, message: '' })).toBe(isNeeded);
  });
});

import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { RunProblem, RunReason, RunStep } from './rotation-run.js';
import { isTargetFailure, type TargetFaultReason } from './target-fault.js';

/** Error of a step that cannot continue; a retry would not succeed either. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
  readonly reason: RunReason;

  constructor(reason: RunReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface StepFailure {
  readonly problem: RunProblem;
  /** Whether a retry of the step can succeed. */
  readonly mayPass: boolean;
  /** Whether the requested change may have taken effect in spite of the failure. */
  readonly mayHaveChanged: boolean;
}

/** Reasons that need an operator; the schedule stops until someone requests a run. */
const OPERATOR: ReadonlySet<RunReason> = new Set([
  'NoCredentialWorks',
  'SecretDiffers',
  'AuthorUnknown',
  'AuthorForbidden',
  'AuthorGone',
]);

const PASSING: ReadonlySet<TargetFaultReason> = new Set([
  'TargetUnreachable',
  'TargetTimeout',
  'NotPropagated',
  'TargetFailed',
]);

export function needsOperator({ reason }: RunProblem): boolean {
  return OPERATOR.has(reason);
}

/** Classifies the error of a step; leaves out texts of peers and of the cluster. */
export function stepFailure(error: unknown, step: RunStep): StepFailure {
  if (error instanceof RunStopped) {
    const { reason, message } = error;
    return { problem: { reason, message }, mayPass: false, mayHaveChanged: false };
  }
  if (isTargetFailure(error)) {
    const { reason, message, mayHaveChanged } = error;
    return { problem: { reason, message }, mayPass: PASSING.has(reason), mayHaveChanged };
  }
  if (error instanceof SallyportError) return clusterFailure(error, step);
  const problem = { reason: 'Internal', message: 'the step failed unexpectedly' } as const;
  return { problem, mayPass: true, mayHaveChanged: true };
}

function clusterFailure({ code }: SallyportError, step: RunStep): StepFailure {
  const mayHaveChanged = code === 'OutcomeUnknown' || code === 'Internal';
  const of = (reason: RunReason, message: string, mayPass: boolean): StepFailure => ({
    problem: { reason, message },
    mayPass,
    mayHaveChanged,
  });
  switch (code) {
    case 'NotFound':
      return of('SecretMissing', 'the Secret is not there', false);
    case 'Forbidden':
    case 'Invalid':
    case 'TooLarge':
      return step === 'finish'
        ? of('FinishBlocked', `the cluster refuses the new values (${code})`, true)
        : of('Internal', `the cluster refuses what the rotation needs (${code})`, false);
    default:
      return of('Internal', `the cluster or the database cannot be used just now (${code})`, true);
  }
}

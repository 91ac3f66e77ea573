import { rotationLimits } from '../../core/rotation-limits.js';
import type { RotationRun, RunChange, RunProblem } from './rotation-run.js';
import { needsOperator, type StepFailure } from './run-stopped.js';

export type AfterFailure =
  | { readonly kind: 'again'; readonly change: RunChange }
  /** The change is undone, then the run ends in this state. */
  | { readonly kind: 'giveUp'; readonly state: 'failed' | 'needsOperator' };

/** Returns how a run continues after a failed step: another attempt later, or the end. */
export function afterFailure(
  run: Pick<RotationRun, 'step' | 'attempts' | 'stepStartedMs'>,
  failure: StepFailure,
  nowMs: number,
): AfterFailure {
  const attempts = run.attempts + 1;
  const { problem } = failure;
  if (!failure.mayPass) {
    return { kind: 'giveUp', state: needsOperator(problem) ? 'needsOperator' : 'failed' };
  }
  const isPatient = isUnsure(run.step, failure);
  const spentMs = nowMs - run.stepStartedMs;
  const isOver = isPatient
    ? spentMs >= rotationLimits.unsureMsMax
    : attempts >= rotationLimits.attemptsMax[run.step];
  if (isOver) return { kind: 'giveUp', state: 'failed' };
  return { kind: 'again', change: again(run, problem, nowMs) };
}

/**
 * Returns when to retry if a run is given up and its change cannot be undone now. The step, then
 * the undo, are retried while a change is possible that nobody has seen. To end immediately would
 * leave a target that lets nobody in. Undefined: give up.
 */
export function afterFailedUndo(
  run: Pick<RotationRun, 'attempts' | 'stepStartedMs'>,
  problem: RunProblem,
  nowMs: number,
): RunChange | undefined {
  const isOver = nowMs - run.stepStartedMs >= rotationLimits.unsureMsMax;
  return isOver ? undefined : again(run, problem, nowMs);
}

function again(run: Pick<RotationRun, 'attempts'>, problem: RunProblem, nowMs: number): RunChange {
  const attempts = run.attempts + 1;
  return { attempts, dueMs: nowMs + backoffMs(attempts), problem };
}

/**
 * Reports whether the target may have the new values, unseen, and they cannot be undone now. Then
 * the run retries for long, because an end would leave the Secret outdated. A definite refusal by
 * the target or the cluster is no such case.
 */
function isUnsure(step: RotationRun['step'], { problem, mayHaveChanged }: StepFailure): boolean {
  switch (step) {
    case 'set':
      return mayHaveChanged;
    case 'test':
      return problem.reason !== 'NotPropagated';
    case 'finish':
      return problem.reason !== 'FinishBlocked';
    default:
      return false;
  }
}

function backoffMs(attempts: number): number {
  const { backoffMsMin, backoffMsMax } = rotationLimits;
  return Math.min(backoffMsMax, backoffMsMin * 2 ** (attempts - 1));
}

import { rotationLimits } from '../../core/rotation-limits.js';
import type { RotationRun, RunChange, RunProblem } from './rotation-run.js';
import { needsOperator, type StepFailure } from './run-stopped.js';

export type AfterFailure =
  | { readonly kind: 'again'; readonly change: RunChange }
  /** Whatever was begun is taken back, then the run ends so. */
  | { readonly kind: 'giveUp'; readonly state: 'failed' | 'needsOperator' };

/** What follows from the failure of a step: another try somewhat later, or the end. */
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
 * What follows where a run is given up and what it has set cannot be taken back just now: the step,
 * and then that, is tried again for as long as a change is that nobody has seen. To end at once
 * would leave a target behind that lets nobody in. Undefined: no longer.
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
 * Whether the target may hold the new values, unseen, and they cannot be taken back just now. Then
 * it is tried for long: to end would leave the Secret behind. A clear no of a target or a cluster
 * that answers is none of that.
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

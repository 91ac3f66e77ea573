import type { CallContext } from '../../core/call-context.js';
import { afterFailedUndo, afterFailure } from '../domain/after-failure.js';
import { parseSpec } from '../domain/parse-spec.js';
import type { ParsedPolicy } from '../domain/rotation-policy.js';
import { hasEnded, type RotationRun, type RunChange } from '../domain/rotation-run.js';
import type { ClaimedRun } from '../domain/rotation.store.js';
import { RunStopped, stepFailure, type StepFailure } from '../domain/run-stopped.js';
import { Lease, LeaseLost } from './lease.js';
import { runRecord } from './run-record.js';
import { runStep } from './run-steps.js';
import type { StepCall, StepDependencies, StepResult } from './step-dependencies.js';
import { undoSet } from './target-steps.js';

export interface RunWorkerDependencies {
  readonly steps: (lease: Lease) => StepDependencies;
  readonly policyOf: (run: RotationRun) => ParsedPolicy | undefined;
  readonly caller: () => CallContext;
  readonly onChange: (run: RotationRun) => void;
  readonly onFault: (error: unknown) => void;
}

/** Worker that advances a run as far as is possible now. */
export class RunWorker {
  readonly #parts: RunWorkerDependencies;

  constructor(parts: RunWorkerDependencies) {
    this.#parts = parts;
  }

  /**
   * Resolves once the run has ended, waits, or is not ours any more; false if something is amiss
   * that concerns other runs as well. Never throws.
   */
  async work(
    claimed: ClaimedRun,
    store: StepDependencies['store'],
    stopping: AbortSignal,
  ): Promise<boolean> {
    const lease = new Lease(store, claimed);
    const steps = this.#parts.steps(lease);
    const signal = AbortSignal.any([stopping, lease.signal]);
    let run = claimed.run;
    try {
      for (;;) {
        const next = await this.#advance(steps, run, { lease, signal });
        if (next === undefined) return true;
        run = next;
        this.#parts.onChange(run);
        if (hasEnded(run) || run.dueMs > steps.clock.nowMs() || stopping.aborted) return true;
        // Read what has been requested meanwhile.
        run = { ...run, wish: (await store.find(run, run.id))?.wish ?? null };
      }
    } catch (error) {
      if (error instanceof LeaseLost) return true;
      this.#parts.onFault(error);
      return false;
    } finally {
      await lease.release(run);
    }
  }

  /** Does one step; returns the run after it, undefined if its lease was lost. */
  async #advance(
    steps: StepDependencies,
    run: RotationRun,
    { lease, signal }: { readonly lease: Lease; readonly signal: AbortSignal },
  ): Promise<RotationRun | undefined> {
    lease.require();
    const auditId = crypto.randomUUID();
    const ids = { auditId, requestId: auditId, parentId: run.id };
    const ctx = { ...this.#parts.caller(), ...ids, ...causeOf(run), signal };
    const trace: StepCall['trace'] = { plane: 'none', upstreamIds: [] };
    const result = await this.#outcome(steps, run, { ctx, trace, signal });
    lease.require();
    const { change, values, keys } = result;
    const after: RotationRun = { ...run, ...change };
    const record = runRecord(after, run, { ctx, trace, ...(keys && { keys }) });
    // A check that changed only the time of the next check is not worth an event.
    const isNews = after.state !== run.state || after.step !== run.step || hasProblem(after, run);
    const isOurs = await steps.store.advance(run, change, isNews ? record : undefined, values);
    return isOurs ? after : undefined;
  }

  async #outcome(
    steps: StepDependencies,
    run: RotationRun,
    rest: Pick<StepCall, 'ctx' | 'trace' | 'signal'>,
  ): Promise<StepResult> {
    let call: StepCall | undefined;
    try {
      call = { ...rest, run, ...(await this.#specOf(steps, run)) };
      if (call.known === undefined && !isPublishing(run)) throw policyGone();
      return wantsCancel(run) ? await cancelled(steps, call) : await runStep(steps, call);
    } catch (error) {
      // The outcome of an interrupted step is unknown: the process that resumes the run checks.
      if (error instanceof LeaseLost || rest.signal.aborted) throw new LeaseLost();
      const failure = stepFailure(error, run.step);
      if (failure.problem.reason === 'Internal') this.#parts.onFault(error);
      return { change: await afterFault(steps, run, call, failure) };
    }
  }

  /** Returns the spec with which a run was begun, whatever becomes of the policy's spec. */
  async #specOf({ store }: StepDependencies, run: RotationRun) {
    const found = this.#parts.policyOf(run);
    const known = found?.policy.uid === run.policyUid ? found : undefined;
    const values = run.step === 'create' ? undefined : await store.values(run);
    if (values !== undefined) return { known, spec: parseSpec(run.name, values.body) };
    if (known === undefined) throw policyGone();
    if (known.spec !== undefined) return { known, spec: known.spec };
    throw new RunStopped('PolicyInvalid', 'the SecretRotation breaks a rule');
  }
}

/** Returns the requester and the reason, which all events of the run contain. */
function causeOf({
  requestedBy,
  reason,
}: Pick<RotationRun, 'requestedBy' | 'reason'>): Pick<CallContext, 'onBehalfOf' | 'changeReason'> {
  return {
    ...(requestedBy !== null && { onBehalfOf: requestedBy }),
    ...(reason !== null && { changeReason: reason }),
  };
}

function policyGone(): RunStopped {
  return new RunStopped('PolicyGone', 'the SecretRotation is gone');
}

/** Reports whether a run is publishing, which is completed even without a policy. */
function isPublishing({ step }: RotationRun): boolean {
  return step === 'finish' || step === 'retire';
}

function hasProblem(after: RotationRun, before: RotationRun): boolean {
  return after.problem !== null && after.problem.reason !== before.problem?.reason;
}

/** Reports whether to cancel: before `finish`, nothing was published. */
function wantsCancel({ wish, step }: RotationRun): boolean {
  return wish === 'cancel' && step !== 'finish' && step !== 'retire';
}

async function cancelled(steps: StepDependencies, call: StepCall): Promise<StepResult> {
  await undoSet(steps, call);
  return { change: { state: 'cancelled', problem: null, endedMs: steps.clock.nowMs() } };
}

async function afterFault(
  steps: StepDependencies,
  run: RotationRun,
  call: StepCall | undefined,
  failure: StepFailure,
): Promise<RunChange> {
  const nowMs = steps.clock.nowMs();
  const next = afterFailure(run, failure, nowMs);
  if (next.kind === 'again') return next.change;
  const isUndone = await tryUndo(steps, run, call, failure);
  const later = isUndone ? undefined : afterFailedUndo(run, failure.problem, nowMs);
  if (later !== undefined) return later;
  const { reason, message } = failure.problem;
  const problem = isUndone
    ? failure.problem
    : { reason, message: `${message}; what was set at the target may still be there` };
  return { state: next.state, problem, waitingFor: null, endedMs: steps.clock.nowMs() };
}

/** Undoes a run. If that fails, the values stay sealed, and the next run tries them. */
async function tryUndo(
  steps: StepDependencies,
  run: RotationRun,
  call: StepCall | undefined,
  failure: StepFailure,
): Promise<boolean> {
  const isUntouched = run.step === 'create' || failure.problem.reason === 'NoCredentialWorks';
  if (isUntouched || run.step === 'retire' || isFirstRefusal(run, failure)) return true;
  if (call === undefined) return false;
  try {
    await undoSet(steps, call);
    return true;
  } catch (error) {
    if (error instanceof LeaseLost || call.signal.aborted) throw new LeaseLost();
    return false;
  }
}

/** Reports the first refusal: no attempt changed anything, in this claim of the run or another. */
function isFirstRefusal({ step, attempts, epoch }: RotationRun, failure: StepFailure): boolean {
  return step === 'set' && attempts === 0 && epoch === 1 && !failure.mayHaveChanged;
}

import { isNotFound } from '../../core/errors/not-found.js';
import { rotationLimits } from '../../core/rotation-limits.js';
import type { SecretData } from '../../secrets/domain/secret.js';
import type { RunValues } from '../domain/rotation.store.js';
import { RunStopped } from '../domain/run-stopped.js';
import { TargetFault } from '../domain/target-fault.js';
import type { RotationTarget, TargetCall } from './rotation-target.js';
import type { StepCall, StepDependencies, StepResult } from './step-dependencies.js';

/** Makes the new values valid at the target. */
export async function setStep(parts: StepDependencies, call: StepCall): Promise<StepResult> {
  const { target, targetCall } = await targetOf(parts, call);
  await target.set(targetCall);
  return { change: next(parts, 'test') };
}

/** Tests the values: values that were not seen to work are not published. */
export async function testStep(parts: StepDependencies, call: StepCall): Promise<StepResult> {
  const { target, targetCall } = await targetOf(parts, call);
  if (await target.test(targetCall)) return { change: next(parts, 'finish') };
  const message = 'the target does not let the new credential in';
  // A replica may lag: a retry comes before the failure counts.
  const isLast = call.run.attempts + 1 >= rotationLimits.attemptsMax.test;
  throw isLast ? new RunStopped('TestFailed', message) : new TargetFault('NotPropagated', message);
}

/** Takes back what `set` may have done; nothing if no target was reached yet. */
export async function undoSet(parts: StepDependencies, call: StepCall): Promise<void> {
  if (call.run.step === 'create' || call.spec.target.kind === 'none') return;
  const { target, targetCall } = await targetOf(parts, call, async (keys) => {
    try {
      return (await parts.secrets.read(call.ctx, call.run, keys)).data;
    } catch (error) {
      // If the Secret was deleted meanwhile, its values must still work for their owners.
      if (isNotFound(error)) return new Map();
      throw error;
    }
  });
  await target.undo(targetCall);
}

/** Returns the target and the input of its calls; reads the Secret again. */
export async function targetOf(
  parts: StepDependencies,
  call: StepCall,
  read = async (keys: readonly string[]): Promise<SecretData> =>
    (await parts.secrets.read(call.ctx, call.run, keys)).data,
): Promise<{ readonly target: RotationTarget; readonly targetCall: TargetCall }> {
  const { ctx, run, signal } = call;
  const values = await valuesOf(parts, call);
  const current = await read([...values.pending.keys()]);
  const target = await parts.openTarget(call);
  return { target, targetCall: { ctx, run, values, current, signal } };
}

/** Returns the values that `create` has sealed. */
export async function valuesOf(parts: StepDependencies, { run }: StepCall): Promise<RunValues> {
  const values = await parts.store.values(run);
  if (values !== undefined) return values;
  throw new RunStopped('Internal', 'the pending values of the run are gone');
}

function next(parts: StepDependencies, step: 'test' | 'finish') {
  return { step, attempts: 0, problem: null, stepStartedMs: parts.clock.nowMs() } as const;
}

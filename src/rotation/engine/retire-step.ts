import { rotationLimits } from '../../core/rotation-limits.js';
import { isNotFound } from '../../core/errors/not-found.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { holdsValues } from '../domain/holds-values.js';
import type { StepCall, StepDependencies, StepResult } from './step-dependencies.js';
import { targetOf } from './target-steps.js';

/**
 * Ends the old credential when its time is over, nothing holds it, and consumers have moved or time
 * out.
 */
export async function retireStep(parts: StepDependencies, call: StepCall): Promise<StepResult> {
  const { run, spec } = call;
  const waiting = run.wish === 'retire' ? undefined : await stillWaiting(parts, call);
  if (waiting !== undefined) {
    const { dueMs, waitingFor } = waiting;
    return { change: { state: 'waiting', attempts: 0, problem: null, dueMs, waitingFor } };
  }
  const hasTarget = spec.target.kind !== 'none';
  if (hasTarget) {
    const { target, targetCall } = await targetOf(parts, call);
    await target.retire(targetCall);
    if (run.fromVersion !== null) await parts.versions.markRetired(run, run.fromVersion);
  }
  const toVersion = run.toVersion ?? (await publishedVersion(parts, call));
  const endedMs = parts.clock.nowMs();
  return { change: { state: 'succeeded', problem: null, waitingFor: null, toVersion, endedMs } };
}

/** Returns the version: history may not have had it when the values were published. */
async function publishedVersion(
  parts: StepDependencies,
  { ctx, run }: StepCall,
): Promise<number | null> {
  const values = await parts.store.values(run);
  try {
    const secret = await parts.secrets.read(ctx, run, [...(values?.pending.keys() ?? [])]);
    const isPublished = holdsValues(secret.data, values?.pending ?? new Map());
    return isPublished ? await parts.versions.numberOf(secret) : null;
  } catch (error) {
    // Deleted since: the run is complete in any case.
    if (isNotFound(error)) return null;
    throw error;
  }
}

interface Waiting {
  readonly dueMs: number;
  readonly waitingFor: string;
}

async function stillWaiting(parts: StepDependencies, call: StepCall): Promise<Waiting | undefined> {
  const { run } = call;
  const nowMs = parts.clock.nowMs();
  const retireAtMs = run.retireAtMs ?? nowMs;
  if (nowMs < retireAtMs) {
    const waitingFor = `the old credential works until ${new Date(retireAtMs).toISOString()}`;
    return { dueMs: retireAtMs, waitingFor };
  }
  const held = await parts.holds.reasonFor(run);
  if (held !== undefined) {
    return { dueMs: nowMs + rotationLimits.consumersEveryMs, waitingFor: held };
  }
  if (run.waitUntilMs === null || nowMs >= run.waitUntilMs) return undefined;
  const pods = await unmoved(parts, call, nowMs);
  if (pods.length === 0) return undefined;
  const dueMs = Math.min(run.waitUntilMs, nowMs + rotationLimits.consumersEveryMs);
  return { dueMs, waitingFor: `Pods with the old value: ${named(pods)}` };
}

/** Returns Pods that are not known to have the new values. */
async function unmoved(
  parts: StepDependencies,
  { ctx, run, trace }: StepCall,
  nowMs: number,
): Promise<readonly string[]> {
  try {
    const found = await parts.consumers.find({ ctx, trace }, run);
    return found.waitingFor({ changedAtMs: run.stepStartedMs, nowMs, runId: run.id });
  } catch (error) {
    // If consumers are not visible, wait until the timeout.
    if (error instanceof SallyportError && isUnseen(error)) return ['(not to be seen)'];
    throw error;
  }
}

/** Reports a missing right to see consumers, or too many of them. */
function isUnseen({ isInstallationFault, code }: SallyportError): boolean {
  return isInstallationFault || code === 'TooLarge';
}

function named(pods: readonly string[]): string {
  const max = rotationLimits.podNamesMax;
  const names = pods.slice(0, max).join(', ');
  return pods.length > max ? `${names} and ${pods.length - max} more` : names;
}

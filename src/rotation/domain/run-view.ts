import type { RotationRun } from './rotation-run.js';

/** Run as REST and GraphQL return it. */
export interface RunView {
  readonly id: string;
  readonly state: RotationRun['state'];
  readonly step: RotationRun['step'];
  readonly trigger: RotationRun['trigger'];
  readonly requestedBy: string | null;
  readonly reason: string | null;
  readonly fromVersion: number | null;
  readonly toVersion: number | null;
  readonly waitingFor?: string;
  /** One word of docs/rotation.md, then a sentence. */
  readonly error?: { readonly reason: string; readonly message: string };
  readonly startedAt: string;
  readonly stepStartedAt: string;
  readonly retireAt?: string;
  readonly endedAt?: string;
}

export function toRunView(run: RotationRun): RunView {
  const { id, state, step, trigger, reason, fromVersion, toVersion } = run;
  const requestedBy = trigger === 'schedule' ? null : run.requestedBy;
  return {
    id,
    state,
    step,
    trigger,
    requestedBy,
    reason,
    fromVersion,
    toVersion,
    ...(run.waitingFor !== null && { waitingFor: run.waitingFor }),
    ...(run.problem !== null && { error: run.problem }),
    startedAt: timeOf(run.startedMs),
    stepStartedAt: timeOf(run.stepStartedMs),
    ...(run.retireAtMs !== null && { retireAt: timeOf(run.retireAtMs) }),
    ...(run.endedMs !== null && { endedAt: timeOf(run.endedMs) }),
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

import type { ParsedPolicy } from './rotation-policy.js';
import type { RotationRun } from './rotation-run.js';
import type { CustomResourceStatus } from '../../custom-resources/domain/custom-resource.js';

export interface StatusFacts {
  readonly known: ParsedPolicy;
  /** Newest run. */
  readonly run: RotationRun | undefined;
  readonly lastSucceededMs: number | undefined;
  readonly nextRunMs: number | null;
  /** Reason that no run would succeed now: a word and a sentence. */
  readonly obstacle: { readonly reason: string; readonly message: string } | undefined;
  /** End of the Secret's certificate; undefined: the Secret needs none. */
  readonly certificateExpiryMs?: number | undefined;
  readonly nowMs: number;
}

/** Longest text of a status; must equal the limit in its definition in `deploy/crds`. */
const TEXT_CHARACTERS_MAX = 1_024;

interface Condition {
  readonly type: 'Ready' | 'Rotating' | 'Degraded';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** Returns the status of a SecretRotation; times are RFC 3339, and it never contains values. */
export function policyStatus(facts: StatusFacts): CustomResourceStatus {
  const { known, run, nextRunMs } = facts;
  const { policy, spec } = known;
  return {
    observedGeneration: policy.generation,
    target: spec?.target.kind,
    nextRunTime: timeOf(nextRunMs),
    lastRunTime: timeOf(run?.startedMs),
    lastSuccessTime: timeOf(facts.lastSucceededMs),
    certificateExpiryTime: timeOf(facts.certificateExpiryMs),
    runId: run?.id,
    step: run?.step,
    state: run?.state,
    waitingFor: shortened(run?.waitingFor ?? undefined),
    message: shortened(messageOf(facts)),
    versions: versionsOf(run),
    conditions: conditionsOf(facts),
  };
}

/** Reports whether a status contains this time of the next run. */
export function saysNextRun(status: CustomResourceStatus, nextRunMs: number | null): boolean {
  const { nextRunTime } = status;
  const saidMs = typeof nextRunTime === 'string' ? Date.parse(nextRunTime) : null;
  return saidMs === nextRunMs;
}

function versionsOf(run: RotationRun | undefined): CustomResourceStatus | undefined {
  if (run === undefined) return undefined;
  const { fromVersion, toVersion } = run;
  const current = toVersion ?? fromVersion;
  const previous = toVersion === null ? null : fromVersion;
  return {
    ...(current !== null && { current }),
    ...(previous !== null && { previous }),
  };
}

function messageOf({ known, run, obstacle }: StatusFacts): string | undefined {
  return known.problem ?? obstacle?.message ?? run?.problem?.message ?? undefined;
}

function conditionsOf(facts: StatusFacts): readonly object[] {
  const { known, nowMs } = facts;
  const before = conditionsBefore(known.policy.status);
  return [readyOf(facts), rotatingOf(facts), degradedOf(facts)].map((condition) => {
    const last = before.get(condition.type);
    const lastTransitionTime =
      last?.status === condition.status ? last.time : timeOf(Math.floor(nowMs / 1_000) * 1_000);
    return {
      ...condition,
      message: shortened(condition.message),
      observedGeneration: known.policy.generation,
      lastTransitionTime,
    };
  });
}

function readyOf({ known, obstacle }: StatusFacts): Condition {
  if (known.problem !== undefined) return refused('PolicyInvalid', known.problem);
  if (obstacle !== undefined) return refused(obstacle.reason, obstacle.message);
  return { type: 'Ready', status: 'True', reason: 'Accepted', message: '' };
}

function refused(reason: string, message: string): Condition {
  return { type: 'Ready', status: 'False', reason, message };
}

function rotatingOf({ run }: StatusFacts): Condition {
  const isRotating = run?.state === 'running' || run?.state === 'waiting';
  const reason = run === undefined ? 'NeverRun' : isRotating ? stepWord(run.step) : 'Idle';
  const message = isRotating ? (run.waitingFor ?? '') : '';
  return { type: 'Rotating', status: isRotating ? 'True' : 'False', reason, message };
}

/** Returns a condition, also while a step is retried: its reason is not yet final then. */
function degradedOf({ run }: StatusFacts): Condition {
  const problem = run?.state === 'cancelled' ? null : (run?.problem ?? null);
  return {
    type: 'Degraded',
    status: problem === null ? 'False' : 'True',
    reason: problem?.reason ?? 'AsExpected',
    message: shortened(problem?.message) ?? '',
  };
}

function stepWord(step: RotationRun['step']): string {
  return `${step.charAt(0).toUpperCase()}${step.slice(1)}`;
}

function conditionsBefore(status: CustomResourceStatus) {
  const list: unknown = status['conditions'];
  const conditions = Array.isArray(list) ? (list as readonly Record<string, unknown>[]) : [];
  return new Map(
    conditions.map(({ type, status: value, lastTransitionTime: time }) => [
      type,
      { status: value, time },
    ]),
  );
}

function shortened<T extends string | undefined>(text: T): T | string {
  if (text === undefined || text.length <= TEXT_CHARACTERS_MAX) return text;
  return `${text.slice(0, TEXT_CHARACTERS_MAX - 1).toWellFormed()}…`;
}

function timeOf(ms: number | null | undefined): string | undefined {
  return ms === null || ms === undefined ? undefined : new Date(ms).toISOString();
}

import type { ParsedPolicy } from './rotation-policy.js';
import type { RotationRun } from './rotation-run.js';
import type { PolicyStatus } from './rotation-policies.js';

export interface StatusFacts {
  readonly known: ParsedPolicy;
  /** The newest one. */
  readonly run: RotationRun | undefined;
  readonly lastSucceededMs: number | undefined;
  readonly nextRunMs: number | null;
  /** Why no run would go through as things stand: a word and a sentence. */
  readonly obstacle: { readonly reason: string; readonly message: string } | undefined;
  /** When the certificate ends that the Secret holds; undefined: it is to hold none. */
  readonly certificateExpiryMs?: number | undefined;
  readonly nowMs: number;
}

/** Of a text in the definition of the status, in `deploy/crds`: a longer one is never written. */
const TEXT_CHARACTERS_MAX = 1_024;

interface Condition {
  readonly type: 'Ready' | 'Rotating' | 'Degraded';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** What a SecretRotation says of itself; times are RFC 3339, values never stand in it. */
export function policyStatus(facts: StatusFacts): PolicyStatus {
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

/** Whether a status has this time of the next run. */
export function saysNextRun(status: PolicyStatus, nextRunMs: number | null): boolean {
  const { nextRunTime } = status;
  const saidMs = typeof nextRunTime === 'string' ? Date.parse(nextRunTime) : null;
  return saidMs === nextRunMs;
}

/** Whether a status says the same, whatever the order of its members. */
export function isSameStatus(one: PolicyStatus, other: PolicyStatus): boolean {
  return comparable(one) === comparable(other);
}

function versionsOf(run: RotationRun | undefined): PolicyStatus | undefined {
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

/** Also while a step is tried again: the reason is no secret until the run has given up. */
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

function conditionsBefore(status: PolicyStatus) {
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

function comparable(status: PolicyStatus): string {
  const members = Object.entries(status)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(members, (_name, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
